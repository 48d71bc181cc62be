//! Strange pages, open in a browser: what a journey does on each.
//!
//! They come past the backend's own policy, which is stricter than most of them. The pages are in `odd_hosts/`.

use std::{fs, path::Path, time::Duration};

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    browser::{Browser, Screen},
    environment::Environment,
    faults::{Answer, Fault, FaultServer, RequestKind, Rule, When},
    journey::{JOURNEY, journey_within},
    pages::{Place, Report},
    photos::Album,
    shop::{Scenario, Shop},
    wait::eventually,
};

/// The button that opens the report.
pub const OPENING: &str = r#"button[part="opening"]"#;

/// An odd page that is open in a browser.
#[derive(Debug)]
pub struct OddHost<'a> {
    /// The shop of the order.
    pub shop: &'a Shop,
    /// The fault server between the two.
    pub faults: &'a FaultServer,
    /// The browser in which it is open.
    pub browser: &'a Browser,
}

impl<'a> OddHost<'a> {
    /// The report on it.
    #[must_use]
    pub fn report(&self) -> Report<'a> {
        Report::new(self.browser, "damage-report".to_owned())
    }

    /// From the button to the confirmation.
    ///
    /// # Errors
    ///
    /// When the report does not go in, or the page is harmed.
    pub async fn a_report_goes_in(&self) -> Result<()> {
        let report = self.report();
        if report.run("return widget.state;").await? == "closed" {
            report.press(OPENING).await?;
        }
        report.is_at(Place::Start).await?;
        report.fill_in(&Album::of_small_photos()?).await?;
        let reference = report.send().await?;
        self.hears(&format!("submitted {reference}")).await?;
        self.is_unharmed().await
    }

    /// Nothing was left on `window`, and nothing went wrong that the page would hear of.
    ///
    /// # Errors
    ///
    /// When the driver does not tell.
    ///
    /// # Panics
    ///
    /// When it is not so.
    pub async fn is_unharmed(&self) -> Result<()> {
        assert_eq!(self.run("return leaked();").await?, json!([]));
        assert_eq!(self.browser.console_errors().await?, Vec::<String>::new());
        Ok(())
    }

    /// Waits for the shop's own words.
    ///
    /// # Errors
    ///
    /// When they do not come.
    pub async fn falls_back(&self) -> Result<()> {
        let is_seen = "return document.querySelector('damage-report .fallback').checkVisibility();";
        eventually("the shop's own words", || async { Ok((self.run(is_seen).await? == true).then_some(())) }).await
    }

    /// The events that the page got from the element, each with its details.
    ///
    /// # Errors
    ///
    /// When the driver does not tell.
    pub async fn heard(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.run("return heard;").await?)?)
    }

    /// Waits until the page hears `event`.
    ///
    /// # Errors
    ///
    /// When it does not.
    pub async fn hears(&self, event: &str) -> Result<()> {
        eventually(&format!("the page to hear {event}"), || async {
            Ok(self.heard().await?.iter().any(|heard| heard == event).then_some(()))
        })
        .await
    }

    /// Runs `script` on the page.
    ///
    /// # Errors
    ///
    /// When it throws.
    pub async fn run(&self, script: &str) -> Result<Value> {
        self.browser.run(script, Vec::new()).await
    }

    /// From here on the file `name` is answered with `answer`, until all is [well](Self::is_well) again.
    pub fn answers(&self, name: &str, answer: Answer) {
        self.faults.add(Rule::new(RequestKind::Site, When::Always, Fault::Instead(answer)).for_file(name));
    }

    /// From here on every file is answered as it is.
    ///
    /// # Errors
    ///
    /// Any error of the file system.
    pub fn is_well(&self) -> Result<()> {
        self.faults.clear();
        serve(self.faults)
    }
}

/// Takes `customer` to the page `name`, about a parcel that was delivered yesterday.
///
/// # Panics
///
/// When the journey fails.
pub async fn on_odd_host(name: &str, customer: impl AsyncFnOnce(&OddHost<'_>) -> Result<()>) {
    on_odd_host_within(JOURNEY, name, customer).await;
}

/// The same, for what takes longer than others.
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
        browser.visit(&format!("{}/odd_hosts/{name}?order-line={line}", shop.entrance())).await?;
        customer(&OddHost { shop, faults, browser }).await
    })
    .await;
}

/// Puts the strange pages before those of the shop. Where they say `<!-- preload -->` they have the lines that come with the
/// widget's files.
fn serve(faults: &FaultServer) -> Result<()> {
    let lines = fs::read_to_string(Environment::read()?.site.join("preload.html"))?;
    let lines = lines.replace("{path}", "/").replace("{lang}", "nl");
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("odd_hosts"))? {
        let path = entry?.path();
        let kind = if path.extension().is_some_and(|kind| kind == "js") { "text/javascript" } else { "text/html" };
        let page = fs::read_to_string(&path)?.replace("<!-- preload -->", &lines);
        let answer = Answer::file(&format!("{kind}; charset=utf-8"), page.into_bytes());
        let name = format!("odd_hosts/{}", path.file_name().unwrap_or_default().display());
        faults.add(Rule::new(RequestKind::Site, When::Always, Fault::Instead(answer)).for_file(&name));
    }
    Ok(())
}
