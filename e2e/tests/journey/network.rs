//! Over a bad line: connections that break, fall silent, crawl, or are not there. Rows H001–H004 and H011–H013.

use std::{collections::BTreeSet, time::Duration};

use anyhow::Result;
use damage_report_e2e::{
    browser::Screen,
    faults::{
        BodyShare, ConnectionFault, ExchangePoint, FakeAnswer, Fault, FaultRule, FaultServer, Link, Occurrence,
        RequestKind,
        request_log::{photos_resent_after_acknowledgement, photos_sent_whole},
    },
    journey::journey_with_faults,
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::{Album, PhotoFile},
    records::BackendRecords,
    shop::Scenario,
    timers::TIMER_SPEED,
    wait::eventually,
    words::text,
};
use damage_report_rules::evidence::Subject;
use tokio::time::{Instant, sleep};

use crate::unreachable::page_with;

const LINE: Scenario = Scenario::DeliveredYesterday;

/// A service worker as shops have one, which does nothing yet.
const PASS_THROUGH: &str = "addEventListener('install', () => skipWaiting()); \
    addEventListener('activate', (event) => event.waitUntil(clients.claim())); \
    addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));";

/// How often is looked at photos that crawl.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

fn photos<const COUNT: usize>() -> Result<[PhotoFile; COUNT]> {
    let mut photos = Vec::new();
    for number in 0..COUNT {
        photos.push(PhotoFile::small(u8::try_from(number)?)?);
    }
    Ok(photos.try_into().expect("as many were taken"))
}

fn on_photo(number: usize, fault: Fault) -> FaultRule {
    FaultRule::new(RequestKind::KeepPhoto, Occurrence::First(1), fault).for_photo(number)
}

fn reset(point: ExchangePoint) -> Fault {
    Fault::Connection(point, ConnectionFault::Reset)
}

#[tokio::test]
async fn h001_without_a_connection_halfway_it_says_so_waits_and_goes_on_by_itself() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        let silence = Fault::Connection(ExchangePoint::Request(BodyShare::Half), ConnectionFault::Silence);
        faults.add_rule(on_photo(2, silence));
        report.pick_photos(Subject::Packaging, &photos::<4>()?).await?;
        report.wait_for_photos("kept", 3).await?;
        // The browser goes on believing that it has a network, as it does in a hotel.
        faults.go_offline().await?;
        assert_eq!(browser.run_script("return navigator.onLine;", Vec::new()).await?, true);
        let words = report.banner_text().await?;
        assert!(words.starts_with(&text("banner.offline")), "{words}");
        assert_eq!(report.count_photos("wrong").await?, 0, "nothing is wrong with a photo that waits");
        faults.go_online().await?;
        report.wait_for_photos("kept", 4).await?;
        report.wait_for_no_banner().await?;
        assert_eq!(photos_resent_after_acknowledgement(&faults.seen_requests()), Vec::<&str>::new());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h001_without_a_network_from_the_start_it_comes_by_itself_once_there_is_one() {
    journey_with_faults(Screen::Phone, async |shop, _, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        browser.disconnect().await?;
        let report = orders.open_report_without_waiting(LINE).await?;
        let words = orders.text_of("damage-report .fallback").await?;
        assert!(words.contains("Lukt het melden hier niet?"), "{words}");
        browser.reconnect().await?;
        report.wait_for_page(WidgetPage::Start).await
    })
    .await;
}

#[tokio::test]
async fn h001_opened_without_a_connection_it_says_so_and_opens_by_itself_once_there_is_one() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        // The widget's files are there already, as on a second visit.
        orders.open_report(Scenario::LongWeekend).await?;
        faults.go_offline().await?;
        let report = orders.open_report_without_waiting(LINE).await?;
        report.wait_for_text(&text("failure.opening")).await?;
        faults.go_online().await?;
        report.wait_for_page(WidgetPage::Start).await
    })
    .await;
}

