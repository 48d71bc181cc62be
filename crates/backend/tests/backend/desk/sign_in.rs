//! Signing in, out and in vain.

use reqwest::Method;

use super::{ANNA, BRAM, Browser, app, cookie_of, desk, location};
use crate::app::{TestApp, refusal};

#[tokio::test]
async fn without_a_desk_in_the_configuration_its_addresses_are_unknown() {
    let without = TestApp::new().await;
    let browser = Browser::new(&without);
    for path in ["/desk", "/desk/sign-in", "/desk/log", "/desk/claims/DR-7K3M9QXA2T", "/desk/files/desk.css"] {
        let unknown = refusal(browser.get("/nowhere").await).await;
        assert_eq!(refusal(browser.get(path).await).await, unknown, "{path}");
    }
    let answer = browser.post("/desk/sign-in", &[("key", ANNA)]).await;
    assert_eq!(answer.status(), 404);
}

#[tokio::test]
async fn the_cookie_is_one_that_nobody_else_can_set_read_or_send() {
    let app = app().await;
    let answer = Browser::new(&app).sign_in(ANNA).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    let token = pair.strip_prefix("__Host-desk=").unwrap();
    assert!(
        token.len() == 43 && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)),
        "{token}"
    );
    assert_eq!(attributes, "Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure");
    assert!(answer.text().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_session_is_stored_without_what_opens_it() {
    let app = app().await;
    let answer = Browser::new(&app).sign_in(ANNA).await;
    let token = cookie_of(&answer).split_once('=').unwrap().1.to_owned();
    app.app.store.truncate_wal().await.unwrap();
    for file in app.files("") {
        for secret in [token.as_bytes(), ANNA.as_bytes()] {
            assert!(!file.windows(secret.len()).any(|bytes| bytes == secret));
        }
    }
}

#[tokio::test]
async fn each_sign_in_gets_a_new_token_and_ends_the_session_that_was_brought() {
    let app = app().await;
    let mut browser = Browser::new(&app);
    // Whoever plants a cookie in somebody's browser knows no session by it afterwards.
    browser.cookie = "__Host-desk=planted-by-somebody-else".to_owned();
    let first = browser.sign_in(ANNA).await;
    let first = cookie_of(&first).to_owned();
    assert_ne!(first, browser.cookie);
    assert_eq!(browser.get("/desk").await.status(), 303);
    browser.cookie.clone_from(&first);
    assert_eq!(browser.get("/desk").await.status(), 200);
    let second = browser.sign_in(ANNA).await;
    assert_ne!(cookie_of(&second), first);
    assert_eq!(location(&browser.get("/desk").await), "/desk/sign-in", "the first session is over");
}

#[tokio::test]
async fn a_key_that_nobody_has_is_refused_and_logged_without_the_key() {
    let app = app().await;
    for key in ["", "short", "a-key-that-nobody-has-with-32-characters-or-more", &ANNA[..43], &format!("{ANNA}x")] {
        let answer = Browser::new(&app).sign_in(key).await;
        assert_eq!(answer.status(), 422);
        assert!(!answer.headers().contains_key("set-cookie"));
        let page = answer.text().await.unwrap();
        assert!(page.contains("role=\"alert\"") && (key.is_empty() || !page.contains(key)), "{page}");
    }
    let log = Browser::signed_in(&app, BRAM).await.page("/desk/log").await;
    assert_eq!(log.matches("Inloggen geweigerd").count(), 5, "{log}");
    assert!(!log.contains("a-key-that-nobody-has"));
}

#[tokio::test]
async fn keys_cannot_be_guessed_for_long() {
    let app = app().await;
    let browser = Browser::new(&app);
    for _ in 0..damage_report_backend::throttle::SIGN_INS_PER_MINUTE {
        assert_eq!(browser.sign_in("a-key-that-nobody-has-with-32-characters").await.status(), 422);
    }
    let answer = browser.sign_in(ANNA).await;
    assert_eq!(answer.status(), 429, "the right key, too");
    assert!(answer.headers().contains_key("retry-after"));
    assert!(answer.text().await.unwrap().contains("Even geduld"));
}

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_in() {
    let app = app().await;
    let browser = Browser::new(&app);
    for (site, origin) in
        [("cross-site", "https://evil.example"), ("same-site", "https://shop.example"), ("none", "null")]
    {
        let request = browser.request(Method::POST, "/desk/sign-in").header("sec-fetch-site", site);
        let mut request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("key={ANNA}"))
            .build()
            .unwrap();
        request.headers_mut().insert("sec-fetch-site", site.parse().unwrap());
        request.headers_mut().insert("origin", origin.parse().unwrap());
        let answer = reqwest::Client::new().execute(request).await.unwrap();
        assert_eq!(answer.status(), 403, "{site}");
        assert!(!answer.headers().contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let app = app().await;
    let browser = Browser::signed_in(&app, ANNA).await;
    let token = browser.form_token().await;
    let without = browser.post("/desk/sign-out", &[("form_token", "wrong")]).await;
    assert_eq!(without.status(), 403);
    assert_eq!(browser.get("/desk").await.status(), 200, "still signed in");
    let answer = browser.post("/desk/sign-out", &[("form_token", &token)]).await;
    assert_eq!(location(&answer), "/desk/sign-in");
    assert!(answer.headers()["set-cookie"].to_str().unwrap().starts_with("__Host-desk=; Path=/; Max-Age=0;"));
    assert_eq!(location(&browser.get("/desk").await), "/desk/sign-in", "the same cookie opens nothing");
}

#[tokio::test]
async fn the_demo_alone_fills_in_a_key() {
    let app = app().await;
    assert!(Browser::new(&app).page("/desk/sign-in").await.contains("value=\"\""));
    let demo = TestApp::with(|config| {
        config.desk = Some(damage_report_backend::config::DeskSettings { demo_key: Some(ANNA.to_owned()), ..desk() });
    })
    .await;
    assert!(Browser::new(&demo).page("/desk/sign-in").await.contains(ANNA));
}
