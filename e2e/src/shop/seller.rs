//! A client with the seller's key, which reports events of a claim.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::Shop;

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
}
