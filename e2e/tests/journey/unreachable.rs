//! A page from which the backend, or a part of the widget itself, cannot be reached or used. Rows H014–H018.

use std::fs;

use anyhow::{Context as _, Result};
use damage_report_e2e::{
    browser::{Browser, Screen},
    environment::{self, Environment},
    faults::{
        BodyShare, ConnectionFault, ExchangePoint, FakeAnswer, Fault, FaultRule, FaultServer, Occurrence, RequestKind,
    },
    journey::journey_with_faults,
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::{Album, PhotoFile},
    shop::{Scenario, Shop},
    wait::eventually,
    words::{text, text_part},
};
use damage_report_rules::evidence::Subject;

const LINE: Scenario = Scenario::DeliveredYesterday;

/// The demo shop's fallback inside the element, with a link to its own form.
const FALLBACK: &str = "Lukt het melden hier niet?";

/// The backend is asked for as often before the customer is told: ahead, once, and eight times more.
const OPENING_TRIES: usize = 10;

/// The page with these headers instead of the demo's own, which include a strict policy.
pub(crate) fn page_with(faults: &FaultServer, headers: &[(&str, &str)]) -> Result<()> {
    let html = fs::read(Environment::read()?.site.join("index.html"))?;
    let mut page = FakeAnswer::file("text/html; charset=utf-8", html);
    for (name, value) in headers {
        page = page.with_header(name, value);
    }
    // The page itself, by a path of its own, as its files are asked for by theirs.
    faults.add_rule(FaultRule::new(RequestKind::Page, Occurrence::Always, Fault::Instead(page)));
    Ok(())
}

/// A file of the site, answered in another way.
fn file(name: &str, fault: Fault) -> FaultRule {
    FaultRule::new(RequestKind::Site, Occurrence::Always, fault).for_file(name)
}

fn blocked() -> Fault {
    Fault::Connection(ExchangePoint::Request(BodyShare::Bytes(0)), ConnectionFault::Reset)
}

async fn wait_for_fallback(orders: &OrderPage<'_>) -> Result<()> {
    let words = orders.text_of("damage-report .fallback").await?;
    assert!(words.contains(FALLBACK), "{words}");
    Ok(())
}

async fn errors_are_counted(browser: &Browser) -> Result<()> {
    let script = "window.errors = 0; addEventListener('damage-report-error', () => { window.errors += 1; });";
    browser.run_script(script, Vec::new()).await.map(drop)
}

async fn wait_for_error(browser: &Browser) -> Result<()> {
    eventually("the page to hear of an error", || async {
        Ok(browser
            .run_script("return window.errors;", Vec::new())
            .await?
            .as_u64()
            .filter(|errors| *errors > 0)
            .map(drop))
    })
    .await
}

/// Opens the widget with an endpoint of another origin.
async fn ask_at<'a>(browser: &'a Browser, shop: &Shop, endpoint: &str) -> Result<(OrderPage<'a>, ReportWidget<'a>)> {
    let orders = OrderPage::open(browser, shop).await?;
    errors_are_counted(browser).await?;
    browser.speed_up_timers().await?;
    let report = orders.open_report(LINE).await?;
    report.run_script(&format!("widget.setAttribute('endpoint', '{endpoint}');")).await?;
    Ok((orders, report))
}

#[tokio::test]
async fn h014_where_the_preflight_is_refused_it_says_that_the_service_cannot_be_reached_and_gives_up() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let elsewhere = FaultServer::in_front_of(shop.socket_address()?).await?;
        page_with(faults, &[])?;
        let (orders, report) = ask_at(browser, shop, &elsewhere.address()).await?;
        report.wait_for_text(&text_part("failure.no_service", &[])).await?;
        report.wait_for_text(&elsewhere.address()).await?;
        wait_for_fallback(&orders).await?;
        wait_for_error(browser).await?;
        let asked = elsewhere.seen_requests();
        assert!(asked.iter().all(|seen| !seen.has_token), "without leave nothing but preflights is sent: {asked:?}");
        assert_eq!(asked.len(), OPENING_TRIES, "it does not go on for ever");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h015_where_the_widgets_files_are_blocked_the_shops_own_words_stay() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        for name in ["damage-report.js", "widget.js", "widget.wasm", "widget.css", "nl.json"] {
            faults.clear_rules();
            faults.add_rule(file(name, blocked()));
            let orders = OrderPage::open(browser, shop).await?;
            errors_are_counted(browser).await?;
            orders.open_report_without_waiting(LINE).await?;
            wait_for_fallback(&orders).await.with_context(|| format!("without {name}"))?;
            if name != "damage-report.js" {
                wait_for_error(browser).await.with_context(|| format!("without {name}"))?;
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h015_what_comes_after_the_first_page_is_asked_for_until_it_is_there() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        for name in ["report.wasm", "photo-worker.js", "host-page.js", "nl-report.json"] {
            faults.add_rule(file(name, blocked()));
            let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
            report.wait_for_page(WidgetPage::Start).await?;
            report.press_element(".primary").await?;
            report.wait_for_element("[aria-busy=true]").await?;
            let banner = report.banner_text().await?;
            assert!([text("banner.offline"), text("banner.offline_unsaved")].contains(&banner), "{banner}");
            faults.clear_rules();
            report.wait_for_page(WidgetPage::Damage).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h015_where_the_endpoint_is_blocked_the_shops_own_words_come_back_beside_the_trouble() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        faults.add_rule(FaultRule::new(RequestKind::ReadLine, Occurrence::Always, blocked()));
        let orders = OrderPage::open(browser, shop).await?;
        errors_are_counted(browser).await?;
        browser.speed_up_timers().await?;
        let report = orders.open_report_without_waiting(LINE).await?;
        report.wait_for_text(&text_part("failure.no_service", &[])).await?;
        wait_for_fallback(&orders).await?;
        wait_for_error(browser).await?;
        assert_eq!(faults.seen_requests_of(RequestKind::ReadLine).len(), OPENING_TRIES);

        faults.clear_rules();
        report.press_element(".step button").await?;
        report.wait_for_page(WidgetPage::Start).await
    })
    .await;
}

