//! The page of a claim.

use reqwest::Method;
use serde_json::json;

use super::{ANNA, BRAM, Browser, app};
use crate::app::{LINE, claim};

#[tokio::test]
async fn a_claim_is_shown_with_its_facts_words_and_evidence() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let page = Browser::signed_in(&app, ANNA).await.page(&format!("/desk/claims/{}", reference.to_lowercase())).await;
    for shown in [
        "iPhone 13 128 GB, blauw",
        &reference,
        "Scherm gebarsten bij aankomst.",
        "Scherm gebarsten of gebroken",
        "Een vervangend toestel",
        "3SDEVC123456789",
        "Op tijd gemeld",
        "vr 20 nov 2026, 14:00",
        "Alles terugbetalen",
        "De klant ziet",
        "Melding ontvangen",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert_eq!(page.matches("/preview\"").count(), 5);
}

#[tokio::test]
async fn what_is_missing_and_advised_is_said_in_words() {
    let app = app().await;
    let photos = app.put_evidence(LINE).await;
    let mut report = claim(&photos);
    report["photos"]["packaging"] = json!([]);
    report["missing"] = json!({"packaging": "discarded"});
    report["advice"] = json!([{"photo": photos[2], "advice": "blurred"}]);
    let answer = app.post_claim(LINE, "first", &report).await;
    let reference = answer.json::<serde_json::Value>().await.unwrap()["reference"].as_str().unwrap().to_owned();
    let page = Browser::signed_in(&app, BRAM).await.page(&format!("/desk/claims/{reference}")).await;
    assert!(page.contains("De klant heeft het weggegooid") && page.contains("Niet scherp"), "{page}");
}

/// Words that would be markup if a page did not escape them, with the `name` of the field that they are typed into.
fn hostile(name: &str) -> String {
    format!("<b>{name}</b><script>alert(1)</script><img src=x onerror=alert(2)> \"'&amp;</textarea>")
}

/// The fields of [`hostile`] words among `names` that `page` shows as words, and those whose markup reached it.
fn shown_and_leaked<'n>(page: &str, names: &[&'n str]) -> (Vec<&'n str>, Vec<&'n str>) {
    let having =
        |mark: &dyn Fn(&str) -> String| names.iter().copied().filter(|name| page.contains(&mark(name))).collect();
    (having(&|name| format!("&#60;b&#62;{name}&#60;/b&#62;&#60;script&#62;")), having(&|name| format!("<b>{name}</b>")))
}

#[tokio::test]
async fn hostile_words_are_shown_as_words() {
    let app = app().await;
    let body = json!({
        "order_number": hostile("number"), "device": hostile("device"), "grade": "good", "country": "NL",
        "carrier": hostile("carrier"), "tracking_number": "1",
        "delivery": {"at": "2026-11-20T13:00:00Z", "zone": "Europe/Amsterdam"},
    });
    let put = app.as_seller(Method::PUT, "/seller/order-lines/hostile").json(&body).send().await.unwrap();
    assert_eq!(put.status(), 204, "{}", put.text().await.unwrap());
    let mut report = claim(&app.put_evidence("hostile").await);
    report["description"] = hostile("description").into();
    let answer = app.post_claim("hostile", "first", &report).await;
    let reference = answer.json::<serde_json::Value>().await.unwrap()["reference"].as_str().unwrap().to_owned();
    let browser = Browser::signed_in(&app, ANNA).await;
    let claim = format!("/desk/claims/{reference}");
    let mistaken = browser.act(&reference, "refund", 1, &[("amount", &hostile("amount"))]).await;
    assert_eq!(mistaken.status(), 422);
    let mut pages = vec![
        ("list", browser.page("/desk").await, &["number", "device", "carrier"][..]),
        ("search", browser.page("/desk?state=all&text=%3Cb%3Esearch%3C%2Fb%3E%3Cscript%3E").await, &["search"]),
        ("claim", browser.page(&claim).await, &["number", "device", "carrier", "description"]),
        ("photo", browser.page(&format!("{claim}/photos/1")).await, &[]),
        ("erasing", browser.page(&format!("{claim}/erase")).await, &["device", "number"]),
        ("mistake", mistaken.text().await.unwrap(), &["device", "description", "amount"]),
    ];
    let declined = browser.act(&reference, "decline", 1, &[("reason", &hostile("reason"))]).await;
    assert_eq!(declined.status(), 303);
    pages.push(("declined", browser.page(&claim).await, &["reason", "description"]));
    let names = ["number", "device", "carrier", "description", "amount", "reason", "search"];
    let mut leaks = Vec::new();
    for (page, html, expected) in &pages {
        let (shown, leaked) = shown_and_leaked(html, &names);
        leaks.extend(leaked.into_iter().map(|name| format!("{name} on the page {page}")));
        for name in *expected {
            assert!(
                shown.contains(name) || !leaks.is_empty(),
                "{name} is not on the page {page}, so its escaping is not tested: {html}"
            );
        }
    }
    assert_eq!(leaks, Vec::<String>::new());
    for (page, html, _) in pages {
        assert!(!html.contains("<script>") && !html.contains("<img src=x"), "{page}: {html}");
    }
}

