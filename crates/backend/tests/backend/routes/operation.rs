//! `GET /health` and `GET /ready`

use damage_report_rules::contract::Code;
use reqwest::Method;

use crate::app::{TestApp, refusal};

#[tokio::test]
async fn a_running_backend_lives_and_is_ready() {
    let app = TestApp::new().await;
    for path in ["/health", "/ready"] {
        assert_eq!(app.request(Method::GET, path).send().await.unwrap().status(), 204, "{path}");
    }
}

#[tokio::test]
async fn without_its_folder_it_lives_but_is_not_ready() {
    let app = TestApp::new().await;
    std::fs::remove_dir_all(app.folder().path().join("incoming")).unwrap();
    assert_eq!(app.request(Method::GET, "/health").send().await.unwrap().status(), 204);
    let response = app.request(Method::GET, "/ready").send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "30");
    assert_eq!(refusal(response).await, (503, Code::Storage));
}
