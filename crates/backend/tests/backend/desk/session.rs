//! Sessions: how they begin, end and are forged in vain.

use std::sync::Arc;

use damage_report_backend::config::{Config, DeskPerson, DeskSettings, Role, Transport};

use super::{ANNA, BRAM, Browser, app, desk, location, person};
use crate::app::TestApp;

#[tokio::test]
async fn without_a_session_every_page_leads_to_the_sign_in_and_says_nothing() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let digest = "0".repeat(64);
    let stranger = Browser::new(&app);
    for reference in [reference.as_str(), "DR-0000000000"] {
        for path in [
            "/desk".to_owned(),
            "/desk?text=iPhone".to_owned(),
            "/desk/log".to_owned(),
            format!("/desk/claims/{reference}"),
            format!("/desk/claims/{reference}/return-label"),
            format!("/desk/claims/{reference}/download"),
            format!("/desk/claims/{reference}/photos/1"),
            format!("/desk/claims/{reference}/images/{digest}/photo"),
            format!("/desk/claims/{reference}/images/{digest}/thumbnail"),
        ] {
            let answer = stranger.get(&path).await;
            assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/desk/sign-in"), "{path}");
            assert!(answer.text().await.unwrap().is_empty());
        }
        let answer = stranger.post(&format!("/desk/claims/{reference}/actions/refund"), &[("amount", "1")]).await;
        assert_eq!(location(&answer), "/desk/sign-in");
    }
    for cookie in ["__Host-desk=", "__Host-desk=x", "desk=x", "__Host-desk"] {
        let mut forged = Browser::new(&app);
        forged.cookie = cookie.to_owned();
        assert_eq!(location(&forged.get("/desk").await), "/desk/sign-in", "{cookie}");
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_when_it_is_old() {
    let app = app().await;
    let idle = Browser::signed_in(&app, ANNA).await;
    app.set_clock("2026-11-24T11:29:00Z");
    assert_eq!(idle.get("/desk").await.status(), 200, "used within half an hour");
    app.set_clock("2026-11-24T11:58:00Z");
    assert_eq!(idle.get("/desk").await.status(), 200, "used within half an hour of that");
    app.set_clock("2026-11-24T12:29:00Z");
    assert_eq!(location(&idle.get("/desk").await), "/desk/sign-in");
    app.set_clock("2026-11-24T12:00:00Z");
    assert_eq!(location(&idle.get("/desk").await), "/desk/sign-in", "it is over also where the clock is set back");
    let busy = Browser::signed_in(&app, ANNA).await;
    for minutes in (0..=12 * 60).step_by(20) {
        let at = "2026-11-24T12:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        app.app.clock.set(at + chrono::TimeDelta::minutes(minutes));
        assert_eq!(busy.get("/desk").await.status(), 200, "{minutes}");
    }
    app.set_clock("2026-11-25T00:01:00Z");
    assert_eq!(location(&busy.get("/desk").await), "/desk/sign-in");
}

#[tokio::test]
async fn a_person_who_is_removed_or_changed_is_signed_out() {
    type Change = fn(&mut Vec<DeskPerson>);
    let changes: [(Change, bool); 4] = [
        (|_| {}, true),
        (|people| people.retain(|person| person.name != "Anna"), false),
        (|people| people[0] = person("Anna", Role::Look, ANNA), false),
        (|people| people[0] = person("Anna", Role::Decide, "another-key-of-anna-with-32-characters"), false),
    ];
    for (nth, (change, stays)) in changes.into_iter().enumerate() {
        let first = app().await;
        let cookie = Browser::signed_in(&first, ANNA).await.cookie;
        let folder = first.close().await;
        let settings = |config: &mut Config| {
            let mut changed = desk();
            change(&mut changed.people);
            config.desk = Some(changed);
        };
        let second = TestApp::on(Arc::clone(&folder), settings).await;
        let mut browser = Browser::new(&second);
        browser.cookie = cookie;
        assert_eq!(browser.get("/desk").await.status() == 200, stays, "{nth}");
    }
}

#[tokio::test]
async fn on_plain_loopback_the_cookie_has_another_name() {
    let app = TestApp::with(|config| {
        config.desk = Some(DeskSettings { transport: Transport::PlainLoopback, ..desk() });
    })
    .await;
    let answer = Browser::new(&app).sign_in(BRAM).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("desk=") && !cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn the_language_is_kept_and_leads_back_to_the_page() {
    let app = app().await;
    let mut browser = Browser::new(&app);
    assert!(browser.page("/desk/sign-in").await.contains("<html lang=\"nl\">"));
    let answer = browser.post("/desk/language", &[("language", "en"), ("back", "/desk/sign-in")]).await;
    assert_eq!(location(&answer), "/desk/sign-in");
    super::cookie_of(&answer).clone_into(&mut browser.cookie);
    assert!(browser.page("/desk/sign-in").await.contains("<html lang=\"en\">"));
    let answer = browser.post("/desk/language", &[("language", "en"), ("back", "//evil.example")]).await;
    assert_eq!(location(&answer), "/desk");
    assert_eq!(browser.post("/desk/language", &[("language", "xx")]).await.status(), 400);
}
