//! A backend that says no, says it strangely, or is not what answers. Rows H005–H010 and H020.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result};
use damage_report_e2e::{
    browser::Screen,
    faults::{
        FakeAnswer, Fault, FaultRule, FaultServer, Occurrence, RequestKind, SeenRequest,
        request_log::{photos_resent_after_acknowledgement, photos_sent_whole},
    },
    journey::journey_with_faults,
    pages::{OrderPage, WidgetPage},
    photos::{Album, PhotoFile},
    records::BackendRecords,
    shop::Scenario,
    words::{text, text_pieces, text_with},
};
use damage_report_rules::evidence::Subject;

use crate::unreachable::page_with;

const LINE: Scenario = Scenario::DeliveredYesterday;

/// Above this, a request is not repeated by itself but offered with a time and a button: ten minutes, by issue.
const A_DAY: &str = "86400";

/// Five small photos.
fn five() -> Result<Vec<PhotoFile>> {
    Ok(Album::of_small_photos()?.all().cloned().collect())
}

/// The first request with the `number`-th photo is answered with this.
fn on_photo(number: usize, answer: FakeAnswer) -> FaultRule {
    FaultRule::new(RequestKind::KeepPhoto, Occurrence::First(1), Fault::Instead(answer)).for_photo(number)
}

fn on_claim(number: usize, answer: FakeAnswer) -> FaultRule {
    FaultRule::new(RequestKind::Submit, Occurrence::Nth(number), Fault::Instead(answer))
}

/// The requests with each photo, by its place in the order in which they came first.
fn by_photo(seen: Vec<SeenRequest>) -> Vec<Vec<SeenRequest>> {
    let mut photos: BTreeMap<Duration, Vec<SeenRequest>> = BTreeMap::new();
    for one in seen {
        let first = photos.iter().find(|(_, all)| all[0].photo == one.photo).map_or(one.at, |(first, _)| *first);
        photos.entry(first).or_default().push(one);
    }
    photos.into_values().collect()
}

