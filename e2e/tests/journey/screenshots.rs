//! Every page of the widget looks like its picture, on a phone and on a desk, under `e2e/screenshots`.
//!
//! Dates and times stand still here: the shop opens on a certain Thursday, references are covered,
//! letters are those that every machine with these tests has. `README.md` says how the pictures are renewed.

use std::slice;

use anyhow::Result;
use chrono::{DateTime, TimeZone as _, Utc};
use damage_report_e2e::{
    browser::{Browser, Screen},
    journey::journey_at,
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::{Album, PhotoFile},
    screenshots,
    shop::{Scenario, Shop},
    words::text,
};
use damage_report_rules::evidence::Subject;
use tempfile::NamedTempFile;

const LINE: Scenario = Scenario::DeliveredYesterday;

/// Letters that are the same on every machine, and stand in the same places however it fits them to points; nothing has the focus, the pointer over it or the
/// light of a finger that touched it; no reference can be read.
const STAND_STILL: &str = r#"
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
        * {
            font-family: "Liberation Sans" !important;
            text-rendering: geometricPrecision !important;
            -webkit-tap-highlight-color: transparent;
        }
        /* The browser's own have another shade under the pointer, which nothing else changes. */
        input:is([type="checkbox"], [type="radio"]) { appearance: none; border: 2px solid var(--_edge); }
        input:checked { background: var(--_accent); }
        .reference { color: transparent !important; background: currentColor; }`);
    const root = widget.shadowRoot;
    // Where the pointer rests depends on what was pressed last.
    for (const sheet of root.adoptedStyleSheets) {
        for (let n = sheet.cssRules.length; n-- > 0; ) {
            if (sheet.cssRules[n].selectorText?.includes(":hover")) sheet.deleteRule(n);
        }
    }
    if (!widget.isStill) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    widget.isStill = true;
    root.activeElement?.blur();
    document.querySelector(".demo-strip")?.remove();
    const reference = root.querySelector(".reference");
    if (reference) reference.textContent = "DR-0000000000";
    // Half as large, as it is kept: a picture shows no more than the window.
    widget.style.transformOrigin = "top left";
    widget.style.transform = "scale(0.5)";
    const step = root.querySelector(".step");
    step.scrollIntoView({ block: "start" });
    return document.fonts.ready.then(() => {
        const { left, top, width, height } = step.getBoundingClientRect();
        const [x, y, w, h] = [left, top, width, height].map(Math.round);
        return { left: x, top: y, width: w, height: h, window: innerWidth };
    });"#;

/// Thursday, at ten in the morning where the parcels were delivered.
fn opening() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 19, 9, 0, 0).single().expect("there is such a moment")
}

/// Compares the pages one after the other.
struct Eye<'a> {
    browser: &'a Browser,
    /// The prefix of this screen's pictures.
    screen: &'a str,
    /// The pages that look otherwise. All are looked at before that is said.
    changed: Vec<String>,
}

impl Eye<'_> {
    async fn sees(&mut self, report: &ReportWidget<'_>, page: &str) -> Result<()> {
        let place = serde_json::from_value(report.run_script(STAND_STILL).await?)?;
        let picture = NamedTempFile::new()?;
        self.browser.take_screenshot(picture.path()).await?;
        report.run_script("widget.style.transform = 'none';").await?;
        let seen = screenshots::compare_with_reference(&format!("{}-{page}", self.screen), picture.path(), &place);
        self.changed.extend(seen.err().map(|error| error.to_string()));
        Ok(())
    }
}

#[tokio::test]
async fn every_page_looks_on_a_phone_as_it_did() {
    journey_at(opening(), Screen::Phone, async |shop, browser| every_page(shop, browser, "phone").await).await;
}

#[tokio::test]
async fn every_page_looks_on_a_desk_as_it_did() {
    journey_at(opening(), Screen::Desk, async |shop, browser| every_page(shop, browser, "desk").await).await;
}

async fn every_page(shop: &Shop, browser: &Browser, screen: &str) -> Result<()> {
    let mut eye = Eye { browser, screen, changed: Vec::new() };
    let album = Album::of_a_damaged_phone()?;
    let orders = OrderPage::open(browser, shop).await?;
    for (scenario, page) in [(Scenario::Closed, "closed"), (Scenario::OnItsWay, "on-its-way")] {
        eye.sees(&orders.open_report(scenario).await?, page).await?;
    }
    let report = orders.open_report(LINE).await?;
    eye.sees(&report, "start").await?;
    report.go_on_to(WidgetPage::Damage).await?;
    report.continue_expecting_errors().await?;
    eye.sees(&report, "damage").await?;
    report.tick_damage().await?;
    report.fill_field("textarea", "Gebarsten bij aankomst, de doos had een deuk.").await?;
    report.go_on_to(WidgetPage::Packaging).await?;
    report.press_element("#packaging-missing").await?;
    report.wait_for_element(".reasons").await?;
    eye.sees(&report, "packaging-missing").await?;
    report.press_element("#packaging-missing").await?;
    report.wait_until_gone(".reasons").await?;
    photos(&mut eye, &report, &album).await?;
    report.go_on_to(WidgetPage::Check).await?;
    report.wait_for_text(&text("check.photos_kept")).await?;
    eye.sees(&report, "check").await?;
    // To the minute, which the receipt tells.
    shop.set_clock(opening()).await?;
    let reference = report.send_claim().await?;
    eye.sees(&report, "sent").await?;
    eye.sees(&orders.reopen_after("return_label_issued", LINE, &reference).await?, "status").await?;
    decisions(&mut eye, shop, &orders).await?;
    assert!(eye.changed.is_empty(), "{}", eye.changed.join("\n"));
    Ok(())
}

/// The page of a claim after each decision that leaves the customer something to do.
async fn decisions(eye: &mut Eye<'_>, shop: &Shop, orders: &OrderPage<'_>) -> Result<()> {
    let claims = [
        (Scenario::LongWeekend, "evidence_requested", "evidence-requested"),
        (Scenario::ClosesToday, "declined", "declined"),
        // The seller may still pay after they declined.
        (Scenario::ClosesToday, "partially_refunded", "partially-refunded"),
    ];
    for scenario in [Scenario::LongWeekend, Scenario::ClosesToday] {
        shop.claimant(scenario).await?.report_damage().await?;
    }
    orders.reload().await?;
    for (scenario, event, page) in claims {
        let reference = orders.badge_reference(scenario).await?;
        let report = orders.reopen_after(event, scenario, &reference).await?;
        // On a desk that page is longer than the window.
        if (eye.screen, page) != ("desk", "evidence-requested") {
            eye.sees(&report, page).await?;
        }
    }
    Ok(())
}

/// The three pages that ask for photos, with good ones and a file that is none.
async fn photos(eye: &mut Eye<'_>, report: &ReportWidget<'_>, album: &Album) -> Result<()> {
    report.add_photos(Subject::Packaging, slice::from_ref(&album.packaging)).await?;
    report.pick_photos(Subject::Packaging, &[PhotoFile::from_bytes(b"no photo")?]).await?;
    report.wait_for_photos("wrong", 1).await?;
    eye.sees(report, "packaging").await?;
    report.press_element(r#"[data-state="wrong"] .remove"#).await?;
    report.go_on_to(WidgetPage::Label).await?;
    eye.sees(report, "label").await?;
    report.add_photos(Subject::Label, slice::from_ref(&album.label)).await?;
    report.go_on_to(WidgetPage::Device).await?;
    report.add_photos(Subject::Device, &album.device).await?;
    report.wait_for_count("canvas", 3).await?;
    eye.sees(report, "device").await
}
