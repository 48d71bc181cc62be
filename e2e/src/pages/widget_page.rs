//! The pages of the widget, in their order. A new step of the report is added here, and here alone.

use damage_report_rules::evidence::Subject;

/// A page of the widget, known by what only it has: words differ from language to language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WidgetPage {
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
pub(super) const ROUTE: [WidgetPage; 6] = [
    WidgetPage::Start,
    WidgetPage::Damage,
    WidgetPage::Packaging,
    WidgetPage::Label,
    WidgetPage::Device,
    WidgetPage::Check,
];

/// The answers that a page requires before Continue leads on.
#[derive(Clone, Copy, Debug)]
pub(super) enum RequiredAnswers {
    Nothing,
    Damage,
    Photos(Subject),
}

impl WidgetPage {
    /// The selector of an element that only this page has.
    pub(super) fn unique_selector(self) -> &'static str {
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

    pub(super) fn required_answers(self) -> RequiredAnswers {
        match self {
            Self::Start | Self::Check | Self::Status | Self::Closed => RequiredAnswers::Nothing,
            Self::Damage => RequiredAnswers::Damage,
            Self::Packaging => RequiredAnswers::Photos(Subject::Packaging),
            Self::Label => RequiredAnswers::Photos(Subject::Label),
            Self::Device => RequiredAnswers::Photos(Subject::Device),
        }
    }
}
