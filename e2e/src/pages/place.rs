//! The pages of the widget, in their order. A new step of the report is added here, and here alone.

use damage_report_rules::evidence::Subject;

/// A page of the widget, known by what only it has: words differ from language to language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The start.
    Start,
    /// The page that asks for the damage.
    Damage,
    /// Photos of the packaging.
    Packaging,
    /// Photos of the shipping label.
    Label,
    /// Photos of the device.
    Device,
    /// Everything on one page.
    Check,
    /// The claim, sent.
    Status,
    /// The window is closed.
    Closed,
}

/// The pages through which Continue leads, in order.
pub(super) const ROUTE: [Place; 6] =
    [Place::Start, Place::Damage, Place::Packaging, Place::Label, Place::Device, Place::Check];

/// The answers that a page requires before Continue leads on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Required {
    Nothing,
    Damage,
    Photos(Subject),
}

impl Place {
    /// The selector of an element that only this page has.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Start => ".needs",
            Self::Damage => "#damage-0",
            Self::Packaging => "input#packaging",
            Self::Label => "input#label",
            Self::Device => "input#device",
            Self::Check => "#send",
            Self::Status => ".reference",
            Self::Closed => r#"section > .deadline[data-urgency="late"]"#,
        }
    }

    pub(super) fn required(self) -> Required {
        match self {
            Self::Start | Self::Check | Self::Status | Self::Closed => Required::Nothing,
            Self::Damage => Required::Damage,
            Self::Packaging => Required::Photos(Subject::Packaging),
            Self::Label => Required::Photos(Subject::Label),
            Self::Device => Required::Photos(Subject::Device),
        }
    }
}
