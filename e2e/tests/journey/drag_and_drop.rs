//! Files that are dropped on the open report from outside the browser, as Chromium hands them over.

use anyhow::{Context as _, Result};
use damage_report_e2e::{
    browser::{Browser, Screen},
    journey::journey,
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::PhotoFile,
    shop::Scenario,
    wait::eventually,
    words::text,
};
use serde_json::{Value, json};

/// Drags the files at `paths` over what `css` finds, and drops them there.
async fn drop_on(browser: &Browser, report: &ReportWidget<'_>, css: &str, paths: &[&str]) -> Result<()> {
    // The drop must hit where it was aimed.
    browser.wait_for_end_of_scrolling().await?;
    let place = format!(
        "const box = widget.shadowRoot.querySelector('{css}').getBoundingClientRect(); \
         return [box.x + box.width / 2, box.y + box.height / 2];"
    );
    let place: Value = report.run_script(&place).await?;
    for stage in ["dragEnter", "dragOver", "drop"] {
        let data = json!({ "items": [], "files": paths, "dragOperationsMask": 1 });
        let event = json!({ "type": stage, "x": place[0], "y": place[1], "data": data });
        browser.send_devtools_command("Input.dispatchDragEvent", event).await?;
    }
    Ok(())
}

#[tokio::test]
async fn dropped_on_the_heading_a_photo_is_taken_and_a_folder_says_what_it_is() {
    journey(Screen::Desk, async |shop, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::DeliveredYesterday).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        let photo = PhotoFile::small(0)?;
        let photo = photo.path().to_str().context("a path in plain letters")?;
        let folder = env!("CARGO_MANIFEST_DIR");
        drop_on(browser, &report, "h2", &[photo, folder]).await?;
        report.wait_for_photos("kept", 1).await?;
        report.wait_for_photos("wrong", 1).await?;
        report.wait_for_text(&text("refusal.unavailable")).await?;
        eventually("everything to be saved", || async {
            Ok((!browser.would_ask_before_leaving().await?).then_some(()))
        })
        .await?;
        report.wait_for_no_banner().await?;
        report.go_on_to(WidgetPage::Label).await
    })
    .await;
}

#[tokio::test]
async fn dropped_where_no_photo_is_asked_for_a_file_is_not_opened_in_place_of_the_page() {
    journey(Screen::Desk, async |shop, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::DeliveredYesterday).await?;
        let photo = PhotoFile::small(0)?;
        let photo = photo.path().to_str().context("a path in plain letters")?;
        drop_on(browser, &report, "h2", &[photo]).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        drop_on(browser, &report, "textarea", &[photo]).await?;
        report.tick_damage().await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.wait_until_gone(".photo").await
    })
    .await;
}
