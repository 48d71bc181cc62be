//! Whether a page takes the focus when it opens.

/// Whether a page takes the focus when it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// It does: the customer pressed something to get here.
    Take,
    /// The focus stays where it is: the customer may be somewhere else on the host page.
    Leave,
}
