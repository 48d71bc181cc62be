//! `HEAD /order-lines/{id}/photos/{sha256}`

use reqwest::Method;

use crate::{
    app::{LINE, TestApp, digest},
    photos,
};

async fn status(app: &TestApp, name: &str) -> u16 {
    let path = format!("/order-lines/{LINE}/photos/{name}");
    app.as_claimant(LINE, Method::HEAD, &path).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn h003_whether_a_photo_is_kept_can_be_asked() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    assert_eq!(status(&app, &digest(&photo)).await, 404);
    app.put_photo(LINE, &photo).await;
    assert_eq!(status(&app, &digest(&photo)).await, 200);
    assert_eq!(status(&app, "nonsense").await, 422);
}