#[tokio::test]
async fn h002_a_photo_whose_line_breaks_starts_again_and_the_others_do_not() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        for (number, share) in [(1, BodyShare::Bytes(1)), (2, BodyShare::Half), (3, BodyShare::AllBut(1))] {
            faults.add_rule(on_photo(number, reset(ExchangePoint::Request(share))));
        }
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, &photos::<4>()?).await?;
        let seen = faults.seen_requests_of(RequestKind::KeepPhoto);
        let received: Vec<usize> =
            seen.iter().filter(|seen| !seen.has_whole_body()).map(|seen| seen.received).collect();
        assert_eq!(received.len(), 3, "three lines broke: {received:?}");
        assert_eq!(photos_sent_whole(&seen).into_values().collect::<Vec<_>>(), [1; 4]);
        assert_eq!(seen.len(), 7, "four photos, three of them once more");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h003_a_photo_whose_answer_was_lost_is_not_sent_again() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        faults.add_rule(on_photo(1, reset(ExchangePoint::Done)));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, &photos::<1>()?).await?;
        assert_eq!(faults.seen_requests_of(RequestKind::KeepPhoto).len(), 1, "asking costs less than sending again");
        let line = shop.line_id(LINE).await?;
        assert_eq!(BackendRecords::open(shop).await?.photos(&line).await?.len(), 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h004_a_claim_whose_answer_was_lost_is_sent_again_under_its_key_and_is_one_claim() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        faults.add_rule(FaultRule::new(RequestKind::Submit, Occurrence::First(1), reset(ExchangePoint::Done)));
        faults.add_rule(FaultRule::new(
            RequestKind::Submit,
            Occurrence::Nth(2),
            reset(ExchangePoint::Answer(BodyShare::Half)),
        ));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Check).await?;
        let reference = report.send_claim().await?;
        let seen = faults.seen_requests_of(RequestKind::Submit);
        let keys: Vec<_> = seen.iter().map(|seen| seen.key.as_deref()).collect();
        assert!(keys.len() >= 3 && keys[0].is_some() && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
        let claims = BackendRecords::open(shop).await?.claims(&shop.line_id(LINE).await?).await?;
        assert_eq!(claims.iter().map(|claim| &claim.reference).collect::<Vec<_>>(), [&reference]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h011_five_photos_arrive_over_a_line_of_50_kbit_that_loses_every_fifth_segment() {
    // An eighth of the full size, at the pace of the world.
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        let standings = crawl(&report, faults, &Album::of_plain_photos(560, 420)?, Link::HALLWAY).await?;
        // Two go at a time, and the system's buffers may hold both: then nothing moves until they have arrived.
        assert!(standings.len() >= 3, "it says of each two photos that they arrived: {standings:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h011_five_photos_of_400_kb_arrive_over_it_as_well() {
    // That takes seven minutes of the customer's; line and page hurry alike, so that it takes twenty seconds of ours.
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        browser.speed_up_timers().await?;
        let line = Link::HALLWAY.sped_up(TIMER_SPEED);
        let standings = crawl(&report, faults, &Album::of_plain_photos(1640, 1230)?, line).await?;
        assert!(standings.len() > 10, "progress moves within a photo as well: {standings:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h012_a_line_that_stands_still_for_ten_seconds_is_no_failure() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let pause =
            Fault::Connection(ExchangePoint::Request(BodyShare::Half), ConnectionFault::Pause(Duration::from_secs(10)));
        faults.add_rule(on_photo(1, pause));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, &photos::<1>()?).await?;
        assert_eq!(faults.seen_requests_of(RequestKind::KeepPhoto).len(), 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h012_a_line_that_stands_still_for_good_is_given_up_and_taken_up_again() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        // Half of it would lie in the system's buffers, where the browser does not see it stand still.
        let silence = Fault::Connection(ExchangePoint::Request(BodyShare::Bytes(0)), ConnectionFault::Silence);
        faults.add_rule(on_photo(1, silence));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        browser.speed_up_timers().await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, &[PhotoFile::plain(0, 1640, 1230)?]).await?;
        // After how long is for `tests/browser` to say, where the clock stands still.
        assert_eq!(faults.seen_requests_of(RequestKind::KeepPhoto).len(), 2);
        Ok(())
    })
    .await;
}

#[tokio::test]
pub(crate) async fn behind_a_service_worker_that_hands_everything_on_a_photo_goes_over_a_thin_line_once() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        // The page's own policy would let no worker start whose address is a plain text.
        page_with(faults, &[])?;
        let worker = FakeAnswer::file("text/javascript", PASS_THROUGH.into());
        faults.add_rule(
            FaultRule::new(RequestKind::Site, Occurrence::Always, Fault::Instead(worker)).for_file("pass-through.js"),
        );
        let orders = OrderPage::open(browser, shop).await?;
        browser.run_script("navigator.serviceWorker.register('/pass-through.js');", Vec::new()).await?;
        eventually("the worker to have the page", || async {
            let has_page =
                browser.run_script("return Boolean(navigator.serviceWorker.controller);", Vec::new()).await?;
            Ok((has_page == true).then_some(()))
        })
        .await?;
        let report = orders.open_report(LINE).await?;
        browser.speed_up_timers().await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        // 300 kB at 5 kB a second: a minute of the page's, in which nothing is told.
        let thin = Link { bits_up: Some(40_000), round_trip: Duration::from_millis(100), loss: 0.0, hurry: 1 };
        faults.set_link(thin.sped_up(TIMER_SPEED));
        report.add_photos(Subject::Packaging, &[PhotoFile::plain(0, 1400, 1050)?]).await?;
        assert_eq!(faults.seen_requests_of(RequestKind::KeepPhoto).len(), 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h013_a_server_that_takes_everything_and_never_answers_is_asked_whether_it_has_it() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        faults.add_rule(on_photo(1, Fault::Connection(ExchangePoint::Done, ConnectionFault::Silence)));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        browser.speed_up_timers().await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, &photos::<1>()?).await?;
        let sent = faults.seen_requests_of(RequestKind::KeepPhoto);
        assert_eq!(sent.len(), 1, "it has it: there is no need to send it again");
        assert!(faults.seen_requests_of(RequestKind::ReadLine).len() >= 2, "and it was asked");
        Ok(())
    })
    .await;
}