#[tokio::test]
async fn an_erased_claim_says_so_and_keeps_its_history() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let erased = app.as_seller(Method::DELETE, &format!("/seller/order-lines/{LINE}")).send().await.unwrap();
    assert_eq!(erased.status(), 204);
    let browser = Browser::signed_in(&app, ANNA).await;
    let answer = browser.get(&format!("/desk/claims/{reference}")).await;
    assert_eq!(answer.status(), 410);
    let page = answer.text().await.unwrap();
    assert!(page.contains("Deze melding is gewist") && page.contains("Melding ontvangen"), "{page}");
    assert!(!page.contains("iPhone") && !page.contains("Scherm gebarsten"), "{page}");
    assert_eq!(browser.get("/desk/claims/DR-0000000000").await.status(), 404);
}

#[tokio::test]
async fn who_may_only_look_sees_no_form_and_changes_nothing() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let bram = Browser::signed_in(&app, BRAM).await;
    let page = bram.page(&format!("/desk/claims/{reference}")).await;
    assert!(!page.contains("/actions/"), "{page}");
    let answer = bram.act(&reference, "refund", 1, &[("amount", "399")]).await;
    assert_eq!(answer.status(), 403);
    assert!(answer.text().await.unwrap().contains("Je mag hier meekijken"));
    assert!(bram.page(&format!("/desk/claims/{reference}")).await.contains("Nog niets beslist"));
}

#[tokio::test]
async fn the_history_says_who_did_what_and_nobody_can_change_it() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let anna = Browser::signed_in(&app, ANNA).await;
    let done = anna.act(&reference, "open-investigation", 1, &[]).await;
    assert_eq!(done.status(), 303);
    let bram = Browser::signed_in(&app, BRAM).await;
    for _ in 0..2 {
        bram.page(&format!("/desk/claims/{reference}")).await;
    }
    let page = bram.page(&format!("/desk/claims/{reference}")).await;
    let history = page.split_once("Wie wat deed").unwrap().1;
    assert_eq!(history.matches("Melding bekeken").count(), 1, "one look is one entry: {history}");
    for shown in ["Onderzoek begonnen", "Anna", "Bram", "de klant"] {
        assert!(history.contains(shown), "{shown}: {history}");
    }
    let mut db = app.app.store.begin_write().await.unwrap();
    for change in ["update desk_log set person = 'Bram'", "delete from desk_log"] {
        let refused = sqlx::query(sqlx::AssertSqlSafe(change.to_owned())).execute(&mut *db).await.unwrap_err();
        assert!(refused.to_string().contains("is never"), "{refused}");
    }
}

#[tokio::test]
async fn a_claim_is_held_and_released_by_a_person() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let anna = Browser::signed_in(&app, ANNA).await;
    for (holding, says) in [("hold", "Niet langer bewaren"), ("release", "Langer bewaren")] {
        let path = format!("/desk/claims/{reference}/keeping/{holding}");
        let answer = anna.post(&path, &[("form_token", "wrong")]).await;
        assert_eq!(answer.status(), 403);
        let answer = anna.post(&path, &[("form_token", &anna.form_token().await)]).await;
        assert_eq!(super::location(&answer), format!("/desk/claims/{reference}?done={holding}#done"));
        let page = anna.page(&format!("/desk/claims/{reference}?done={holding}")).await;
        assert!(page.contains(&format!(">{says}</button>")) && page.contains("id=\"done\""), "{page}");
    }
    let bram = Browser::signed_in(&app, BRAM).await;
    let token = bram.form_token().await;
    let answer = bram.post(&format!("/desk/claims/{reference}/keeping/hold"), &[("form_token", &token)]).await;
    assert_eq!(answer.status(), 403);
}

#[tokio::test]
async fn an_expired_claim_says_that_its_photos_and_texts_are_gone() {
    let app = crate::app::TestApp::with(|config| {
        config.desk = Some(super::desk());
        config.closed_retention = Some(chrono::TimeDelta::days(1));
    })
    .await;
    let reference = app.accepted_claim().await;
    let anna = Browser::signed_in(&app, ANNA).await;
    assert_eq!(anna.act(&reference, "decline", 1, &[("reason", "Een reden.")]).await.status(), 303);
    app.set_clock("2026-11-27T11:00:00Z");
    damage_report_backend::retention::expire_claims(&app.app, app.clock().now()).await.unwrap();
    let anna = Browser::signed_in(&app, ANNA).await;
    let page = anna.page(&format!("/desk/claims/{reference}")).await;
    assert!(
        page.contains("De bewaartermijn van deze melding is voorbij") && page.contains("Verlopen en gewist"),
        "{page}"
    );
    assert!(!page.contains("Scherm gebarsten bij aankomst") && !page.contains("Een reden."), "{page}");
    assert!(anna.page("/desk?state=all").await.contains(&reference));
}
