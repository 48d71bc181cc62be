//! A client with the seller's key, which reports events of a claim.

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Shop, claimant::complete_claim};

impl Shop {
    /// The seller.
    ///
    /// # Errors
    ///
    /// When the shop does not answer.
    pub async fn seller(&self) -> Result<Seller<'_>> {
        let books = self.books().await?;
        let key = books["seller_key"].as_str().context("the demo gives no seller's key")?.to_owned();
        Ok(Seller::new(self, key))
    }
}

/// The shop's seller.
#[derive(Clone, Debug)]
pub struct Seller<'a> {
    shop: &'a Shop,
    key: String,
}

impl<'a> Seller<'a> {
    pub(super) fn new(shop: &'a Shop, key: String) -> Self {
        Self { shop, key }
    }

    /// Says what happened to the claim `reference`, and gives the claim as it stands then.
    ///
    /// # Errors
    ///
    /// When the backend refuses it.
    pub async fn post_event(&self, reference: &str, event: &Value) -> Result<Value> {
        let claim = self.shop.url(&format!("/seller/claims/{reference}"));
        let read = self.shop.client.get(&claim).bearer_auth(&self.key).send().await?.error_for_status()?;
        let version = read.headers().get("etag").cloned().context("a claim without a version")?;
        let request = self.shop.client.post(format!("{claim}/events")).bearer_auth(&self.key);
        let answer = request.header("if-match", version).json(event).send().await?;
        let (status, body) = (answer.status(), answer.json::<Value>().await?);
        ensure!(status.is_success(), "{event} is refused: {body}");
        Ok(body)
    }

    /// Puts in a delivered order line called `id`, and reports it as damaged with five small photos. Gives the reference.
    ///
    /// # Errors
    ///
    /// When the backend refuses a part of it.
    pub async fn add_claim(&self, id: &str, delivered_at: DateTime<Utc>) -> Result<String> {
        let line = json!({
            "order_number": id, "device": format!("Toestel {id}"), "grade": "good", "country": "NL", "carrier": "PostNL",
            "delivery": {"at": delivered_at, "zone": "Europe/Amsterdam"}, "tracking_number": "3SDEVC123456789",
        });
        let put = self.shop.client.put(self.shop.url(&format!("/seller/order-lines/{id}")));
        put.bearer_auth(&self.key).json(&line).send().await?.error_for_status()?;
        let claimant = self.shop.claimant_of(id.to_owned()).await?;
        let [packaging, label, device @ ..] = claimant.upload_five().await?;
        let answer = claimant.submit(id, &complete_claim(&[packaging], &[label], &device)).await?;
        let reference = answer.body["reference"].as_str().map(str::to_owned);
        reference.with_context(|| format!("no reference in {:?}", answer.body))
    }
}
