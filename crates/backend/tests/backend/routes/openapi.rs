//! `GET /openapi.json`

use reqwest::Method;

use crate::app::TestApp;

#[tokio::test]
async fn the_contract_is_served_as_it_is_committed() {
    let app = TestApp::new().await;
    let response = app.request(Method::GET, "/openapi.json").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.text().await.unwrap(), damage_report_backend::router::openapi_document());
}
