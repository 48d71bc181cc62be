//! A client that has the token of one order line and calls the backend without the widget: another program, or an attacker.

use anyhow::{Context as _, Result, ensure};
use damage_report_rules::{
    contract::{OrderLine, Problem},
    evidence::Digest,
};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Scenario, Shop};
use crate::photos::PhotoFile;

impl Shop {
    /// Gets a token for the order line of `scenario`, to call the backend without the widget.
    ///
    /// # Errors
    ///
    /// When the shop does not answer.
    pub async fn claimant(&self, scenario: Scenario) -> Result<Claimant<'_>> {
        self.claimant_of(self.line_id(scenario).await?).await
    }

    /// Gets a token for the order line called `line`.
    ///
    /// # Errors
    ///
    /// When the shop does not answer.
    pub async fn claimant_of(&self, line: String) -> Result<Claimant<'_>> {
        let token = self.post("/demo/token", &json!({ "order_line": line })).await?;
        let token = token["token"].as_str().context("the shop gives no token")?.to_owned();
        Ok(Claimant::new(self, line, token))
    }

    /// The order line of `scenario`, as the widget reads it.
    ///
    /// # Errors
    ///
    /// When the shop does not answer.
    pub async fn order_line(&self, scenario: Scenario) -> Result<OrderLine> {
        self.claimant(scenario).await?.order_line().await
    }
}

/// A client that has the token of one order line.
#[derive(Clone, Debug)]
pub struct Claimant<'a> {
    shop: &'a Shop,
    line: String,
    token: String,
}

/// The backend's answer.
#[derive(Clone, Debug)]
pub struct BackendAnswer {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: Value,
}

impl BackendAnswer {
    /// The body, read as a refusal.
    ///
    /// # Errors
    ///
    /// When the answer is not a refusal.
    pub fn problem(&self) -> Result<Problem> {
        serde_json::from_value(self.body.clone())
            .with_context(|| format!("the answer is not a refusal: {}: {}", self.status, self.body))
    }
}

impl<'a> Claimant<'a> {
    pub(super) fn new(shop: &'a Shop, line: String, token: String) -> Self {
        Self { shop, line, token }
    }

    /// The same client, which tries its token on another order line.
    #[must_use]
    pub fn with_order_line(self, line: String) -> Self {
        Self { line, ..self }
    }

    /// The order line's identifier.
    #[must_use]
    pub fn line_id(&self) -> &str {
        &self.line
    }

    /// The order line.
    ///
    /// # Errors
    ///
    /// When the backend does not answer with one.
    pub async fn order_line(&self) -> Result<OrderLine> {
        let answer = self.request(Method::GET, "").send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// Uploads a photo, and returns its digest.
    ///
    /// # Errors
    ///
    /// When the backend refuses it.
    pub async fn upload(&self, photo: &PhotoFile) -> Result<Digest> {
        let bytes = photo.bytes()?;
        let digest = Digest::new(Sha256::digest(&bytes).into());
        let request = self.request(Method::PUT, &format!("/photos/{digest}"));
        let answer = request.header("Content-Type", "image/jpeg").body(bytes).send().await?;
        ensure!(answer.status().is_success(), "the photo is refused: {}", answer.text().await?);
        Ok(digest)
    }

    /// Uploads five small photos for a claim (packaging, label, three of the device), and returns their digests.
    ///
    /// # Errors
    ///
    /// When the backend refuses one.
    pub async fn upload_five(&self) -> Result<[Digest; 5]> {
        let mut kept = [Digest::new([0; 32]); 5];
        for (number, digest) in (0..).zip(&mut kept) {
            *digest = self.upload(&PhotoFile::small(number)?).await?;
        }
        Ok(kept)
    }

    /// Posts `claim` under the idempotency key `key`.
    ///
    /// # Errors
    ///
    /// When the backend does not answer.
    pub async fn submit(&self, key: &str, claim: &Value) -> Result<BackendAnswer> {
        let request = self.request(Method::POST, "/claims").header("Idempotency-Key", key).json(claim);
        let answer = request.send().await?;
        Ok(BackendAnswer { status: answer.status(), body: answer.json().await? })
    }

    /// Reports damage with five small photos.
    ///
    /// # Errors
    ///
    /// When the backend refuses it.
    pub async fn report_damage(&self) -> Result<()> {
        let [packaging, label, device @ ..] = self.upload_five().await?;
        let answer =
            self.submit("a-report-without-the-widget", &complete_claim(&[packaging], &[label], &device)).await?;
        ensure!(answer.status.is_success(), "the claim is refused: {}", answer.body);
        Ok(())
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = self.shop.url(&format!("/order-lines/{}{path}", self.line));
        self.shop.client.request(method, url).bearer_auth(&self.token)
    }
}

/// A complete claim with these photos.
#[must_use]
pub fn complete_claim(packaging: &[Digest], label: &[Digest], device: &[Digest]) -> Value {
    json!({
        "damage": ["screen_broken"],
        "description": "Het scherm is gebarsten.",
        "photos": { "packaging": packaging, "label": label, "device": device },
        "tracking_number": "3SNGEN204100027",
    })
}
