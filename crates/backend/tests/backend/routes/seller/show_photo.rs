//! `GET /seller/claims/{reference}/photos/{sha256}`

use damage_report_rules::contract::Code;
use reqwest::Method;

use crate::{
    app::{LINE, TestApp, digest, refusal},
    photos,
};

#[tokio::test]
async fn the_seller_sees_the_photos_of_the_claim_and_no_others() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let path = |photo: &[u8]| format!("/seller/claims/{reference}/photos/{}", digest(photo));
    let response = app.as_seller(Method::GET, &path(&photos::plain(0))).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "image/jpeg");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert!(app.files("photos").contains(&response.bytes().await.unwrap().to_vec()));

    // Sent, but not part of the claim.
    app.put_photo(LINE, &photos::plain(9)).await;
    let response = app.as_seller(Method::GET, &path(&photos::plain(9))).send().await.unwrap();
    assert_eq!(refusal(response).await, (404, Code::PhotoUnknown));
}
