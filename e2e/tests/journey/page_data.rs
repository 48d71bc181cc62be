//! Pages that have the order line before the button is pressed: their server has written it into them, or they want it asked for when the
//! element comes near.

use std::fs;

use anyhow::Result;
use chrono::{TimeDelta, Utc};
use damage_report_e2e::{
    browser::Screen,
    environment::Environment,
    faults::{ConnectionFault, ExchangePoint, FakeAnswer, Fault, FaultRule, FaultServer, Occurrence, RequestKind},
    journey::journey_with_faults,
    odd_hosts::{OPENING, on_odd_host},
    pages::{OrderPage, ReportWidget, WidgetPage},
    wait::eventually,
};
use serde_json::json;

/// Waits until the widget has everything that a press will show: then it starts its first worker.
async fn wait_until_prepared(report: &ReportWidget<'_>) -> Result<()> {
    eventually("the first worker", || async {
        Ok((report.run_script("return window.workers > 0;").await? == true).then_some(()))
    })
    .await
}

/// Presses the button while no answer of the backend comes: the first page is there.
async fn opens_while_the_backend_is_silent(faults: &FaultServer, report: &ReportWidget<'_>) -> Result<()> {
    wait_until_prepared(report).await?;
    let silence = Fault::Connection(ExchangePoint::Done, ConnectionFault::Silence);
    faults.add_rule(FaultRule::new(RequestKind::ReadLine, Occurrence::Always, silence));
    report.press_element(OPENING).await?;
    report.wait_for_page(WidgetPage::Start).await?;
    assert_eq!(report.run_script("return widget.state;").await?, "open");
    assert_eq!(report.count_elements(".deadline .by").await?, 1, "the last day is said");
    assert_eq!(report.count_elements(".deadline .left").await?, 0, "nothing is said of the time that is left");
    assert!(report.is_focused("h2").await?);
    Ok(())
}

#[tokio::test]
async fn an_order_line_in_the_page_is_shown_without_a_request_and_the_report_begins_once_the_backend_confirms_it() {
    on_odd_host("given.html", async |page| {
        opens_while_the_backend_is_silent(page.faults, &page.report()).await?;
        let report = page.report();
        report.press_element(".step .primary").await?;
        report.wait_for_element(r#".primary[aria-busy="true"]"#).await?;
        assert_eq!(
            page.faults.seen_requests_of(RequestKind::ReadLine).len(),
            2,
            "the page's own, and that of the press"
        );
        page.restore_files()?;
        page.faults.release_silent_requests();
        report.wait_for_page(WidgetPage::Damage).await?;
        assert_eq!(page.run_script("return fetches;").await?, 0, "the token in the page is enough");
        assert_eq!(report.run_script("return widget.querySelectorAll('script').length;").await?, 1);
        page.assert_unharmed().await
    })
    .await;
}

#[tokio::test]
async fn an_order_line_that_was_asked_for_when_the_element_came_near_is_shown_without_another_request() {
    on_odd_host("prefetch.html", async |page| {
        let asked = page.faults.wait_until_seen("the order line", |seen| {
            seen.iter().find(|seen| seen.asked == RequestKind::ReadLine && seen.backend.is_some()).map(drop)
        });
        asked.await?;
        opens_while_the_backend_is_silent(page.faults, &page.report()).await?;
        page.restore_files()?;
        page.faults.release_silent_requests();
        page.report().wait_for_element(".deadline .left").await?;
        assert_eq!(page.faults.seen_requests_of(RequestKind::ReadLine).len(), 2, "near, and pressed");
        page.assert_unharmed().await
    })
    .await;
}

#[tokio::test]
async fn a_token_in_the_page_that_has_expired_is_replaced() {
    on_odd_host("given.html", async |page| {
        wait_until_prepared(&page.report()).await?;
        page.shop.set_clock(Utc::now() + TimeDelta::minutes(20)).await?;
        page.report().press_element(OPENING).await?;
        page.report().wait_for_element(".deadline .left").await?;
        let answers: Vec<_> =
            page.faults.seen_requests_of(RequestKind::ReadLine).iter().filter_map(|seen| seen.backend).collect();
        assert_eq!((answers, page.run_script("return fetches;").await?), (vec![200, 401, 200], json!(1)));
        page.report().press_element(".step .primary").await?;
        page.report().wait_for_page(WidgetPage::Damage).await
    })
    .await;
}

#[tokio::test]
async fn data_in_the_page_serves_no_other_endpoint_and_no_other_order_line() {
    for (attribute, value) in [("endpoint", "'/elsewhere'"), ("order-line", "'another'")] {
        on_odd_host("given.html", async |page| {
            wait_until_prepared(&page.report()).await?;
            let report = page.report();
            report.run_script(&format!("widget.setAttribute('{attribute}', {value});")).await?;
            report.press_element(OPENING).await?;
            page.wait_for_fallback().await?;
            assert_eq!(page.run_script("return fetches > 0;").await?, true, "{attribute}: its token is not sent there");
            let events = page.dispatched_events().await?;
            assert!(!events.contains(&"ready".to_owned()), "{attribute}: its order line is not shown: {events:?}");
            assert_eq!(
                page.faults
                    .seen_requests_of(RequestKind::ReadLine)
                    .iter()
                    .filter(|seen| seen.backend == Some(200))
                    .count(),
                1
            );
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn the_demo_has_a_page_that_shows_its_order_line_without_a_request() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let script = fs::read_to_string(Environment::read()?.site.join("demo/demo-dom.js"))?;
        let counted = FakeAnswer::file("text/javascript", (script + include_str!("../../odd_hosts/workers.js")).into());
        let rule = FaultRule::new(RequestKind::Site, Occurrence::Always, Fault::Instead(counted));
        faults.add_rule(rule.for_file("demo-dom.js"));
        let orders = OrderPage::open(browser, shop).await?;
        orders.press_element(r##"#scenes a[href*="order="]"##).await?;
        let report = ReportWidget::new(browser, "damage-report".to_owned());
        report.wait_for_element(OPENING).await?;
        report.run_script("widget.scrollIntoView();").await?;
        opens_while_the_backend_is_silent(faults, &report).await?;
        let asked = |kind| faults.seen_requests_of(kind).len();
        assert_eq!(
            (asked(RequestKind::Token), asked(RequestKind::ReadLine)),
            (0, 1),
            "the press confirms, with the page's token"
        );
        faults.clear_rules();
        faults.release_silent_requests();
        report.wait_for_element(".deadline .left").await?;
        report.go_on_to(WidgetPage::Damage).await?;
        assert_eq!(browser.console_errors().await?, Vec::<String>::new());
        Ok(())
    })
    .await;
}
