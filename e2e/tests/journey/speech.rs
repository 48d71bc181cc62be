//! The speech of every page of the widget, in Dutch and in English, is the text under `e2e/speech`.
//!
//! The shop opens on a certain Thursday, as for `looks`. `README.md` says how the texts are renewed.

use std::slice;

use anyhow::Result;
use chrono::{DateTime, TimeZone as _, Utc};
use damage_report_e2e::{
    browser::{Browser, Screen},
    journey::journey_at,
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::{Album, PhotoFile},
    shop::{Scenario, Shop},
    speech,
};
use damage_report_rules::evidence::Subject;

const LINE: Scenario = Scenario::DeliveredYesterday;

/// Thursday, at ten in the morning where the parcels were delivered.
fn opening() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 19, 9, 0, 0).single().expect("there is such a moment")
}

/// Listens to the pages one after the other.
struct Ear<'a> {
    browser: &'a Browser,
    lang: &'a str,
    /// The text to leave out, because it differs each time.
    secret: String,
    /// The pages that are heard otherwise. All are listened to before that is said.
    changed: Vec<String>,
}

impl Ear<'_> {
    async fn check(&mut self, report: &ReportWidget<'_>, page: &str) -> Result<()> {
        let mut words = speech::spoken_text(self.browser, report).await?;
        if !self.secret.is_empty() {
            words = words.replace(&self.secret, "DR-…");
        }
        let heard = speech::compare_with_reference(&format!("{}-{page}", self.lang), &words);
        self.changed.extend(heard.err().map(|error| error.to_string()));
        Ok(())
    }
}

#[tokio::test]
async fn every_page_is_heard_in_dutch_as_it_was() {
    journey_at(opening(), Screen::Phone, async |shop, browser| every_page(shop, browser, "nl").await).await;
}

#[tokio::test]
async fn every_page_is_heard_in_english_as_it_was() {
    journey_at(opening(), Screen::Phone, async |shop, browser| every_page(shop, browser, "en").await).await;
}

async fn every_page(shop: &Shop, browser: &Browser, lang: &str) -> Result<()> {
    let mut ear = Ear { browser, lang, secret: String::new(), changed: Vec::new() };
    let orders = OrderPage::open_in(browser, shop, lang).await?;
    ear.check(&orders.open_report(Scenario::OnItsWay).await?, "undelivered").await?;
    let report = orders.open_report(Scenario::Closed).await?;
    report.press_element("summary").await?;
    ear.check(&report, "closed").await?;
    browser.disconnect().await?;
    let report = orders.open_report_without_waiting(Scenario::ClosesToday).await?;
    report.wait_for_element(r#"[role="alert"] + button"#).await?;
    ear.check(&report, "unavailable").await?;
    browser.reconnect().await?;
    orders.reload().await?;

    let report = orders.open_report(LINE).await?;
    ear.check(&report, "start").await?;
    report.run_script("widget.close();").await?;
    ear.check(&report, "opening").await?;
    report.run_script("widget.open();").await?;
    report.go_on_to(WidgetPage::Damage).await?;
    report.wait_for_focus_on("h2").await?;
    ear.check(&report, "damage").await?;
    report.continue_expecting_errors().await?;
    report.wait_for_focus_on(".summary").await?;
    ear.check(&report, "damage-wrong").await?;
    report.tick_damage().await?;
    report.go_on_to(WidgetPage::Packaging).await?;
    photos(&mut ear, &report).await?;

    report.go_on_to(WidgetPage::Check).await?;
    report.wait_for_focus_on("h2").await?;
    ear.check(&report, "check").await?;
    // To the minute, which the receipt tells.
    shop.set_clock(opening()).await?;
    ear.secret = report.send_claim().await?;
    report.wait_for_focus_on("h2").await?;
    ear.check(&report, "sent").await?;
    let reference = ear.secret.clone();
    ear.check(&orders.reopen_after("return_label_issued", LINE, &reference).await?, "status").await?;
    decisions(&mut ear, shop, &orders).await?;
    assert!(ear.changed.is_empty(), "{}", ear.changed.join("\n\n"));
    Ok(())
}

/// The page of a claim after each decision that leaves the customer something to do.
async fn decisions(ear: &mut Ear<'_>, shop: &Shop, orders: &OrderPage<'_>) -> Result<()> {
    for (scenario, event, page) in [
        (Scenario::LongWeekend, "evidence_requested", "evidence-requested"),
        (Scenario::ClosesToday, "declined", "declined"),
    ] {
        shop.claimant(scenario).await?.report_damage().await?;
        orders.reload().await?;
        ear.secret = orders.badge_reference(scenario).await?;
        let reference = ear.secret.clone();
        ear.check(&orders.reopen_after(event, scenario, &reference).await?, page).await?;
    }
    Ok(())
}

/// The three pages that ask for photos: without any, with good ones, with a file that is none.
async fn photos(ear: &mut Ear<'_>, report: &ReportWidget<'_>) -> Result<()> {
    let album = Album::of_small_photos()?;
    report.wait_for_focus_on("h2").await?;
    ear.check(report, "packaging").await?;
    report.press_element("#packaging-missing").await?;
    report.continue_expecting_errors().await?;
    report.wait_for_focus_on(".summary").await?;
    ear.check(report, "packaging-wrong").await?;
    report.add_photos(Subject::Packaging, slice::from_ref(&album.packaging)).await?;
    report.go_on_to(WidgetPage::Label).await?;
    report.wait_for_focus_on("h2").await?;
    ear.check(report, "label").await?;
    report.add_photos(Subject::Label, slice::from_ref(&album.label)).await?;
    report.go_on_to(WidgetPage::Device).await?;
    report.wait_for_focus_on("h2").await?;
    report.add_photos(Subject::Device, &album.device).await?;
    report.pick_photos(Subject::Device, &[PhotoFile::from_bytes(b"no photo")?]).await?;
    report.wait_for_photos("wrong", 1).await?;
    ear.check(report, "device").await?;
    report.press_element(r#"[data-state="wrong"] .remove"#).await
}
