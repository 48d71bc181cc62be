//! Journeys on unusual host pages, such as pages with a strict content security policy or a client-side router.
//!
//! The fault server serves these pages itself, without the headers of the backend, whose own security policy is stricter than that
//! of most hosts. The pages are in `odd_hosts/`.

use std::{fs, path::Path, time::Duration};

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    browser::{Browser, Screen},
    environment::Environment,
    faults::{FakeAnswer, Fault, FaultRule, FaultServer, Occurrence, RequestKind},
    journey::{JOURNEY, journey_within},
    pages::{ReportWidget, WidgetPage},
    shop::{Scenario, Shop},
    wait::eventually,
};

/// The button that opens the report.
pub const OPENING: &str = r#"button[part="opening"]"#;

/// An unusual host page that is open in a browser.
#[derive(Debug)]
pub struct OddHost<'a> {
    /// The shop of the order.
    pub shop: &'a Shop,
    /// The fault server between the browser and the shop.
    pub faults: &'a FaultServer,
    /// The browser that shows the page.
    pub browser: &'a Browser,
}

impl<'a> OddHost<'a> {
    /// The report on the page.
    #[must_use]
    pub fn report(&self) -> ReportWidget<'a> {
        ReportWidget::new(self.browser, "damage-report".to_owned())
    }

    /// Makes a whole report, from the button that opens it to the confirmation.
    ///
    /// # Errors
    ///
    /// When the report cannot be sent, or the driver fails.
    ///
    /// # Panics
    ///
    /// As [`assert_unharmed`](Self::assert_unharmed).
    pub async fn complete_report(&self) -> Result<()> {
        let report = self.report();
        if report.run_script("return widget.state;").await? == "closed" {
            report.press_element(OPENING).await?;
        }
        report.wait_for_page(WidgetPage::Start).await?;
        report.go_on_to(WidgetPage::Check).await?;
        let reference = report.send_claim().await?;
        self.wait_for_event(&format!("submitted {reference}")).await?;
        self.assert_unharmed().await
    }

    /// Asserts that the widget left no globals on `window`, and that the console has no errors.
    ///
    /// # Errors
    ///
    /// When the driver does not answer.
    ///
    /// # Panics
    ///
    /// When the widget left a global, or the console has an error.
    pub async fn assert_unharmed(&self) -> Result<()> {
        assert_eq!(self.run_script("return leaked();").await?, json!([]));
        assert_eq!(self.browser.console_errors().await?, Vec::<String>::new());
        Ok(())
    }

    /// Waits until the element shows the shop's fallback content.
    ///
    /// # Errors
    ///
    /// When it does not appear.
    pub async fn wait_for_fallback(&self) -> Result<()> {
        let is_seen = "return document.querySelector('damage-report .fallback').checkVisibility();";
        eventually("the fallback content", || async { Ok((self.run_script(is_seen).await? == true).then_some(())) })
            .await
    }

    /// The events that the element dispatched to the page, each with its details.
    ///
    /// # Errors
    ///
    /// When the driver does not answer.
    pub async fn dispatched_events(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.run_script("return heard;").await?)?)
    }

    /// Waits until the element dispatches `event`.
    ///
    /// # Errors
    ///
    /// When the event does not come.
    pub async fn wait_for_event(&self, event: &str) -> Result<()> {
        eventually(&format!("the event {event}"), || async {
            Ok(self.dispatched_events().await?.iter().any(|heard| heard == event).then_some(()))
        })
        .await
    }

    /// Runs `script` on the page.
    ///
    /// # Errors
    ///
    /// When it throws.
    pub async fn run_script(&self, script: &str) -> Result<Value> {
        self.browser.run_script(script, Vec::new()).await
    }

    /// Answers requests for the file `name` with `answer`, until [`restore_files`](Self::restore_files).
    pub fn replace_file(&self, name: &str, answer: FakeAnswer) {
        self.faults
            .add_rule(FaultRule::new(RequestKind::Site, Occurrence::Always, Fault::Instead(answer)).for_file(name));
    }

    /// Ends all faults, so that every file is served unchanged again.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn restore_files(&self) -> Result<()> {
        self.faults.clear_rules();
        serve(self.faults)
    }
}

/// Runs a journey on the host page `name`, for a parcel that was delivered yesterday.
///
/// # Panics
///
/// When the journey fails.
pub async fn on_odd_host(name: &str, customer: impl AsyncFnOnce(&OddHost<'_>) -> Result<()>) {
    on_odd_host_within(JOURNEY, name, customer).await;
}

/// Like [`on_odd_host`], with a time limit of `patience` for slow journeys.
///
/// # Panics
///
/// As [`on_odd_host`].
pub async fn on_odd_host_within(
    patience: Duration,
    name: &str,
    customer: impl AsyncFnOnce(&OddHost<'_>) -> Result<()>,
) {
    journey_within(patience, Screen::Phone, async |shop, faults, browser| {
        serve(faults)?;
        let line = shop.line_id(Scenario::DeliveredYesterday).await?;
        browser.visit(&format!("{}/odd_hosts/{name}?order-line={line}", shop.customer_address())).await?;
        customer(&OddHost { shop, faults, browser }).await
    })
    .await;
}

/// Serves the unusual host pages instead of the shop's files. Replaces `<!-- preload -->` in them with the preload tags that the
/// build of the widget generates.
fn serve(faults: &FaultServer) -> Result<()> {
    let lines = fs::read_to_string(Environment::read()?.site.join("preload.html"))?;
    let lines = lines.replace("{path}", "/").replace("{lang}", "nl");
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("odd_hosts"))? {
        let path = entry?.path();
        let kind = if path.extension().is_some_and(|kind| kind == "js") { "text/javascript" } else { "text/html" };
        let page = fs::read_to_string(&path)?.replace("<!-- preload -->", &lines);
        let answer = FakeAnswer::file(&format!("{kind}; charset=utf-8"), page.into_bytes());
        let name = format!("odd_hosts/{}", path.file_name().unwrap_or_default().display());
        faults.add_rule(FaultRule::new(RequestKind::Site, Occurrence::Always, Fault::Instead(answer)).for_file(&name));
    }
    Ok(())
}