#[tokio::test]
async fn h005_what_a_tired_server_says_is_asked_again_by_itself() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        faults.add_rule(FaultRule::new(
            RequestKind::ReadLine,
            Occurrence::First(1),
            Fault::Instead(FakeAnswer::from_proxy(502)),
        ));
        for (number, status) in [(1, 500), (2, 502), (3, 504), (4, 408), (5, 425)] {
            faults.add_rule(on_photo(number, FakeAnswer::from_proxy(status)));
        }
        faults.add_rule(on_claim(1, FakeAnswer::refusal(503, "storage", "later")));
        let report = OrderPage::open(browser, shop).await?.open_report_without_waiting(LINE).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        report.go_on_to(WidgetPage::Check).await?;
        let reference = report.send_claim().await?;
        let photos = by_photo(faults.seen_requests_of(RequestKind::KeepPhoto));
        assert_eq!(photos.iter().map(Vec::len).collect::<Vec<_>>(), [2; 5]);
        let claims = BackendRecords::open(shop).await?.claims(&shop.line_id(LINE).await?).await?;
        assert_eq!(claims.iter().map(|claim| &claim.reference).collect::<Vec<_>>(), [&reference]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h006_who_is_told_when_to_come_back_comes_back_then_and_rubbish_is_ignored() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let later = |after: &str| FakeAnswer::refusal(429, "rate_limited", "later").with_header("Retry-After", after);
        faults.add_rule(on_photo(1, later("2")));
        // By the shop's clock, of which the browser's may be years off.
        let date = later("Tue, 05 Jan 2027 10:00:03 GMT").with_header("Date", "Tue, 05 Jan 2027 10:00:00 GMT");
        faults.add_rule(on_photo(2, date));
        faults.add_rule(on_photo(3, later("-1")));
        faults.add_rule(on_photo(4, later("abc")));
        faults.add_rule(on_photo(5, FakeAnswer::refusal(503, "overloaded", "later")));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        browser.record_timeouts().await?;
        report.add_photos(Subject::Packaging, &five()?).await?;
        let sent = by_photo(faults.seen_requests_of(RequestKind::KeepPhoto));
        assert_eq!(sent.iter().map(Vec::len).collect::<Vec<_>>(), [2; 5]);
        // On top come up to half a second, by chance, so that not all customers come back at once.
        let waits = browser.recorded_timeouts().await?;
        let asked =
            |from: u64| waits.iter().filter(|wait| (from..=from + 500).contains(&(wait.as_millis() as u64))).count();
        assert_eq!((asked(2_000), asked(3_000)), (1, 1), "a number of seconds, and a date: {waits:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h006_who_is_told_to_come_back_tomorrow_is_told_the_time_and_has_a_button() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        faults.add_rule(on_photo(1, FakeAnswer::refusal(503, "overloaded", "later").with_header("Retry-After", A_DAY)));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.pick_photos(Subject::Packaging, &five()?[..2]).await?;
        report.wait_for_photos("wrong", 1).await?;
        report.wait_for_photos("kept", 1).await?;
        let words = report.text_of(r#".photo[data-state="wrong"]"#).await?;
        for piece in text_pieces("failure.later_at", &[]) {
            assert!(words.contains(&piece), "{piece}: {words}");
        }
        report.press_element(r#".photo[data-state="wrong"] button.small"#).await?;
        report.wait_for_photos("kept", 2).await
    })
    .await;
}

#[tokio::test]
async fn h007_what_is_refused_for_good_is_not_asked_again_and_is_said_in_words() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let refusals = [
            (400, "digest_format", "failure.refused"),
            (404, "order_unknown", "failure.order_unknown"),
            (413, "photo_too_large", "refusal.too_large"),
            (415, "photo_type", "refusal.type"),
            (422, "photo_unreadable", "refusal.unreadable"),
        ];
        for (number, (status, code, _)) in (1..).zip(refusals) {
            let answer = FakeAnswer::refusal(status, code, "never");
            faults.add_rule(
                FaultRule::new(RequestKind::KeepPhoto, Occurrence::Always, Fault::Instead(answer)).for_photo(number),
            );
        }
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.pick_photos(Subject::Packaging, &five()?).await?;
        report.wait_for_photos("wrong", 5).await?;
        let words = report.all_text().await?;
        for (status, code, key) in refusals {
            assert!(words.contains(&text(key)), "{status} {code}: {words}");
        }
        assert_eq!(faults.seen_requests_of(RequestKind::KeepPhoto).len(), 5, "none was asked again");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h008_a_token_that_expires_between_two_photos_is_renewed_and_the_customer_sees_nothing() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        faults.add_rule(on_photo(3, FakeAnswer::refusal(401, "token_expired", "new_token")));
        faults.add_rule(on_claim(1, FakeAnswer::refusal(401, "token_expired", "new_token")));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Check).await?;
        report.send_claim().await?;
        assert_eq!(
            faults.seen_requests_of(RequestKind::Token).len(),
            3,
            "one to begin with, one for each time that it expired"
        );
        assert_eq!(faults.seen_requests_of(RequestKind::KeepPhoto).len(), 6);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h009_while_the_first_of_two_is_still_in_flight_the_second_waits_and_keeps_its_key() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let in_flight = FakeAnswer::refusal(409, "idempotency_in_flight", "later").with_header("Retry-After", "1");
        faults.add_rule(on_claim(1, in_flight));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Check).await?;
        browser.record_timeouts().await?;
        report.send_claim().await?;
        let seen = faults.seen_requests_of(RequestKind::Submit);
        assert_eq!(seen.len(), 2);
        assert!(seen[0].key.is_some() && seen[0].key == seen[1].key);
        let waits = browser.recorded_timeouts().await?;
        assert!(waits.iter().any(|wait| (1_000..=1_500).contains(&wait.as_millis())), "{waits:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h010_an_answer_that_is_not_the_backends_is_no_success() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        faults.add_rule(on_photo(1, FakeAnswer::from_captive_portal()));
        faults
            .add_rule(FaultRule::new(RequestKind::KeepPhoto, Occurrence::First(1), Fault::HalfTheAnswer).for_photo(2));
        faults.add_rule(on_photo(3, FakeAnswer::empty(204)));
        faults.add_rule(on_claim(1, FakeAnswer::from_captive_portal()));
        faults.add_rule(on_claim(2, FakeAnswer::empty(204)));
        faults.add_rule(FaultRule::new(RequestKind::Submit, Occurrence::Nth(3), Fault::HalfTheAnswer));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Check).await?;
        let reference = report.send_claim().await?;
        let line = shop.line_id(LINE).await?;
        let mut records = BackendRecords::open(shop).await?;
        assert_eq!(records.photos(&line).await?.len(), 5);
        let claims = records.claims(&line).await?;
        assert_eq!(claims.iter().map(|claim| &claim.reference).collect::<Vec<_>>(), [&reference]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h010_no_redirect_takes_the_token_elsewhere() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let elsewhere = FaultServer::in_front_of(shop.socket_address()?).await?;
        // An origin that would take anything, also a token.
        let welcome = FakeAnswer::empty(204).with_header("Access-Control-Allow-Origin", "*");
        let welcome =
            welcome.with_header("Access-Control-Allow-Headers", "*").with_header("Access-Control-Allow-Methods", "*");
        let welcome =
            welcome.with_header("Access-Control-Allow-Headers", "authorization, content-type, idempotency-key");
        for asked in [RequestKind::Preflight, RequestKind::Site] {
            elsewhere.add_rule(FaultRule::new(asked, Occurrence::Always, Fault::Instead(welcome.clone())));
        }
        // The page's own policy would keep everything at home by itself.
        page_with(faults, &[])?;
        let log_in = FakeAnswer::from_captive_portal();
        faults
            .add_rule(FaultRule::new(RequestKind::Site, Occurrence::Always, Fault::Instead(log_in)).for_file("login"));
        let away = |status| FakeAnswer::redirect(status, &format!("{}/login", elsewhere.address()));
        faults.add_rule(on_photo(1, away(301)));
        faults.add_rule(on_photo(2, away(307)));
        faults.add_rule(on_photo(3, FakeAnswer::redirect(302, "/login")));
        faults.add_rule(on_claim(1, away(302)));
        faults.add_rule(on_claim(2, away(308)));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Check).await?;
        report.send_claim().await?;
        let taken = elsewhere.seen_requests().into_iter().find(|seen| seen.has_token);
        assert_eq!(taken, None, "the token went elsewhere");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn h020_of_photos_that_are_under_way_one_is_refused_the_others_stay_and_send_says_what_is_missing() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let album = Album::of_small_photos()?;
        let refusal = FakeAnswer::refusal(422, "photo_unreadable", "never");
        faults.add_rule(FaultRule::new(RequestKind::KeepPhoto, Occurrence::Always, Fault::Held(refusal)).for_photo(5));
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Device).await?;
        report.add_photos(Subject::Device, &album.device[..2]).await?;
        report.pick_photos(Subject::Device, &album.device[2..]).await?;
        report.go_on_to(WidgetPage::Check).await?;
        report.press_element("#send").await?;
        // The customer has pressed the button by the time that the answer comes.
        faults.wait_until_seen("the last photo", |seen| (photos_sent_whole(seen).len() == 5).then_some(())).await?;
        faults.release_silent_requests();
        let summary = report.error_summary_lines().await?;
        assert!(
            summary.iter().any(|line| line.contains(&text_with("violation.photos_more.device", &[("n", "1")]))),
            "{summary:?}"
        );
        assert_eq!(faults.seen_requests_of(RequestKind::Submit), [], "nothing was sent that would have been refused");
        assert_eq!(photos_resent_after_acknowledgement(&faults.seen_requests()), Vec::<&str>::new());
        let kept = BackendRecords::open(shop).await?.photos(&shop.line_id(LINE).await?).await?;
        kept.get(3).context("four photos are kept").map(drop)
    })
    .await;
}
