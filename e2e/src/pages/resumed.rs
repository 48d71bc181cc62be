//! The pages of a report that was begun before, here or in another tab.

use anyhow::Result;

use super::{ReportWidget, WidgetPage};

impl ReportWidget<'_> {
    /// Waits until the report that was begun before is offered, and gives the words of that.
    ///
    /// # Errors
    ///
    /// When it is not.
    pub async fn wait_for_resume_offer(&self) -> Result<String> {
        self.wait_for_element("#go-on").await?;
        self.text_of(".resume").await
    }

    /// Goes on with what was begun before, and waits until the customer is at `place`.
    ///
    /// # Errors
    ///
    /// When that does not come to be.
    pub async fn resume_at(&self, place: WidgetPage) -> Result<()> {
        self.press_element("#go-on").await?;
        self.wait_for_page(place).await
    }

    /// Throws away what was begun before.
    ///
    /// # Errors
    ///
    /// When no draft is offered.
    pub async fn start_again(&self) -> Result<()> {
        self.press_element("#start-again").await?;
        self.wait_until_gone(".resume").await?;
        self.wait_for_element(".primary").await.map(drop)
    }

    /// Takes the report over from the tab that has it in hand, and waits until the customer is at `place`.
    ///
    /// # Errors
    ///
    /// When no other tab has it, or that does not come to be.
    pub async fn take_over_at(&self, place: WidgetPage) -> Result<()> {
        self.press_element("#take-over").await?;
        self.wait_for_page(place).await
    }

    /// The words of the banner, once it has some.
    ///
    /// # Errors
    ///
    /// When it does not.
    pub async fn banner_text(&self) -> Result<String> {
        self.text_of(&format!("{BANNER} p")).await
    }

    /// Waits until the banner says nothing.
    ///
    /// # Errors
    ///
    /// When it goes on.
    pub async fn wait_for_no_banner(&self) -> Result<()> {
        self.wait_until_gone(BANNER).await
    }
}

/// The banner, while it says something.
const BANNER: &str = ".banner:not([data-empty])";
