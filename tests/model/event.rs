//! The events in the world of the model.

use damage_report_rules::evidence::Subject;

use crate::shop::Fate;

/// Something that happens.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// The customer picks this picture.
    Pick(u8, Subject),
    /// The customer removes one of the photos.
    Remove(u8, Fate),
    /// One of the things under way gets on by a step.
    Work(u8, Fate),
    /// The customer wishes something else.
    Wish,
    /// The customer presses the button that sends it.
    Submit,
    /// The customer tries a failed photo again.
    Retry(u8),
    /// The customer goes back to the photos.
    Back,
    /// The customer takes everything back.
    StartAgain(Fate),
    /// The page dies; `in_between` the writing of a photo that was just prepared and that of its name. A request under way
    /// may arrive later.
    Kill { in_between: bool, arrives_late: bool },
    /// The network goes, or comes.
    Online(bool),
    /// No token that was given is taken any more.
    TokensExpire,
    /// The customer is signed out of the shop, or in.
    SignedIn(bool),
    /// The shop loses a photo.
    Forget(u8),
}
