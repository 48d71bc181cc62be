//! The browser is killed, and opened again with the profile that it had. Row B001.
//!
//! With SIGKILL, which nothing in a browser hears of: what is there afterwards was on the disk before.

use std::slice;

use anyhow::{Result, ensure};
use damage_report_e2e::{
    browser::{Browser, Screen},
    faults::{
        BodyShare, ConnectionFault, ExchangePoint, Fault, FaultRule, Occurrence, RequestKind, SeenRequest,
        request_log::{photos_resent_after_acknowledgement, photos_sent_whole},
    },
    journey::journey_with_faults,
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::{Album, PhotoFile},
    records::BackendRecords,
    shop::{Scenario, Shop},
    wait::eventually,
    words::text,
};
use damage_report_rules::evidence::Subject;
use tokio::time::Instant;

const LINE: Scenario = Scenario::DeliveredYesterday;

/// Kills the browser, opens it again, and asks for help as before.
async fn kill_and_come_back<'a>(shop: &Shop, browser: &'a mut Browser) -> Result<(ReportWidget<'a>, Instant)> {
    browser.kill().await?;
    browser.reopen().await?;
    let orders = OrderPage::open(browser, shop).await?;
    let seen = Instant::now();
    Ok((orders.open_report(LINE).await?, seen))
}

/// Kills the browser, and goes on at `place` with as many photos there as are expected. Says how long it took until all of
/// them could be seen, for people to read: a second on two processors of its own.
///
/// It is killed as soon as the page would let itself be left, and not before: no disk is as fast as a driver that types.
async fn come_back_to<'a>(
    shop: &Shop,
    browser: &'a mut Browser,
    place: WidgetPage,
    photos: usize,
) -> Result<ReportWidget<'a>> {
    eventually("what was given to be saved", || async {
        Ok((!browser.would_ask_before_leaving().await?).then_some(()))
    })
    .await?;
    let (report, seen) = kill_and_come_back(shop, browser).await?;
    report.wait_for_resume_offer().await?;
    report.resume_at(place).await?;
    let there = if place == WidgetPage::Check { "canvas.picture" } else { ".photo" };
    report.wait_for_count(there, photos).await?;
    let words = seen.elapsed();
    report.wait_for_count("canvas.picture", photos).await?;
    let pictures = seen.elapsed();
    let in_ms = [words, pictures].map(|time| time.as_millis());
    eprintln!("back at {place:?} with {photos} photos after {} ms, with their pictures after {}", in_ms[0], in_ms[1]);
    Ok(report)
}

#[tokio::test]
async fn b001_killed_at_any_step_everything_is_back_and_nothing_is_sent_twice() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let album = Album::of_a_damaged_phone()?;
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        report.tick_damage().await?;
        report.fill_field("textarea", "Gebarsten bij aankomst").await?;

        let report = come_back_to(shop, browser, WidgetPage::Damage, 0).await?;
        assert_eq!(report.field_value("#damage-0").await?, true);
        assert_eq!(report.field_value("textarea").await?, "Gebarsten bij aankomst");
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, slice::from_ref(&album.packaging)).await?;

        let report = come_back_to(shop, browser, WidgetPage::Packaging, 1).await?;
        report.wait_for_photos("kept", 1).await?;
        report.go_on_to(WidgetPage::Label).await?;
        report.add_photos(Subject::Label, slice::from_ref(&album.label)).await?;
        report.fill_field("#tracking-number", "3SNGEN204100019").await?;

        let report = come_back_to(shop, browser, WidgetPage::Label, 1).await?;
        assert_eq!(report.field_value("#tracking-number").await?, "3SNGEN204100019");
        report.go_on_to(WidgetPage::Device).await?;
        report.add_photos(Subject::Device, &album.device).await?;

        let report = come_back_to(shop, browser, WidgetPage::Device, 3).await?;
        report.wait_for_photos("kept", 3).await?;
        report.go_on_to(WidgetPage::Check).await?;
        report.press_element("label:has(#wish-refund)").await?;

        let report = come_back_to(shop, browser, WidgetPage::Check, 5).await?;
        assert_eq!(report.field_value("#wish-refund").await?, true);
        report.wait_for_text("Gebarsten bij aankomst").await?;
        report.send_claim().await?;

        assert_eq!(photos_sent_whole(&faults.seen_requests()).into_values().collect::<Vec<_>>(), [1; 5]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn b001_killed_while_photos_are_under_way_only_those_are_sent_again_that_had_not_arrived() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let album = Album::of_a_damaged_phone()?;
        for number in [2, 3] {
            let silence = Fault::Connection(ExchangePoint::Request(BodyShare::Half), ConnectionFault::Silence);
            faults.add_rule(FaultRule::new(RequestKind::KeepPhoto, Occurrence::First(1), silence).for_photo(number));
        }
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        let all: Vec<PhotoFile> = album.all().cloned().collect();
        report.pick_photos(Subject::Packaging, &all).await?;
        faults
            .wait_until_seen("two photos half-way", |seen| {
                let half =
                    seen.iter().filter(|seen| seen.asked == RequestKind::KeepPhoto && seen.received == seen.length / 2);
                (half.count() == 2).then_some(())
            })
            .await?;

        let report = come_back_to(shop, browser, WidgetPage::Packaging, 5).await?;
        report.wait_for_photos("kept", 5).await?;
        let seen = faults.seen_requests();
        assert_eq!(photos_resent_after_acknowledgement(&seen), Vec::<&str>::new());
        assert_eq!(photos_sent_whole(&seen).into_values().collect::<Vec<_>>(), [1; 5]);
        Ok(())
    })
    .await;
}

