//! The list of claims at the desk.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ANNA, BRAM, Browser, app};
use crate::{
    app::{TestApp, claim},
    photos,
};

async fn decided(app: &TestApp, reference: &str) {
    let path = format!("/seller/claims/{reference}/events");
    let request = app.as_seller(Method::POST, &path).header("if-match", "\"1\"");
    let event = json!({"type": "refunded", "amount": {"cents": 100, "currency": "EUR"}});
    assert_eq!(request.json(&event).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn what_is_overdue_and_due_today_comes_first() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let bram = Browser::signed_in(&app, BRAM).await;
    // Received on Tuesday the 24th: three working days later is Friday the 27th.
    for (now, section) in [
        ("2026-11-24T11:00:00Z", "Later"),
        ("2026-11-27T11:00:00Z", "Vandaag beslissen"),
        ("2026-11-28T11:00:00Z", "Te laat: had al"),
    ] {
        app.set_clock(now);
        let bram = Browser::signed_in(&app, BRAM).await;
        let page = bram.page("/desk").await;
        assert!(page.contains(section) && page.contains(&reference) && page.contains("/thumbnail\""), "{now}: {page}");
    }
    drop(bram);
    decided(&app, &reference).await;
    let bram = Browser::signed_in(&app, BRAM).await;
    assert!(!bram.page("/desk").await.contains(&reference), "the list begins with what is to be decided");
    let decided = bram.page("/desk?state=decided").await;
    assert!(decided.contains(&reference) && decided.contains("Terugbetaald"), "{decided}");
    assert!(bram.page("/desk?state=all&text=&carrier=").await.contains(&reference), "empty fields filter nothing");
}

#[tokio::test]
async fn the_filters_are_those_of_the_list() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let anna = Browser::signed_in(&app, ANNA).await;
    for (query, found) in [
        ("text=gebarsten", true),
        ("text=iphone", true),
        ("text=waterkoker", false),
        ("due_before=2026-11-28", true),
        ("due_before=2026-11-27", false),
        ("carrier=PostNL", true),
        ("carrier=DHL", false),
        ("late=true", false),
        ("advice=true", false),
        ("evidence_missing=true", false),
        ("state=open", true),
        ("state=declined", false),
    ] {
        assert_eq!(anna.page(&format!("/desk?{query}")).await.contains(&reference), found, "{query}");
    }
    assert_eq!(anna.get("/desk?due_before=tomorrow").await.status(), 400);
    assert_eq!(anna.get("/desk?after=nonsense!").await.status(), 400);
}

/// Adds claims whose first photo of the device is noise: no thumbnail of a real photo takes as many bytes.
async fn many_claims(app: &TestApp, count: u32) {
    for nth in 0..count {
        let line = format!("many-{nth}");
        app.put_line(&line, Some("2026-11-20T13:00:00Z")).await;
        let mut digests = app.put_evidence(&line).await;
        let cover = photos::noise(160 + nth);
        assert!(app.put_photo(&line, &cover).await.status().is_success());
        digests[2] = crate::app::digest(&cover);
        let answer = app.post_claim(&line, "first", &claim(&digests)).await;
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    }
}

#[tokio::test]
async fn a_page_of_fifty_with_its_thumbnails_takes_at_most_300_kilobytes() {
    let app = app().await;
    many_claims(&app, 51).await;
    let anna = Browser::signed_in(&app, ANNA).await;
    let page = anna.page("/desk").await;
    let addresses: Vec<&str> = page.split('"').filter(|part| part.ends_with("/thumbnail")).collect();
    assert_eq!(addresses.len(), 50);
    let mut bytes = page.len();
    for part in page.split('"').filter(|part| part.ends_with("/thumbnail") || part.starts_with("/desk/files/")) {
        let answer = anna.get(part).await;
        assert_eq!(answer.status(), 200);
        bytes += answer.bytes().await.unwrap().len();
    }
    assert!(bytes <= 300_000, "{bytes}");
    let next = page.split('"').find(|part| part.contains("after=")).unwrap().replace("&#38;", "&");
    let second = anna.page(&next).await;
    assert_eq!(second.matches("class=\"row\"").count(), 1, "the 51st is on the second page");
}

#[tokio::test]
async fn the_next_claim_is_the_next_undecided_one() {
    let app = app().await;
    let first = app.accepted_claim().await;
    app.put_line("second", Some("2026-11-20T13:00:00Z")).await;
    app.set_clock("2026-11-25T11:00:00Z");
    let answer = app.post_claim("second", "first", &claim(&app.put_evidence("second").await)).await;
    let second = answer.json::<Value>().await.unwrap()["reference"].as_str().unwrap().to_owned();
    let anna = Browser::signed_in(&app, ANNA).await;
    for (here, there) in [(&first, &second), (&second, &first)] {
        let page = anna.page(&format!("/desk/claims/{here}")).await;
        assert!(page.contains(&format!("rel=\"next\" href=\"/desk/claims/{there}\"")), "{page}");
    }
    decided(&app, &second).await;
    let page = anna.page(&format!("/desk/claims/{first}")).await;
    assert!(!page.contains("rel=\"next\""), "{page}");
}
