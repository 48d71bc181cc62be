//! The pages of the widget.

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

impl Place {
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

    /// Where photos of `subject` are asked for.
    #[must_use]
    pub fn of(subject: Subject) -> Self {
        match subject {
            Subject::Packaging => Self::Packaging,
            Subject::Label => Self::Label,
            Subject::Device => Self::Device,
        }
    }
}
