//! The shop's page of orders, with the tools that only the demo has.

use anyhow::Result;
use thirtyfour::WebElement;

use super::ReportWidget;
use crate::{
    browser::Browser,
    shop::{Scenario, Shop},
    wait::eventually,
};

/// The page, open in a browser.
#[derive(Clone, Copy, Debug)]
pub struct OrderPage<'a> {
    browser: &'a Browser,
}

impl<'a> OrderPage<'a> {
    /// Opens the page of `shop` in Dutch.
    ///
    /// # Errors
    ///
    /// When its orders do not come.
    pub async fn open(browser: &'a Browser, shop: &Shop) -> Result<Self> {
        Self::open_in(browser, shop, "nl").await
    }

    /// Opens the page of `shop` in the language `lang`.
    ///
    /// # Errors
    ///
    /// When its orders do not come.
    pub async fn open_in(browser: &'a Browser, shop: &Shop, lang: &str) -> Result<Self> {
        browser.visit(&format!("{}/?lang={lang}", shop.customer_address())).await?;
        let page = Self { browser };
        page.wait_for_element("[data-line]").await?;
        Ok(page)
    }

    /// Loads it again.
    ///
    /// # Errors
    ///
    /// When its orders do not come.
    pub async fn reload(&self) -> Result<()> {
        self.browser.reload().await?;
        self.wait_for_element("[data-line]").await.map(drop)
    }

    /// Asks for help with the order of `scenario`: the widget opens there.
    ///
    /// # Errors
    ///
    /// When it does not.
    pub async fn open_report(&self, scenario: Scenario) -> Result<ReportWidget<'a>> {
        let report = self.open_report_without_waiting(scenario).await?;
        report.wait_for_element("h2").await?;
        Ok(report)
    }

    /// Whether the widget is open there already.
    ///
    /// # Errors
    ///
    /// When the driver does not tell.
    pub async fn is_report_open(&self, scenario: Scenario) -> Result<bool> {
        Ok(self.look_for(&format!("{} damage-report", card(scenario))).await?.is_some())
    }

    /// Asks for help with the order of `scenario`, and does not wait for the widget.
    ///
    /// # Errors
    ///
    /// When it has no button for that.
    pub async fn open_report_without_waiting(&self, scenario: Scenario) -> Result<ReportWidget<'a>> {
        self.press_element(&format!(r#"{} [data-part="help"]"#, card(scenario))).await?;
        Ok(self.report(scenario))
    }

    /// The report on the order of `scenario`, open or not.
    #[must_use]
    pub fn report(&self, scenario: Scenario) -> ReportWidget<'a> {
        ReportWidget::new(self.browser, format!("{} damage-report", card(scenario)))
    }

    /// Presses what `css` finds.
    ///
    /// # Errors
    ///
    /// When it cannot be pressed.
    pub async fn press_element(&self, css: &str) -> Result<()> {
        eventually(&format!("{css} to press"), || async {
            let Some(found) = self.look_for(css).await? else { return Ok(None) };
            found.scroll_into_view().await?;
            Ok(Some(found.click().await?))
        })
        .await
    }

    /// The words in what `css` finds, once there are any.
    ///
    /// # Errors
    ///
    /// When they do not come.
    pub async fn text_of(&self, css: &str) -> Result<String> {
        eventually(&format!("words in {css}"), || async {
            let Some(found) = self.look_for(css).await? else { return Ok(None) };
            Ok(Some(found.text().await?).filter(|words| !words.is_empty()))
        })
        .await
    }

    /// The reference on the badge of the order of `scenario`.
    ///
    /// # Errors
    ///
    /// When it does not exist.
    pub async fn badge_reference(&self, scenario: Scenario) -> Result<String> {
        self.text_of(&format!(r#"{} [data-part="reference"]"#, card(scenario))).await
    }

    /// Presses the button by which the seller tells of `event` on the claim `reference`. Returns what the page says then.
    ///
    /// # Errors
    ///
    /// When there is no button for it.
    pub async fn press_seller_event(&self, reference: &str, event: &str) -> Result<String> {
        let claim = format!(r#"[data-reference="{reference}"]"#);
        self.press_element(&format!(r#"{claim} [data-event="{event}"]"#)).await?;
        self.text_of(&format!(r#"{claim} [data-part="outcome"]"#)).await
    }

    /// The events of the claim `reference` for which there is a button.
    ///
    /// # Errors
    ///
    /// When the driver does not tell.
    pub async fn seller_event_buttons(&self, reference: &str) -> Result<Vec<String>> {
        let script = "return [...document.querySelectorAll(`[data-reference=\"${arguments[0]}\"] [data-event]`)]\
            .map((key) => key.dataset.event);";
        Ok(serde_json::from_value(self.browser.run_script(script, vec![reference.into()]).await?)?)
    }

    /// Plays the seller's part, and opens the widget again on the order of `scenario`, to which the claim `reference` belongs.
    ///
    /// # Errors
    ///
    /// When there is no button for `event`, or the widget does not open.
    pub async fn reopen_after(&self, event: &str, scenario: Scenario, reference: &str) -> Result<ReportWidget<'a>> {
        self.press_seller_event(reference, event).await?;
        self.reload().await?;
        self.open_report(scenario).await
    }

    /// Moves the shop's clock by its button `kind`, and waits until the page has heard.
    ///
    /// # Errors
    ///
    /// When there is no such button.
    pub async fn move_clock(&self, kind: &str) -> Result<()> {
        self.browser.run_script("document.getElementById('clock-outcome').textContent = '';", Vec::new()).await?;
        self.press_element(&format!(r#"[data-clock-move="{kind}"]"#)).await?;
        // For screen readers only: to a driver, what nobody sees may be no words.
        eventually("the page to hear of the time", || async {
            let said = "return document.getElementById('clock-outcome').textContent;";
            Ok((self.browser.run_script(said, Vec::new()).await? != "").then_some(()))
        })
        .await
    }

    /// What `css` finds on the page, once it is there.
    ///
    /// # Errors
    ///
    /// When it does not come.
    pub async fn wait_for_element(&self, css: &str) -> Result<WebElement> {
        eventually(&format!("{css} on the page"), || self.look_for(css)).await
    }

    async fn look_for(&self, css: &str) -> Result<Option<WebElement>> {
        self.browser.find_by_script("return document.querySelector(arguments[0]);", vec![css.into()]).await
    }
}

fn card(scenario: Scenario) -> String {
    format!(r#"[data-scenario="{}"]"#, scenario.name())
}
