//! Moves from page to page of the report. A journey names the page that it needs; the order of the pages is in [`place`](super::place).

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::{
    Place, Report,
    place::{ROUTE, Required},
};
use crate::{photos::Album, wait::eventually};

/// The selector of an answer: a tick or a photo.
const GIVEN: &str = ":checked, .photo";

impl Report<'_> {
    /// Waits until the customer is at `place`.
    ///
    /// # Errors
    ///
    /// When that does not come to be.
    pub async fn wait_for_place(&self, place: Place) -> Result<()> {
        self.find(place.mark()).await.map(drop)
    }

    /// Goes on to `place` with Continue. The page on which the customer is stays as it is. The pages in between are given what they
    /// require, with small photos, unless something was given there before.
    ///
    /// # Errors
    ///
    /// When a page does not appear, or a photo does not arrive.
    pub async fn to(&self, place: Place) -> Result<()> {
        self.to_with(place, &Album::of_small_photos()?).await
    }

    /// Goes on to the check like [`to`](Self::to), with the photos of `album`.
    ///
    /// # Errors
    ///
    /// When a page does not appear, or a photo does not arrive.
    pub async fn fill_in(&self, album: &Album) -> Result<()> {
        self.to_with(Place::Check, album).await
    }

    /// Goes on to the check like [`fill_in`](Self::fill_in), and gives the page on which the customer is what it requires first.
    ///
    /// # Errors
    ///
    /// When a page does not appear, or a photo does not arrive.
    pub async fn add_all_photos(&self, album: &Album) -> Result<()> {
        let at = self.place().await?;
        self.give(at, album).await?;
        self.to_with(Place::Check, album).await
    }

    /// Goes back to `place`.
    ///
    /// # Errors
    ///
    /// When a page does not appear.
    pub async fn go_back_to(&self, place: Place) -> Result<()> {
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
    pub async fn go_on_with_errors(&self) -> Result<Vec<String>> {
        self.press(".primary").await?;
        self.summary().await
    }

    /// Ticks the first kind of damage.
    ///
    /// # Errors
    ///
    /// When it cannot be ticked.
    pub async fn tick_damage(&self) -> Result<()> {
        self.press("label:has(#damage-0)").await
    }

    /// Sends the report, and gives its reference.
    ///
    /// # Errors
    ///
    /// When it is not taken.
    pub async fn send(&self) -> Result<String> {
        self.press("#send").await?;
        self.reference().await
    }

    /// The reference of the claim.
    ///
    /// # Errors
    ///
    /// When it does not come.
    pub async fn reference(&self) -> Result<String> {
        self.wait_for_place(Place::Status).await?;
        self.words(".reference").await
    }

    async fn to_with(&self, place: Place, album: &Album) -> Result<()> {
        let mut at = self.place().await?;
        ensure!(index(at)? < index(place)?, "Continue does not lead from {at:?} to {place:?}");
        loop {
            at = self.press_and_leave(".primary", at).await?;
            if at == place {
                return Ok(());
            }
            ensure!(index(at)? < index(place)?, "Continue led to {at:?}, past {place:?}");
            if self.count(GIVEN).await? == 0 {
                self.give(at, album).await?;
            }
        }
    }

    /// Gives the page `at`, on which the customer is, what it requires.
    async fn give(&self, at: Place, album: &Album) -> Result<()> {
        match at.required() {
            Required::Nothing => Ok(()),
            Required::Damage => self.tick_damage().await,
            Required::Photos(subject) => self.add_photos(subject, album.of(subject)).await,
        }
    }

    /// Presses what `css` finds, and gives the page that comes instead of the page `at`.
    async fn press_and_leave(&self, css: &str, at: Place) -> Result<Place> {
        self.press(css).await?;
        eventually(&format!("the page after {at:?}"), || async {
            Ok(self.look_for_place().await?.filter(|place| *place != at))
        })
        .await
    }

    /// The page of the [`ROUTE`] on which the customer is, once it is one of these.
    async fn place(&self) -> Result<Place> {
        eventually("a page of the report", || self.look_for_place()).await
    }

    async fn look_for_place(&self) -> Result<Option<Place>> {
        let script = "const root = document.querySelector(arguments[0])?.shadowRoot; \
                      return arguments[1].findIndex((mark) => root?.querySelector(mark));";
        let index = self.browser.run(script, vec![json!(self.host), json!(ROUTE.map(Place::mark))]).await?;
        Ok(index.as_u64().and_then(|index| usize::try_from(index).ok()).and_then(|index| ROUTE.get(index).copied()))
    }
}

fn index(place: Place) -> Result<usize> {
    ROUTE.iter().position(|of_route| *of_route == place).with_context(|| format!("Continue does not lead to {place:?}"))
}
