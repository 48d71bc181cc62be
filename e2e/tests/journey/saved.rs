//! The report that is saved in this browser: what comes back, what does when nothing can be saved, and what must not stay
//! behind. Rows B002, B005, B006, B009 and B021.

use std::slice;

use anyhow::{Context as _, Result};
use chrono::{TimeDelta, Utc};
use damage_report_e2e::{
    browser::{Browser, Screen},
    environment::Environment,
    faults::{
        BodyShare, ConnectionFault, ExchangePoint, Fault, FaultRule, Occurrence, RequestKind,
        request_log::photos_sent_whole,
    },
    journey::{journey_on, journey_with_faults},
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::{Album, PhotoFile},
    programs::CookieSetting,
    shop::Scenario,
    wait::eventually,
    words::{text, text_with},
};
use damage_report_rules::evidence::Subject;
use serde_json::Value;

const LINE: Scenario = Scenario::DeliveredYesterday;

/// The key of what the banner says where nothing can be saved.
const UNSAVED: &str = "banner.unsaved";

/// Goes on to the packaging and shows it.
async fn show_packaging(report: &ReportWidget<'_>) -> Result<()> {
    report.go_on_to(WidgetPage::Packaging).await?;
    report.add_photos(Subject::Packaging, slice::from_ref(&PhotoFile::small(0)?)).await
}

/// How many drafts and photos of drafts lie in this browser.
async fn left_behind(browser: &Browser) -> Result<Value> {
    let script = "window.left = null; indexedDB.databases().then((all) => { \
                    if (!all.some(({ name }) => name === 'damage-report')) return void (window.left = [0, 0]); \
                    const opening = indexedDB.open('damage-report'); \
                    opening.onsuccess = () => { \
                      const kept = opening.result.transaction(['drafts', 'photos']); \
                      const counts = ['drafts', 'photos'].map((name) => kept.objectStore(name).count()); \
                      kept.oncomplete = () => { \
                        window.left = counts.map(({ result }) => result); opening.result.close(); }; }; });";
    browser.run_script(script, Vec::new()).await?;
    eventually("a look into the browser's storage", || async {
        Ok(Some(browser.run_script("return window.left;", Vec::new()).await?).filter(|left| !left.is_null()))
    })
    .await
}

async fn nothing_is_left_behind(browser: &Browser) -> Result<()> {
    eventually("an empty drawer", || async {
        Ok((left_behind(browser).await? == serde_json::json!([0, 0])).then_some(()))
    })
    .await
}

