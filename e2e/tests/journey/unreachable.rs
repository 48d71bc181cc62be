//! A page from which the backend, or a part of the widget itself, cannot be reached or used. Rows H014–H018.

use std::fs;

use anyhow::{Context as _, Result};
use damage_report_e2e::{
    browser::{Browser, Screen},
    environment::{self, Environment},
    faults::{Answer, ConnectionFault, Fault, FaultServer, Point, RequestKind, Rule, Share, When},
    journey::journey_with_faults,
    pages::{OrderPage, Place, Report},
    photos::{Album, Photo},
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
    let mut page = Answer::file("text/html; charset=utf-8", html);
    for (name, value) in headers {
        page = page.with(name, value);
    }
    // The page itself, by a path of its own, as its files are asked for by theirs.
    faults.add(Rule::new(RequestKind::Page, When::Always, Fault::Instead(page)));
    Ok(())
}

/// A file of the site, answered in another way.
fn file(name: &str, fault: Fault) -> Rule {
    Rule::new(RequestKind::Site, When::Always, fault).for_file(name)
}

fn blocked() -> Fault {
    Fault::Connection(Point::Request(Share::Bytes(0)), ConnectionFault::Reset)
}

async fn wait_for_fallback(orders: &OrderPage<'_>) -> Result<()> {
    let words = orders.words("damage-report .fallback").await?;
    assert!(words.contains(FALLBACK), "{words}");
    Ok(())
}

async fn errors_are_counted(browser: &Browser) -> Result<()> {
    let script = "window.errors = 0; addEventListener('damage-report-error', () => { window.errors += 1; });";
    browser.run(script, Vec::new()).await.map(drop)
}

async fn wait_for_error(browser: &Browser) -> Result<()> {
    eventually("the page to hear of an error", || async {
        Ok(browser.run("return window.errors;", Vec::new()).await?.as_u64().filter(|errors| *errors > 0).map(drop))
    })
    .await
}

/// Opens the widget with an endpoint of another origin.
async fn ask_at<'a>(browser: &'a Browser, shop: &Shop, endpoint: &str) -> Result<(OrderPage<'a>, Report<'a>)> {
    let orders = OrderPage::open(browser, shop).await?;
    errors_are_counted(browser).await?;
    browser.speed_up_timers().await?;
    let report = orders.ask_for_help(LINE).await?;
    report.run(&format!("widget.setAttribute('endpoint', '{endpoint}');")).await?;
    Ok((orders, report))
}

#[tokio::test]
async fn h014_where_the_preflight_is_refused_it_says_that_the_service_cannot_be_reached_and_gives_up() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let elsewhere = FaultServer::in_front_of(shop.socket()?).await?;
        page_with(faults, &[])?;
        let (orders, report) = ask_at(browser, shop, &elsewhere.address()).await?;
        report.wait_for_words(&text_part("failure.no_service", &[])).await?;
        report.wait_for_words(&elsewhere.address()).await?;
        wait_for_fallback(&orders).await?;
        wait_for_error(browser).await?;
        let asked = elsewhere.seen();
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
            faults.clear();
            faults.add(file(name, blocked()));
            let orders = OrderPage::open(browser, shop).await?;
            errors_are_counted(browser).await?;
            orders.ask_for_help_without_waiting(LINE).await?;
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
        for name in ["report.wasm", "photo-worker.js"] {
            faults.add(file(name, blocked()));
            let report = OrderPage::open(browser, shop).await?.ask_for_help(LINE).await?;
            report.wait_for_place(Place::Start).await?;
            report.press(".primary").await?;
            report.find("[aria-busy=true]").await?;
            let banner = report.banner().await?;
            assert!([text("banner.offline"), text("banner.offline_unsaved")].contains(&banner), "{banner}");
            faults.clear();
            report.wait_for_place(Place::Damage).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h015_where_the_endpoint_is_blocked_the_shops_own_words_come_back_beside_the_trouble() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        faults.add(Rule::new(RequestKind::ReadLine, When::Always, blocked()));
        let orders = OrderPage::open(browser, shop).await?;
        errors_are_counted(browser).await?;
        browser.speed_up_timers().await?;
        let report = orders.ask_for_help_without_waiting(LINE).await?;
        report.wait_for_words(&text_part("failure.no_service", &[])).await?;
        wait_for_fallback(&orders).await?;
        wait_for_error(browser).await?;
        assert_eq!(faults.seen_of(RequestKind::ReadLine).len(), OPENING_TRIES);

        faults.clear();
        report.press(".step button").await?;
        report.wait_for_place(Place::Start).await
    })
    .await;
}

#[tokio::test]
async fn h016_wasm_that_is_served_as_text_works_all_the_same() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        for name in ["widget.wasm", "report.wasm"] {
            let wasm = fs::read(environment::built(&Environment::read()?.site)?.join(name))?;
            faults.add(file(name, Fault::Instead(Answer::file("text/plain", wasm))));
        }
        let report = OrderPage::open(browser, shop).await?.ask_for_help(LINE).await?;
        report.press(".primary").await?;
        report.wait_for_place(Place::Damage).await
    })
    .await;
}

#[tokio::test]
async fn h016_wasm_of_another_version_than_its_script_is_no_blank_box() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        // The least module there is: nothing of what the script asks it for is in it.
        let wasm = Answer::file("application/wasm", b"\0asm\x01\0\0\0".to_vec());
        faults.add(file("widget.wasm", Fault::Instead(wasm)));
        let orders = OrderPage::open(browser, shop).await?;
        errors_are_counted(browser).await?;
        orders.ask_for_help_without_waiting(LINE).await?;
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
        orders.ask_for_help_without_waiting(LINE).await?;
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
            faults.clear();
            page_with(faults, &[("Content-Security-Policy", policy)])?;
            let report = OrderPage::open(browser, shop).await?.ask_for_help(line).await?;
            report.to(Place::Check).await?;
            report.send().await?;
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
        let report = OrderPage::open(browser, shop).await?.ask_for_help(LINE).await?;
        report.to(Place::Check).await?;
        report.send().await?;
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
        let elsewhere = FaultServer::in_front_of(shop.socket()?).await?;
        let (orders, report) = ask_at(browser, shop, &elsewhere.address()).await?;
        report.wait_for_words(&text_part("failure.no_service", &[])).await?;
        wait_for_fallback(&orders).await?;
        wait_for_error(browser).await?;
        assert_eq!(elsewhere.seen(), []);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h019_a_backend_of_the_version_before_answers_and_the_report_goes_on() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        // The older version did not send some fields, and lacked some routes: which photos it keeps, and how to forget one.
        let mut line = serde_json::to_value(shop.line(LINE).await?)?;
        line.as_object_mut().context("an order line is an object")?.remove("photos");
        faults.add(Rule::new(RequestKind::ReadLine, When::Always, Fault::Instead(Answer::json(200, &line))));
        let unknown = Answer::refusal(405, "method_unknown", "never");
        faults.add(Rule::new(RequestKind::ForgetPhoto, When::Always, Fault::Instead(unknown)));
        let report = OrderPage::open(browser, shop).await?.ask_for_help(LINE).await?;
        report.to(Place::Packaging).await?;
        report.add_photos(Subject::Packaging, &[Photo::small(8)?]).await?;
        report.press(".remove").await?;
        report.wait_for_photos("kept", 0).await?;
        report.add_all_photos(&Album::of_small_photos()?).await?;
        report.send().await.map(drop)
    })
    .await;
}
