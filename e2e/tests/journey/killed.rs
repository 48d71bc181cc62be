//! The browser is killed, and opened again with the profile that it had. Row B001.
//!
//! With SIGKILL, which nothing in a browser hears of: what is there afterwards was on the disk before.

use std::slice;

use anyhow::{Result, ensure};
use damage_report_e2e::{
    browser::{Browser, Screen},
    faults::{
        ConnectionFault, Fault, Point, RequestKind, Rule, Seen, Share, When,
        record::{photos_sent_in_vain, photos_sent_whole},
    },
    journey::journey_with_faults,
    pages::{OrderPage, Place, Report},
    photos::{Album, Photo},
    records::Records,
    shop::{Scenario, Shop},
    wait::eventually,
    words::text,
};
use damage_report_rules::evidence::Subject;
use tokio::time::Instant;

const LINE: Scenario = Scenario::DeliveredYesterday;

/// Kills the browser, opens it again, and asks for help as before.
async fn kill_and_come_back<'a>(shop: &Shop, browser: &'a mut Browser) -> Result<(Report<'a>, Instant)> {
    browser.kill().await?;
    browser.open_again().await?;
    let orders = OrderPage::open(browser, shop).await?;
    let seen = Instant::now();
    Ok((orders.ask_for_help(LINE).await?, seen))
}

/// Kills the browser, and goes on at `place` with as many photos there as are expected. Says how long it took until all of
/// them could be seen, for people to read: a second on two processors of its own.
///
/// It is killed as soon as the page would let itself be left, and not before: no disk is as fast as a driver that types.
async fn come_back_to<'a>(shop: &Shop, browser: &'a mut Browser, place: Place, photos: usize) -> Result<Report<'a>> {
    eventually("what was given to be saved", || async { Ok((!browser.asks_before_leaving().await?).then_some(())) })
        .await?;
    let (report, seen) = kill_and_come_back(shop, browser).await?;
    report.wait_for_resume_offer().await?;
    report.resume_at(place).await?;
    let there = if place == Place::Check { "canvas.picture" } else { ".photo" };
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
        let report = OrderPage::open(browser, shop).await?.ask_for_help(LINE).await?;
        report.to(Place::Damage).await?;
        report.tick_damage().await?;
        report.write("textarea", "Gebarsten bij aankomst").await?;

        let report = come_back_to(shop, browser, Place::Damage, 0).await?;
        assert_eq!(report.answer("#damage-0").await?, true);
        assert_eq!(report.answer("textarea").await?, "Gebarsten bij aankomst");
        report.to(Place::Packaging).await?;
        report.add_photos(Subject::Packaging, slice::from_ref(&album.packaging)).await?;

        let report = come_back_to(shop, browser, Place::Packaging, 1).await?;
        report.wait_for_photos("kept", 1).await?;
        report.to(Place::Label).await?;
        report.add_photos(Subject::Label, slice::from_ref(&album.label)).await?;
        report.write("#tracking-number", "3SNGEN204100019").await?;

        let report = come_back_to(shop, browser, Place::Label, 1).await?;
        assert_eq!(report.answer("#tracking-number").await?, "3SNGEN204100019");
        report.to(Place::Device).await?;
        report.add_photos(Subject::Device, &album.device).await?;

        let report = come_back_to(shop, browser, Place::Device, 3).await?;
        report.wait_for_photos("kept", 3).await?;
        report.to(Place::Check).await?;
        report.press("label:has(#wish-refund)").await?;

        let report = come_back_to(shop, browser, Place::Check, 5).await?;
        assert_eq!(report.answer("#wish-refund").await?, true);
        report.wait_for_words("Gebarsten bij aankomst").await?;
        report.send().await?;

        assert_eq!(photos_sent_whole(&faults.seen()).into_values().collect::<Vec<_>>(), [1; 5]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn b001_killed_while_photos_are_under_way_only_those_are_sent_again_that_had_not_arrived() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let album = Album::of_a_damaged_phone()?;
        for number in [2, 3] {
            let silence = Fault::Connection(Point::Request(Share::Half), ConnectionFault::Silence);
            faults.add(Rule::new(RequestKind::KeepPhoto, When::First(1), silence).for_photo(number));
        }
        let report = OrderPage::open(browser, shop).await?.ask_for_help(LINE).await?;
        report.to(Place::Packaging).await?;
        let all: Vec<Photo> = album.all().cloned().collect();
        report.pick(Subject::Packaging, &all).await?;
        faults
            .sees("two photos half-way", |seen| {
                let half =
                    seen.iter().filter(|seen| seen.asked == RequestKind::KeepPhoto && seen.received == seen.length / 2);
                (half.count() == 2).then_some(())
            })
            .await?;

        let report = come_back_to(shop, browser, Place::Packaging, 5).await?;
        report.wait_for_photos("kept", 5).await?;
        let seen = faults.seen();
        assert_eq!(photos_sent_in_vain(&seen), Vec::<&str>::new());
        assert_eq!(photos_sent_whole(&seen).into_values().collect::<Vec<_>>(), [1; 5]);
        Ok(())
    })
    .await;
}

