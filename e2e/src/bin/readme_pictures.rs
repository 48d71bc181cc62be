//! Takes the pictures of the README: the wizard on a phone, in Dutch, from its start to the claim.
//!
//! `cargo run --package damage-report-e2e --bin readme_pictures`, with the same environment as the journeys. They are taken
//! by hand when the look has changed; nothing is compared with them.

use std::{fs, path::Path, slice};

use anyhow::Result;
use damage_report_e2e::{
    browser::{Browser, Screen},
    journey::journey,
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::Album,
    shop::Scenario,
    words::text,
};
use damage_report_rules::evidence::Subject;

/// From this package to the pictures.
const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/pictures");

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    fs::create_dir_all(PICTURES)?;
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_a_damaged_phone()?;
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::LongWeekend).await?;
        // The strip with the demo's clock lies over what is to be seen.
        browser.run_script("document.querySelector('.demo-strip')?.remove();", Vec::new()).await?;
        take(browser, &report, "start").await?;

        report.go_on_to(WidgetPage::Damage).await?;
        report.tick_damage().await?;
        report.fill_field("textarea", "Het scherm was gebarsten toen ik de doos openmaakte.").await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, slice::from_ref(&album.packaging)).await?;
        report.go_on_to(WidgetPage::Label).await?;
        report.add_photos(Subject::Label, slice::from_ref(&album.label)).await?;
        report.go_on_to(WidgetPage::Device).await?;
        report.add_photos(Subject::Device, &album.device).await?;
        take(browser, &report, "photos").await?;

        report.go_on_to(WidgetPage::Check).await?;
        report.wait_for_text(&text("check.photos_kept")).await?;
        take(browser, &report, "check").await?;
        report.send_claim().await?;
        take(browser, &report, "sent").await
    })
    .await;
    Ok(())
}

async fn take(browser: &Browser, report: &ReportWidget<'_>, name: &str) -> Result<()> {
    // No focus ring: the reader of a picture has pressed nothing.
    report.run_script("widget.shadowRoot.activeElement?.blur(); widget.scrollIntoView({ block: 'start' });").await?;
    let path = Path::new(PICTURES).join(format!("{name}.png"));
    browser.take_screenshot(&path).await?;
    println!("{}", path.display());
    Ok(())
}
