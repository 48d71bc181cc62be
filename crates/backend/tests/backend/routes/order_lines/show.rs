//! `GET /order-lines/{id}`

use damage_report_rules::{
    contract::{Code, DeviceGrade, OrderLine, Timestamp},
    evidence::Subject,
};
use reqwest::Method;

use crate::{
    app::{LINE, TestApp, claim, digest, refusal},
    photos,
};

async fn shown(app: &TestApp, line: &str) -> OrderLine {
    let response = app.as_claimant(line, Method::GET, &format!("/order-lines/{line}")).send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store");
    response.json().await.unwrap()
}

#[tokio::test]
async fn the_widget_is_told_all_it_needs() {
    let app = TestApp::new().await;
    let line = shown(&app, LINE).await;
    assert_eq!((line.id.as_str(), line.order_number.as_str()), (LINE, "1000"));
    assert_eq!((line.device.as_str(), line.grade), ("iPhone 13 128 GB, blauw", DeviceGrade::Excellent));
    let delivery = line.delivery.unwrap();
    assert_eq!((delivery.at.0.as_str(), delivery.zone.as_str()), ("2026-11-20T13:00:00Z", "Europe/Amsterdam"));
    assert_eq!(line.consignment.tracking_number, "3SDEVC123456789");
    assert_eq!(line.policy.device_photos, 3);
    assert!(line.holidays.contains("2026-12-25".parse().unwrap()));
    assert_eq!(line.shop.contact_url, "https://shop.example/contact");
    assert_eq!(line.server_time, Timestamp("2026-11-24T11:00:00Z".to_owned()));
    assert_eq!((line.draft_begun_at, line.claim, line.photos), (None, None, Vec::new()));
}

#[tokio::test]
async fn a_draft_was_begun_when_its_first_photo_came() {
    let app = TestApp::new().await;
    app.put_photo(LINE, &photos::plain(0)).await;
    app.clock().advance(chrono::TimeDelta::minutes(5));
    app.put_photo(LINE, &photos::plain(1)).await;
    app.put_photo(LINE, &photos::plain(0)).await;
    assert_eq!(shown(&app, LINE).await.draft_begun_at, Some(Timestamp("2026-11-24T11:00:00Z".to_owned())));
}

#[tokio::test]
async fn b006_uploaded_photos_come_back_in_the_order_in_which_they_came() {
    let app = TestApp::new().await;
    let shades = [4, 1, 3, 0, 2];
    for shade in shades {
        let photo = photos::plain(shade);
        let path = format!("/order-lines/{LINE}/photos/{}?subject=device", digest(&photo));
        app.as_claimant(LINE, Method::PUT, &path).body(photo).send().await.unwrap();
    }
    // Sent again, a photo stays in its place.
    app.put_photo(LINE, &photos::plain(4)).await;
    let names = |line: &OrderLine| line.photos.iter().map(|photo| photo.sha256.to_string()).collect::<Vec<_>>();
    let line = shown(&app, LINE).await;
    assert_eq!(names(&line), shades.map(|shade| digest(&photos::plain(shade))));
    assert!(line.photos.iter().all(|photo| photo.subject == Some(Subject::Device) && photo.width == 120));

    let lost = digest(&photos::plain(3));
    app.app.photos.remove(LINE, lost.parse().unwrap()).await.unwrap();
    let line = shown(&app, LINE).await;
    assert!(!names(&line).contains(&lost) && line.photos.len() == 4, "one whose file was lost is to be sent again");
    app.put_line("line-2", None).await;
    assert!(shown(&app, "line-2").await.photos.is_empty());
}

#[tokio::test]
async fn after_the_claim_no_photo_waits_for_one() {
    let app = TestApp::new().await;
    app.put_photo(LINE, &photos::plain(9)).await;
    let names = app.put_evidence(LINE).await;
    assert_eq!(shown(&app, LINE).await.photos.len(), 6);
    app.post_claim(LINE, "key", &claim(&names)).await;
    assert!(shown(&app, LINE).await.photos.is_empty());
}

#[tokio::test]
async fn the_claim_is_shown_once_there_is_one() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    assert_eq!(shown(&app, LINE).await.claim.unwrap().reference, reference);
}

#[tokio::test]
async fn a_parcel_on_its_way_has_no_delivery() {
    let app = TestApp::new().await;
    app.put_line("line-2", None).await;
    assert_eq!(shown(&app, "line-2").await.delivery, None);
}

#[tokio::test]
async fn an_order_line_that_the_shop_never_put_in_is_unknown() {
    let app = TestApp::new().await;
    let response = app.as_claimant("line-9", Method::GET, "/order-lines/line-9").send().await.unwrap();
    assert_eq!(refusal(response).await, (404, Code::OrderUnknown));
}
