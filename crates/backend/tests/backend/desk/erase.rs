//! A person of the shop erases the data of an order line.

use damage_report_backend::store;
use damage_report_rules::contract::ClaimEventType;
use reqwest::Method;

use super::{ANNA, BRAM, Browser, app, location};
use crate::app::{LINE, TestApp, refusal};

/// Sends the form of the page that erases the claim called `reference`, with `typed` as its number.
async fn erase(browser: &Browser<'_>, reference: &str, typed: &str) -> reqwest::Response {
    let token = browser.form_token().await;
    browser.post(&format!("/desk/claims/{reference}/erase"), &[("form_token", &token), ("reference", typed)]).await
}

async fn is_there(app: &TestApp) -> bool {
    let seen = app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}")).send().await.unwrap();
    seen.status() == 200
}

#[tokio::test]
async fn once_its_number_is_typed_all_data_of_the_order_line_is_gone_and_the_trail_says_by_whom() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let anna = Browser::signed_in(&app, ANNA).await;
    let claim = anna.page(&format!("/desk/claims/{reference}")).await;
    assert!(claim.contains(&format!("href=\"/desk/claims/{reference}/erase\"")), "{claim}");
    let page = anna.page(&format!("/desk/claims/{reference}/erase")).await;
    for says in
        ["iPhone 13 128 GB, blauw", "Dit wordt gewist", "Alle foto’s van de klant", "Dit blijft staan", &reference]
    {
        assert!(page.contains(says), "{says}: {page}");
    }
    assert!(!page.contains("Het retourlabel") && !page.contains("Wat er is beslist"), "there is none: {page}");

    let answer = erase(&anna, &reference, &format!(" {} ", reference.to_lowercase())).await;
    assert_eq!((answer.status().as_u16(), location(&answer)), (303, format!("/desk/claims/{reference}").as_str()));
    assert!(app.files("photos").is_empty());
    let gone = app.as_claimant(LINE, Method::GET, &format!("/order-lines/{LINE}")).send().await.unwrap();
    assert_eq!(refusal(gone).await.0, 404);
    let events =
        store::events::events_of_claim(&mut app.app.store.read_connection().await.unwrap(), &reference).await.unwrap();
    let last = events.last().unwrap();
    assert_eq!((last.kind, last.actor.code().as_str(), last.version), (ClaimEventType::Erased, "person:Anna", 2));
    let answer = anna.get(&format!("/desk/claims/{reference}")).await;
    assert_eq!(answer.status(), 410);
    let page = answer.text().await.unwrap();
    assert!(page.contains("Deze melding is gewist") && page.contains("<span class=\"who\">Anna</span>"), "{page}");
    assert_eq!(anna.get(&format!("/desk/claims/{reference}/erase")).await.status(), 404);
    assert_eq!(erase(&anna, &reference, &reference).await.status(), 404, "erased already");
}

#[tokio::test]
async fn another_number_erases_nothing_and_is_named_at_its_field() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let anna = Browser::signed_in(&app, ANNA).await;
    for typed in ["", "DR-0000000000", "<b>DR", &reference[..12]] {
        let answer = erase(&anna, &reference, typed).await;
        assert_eq!(answer.status(), 422, "{typed}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("id=\"reference-mistake\"") && !page.contains("<b>DR"), "{page}");
        assert_eq!(page.matches(" autofocus").count(), 1);
    }
    assert!(is_there(&app).await);
}

#[tokio::test]
async fn who_may_not_decide_or_comes_from_elsewhere_erases_nothing() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let path = format!("/desk/claims/{reference}/erase");
    let bram = Browser::signed_in(&app, BRAM).await;
    assert!(!bram.page(&format!("/desk/claims/{reference}")).await.contains(&path));
    assert_eq!(bram.get(&path).await.status(), 403);
    assert_eq!(erase(&bram, &reference, &reference).await.status(), 403);
    let stranger = Browser::new(&app);
    assert_eq!(location(&stranger.get(&path).await), "/desk/sign-in");
    assert_eq!(location(&stranger.post(&path, &[("reference", &reference)]).await), "/desk/sign-in");
    let anna = Browser::signed_in(&app, ANNA).await;
    let foreign_token = Browser::signed_in(&app, ANNA).await.form_token().await;
    for token in ["", "wrong", &foreign_token] {
        let answer = anna.post(&path, &[("form_token", token), ("reference", &reference)]).await;
        assert_eq!(answer.status(), 403, "{token}");
    }
    let token = anna.form_token().await;
    for site in ["cross-site", "same-site", "none"] {
        let request = anna.request(Method::POST, &path).header("content-type", "application/x-www-form-urlencoded");
        let mut request = request.body(format!("form_token={token}&reference={reference}")).build().unwrap();
        request.headers_mut().insert("sec-fetch-site", site.parse().unwrap());
        assert_eq!(reqwest::Client::new().execute(request).await.unwrap().status(), 403, "{site}");
    }
    assert!(is_there(&app).await);
}

#[tokio::test]
async fn a_claim_on_hold_says_so_and_is_not_erased() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let anna = Browser::signed_in(&app, ANNA).await;
    let token = anna.form_token().await;
    anna.post(&format!("/desk/claims/{reference}/keeping/hold"), &[("form_token", &token)]).await;
    let page = anna.page(&format!("/desk/claims/{reference}/erase")).await;
    assert!(page.contains("Kies eerst “Niet langer bewaren”") && !page.contains("name=\"reference\""), "{page}");
    let answer = erase(&anna, &reference, &reference).await;
    assert_eq!(answer.status(), 409);
    assert!(answer.text().await.unwrap().contains("Kies eerst “Niet langer bewaren”"));
    assert!(is_there(&app).await);
}
