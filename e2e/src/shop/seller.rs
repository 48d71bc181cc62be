//! The seller, who moves a claim on with the seller's key.

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
    pub async fn says(&self, reference: &str, event: &Value) -> Result<Value> {
        let url = self.shop.url(&format!("/seller/claims/{reference}/events"));
        let answer = self.shop.client.post(url).bearer_auth(&self.key).json(event).send().await?;
        let (status, body) = (answer.status(), answer.json::<Value>().await?);
        ensure!(status.is_success(), "{event} is refused: {body}");
        Ok(body)
    }
}
