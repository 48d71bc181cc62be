//! Moves from page to page of the report. A journey names the page that it needs; the order of the pages is in [`widget_page`](super::widget_page).

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::{
    ReportWidget, WidgetPage,
    widget_page::{ROUTE, RequiredAnswers},
};
use crate::{photos::Album, wait::eventually};

/// The selector of an answer: a tick or a photo.
const GIVEN: &str = ":checked, .photo";

impl ReportWidget<'_> {
    /// Waits until the customer is at `place`.
    ///
    /// # Errors
    ///
    /// When that does not come to be.
    pub async fn wait_for_page(&self, place: WidgetPage) -> Result<()> {
        self.wait_for_element(place.unique_selector()).await.map(drop)
    }

    /// Goes on to `place` with Continue. The page on which the customer is stays as it is. The pages in between are given what they
    /// require, with small photos, unless something was given there before.
    ///
    /// # Errors
    ///
    /// When a page does not appear, or a photo does not arrive.
    pub async fn go_on_to(&self, place: WidgetPage) -> Result<()> {
        self.to_with(place, &Album::of_small_photos()?).await
    }

    /// Goes on to the check like [`go_on_to`](Self::go_on_to), with the photos of `album`.
    ///
    /// # Errors
    ///
    /// When a page does not appear, or a photo does not arrive.
    pub async fn fill_in_up_to_check(&self, album: &Album) -> Result<()> {
        self.to_with(WidgetPage::Check, album).await
    }

    /// Goes on to the check like [`fill_in_up_to_check`](Self::fill_in_up_to_check), and gives the page on which the customer is what it requires first.
    ///
    /// # Errors
    ///
    /// When a page does not appear, or a photo does not arrive.
    pub async fn fill_in_current_page_up_to_check(&self, album: &Album) -> Result<()> {
        let at = self.place().await?;
        self.give(at, album).await?;
        self.to_with(WidgetPage::Check, album).await
    }

    /// Goes back to `place`.
    ///
    /// # Errors
    ///
    /// When a page does not appear.
    pub async fn go_back_to(&self, place: WidgetPage) -> Result<()> {
        let mut at = self.place().await?;
        while at != place {
            ensure!(index(at)? > index(place)?, "Back led to {at:?}, before {place:?}");
            at = self.press_and_leave(".back", at).await?;
        }
        Ok(())
    }

    /// Presses the button that goes on, and gives the lines of the summary that comes up instead.
    ///
    /// # Errors
    ///
    /// When none comes up.
    pub async fn continue_expecting_errors(&self) -> Result<Vec<String>> {
        self.press_element(".primary").await?;
        self.error_summary_lines().await
    }

    /// Ticks the first kind of damage.
    ///
    /// # Errors
    ///
    /// When it cannot be ticked.
    pub async fn tick_damage(&self) -> Result<()> {
        self.press_element("label:has(#damage-0)").await
    }

    /// Sends the report, and gives its reference.
    ///
    /// # Errors
    ///
    /// When it is not taken.
    pub async fn send_claim(&self) -> Result<String> {
        self.press_element("#send").await?;
        self.claim_reference().await
    }

    /// The reference of the claim.
    ///
    /// # Errors
    ///
    /// When it does not come.
    pub async fn claim_reference(&self) -> Result<String> {
        self.wait_for_page(WidgetPage::Status).await?;
        self.text_of(".reference").await
    }

    async fn to_with(&self, place: WidgetPage, album: &Album) -> Result<()> {
        let mut at = self.place().await?;
        ensure!(index(at)? < index(place)?, "Continue does not lead from {at:?} to {place:?}");
        loop {
            at = self.press_and_leave(".primary", at).await?;
            if at == place {
                return Ok(());
            }
            ensure!(index(at)? < index(place)?, "Continue led to {at:?}, past {place:?}");
            if self.count_elements(GIVEN).await? == 0 {
                self.give(at, album).await?;
            }
        }
    }

    /// Gives the page `at`, on which the customer is, what it requires.
    async fn give(&self, at: WidgetPage, album: &Album) -> Result<()> {
        match at.required_answers() {
            RequiredAnswers::Nothing => Ok(()),
            RequiredAnswers::Damage => self.tick_damage().await,
            RequiredAnswers::Photos(subject) => self.add_photos(subject, album.of(subject)).await,
        }
    }

    /// Presses what `css` finds, and gives the page that comes instead of the page `at`.
    async fn press_and_leave(&self, css: &str, at: WidgetPage) -> Result<WidgetPage> {
        self.press_element(css).await?;
        eventually(&format!("the page after {at:?}"), || async {
            Ok(self.look_for_place().await?.filter(|place| *place != at))
        })
        .await
    }

    /// The page of the [`ROUTE`] on which the customer is, once it is one of these.
    async fn place(&self) -> Result<WidgetPage> {
        eventually("a page of the report", || self.look_for_place()).await
    }

    async fn look_for_place(&self) -> Result<Option<WidgetPage>> {
        let script = "const root = document.querySelector(arguments[0])?.shadowRoot; \
                      return arguments[1].findIndex((mark) => root?.querySelector(mark));";
        let index = self
            .browser
            .run_script(script, vec![json!(self.host), json!(ROUTE.map(WidgetPage::unique_selector))])
            .await?;
        Ok(index.as_u64().and_then(|index| usize::try_from(index).ok()).and_then(|index| ROUTE.get(index).copied()))
    }
}

fn index(place: WidgetPage) -> Result<usize> {
    ROUTE.iter().position(|of_route| *of_route == place).with_context(|| format!("Continue does not lead to {place:?}"))
}
