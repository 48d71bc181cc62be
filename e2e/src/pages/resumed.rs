//! The pages of a report that was begun before, here or in another tab.

use anyhow::Result;

use super::{Place, Report};

impl Report<'_> {
    /// Waits until the report that was begun before is offered, and gives the words of that.
    ///
    /// # Errors
    ///
    /// When it is not.
    pub async fn offers_to_go_on(&self) -> Result<String> {
        self.find("#go-on").await?;
        self.words(".resume").await
    }

    /// Goes on with what was begun before, and waits until the customer is at `place`.
    ///
    /// # Errors
    ///
    /// When that does not come to be.
    pub async fn go_on_where_it_was(&self, place: Place) -> Result<()> {
        self.press("#go-on").await?;
        self.is_at(place).await
    }

    /// Throws away what was begun before.
    ///
    /// # Errors
    ///
    /// When no draft is offered.
    pub async fn start_again(&self) -> Result<()> {
        self.press("#start-again").await?;
        self.is_without(".resume").await?;
        self.find(".primary").await.map(drop)
    }

    /// Takes the report over from the tab that has it in hand, and waits until the customer is at `place`.
    ///
    /// # Errors
    ///
    /// When no other tab has it, or that does not come to be.
    pub async fn take_over_at(&self, place: Place) -> Result<()> {
        self.press("#take-over").await?;
        self.is_at(place).await
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
    pub async fn has_no_banner(&self) -> Result<()> {
        self.is_without(BANNER).await
    }
}

/// The banner, while it says something.
const BANNER: &str = ".banner:not([data-empty])";
