//! The pages of a report that was begun before, here or in another tab.

use anyhow::Result;

use super::{Place, Report};

impl Report<'_> {
    /// Waits until the report that was begun before is offered, and gives the words of that.
    ///
    /// # Errors
    ///
    /// When it is not.
    pub async fn wait_for_resume_offer(&self) -> Result<String> {
        self.find("#go-on").await?;
        self.words(".resume").await
    }

    /// Goes on with what was begun before, and waits until the customer is at `place`.
    ///
    /// # Errors
    ///
    /// When that does not come to be.
    pub async fn resume_at(&self, place: Place) -> Result<()> {
        self.press("#go-on").await?;
        self.wait_for_place(place).await
    }

    /// Throws away what was begun before.
    ///
    /// # Errors
    ///
    /// When no draft is offered.
    pub async fn start_again(&self) -> Result<()> {
        self.press("#start-again").await?;
        self.wait_until_gone(".resume").await?;
        self.find(".primary").await.map(drop)
    }

    /// Takes the report over from the tab that has it in hand, and waits until the customer is at `place`.
    ///
    /// # Errors
    ///
    /// When no other tab has it, or that does not come to be.
    pub async fn take_over_at(&self, place: Place) -> Result<()> {
        self.press("#take-over").await?;
        self.wait_for_place(place).await
    }

    /// The words of the banner, once it has some.
    ///
    /// # Errors
    ///
    /// When it does not.
    pub async fn banner(&self) -> Result<String> {
        self.words(&format!("{BANNER} p")).await
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