#[tokio::test]
pub(crate) async fn b002_a_reload_or_another_page_in_between_loses_nothing() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        let report = orders.open_report(LINE).await?;
        show_packaging(&report).await?;

        orders.reload().await?;
        let report = orders.open_report(LINE).await?;
        let words = report.wait_for_resume_offer().await?;
        assert!(words.contains(&text_with("resume.title_photos", &[("n", "1")])), "{words}");
        report.resume_at(WidgetPage::Packaging).await?;
        report.wait_for_photos("kept", 1).await?;

        browser.visit(&format!("{}/openapi.json", shop.customer_address())).await?;
        browser.run_script("history.back();", Vec::new()).await?;
        orders.wait_for_element("[data-line]").await?;
        // From the back-forward cache it is as it was; loaded anew it is asked for again.
        let report = if orders.is_report_open(LINE).await? { report } else { orders.open_report(LINE).await? };
        if report.count_elements("#go-on").await? > 0 {
            report.resume_at(WidgetPage::Packaging).await?;
        }
        report.wait_for_photos("kept", 1).await?;
        assert_eq!(faults.seen_requests_of(RequestKind::KeepPhoto).len(), 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn b002_after_it_is_sent_a_reload_shows_the_receipt_and_nothing_of_it_stays_in_the_browser() {
    journey_with_faults(Screen::Phone, async |shop, _, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        let report = orders.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Check).await?;
        let reference = report.send_claim().await?;
        nothing_is_left_behind(browser).await?;
        orders.reload().await?;
        let report = orders.open_report(LINE).await?;
        assert_eq!(report.claim_reference().await?, reference);
        assert_eq!(report.count_elements("#go-on").await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn b002_who_starts_again_has_a_blank_report_and_the_backend_forgets_the_photos() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        show_packaging(&orders.open_report(LINE).await?).await?;
        orders.reload().await?;
        let report = orders.open_report(LINE).await?;
        report.wait_for_resume_offer().await?;
        report.start_again().await?;
        report.go_on_to(WidgetPage::Damage).await?;
        assert_eq!(report.field_value("#damage-0").await?, false);
        faults
            .wait_until_seen("the photo to be taken back", |seen| {
                seen.iter().find(|seen| seen.asked == RequestKind::ForgetPhoto && seen.is_acknowledged()).map(drop)
            })
            .await?;
        report.tick_damage().await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        assert_eq!(report.count_elements(".photo").await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn b005_without_storage_it_goes_on_in_memory_says_so_and_blocks_nothing() {
    let ways = [
        ("absent", "Object.defineProperty(window, 'indexedDB', { value: undefined });"),
        ("refused", "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };"),
        ("full", "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };"),
        ("wedged", "IDBFactory.prototype.open = () => ({});"),
        ("without encryption", "SubtleCrypto.prototype.generateKey = () => Promise.reject(new Error('no'));"),
    ];
    journey_with_faults(Screen::Phone, async |shop, _, browser| {
        for (way, script) in ways {
            let report = async {
                let orders = OrderPage::open(browser, shop).await?;
                browser.run_script(script, Vec::new()).await?;
                let report = orders.open_report(LINE).await?;
                if report.count_elements("#start-again").await? > 0 {
                    report.start_again().await?;
                }
                show_packaging(&report).await?;
                assert_eq!(report.banner_text().await?, text(UNSAVED), "{way}");
                assert_eq!(report.count_elements(".banner").await?, 1, "{way}: once");
                assert!(browser.would_ask_before_leaving().await?, "{way}: leaving would lose what is not saved");
                anyhow::Ok(report)
            };
            let report = report.await.with_context(|| format!("storage is {way}"))?;
            report.press_element(".remove").await?;
            report.wait_for_photos("kept", 0).await?;
            // A page that asks before it is left would ask here as well.
            browser.run_script("window.onbeforeunload = null;", Vec::new()).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn b005_a_database_of_a_newer_version_is_left_alone_and_the_claim_goes_in() {
    journey_with_faults(Screen::Phone, async |shop, _, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        let newer = "window.made = false; const opening = indexedDB.open('damage-report', 99); \
                     opening.onsuccess = () => { opening.result.close(); window.made = true; };";
        browser.run_script(newer, Vec::new()).await?;
        eventually("a newer database", || async {
            Ok((browser.run_script("return window.made;", Vec::new()).await? == true).then_some(()))
        })
        .await?;
        let report = orders.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Check).await?;
        assert_eq!(report.banner_text().await?, text(UNSAVED));
        report.send_claim().await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn b006_when_the_browsers_data_is_cleared_the_photos_come_back_from_the_backend() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let album = Album::of_small_photos()?;
        let orders = OrderPage::open(browser, shop).await?;
        let report = orders.open_report(LINE).await?;
        show_packaging(&report).await?;
        report.go_on_to(WidgetPage::Label).await?;
        report.add_photos(Subject::Label, slice::from_ref(&album.label)).await?;
        report.go_on_to(WidgetPage::Device).await?;
        report.add_photos(Subject::Device, &album.device).await?;
        let clear = "window.cleared = false; const deleting = indexedDB.deleteDatabase('damage-report'); \
                     deleting.onsuccess = () => { window.cleared = true; };";
        browser.run_script(clear, Vec::new()).await?;
        eventually("the data to be cleared", || async {
            Ok((browser.run_script("return window.cleared;", Vec::new()).await? == true).then_some(()))
        })
        .await?;
        // Killed, because a page that is left would ask first: what comes now is not saved any more.
        browser.kill().await?;
        browser.reopen().await?;

        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        let words = report.wait_for_resume_offer().await?;
        assert!(words.contains(&text_with("resume.title_photos", &[("n", "5")])), "{words}");
        // The answers are gone with the browser's data, and the first that is missing is asked for.
        report.resume_at(WidgetPage::Damage).await?;
        report.tick_damage().await?;
        for (place, photos) in [(WidgetPage::Packaging, 1), (WidgetPage::Label, 1), (WidgetPage::Device, 3)] {
            report.go_on_to(place).await?;
            report.wait_for_photos("kept", photos).await?;
        }
        report.go_on_to(WidgetPage::Check).await?;
        report.send_claim().await?;
        assert_eq!(photos_sent_whole(&faults.seen_requests()).into_values().collect::<Vec<_>>(), [1; 5]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn b009_leaving_is_asked_about_only_while_something_would_be_lost_by_it() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        assert!(!browser.would_ask_before_leaving().await?, "nothing was given");
        report.go_on_to(WidgetPage::Damage).await?;
        report.tick_damage().await?;
        eventually("what was given to be saved", || async {
            Ok((!browser.would_ask_before_leaving().await?).then_some(()))
        })
        .await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.fill_in_current_page_up_to_check(&Album::of_small_photos()?).await?;
        eventually("all of it to be saved", || async {
            Ok((!browser.would_ask_before_leaving().await?).then_some(()))
        })
        .await?;

        let silence = Fault::Connection(ExchangePoint::Request(BodyShare::AllBut(0)), ConnectionFault::Silence);
        faults.add_rule(FaultRule::new(RequestKind::Submit, Occurrence::First(1), silence));
        report.press_element("#send").await?;
        faults
            .wait_until_seen("the claim", |seen| seen.iter().find(|seen| seen.asked == RequestKind::Submit).map(drop))
            .await?;
        assert!(browser.would_ask_before_leaving().await?, "it is being sent");
        faults.release_silent_requests();
        report.claim_reference().await?;
        assert!(!browser.would_ask_before_leaving().await?, "it is sent");
        Ok(())
    })
    .await;
}

#[tokio::test]
pub(crate) async fn n05_where_the_browser_blocks_cookies_a_report_goes_in_from_memory() {
    let mut environment = Environment::read().expect("the environment is set");
    environment.cookies = CookieSetting::Blocked;
    let site = environment.site.clone();
    journey_on(&environment, &site, Screen::Phone, async |shop, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Check).await?;
        assert_eq!(report.banner_text().await?, text(UNSAVED));
        report.send_claim().await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn b005_a_browser_that_gives_no_locks_keeps_nobody_out() {
    journey_with_faults(Screen::Phone, async |shop, _, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        // As in a frame without an origin of its own.
        let refuse = "LockManager.prototype.request = () => Promise.reject(new DOMException('no', 'SecurityError'));";
        browser.run_script(refuse, Vec::new()).await?;
        show_packaging(&orders.open_report(LINE).await?).await
    })
    .await;
}

#[tokio::test]
async fn b021_when_the_customer_logs_out_the_shop_can_have_every_draft_forgotten() {
    journey_with_faults(Screen::Desk, async |shop, _, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        show_packaging(&orders.open_report(LINE).await?).await?;
        browser.run_script("return customElements.get('damage-report').forgetDrafts();", Vec::new()).await?;
        nothing_is_left_behind(browser).await
    })
    .await;
}

#[tokio::test]
async fn b021_with_drafts_off_nothing_is_kept_in_the_browser() {
    journey_with_faults(Screen::Desk, async |shop, _, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        let report = orders.open_report(LINE).await?;
        report.run_script("widget.setAttribute('draft', 'off');").await?;
        report.wait_for_page(WidgetPage::Start).await?;
        show_packaging(&report).await?;
        assert_eq!(report.count_elements(".banner:not([data-empty])").await?, 0, "the shop wants it so: it is no news");
        nothing_is_left_behind(browser).await
    })
    .await;
}

#[tokio::test]
async fn b021_a_draft_older_than_seven_days_is_thrown_away() {
    journey_with_faults(Screen::Desk, async |shop, _, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        let report = orders.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        report.tick_damage().await?;
        report.fill_field("textarea", "Gebarsten bij aankomst").await?;
        orders.reload().await?;
        orders.open_report(LINE).await?.wait_for_resume_offer().await?;

        // By the shop's clock; that of the device stays where it is. Whichever order is looked at, all drafts are.
        shop.set_clock(Utc::now() + TimeDelta::days(9)).await?;
        orders.reload().await?;
        orders
            .open_report_without_waiting(Scenario::OnItsWay)
            .await?
            .wait_for_text(&text("not_delivered.title"))
            .await?;
        nothing_is_left_behind(browser).await
    })
    .await;
}

#[tokio::test]
pub(crate) async fn b021_what_is_kept_on_the_disk_cannot_be_read_there() {
    journey_with_faults(Screen::Desk, async |shop, _, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        report.tick_damage().await?;
        let secret = "Kerkstraat 11 in Oegstgeest";
        report.fill_field("textarea", secret).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, slice::from_ref(&PhotoFile::small(0)?)).await?;
        browser.kill().await?;
        let files = browser.data_saved_by_pages()?;
        let in_utf16 = |words: &str| words.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
        let names = [b"damage-report".to_vec(), in_utf16("damage-report")];
        let is_named = |file: &Vec<u8>| names.iter().any(|name| holds(file, name));
        assert!(files.iter().any(is_named), "the database is there by its name");
        // As text in either encoding, and the marks that every JPEG begins with, as whole photos would.
        for trace in [secret.as_bytes(), &in_utf16(secret), b"\xff\xd8\xff\xe0\x00\x10JFIF"] {
            assert_eq!(files.iter().filter(|file| holds(file, trace)).count(), 0);
        }
        Ok(())
    })
    .await;
}

fn holds(file: &[u8], trace: &[u8]) -> bool {
    file.windows(trace.len()).any(|window| window == trace)
}