/// Sends five photos over `line`, and says how long that took; gives all that the page said of their progress.
async fn crawl(report: &ReportWidget<'_>, faults: &FaultServer, album: &Album, link: Link) -> Result<BTreeSet<String>> {
    report.go_on_to(WidgetPage::Packaging).await?;
    faults.set_link(link);
    let all: Vec<PhotoFile> = album.all().cloned().collect();
    let begun = Instant::now();
    report.pick_photos(Subject::Packaging, &all).await?;
    let mut standings = BTreeSet::new();
    while report.count_photos("kept").await? < 5 {
        assert_eq!(report.count_photos("wrong").await?, 0, "slow is not wrong");
        standings.insert(report.all_text().await?);
        sleep(POLL_INTERVAL).await;
    }
    let time = begun.elapsed();
    let seen = faults.seen_requests_of(RequestKind::KeepPhoto);
    let bytes: usize = seen.iter().filter(|seen| seen.has_whole_body()).map(|seen| seen.length).sum();
    eprintln!("5 photos, {} kB sent in all, took {:.0} s over {:?}", bytes / 1000, time.as_secs_f64(), link);
    // Through buffers as large as a photo, one may be sent again whose answer would still have come.
    assert_eq!(photos_resent_after_acknowledgement(&seen), Vec::<&str>::new());
    faults.set_link(Link::default());
    report.go_on_to(WidgetPage::Label).await?;
    Ok(standings)
}
