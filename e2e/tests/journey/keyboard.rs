//! The whole way without a mouse.

use anyhow::{Result, bail};
use damage_report_e2e::{
    browser::{Browser, Screen},
    journey::journey,
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::{Album, PhotoFile},
    shop::Scenario,
};
use thirtyfour::Key;

/// More tab stops than any page of the widget has.
const TAB_STOPS: usize = 40;

#[tokio::test]
pub(crate) async fn a_device_is_reported_without_a_mouse() {
    journey(Screen::Desk, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let orders = OrderPage::open(browser, shop).await?;
        // Opening it takes no more than the page's own button; the focus stays there.
        let help = orders.wait_for_element(r#"[data-scenario="delivered_yesterday"] [data-part="help"]"#).await?;
        help.focus().await?;
        browser.press_key(Key::Enter).await?;
        let report = ReportWidget::new(browser, r#"[data-scenario="delivered_yesterday"] damage-report"#.to_owned());
        report.wait_for_page(WidgetPage::Start).await?;
        assert!(report.focused_element().await?.is_none(), "the widget takes no focus when it opens");

        press_on(browser, &report, ".primary", Key::Enter).await?;
        arrives(&report, WidgetPage::Damage).await?;
        press_on(browser, &report, "#damage-0", Key::Space).await?;
        press_on(browser, &report, "#damage-2", Key::Space).await?;
        press_on(browser, &report, ".primary", Key::Enter).await?;

        arrives(&report, WidgetPage::Packaging).await?;
        pick_on(browser, &report, "input#packaging", &[&album.packaging]).await?;
        press_on(browser, &report, ".primary", Key::Enter).await?;
        arrives(&report, WidgetPage::Label).await?;
        pick_on(browser, &report, "input#label", &[&album.label]).await?;
        press_on(browser, &report, ".primary", Key::Enter).await?;
        arrives(&report, WidgetPage::Device).await?;
        let [first, second, third] = &album.device;
        pick_on(browser, &report, "input#device", &[first, second]).await?;

        // Too few: the summary takes the focus, and leads to where it is put right.
        press_on(browser, &report, ".primary", Key::Enter).await?;
        report.wait_for_focus_on(".summary").await?;
        press_on(browser, &report, ".summary li button", Key::Enter).await?;
        report.wait_for_focus_on("input#device").await?;
        pick_on(browser, &report, "input#device", &[first, third]).await?;
        report.wait_for_photos("wrong", 1).await?;
        press_on(browser, &report, r#".photo[data-state="wrong"] .remove"#, Key::Enter).await?;
        report.wait_for_photos("wrong", 0).await?;
        press_on(browser, &report, ".primary", Key::Enter).await?;

        arrives(&report, WidgetPage::Check).await?;
        press_on(browser, &report, "#send", Key::Enter).await?;
        arrives(&report, WidgetPage::Status).await?;
        assert_eq!(orders.badge_reference(Scenario::DeliveredYesterday).await?, report.claim_reference().await?);
        Ok(())
    })
    .await;
}

/// A page opens with the focus on its heading, where a screen reader begins to read.
async fn arrives(report: &ReportWidget<'_>, place: WidgetPage) -> Result<()> {
    report.wait_for_page(place).await?;
    report.wait_for_focus_on("h2").await
}

/// Goes to what `css` finds by the Tab key, and presses `key` there.
async fn press_on(browser: &Browser, report: &ReportWidget<'_>, css: &str, key: Key) -> Result<()> {
    tab_to(browser, report, css).await?;
    browser.press_key(key).await
}

/// Goes to the file input that `css` finds by the Tab key, and picks `photos` there. The browser's own window for
/// files, which is not the widget's, is passed over.
async fn pick_on(browser: &Browser, report: &ReportWidget<'_>, css: &str, photos: &[&PhotoFile]) -> Result<()> {
    tab_to(browser, report, css).await?;
    let Some(input) = report.focused_element().await? else { bail!("{css} has lost the focus") };
    let paths: Vec<_> = photos.iter().map(|photo| photo.path().display().to_string()).collect();
    Ok(input.send_keys(paths.join("\n")).await?)
}

async fn tab_to(browser: &Browser, report: &ReportWidget<'_>, css: &str) -> Result<()> {
    report.wait_for_element(css).await?;
    for _ in 0..TAB_STOPS {
        if report.is_focused(css).await? {
            return Ok(());
        }
        browser.press_key(Key::Tab).await?;
    }
    bail!("{css} cannot be reached by the Tab key")
}
