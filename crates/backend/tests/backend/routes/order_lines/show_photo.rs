//! `GET /order-lines/{id}/photos/{sha256}`

use damage_report_rules::contract::Code;
use reqwest::Method;

use crate::{
    app::{LINE, TestApp, digest, refusal},
    photos,
};

#[tokio::test]
async fn f047_the_clean_copy_is_shown_as_a_picture_and_nothing_else() {
    let app = TestApp::new().await;
    let photo = photos::file("zip_tail.jpg");
    app.put_photo(LINE, &photo).await;
    let path = format!("/order-lines/{LINE}/photos/{}", digest(&photo));
    let response = app.as_claimant(LINE, Method::GET, &path).send().await.unwrap();
    let headers = response.headers().clone();
    assert_eq!(headers["content-type"], "image/jpeg");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["content-disposition"], "inline; filename=\"photo.jpg\"");
    assert_eq!(headers["content-security-policy"], "default-src 'none'; sandbox");
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    assert_eq!(response.bytes().await.unwrap(), app.files("photos")[0]);
}

#[tokio::test]
async fn p004_a_photo_without_a_token_is_not_shown() {
    let app = TestApp::new().await;
    app.put_photo(LINE, &photos::plain(0)).await;
    let path = format!("/order-lines/{LINE}/photos/{}", digest(&photos::plain(0)));
    assert_eq!(refusal(app.request(Method::GET, &path).send().await.unwrap()).await, (401, Code::TokenMissing));
    let guessed = format!("/order-lines/{LINE}/photos/{}", digest(b"guessed"));
    let response = app.as_claimant(LINE, Method::GET, &guessed).send().await.unwrap();
    assert_eq!(refusal(response).await, (404, Code::PhotoUnknown));
}

#[tokio::test]
async fn s008_a_stored_photo_that_was_changed_is_never_shown() {
    let app = TestApp::new().await;
    app.put_photo(LINE, &photos::plain(0)).await;
    let folder = std::fs::read_dir(app.folder().path().join("photos")).unwrap().next().unwrap().unwrap().path();
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[700] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let path = format!("/order-lines/{LINE}/photos/{}", digest(&photos::plain(0)));
    let response = app.as_claimant(LINE, Method::GET, &path).send().await.unwrap();
    assert_eq!(refusal(response).await, (500, Code::PhotoDamaged));
}
