//! The package, as npm gives it, on order pages of other makes: without a framework, in React, in React that a server
//! rendered, in Vue; and in Leptos, with the component.
//!
//! The pages are in `frameworks/`; each shows on what page the report is and under which reference it went in, as it heard
//! that from the element, and has a button of its own that opens and closes the report.

use anyhow::Result;
use damage_report_e2e::{
    browser::{Browser, Screen},
    environment::{self, Environment},
    journey::journey_on,
    pages::{ReportWidget, WidgetPage},
    photos::Album,
    shop::Scenario,
    wait::eventually,
};
use serde_json::json;

const LINE: Scenario = Scenario::DeliveredYesterday;
const OPENING: &str = r#"button[part="opening"]"#;

#[tokio::test]
async fn on_a_page_without_a_framework() -> Result<()> {
    make_report("html").await
}

#[tokio::test]
async fn on_a_page_in_react() -> Result<()> {
    make_report("react").await
}

#[tokio::test]
async fn on_a_page_in_react_that_a_server_rendered() -> Result<()> {
    make_report("react-server").await
}

#[tokio::test]
async fn on_a_page_in_vue() -> Result<()> {
    make_report("vue").await
}

#[tokio::test]
async fn on_a_page_in_leptos() -> Result<()> {
    make_report("leptos").await
}

#[tokio::test]
async fn the_component_for_leptos_has_the_order_line_asked_for_ahead_where_the_app_wants_that() -> Result<()> {
    let (environment, site) = (Environment::read()?, environment::framework_pages_folder()?.join("leptos"));
    journey_on(&environment, &site, Screen::Phone, async |shop, browser| {
        let line = shop.line_id(LINE).await?;
        for (more, is_wanted) in [("", false), ("&prefetch", true)] {
            browser.visit(&format!("{}/?order-line={line}{more}", shop.customer_address())).await?;
            let report = ReportWidget::new(browser, "damage-report".to_owned());
            report.wait_for_element(OPENING).await?;
            assert_eq!(report.run_script("return widget.hasAttribute('prefetch');").await?, is_wanted);
        }
        Ok(())
    })
    .await;
    Ok(())
}

async fn make_report(page: &str) -> Result<()> {
    let (environment, site) = (Environment::read()?, environment::framework_pages_folder()?.join(page));
    journey_on(&environment, &site, Screen::Phone, async |shop, browser| {
        let line = shop.line_id(LINE).await?;
        browser.visit(&format!("{}/?order-line={line}", shop.customer_address())).await?;
        let report = ReportWidget::new(browser, "damage-report".to_owned());
        assert_eq!(report.text_of(OPENING).await?, "Toestel kapot?", "the page's own words");
        assert_eq!(report.run_script("return widget.state;").await?, "closed");

        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        report.wait_for_focus_on("h2").await?;
        page_says(browser, "step", "start").await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        page_says(browser, "step", "packaging").await?;

        // Closed by the page, and opened again: where it was.
        toggle(browser).await?;
        report.wait_until_gone("form").await?;
        assert_eq!(report.run_script("return widget.state;").await?, "closed");
        toggle(browser).await?;
        report.wait_for_page(WidgetPage::Packaging).await?;

        report.fill_in_current_page_up_to_check(&Album::of_small_photos()?).await?;
        let reference = report.send_claim().await?;
        page_says(browser, "reference", &reference).await?;
        assert_eq!(report.run_script("return widget.state;").await?, "sent");
        assert_eq!(browser.console_errors().await?, Vec::<String>::new());
        Ok(())
    })
    .await;
    Ok(())
}

async fn toggle(browser: &Browser) -> Result<()> {
    browser.run_script("document.querySelector('#toggle').click();", Vec::new()).await.map(drop)
}

async fn page_says(browser: &Browser, id: &str, words: &str) -> Result<()> {
    eventually(&format!("the page to say {words}"), || async {
        let said =
            browser.run_script("return document.getElementById(arguments[0]).textContent;", vec![json!(id)]).await?;
        Ok((said == words).then_some(()))
    })
    .await
}