#[tokio::test]
async fn h016_wasm_that_is_served_as_text_works_all_the_same() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        for name in ["widget.wasm", "report.wasm"] {
            let wasm = fs::read(environment::built_widget_folder(&Environment::read()?.site)?.join(name))?;
            faults.add_rule(file(name, Fault::Instead(FakeAnswer::file("text/plain", wasm))));
        }
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.press_element(".primary").await?;
        report.wait_for_page(WidgetPage::Damage).await
    })
    .await;
}

#[tokio::test]
async fn h016_wasm_of_another_version_than_its_script_is_no_blank_box() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        // The least module there is: nothing of what the script asks it for is in it.
        let wasm = FakeAnswer::file("application/wasm", b"\0asm\x01\0\0\0".to_vec());
        faults.add_rule(file("widget.wasm", Fault::Instead(wasm)));
        let orders = OrderPage::open(browser, shop).await?;
        errors_are_counted(browser).await?;
        orders.open_report_without_waiting(LINE).await?;
        wait_for_error(browser).await?;
        wait_for_fallback(&orders).await
    })
    .await;
}

#[tokio::test]
pub(crate) async fn h017_on_a_page_that_allows_no_wasm_the_shops_own_words_stay() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        page_with(faults, &[("Content-Security-Policy", "default-src 'self'; script-src 'self'")])?;
        let orders = OrderPage::open(browser, shop).await?;
        errors_are_counted(browser).await?;
        orders.open_report_without_waiting(LINE).await?;
        wait_for_error(browser).await?;
        wait_for_fallback(&orders).await
    })
    .await;
}

#[tokio::test]
pub(crate) async fn h017_on_a_page_with_trusted_types_and_without_workers_a_device_is_reported() {
    let policies = [
        "script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'",
        "script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types 'none'; worker-src 'none'",
    ];
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        for (policy, line) in policies.into_iter().zip([LINE, Scenario::LongWeekend]) {
            faults.clear_rules();
            page_with(faults, &[("Content-Security-Policy", policy)])?;
            let report = OrderPage::open(browser, shop).await?.open_report(line).await?;
            report.go_on_to(WidgetPage::Check).await?;
            report.send_claim().await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn under_the_policy_that_the_docs_give_to_copy_a_device_is_reported() {
    let docs = include_str!("../../../docs/embedding.md");
    let policy = docs.lines().find_map(|line| line.strip_prefix("Content-Security-Policy: "));
    let policy = policy.expect("docs/embedding.md has a whole header");
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        page_with(faults, &[("Content-Security-Policy", policy)])?;
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Check).await?;
        report.send_claim().await?;
        // They include the resources that a policy refuses.
        assert_eq!(browser.console_errors().await?, Vec::<String>::new());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h018_where_the_page_may_only_ask_its_own_origin_the_shops_own_words_come_back() {
    journey_with_faults(Screen::Phone, async |shop, _, browser| {
        // The demo's own page is such a one.
        let elsewhere = FaultServer::in_front_of(shop.socket_address()?).await?;
        let (orders, report) = ask_at(browser, shop, &elsewhere.address()).await?;
        report.wait_for_text(&text_part("failure.no_service", &[])).await?;
        wait_for_fallback(&orders).await?;
        wait_for_error(browser).await?;
        assert_eq!(elsewhere.seen_requests(), []);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h019_a_backend_of_the_version_before_answers_and_the_report_goes_on() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        // The older version did not send some fields, and lacked some routes: which photos it keeps, and how to forget one.
        let mut line = serde_json::to_value(shop.order_line(LINE).await?)?;
        line.as_object_mut().context("an order line is an object")?.remove("photos");
        faults.add_rule(FaultRule::new(
            RequestKind::ReadLine,
            Occurrence::Always,
            Fault::Instead(FakeAnswer::json(200, &line)),
        ));
        let unknown = FakeAnswer::refusal(405, "method_unknown", "never");
        faults.add_rule(FaultRule::new(RequestKind::ForgetPhoto, Occurrence::Always, Fault::Instead(unknown)));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, &[PhotoFile::small(8)?]).await?;
        report.press_element(".remove").await?;
        report.wait_for_photos("kept", 0).await?;
        report.fill_in_current_page_up_to_check(&Album::of_small_photos()?).await?;
        report.send_claim().await.map(drop)
    })
    .await;
}