#[tokio::test]
pub(crate) async fn b001_killed_right_after_photos_were_picked_they_are_there() {
    journey_with_faults(Screen::Phone, async |shop, _, browser| {
        let album = Album::of_a_damaged_phone()?;
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.pick_photos(Subject::Packaging, &album.device).await?;
        // They show as soon as they are picked; they are read and saved before they are prepared.
        report.wait_for_count(".photo", 3).await?;
        is_saved(browser, 3).await?;
        let (report, _) = kill_and_come_back(shop, browser).await?;
        report.resume_at(WidgetPage::Packaging).await?;
        report.wait_for_photos("kept", 3).await
    })
    .await;
}

#[tokio::test]
async fn b001_a_photo_that_was_picked_after_a_film_is_there_though_the_browser_was_killed() {
    journey_with_faults(Screen::Desk, async |shop, faults, browser| {
        let silence = Fault::Connection(ExchangePoint::Request(BodyShare::Half), ConnectionFault::Silence);
        faults.add_rule(FaultRule::new(RequestKind::KeepPhoto, Occurrence::First(1), silence));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.pick_photos(Subject::Packaging, &[PhotoFile::huge_film()?]).await?;
        report.wait_for_text(&text("refusal.type")).await?;
        report.pick_photos(Subject::Packaging, &[PhotoFile::small(0)?]).await?;
        // Of the film nothing is among what is saved.
        is_saved(browser, 1).await?;
        let (report, _) = kill_and_come_back(shop, browser).await?;
        report.resume_at(WidgetPage::Packaging).await?;
        report.wait_for_photos("kept", 1).await?;
        assert_eq!(report.count_photos("wrong").await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn b001_killed_while_the_claim_is_sent_it_goes_on_by_itself_under_the_same_key() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        // Once before the backend has heard of it, once after.
        for (number, point) in [(1, ExchangePoint::Request(BodyShare::Half)), (2, ExchangePoint::Done)] {
            faults.add_rule(FaultRule::new(
                RequestKind::Submit,
                Occurrence::Nth(number),
                Fault::Connection(point, ConnectionFault::Silence),
            ));
        }
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Check).await?;
        report.press_element("#send").await?;
        faults
            .wait_until_seen("the claim", |seen| seen.iter().find(|seen| seen.asked == RequestKind::Submit).map(drop))
            .await?;
        kill_and_come_back(shop, browser).await?;
        faults
            .wait_until_seen("the claim to be taken", |seen| {
                let taken = |seen: &&SeenRequest| seen.asked == RequestKind::Submit && seen.backend == Some(201);
                seen.iter().find(taken).map(drop)
            })
            .await?;

        let (report, _) = kill_and_come_back(shop, browser).await?;
        let reference = report.claim_reference().await?;
        let keys: Vec<_> = faults.seen_requests_of(RequestKind::Submit).into_iter().map(|seen| seen.key).collect();
        assert!(keys[0].is_some() && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
        let claims = BackendRecords::open(shop).await?.claims(&shop.line_id(LINE).await?).await?;
        assert_eq!(claims.iter().map(|claim| &claim.reference).collect::<Vec<_>>(), [&reference]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_killed_browser_answers_nothing_more_until_it_is_opened_again() {
    journey_with_faults(Screen::Desk, async |shop, _, browser| {
        OrderPage::open(browser, shop).await?;
        browser.kill().await?;
        ensure!(browser.run_script("return 1;", Vec::new()).await.is_err(), "it still answers");
        browser.reopen().await?;
        OrderPage::open(browser, shop).await.map(drop)
    })
    .await;
}

/// Waits until as many photos are in the browser's storage.
async fn is_saved(browser: &Browser, photos: u64) -> Result<()> {
    let script = "window.found = null; const opening = indexedDB.open('damage-report'); opening.onsuccess = () => { \
                    const asked = opening.result.transaction('photos').objectStore('photos').getAllKeys(); \
                    asked.onsuccess = () => { opening.result.close(); \
                      window.found = new Set(asked.result.map(([line, photo]) => photo)).size; }; };";
    eventually(&format!("{photos} saved photos"), || async {
        browser.run_script(script, Vec::new()).await?;
        let found = eventually("a look into the drawer", || async {
            Ok(Some(browser.run_script("return window.found;", Vec::new()).await?).filter(|found| !found.is_null()))
        });
        Ok((found.await? == photos).then_some(()))
    })
    .await
}