#[tokio::test]
pub(crate) async fn b001_killed_right_after_photos_were_picked_they_are_there() {
    journey_with_faults(Screen::Phone, async |shop, _, browser| {
        let album = Album::of_a_damaged_phone()?;
        let report = OrderPage::open(browser, shop).await?.ask_for_help(LINE).await?;
        report.to(Place::Packaging).await?;
        report.pick(Subject::Packaging, &album.device).await?;
        // They show as soon as they are picked; they are read and saved before they are prepared.
        report.wait_for_count(".photo", 3).await?;
        is_saved(browser, 3).await?;
        let (report, _) = kill_and_come_back(shop, browser).await?;
        report.resume_at(Place::Packaging).await?;
        report.wait_for_photos("kept", 3).await
    })
    .await;
}

#[tokio::test]
async fn b001_a_photo_that_was_picked_after_a_film_is_there_though_the_browser_was_killed() {
    journey_with_faults(Screen::Desk, async |shop, faults, browser| {
        let silence = Fault::Connection(Point::Request(Share::Half), ConnectionFault::Silence);
        faults.add(Rule::new(RequestKind::KeepPhoto, When::First(1), silence));
        let report = OrderPage::open(browser, shop).await?.ask_for_help(LINE).await?;
        report.to(Place::Packaging).await?;
        report.pick(Subject::Packaging, &[Photo::film()?]).await?;
        report.wait_for_words(&text("refusal.type")).await?;
        report.pick(Subject::Packaging, &[Photo::small(0)?]).await?;
        // Of the film nothing is among what is saved.
        is_saved(browser, 1).await?;
        let (report, _) = kill_and_come_back(shop, browser).await?;
        report.resume_at(Place::Packaging).await?;
        report.wait_for_photos("kept", 1).await?;
        assert_eq!(report.photos("wrong").await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn b001_killed_while_the_claim_is_sent_it_goes_on_by_itself_under_the_same_key() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        // Once before the backend has heard of it, once after.
        for (number, point) in [(1, Point::Request(Share::Half)), (2, Point::Done)] {
            faults.add(Rule::new(
                RequestKind::Submit,
                When::Nth(number),
                Fault::Connection(point, ConnectionFault::Silence),
            ));
        }
        let report = OrderPage::open(browser, shop).await?.ask_for_help(LINE).await?;
        report.to(Place::Check).await?;
        report.press("#send").await?;
        faults.sees("the claim", |seen| seen.iter().find(|seen| seen.asked == RequestKind::Submit).map(drop)).await?;
        kill_and_come_back(shop, browser).await?;
        faults
            .sees("the claim to be taken", |seen| {
                let taken = |seen: &&Seen| seen.asked == RequestKind::Submit && seen.backend == Some(201);
                seen.iter().find(taken).map(drop)
            })
            .await?;

        let (report, _) = kill_and_come_back(shop, browser).await?;
        let reference = report.reference().await?;
        let keys: Vec<_> = faults.seen_of(RequestKind::Submit).into_iter().map(|seen| seen.key).collect();
        assert!(keys[0].is_some() && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
        let claims = Records::of(shop).await?.claims(&shop.line_id(LINE).await?).await?;
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
        ensure!(browser.run("return 1;", Vec::new()).await.is_err(), "it still answers");
        browser.open_again().await?;
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
        browser.run(script, Vec::new()).await?;
        let found = eventually("a look into the drawer", || async {
            Ok(Some(browser.run("return window.found;", Vec::new()).await?).filter(|found| !found.is_null()))
        });
        Ok((found.await? == photos).then_some(()))
    })
    .await
}
