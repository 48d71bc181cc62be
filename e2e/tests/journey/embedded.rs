//! The widget on somebody else's page: moved, removed, twice; and what stands there when it cannot start.

use std::{fs, slice};

use anyhow::Result;
use damage_report_e2e::{
    browser::{Browser, Screen},
    environment::Environment,
    faults::{FakeAnswer, Fault, FaultRule, Occurrence, RequestKind},
    journey::{journey, journey_on, journey_with_faults},
    odd_hosts::{OPENING, on_odd_host},
    pages::{OrderPage, WidgetPage},
    photos::{Album, PhotoFile},
    pointer::{Point, Pointer},
    records::BackendRecords,
    shop::Scenario,
    wait::eventually,
    words::{text, text_part, text_pieces},
};
use damage_report_rules::evidence::Subject;

const LINE: Scenario = Scenario::DeliveredYesterday;
const FALLBACK: &str = "Lukt het melden hier niet?";

#[tokio::test]
pub(crate) async fn moved_on_the_page_the_widget_keeps_what_was_filled_in() {
    journey(Screen::Desk, async |shop, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        report.tick_damage().await?;
        report.fill_field("textarea", "Gebarsten bij aankomst").await?;
        report.run_script("widget.parentElement.append(widget);").await?;
        assert_eq!(report.field_value("#damage-0").await?, true);
        assert_eq!(report.field_value("textarea").await?, "Gebarsten bij aankomst");
        report.go_on_to(WidgetPage::Packaging).await?;
        assert_eq!(browser.console_errors().await?, Vec::<String>::new());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn twice_on_a_page_each_has_its_own_answers() {
    journey(Screen::Desk, async |shop, browser| {
        let photo = PhotoFile::small(0)?;
        let orders = OrderPage::open(browser, shop).await?;
        let first = orders.open_report(LINE).await?;
        let second = orders.open_report(Scenario::ClosesToday).await?;
        for report in [&first, &second] {
            report.go_on_to(WidgetPage::Damage).await?;
        }
        first.tick_damage().await?;
        assert_eq!(second.field_value("#damage-0").await?, false);
        second.tick_damage().await?;
        for report in [&first, &second] {
            report.go_on_to(WidgetPage::Packaging).await?;
        }
        first.add_photos(Subject::Packaging, slice::from_ref(&photo)).await?;
        assert_eq!(second.count_elements(".photo").await?, 0);
        // The same picture for another order is another photo.
        second.add_photos(Subject::Packaging, slice::from_ref(&photo)).await?;
        assert_eq!(browser.answered_requests("/photos/").await?.len(), 2);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn removed_during_an_upload_the_widget_ends_quietly() {
    journey(Screen::Desk, async |shop, browser| {
        let album = Album::of_a_damaged_phone()?;
        let orders = OrderPage::open(browser, shop).await?;
        let report = orders.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        browser.throttle_network().await?;
        report.pick_photos(Subject::Packaging, &album.device).await?;
        report.wait_for_text(&text_part("photos.uploading", &[])).await?;
        report.run_script("widget.remove();").await?;
        browser.reconnect().await?;

        // A late event would have come by the time that another widget is at the same place.
        let other = orders.open_report(Scenario::ClosesToday).await?;
        other.go_on_to(WidgetPage::Packaging).await?;
        other.add_photos(Subject::Packaging, slice::from_ref(&album.packaging)).await?;
        let sent = browser.answered_requests(&format!("/{}/photos/", shop.line_id(LINE).await?)).await?;
        assert!(sent.len() <= 2, "only what was on its way can have been asked for: {sent:?}");
        assert_eq!(browser.console_errors().await?, Vec::<String>::new());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn without_a_token_the_customer_is_told_and_the_shops_own_words_stay() {
    journey(Screen::Phone, async |shop, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        listen_for_errors(browser).await?;
        // As a shop's own backend answers whose session is over.
        let script = "window.honest = window.fetch; window.fetch = (address, options) => \
                      String(address).endsWith('/demo/token') ? Promise.resolve(new Response('{}', { status: 401 })) : \
                      window.honest(address, options);";
        browser.run_script(script, Vec::new()).await?;
        let report = orders.open_report_without_waiting(LINE).await?;
        report.wait_for_text(&text_pieces("failure.signed_out", &[])[0]).await?;
        assert!(orders.text_of("damage-report .fallback").await?.contains(FALLBACK));
        wait_for_error(browser).await?;

        browser.run_script("window.fetch = window.honest;", Vec::new()).await?;
        report.press_element(".step button").await?;
        report.wait_for_page(WidgetPage::Start).await?;
        let is_seen = report.run_script("return widget.querySelector('.fallback').checkVisibility();").await?;
        assert_eq!(is_seen, false);
        Ok(())
    })
    .await;
}

#[tokio::test]
pub(crate) async fn without_its_wasm_the_shops_own_words_stay() -> Result<()> {
    let environment = Environment::read()?;
    let site = tempfile::tempdir()?;
    copy_without(&environment.site, site.path(), "widget.wasm")?;
    journey_on(&environment, site.path(), Screen::Phone, async |shop, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        listen_for_errors(browser).await?;
        orders.open_report_without_waiting(LINE).await?;
        wait_for_error(browser).await?;
        assert!(orders.text_of("damage-report .fallback").await?.contains(FALLBACK));
        Ok(())
    })
    .await;
    Ok(())
}

#[tokio::test]
async fn b016_a_page_that_styles_everything_and_takes_names_that_scripts_use_does_no_harm() {
    journey(Screen::Desk, async |shop, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        let hostile = "const sheet = new CSSStyleSheet(); \
                       sheet.replaceSync('button, input, label { all: unset } * { font: 3px serif; letter-spacing: 2em } \
                                          p, h2, h3, canvas, .demo-tools { display: none !important }'); \
                       document.adoptedStyleSheets.push(sheet); \
                       for (const name of ['crypto', 'fetch', 'indexedDB', 'navigator', 'body', 'fonts']) { \
                         const form = document.createElement('form'); form.name = form.id = name; \
                         document.querySelector('body').append(form); } \
                       const base = document.createElement('base'); base.href = 'https://elsewhere.invalid/'; \
                       document.querySelector('head').prepend(base); \
                       Array.prototype.last = Object.prototype.mixin = function () {};";
        browser.run_script(hostile, Vec::new()).await?;
        let report = orders.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Check).await?;
        report.send_claim().await?;
        report.wait_for_text(&text("status.title")).await
    })
    .await;
}

#[tokio::test]
async fn b019_with_the_token_of_another_order_nothing_of_the_report_is_sent_under_that_order() {
    journey_with_faults(Screen::Desk, async |shop, faults, browser| {
        let other = shop.line_id(Scenario::LongWeekend).await?;
        let orders = OrderPage::open(browser, shop).await?;
        let report = orders.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Check).await?;
        let swap = "const body = JSON.stringify({ order_line: 'OTHER' }); \
                    const headers = { 'Content-Type': 'application/json' }; \
                    widget.getToken = async () => \
                      (await (await fetch('/demo/token', { method: 'POST', headers, body })).json()).token;";
        report.run_script(&swap.replace("OTHER", &other)).await?;
        let expired = FakeAnswer::refusal(401, "token_expired", "new_token");
        faults.add_rule(FaultRule::new(RequestKind::Submit, Occurrence::First(1), Fault::Instead(expired)));
        report.press_element("#send").await?;
        assert_eq!(report.error_summary_lines().await?, [text("failure.order_unknown")]);
        let mut records = BackendRecords::open(shop).await?;
        assert_eq!((records.claims(&other).await?, records.count_photo_files(&other)?), (Vec::new(), 0));

        // Everything is kept for when the right token is there again.
        orders.reload().await?;
        let report = orders.open_report(LINE).await?;
        report.resume_at(WidgetPage::Check).await?;
        report.send_claim().await.map(drop)
    })
    .await;
}

async fn listen_for_errors(browser: &Browser) -> Result<()> {
    let script = "addEventListener('damage-report-error', ({ target }) => { window.told = target.localName; });";
    browser.run_script(script, Vec::new()).await.map(drop)
}

async fn wait_for_error(browser: &Browser) -> Result<()> {
    eventually("the page to hear of the error", || async {
        let told = browser.run_script("return window.told ?? null;", Vec::new()).await?;
        Ok((told == "damage-report").then_some(()))
    })
    .await
}

/// Copies the folder `from` into the folder `to`, but for the file `left_out`.
fn copy_without(from: &std::path::Path, to: &std::path::Path, left_out: &str) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&copy)?;
            copy_without(&entry.path(), &copy, left_out)?;
        } else if entry.file_name() != left_out {
            fs::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_finger_that_is_put_on_the_button_asks_for_the_order_line_and_a_mouse_that_passes_over_it_does_so_once() {
    for pointer in [Pointer::Finger, Pointer::Mouse] {
        on_odd_host("dark.html", async |page| {
            let report = page.report();
            let count = "window.fetches = 0; const { getToken } = widget; \
                         widget.getToken = () => { window.fetches++; return getToken(); };";
            report.run_script(count).await?;
            // The report's code takes this property over, and then listens to the button.
            let is_there = "return !!Object.getOwnPropertyDescriptor(widget, 'messages')?.get;";
            eventually("the report's code", || async {
                Ok((report.run_script(is_there).await? == true).then_some(()))
            })
            .await?;
            let button = Point::scroll_to_centre_of(&report, OPENING).await?;
            pointer.reach(page.browser, button).await?;
            let fetches = "return window.fetches;";
            assert_eq!(report.run_script(fetches).await?, 1, "{pointer:?}");
            assert_eq!(report.run_script("return widget.state;").await?, "closed");
            if pointer == Pointer::Mouse {
                pointer.reach(page.browser, Point::CORNER).await?;
                pointer.reach(page.browser, button).await?;
                assert_eq!(report.run_script(fetches).await?, 1, "it passes over again");
            }
            page.assert_unharmed().await
        })
        .await;
    }
}

#[tokio::test]
async fn pointed_at_the_button_asks_for_the_order_line_and_pressed_it_does_not_ask_again() {
    on_odd_host("dark.html", async |page| {
        let report = page.report();
        let point = "widget.shadowRoot.querySelector('button').dispatchEvent(new PointerEvent('pointerenter'));";
        eventually("the order line to be asked for", || async {
            report.run_script(point).await?;
            Ok((!page.faults.seen_requests_of(RequestKind::ReadLine).is_empty()).then_some(()))
        })
        .await?;
        assert_eq!(report.run_script("return widget.state;").await?, "closed");
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        assert_eq!(page.faults.seen_requests_of(RequestKind::ReadLine).len(), 1);
        page.assert_unharmed().await
    })
    .await;
}
