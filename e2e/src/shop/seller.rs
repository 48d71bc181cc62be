//! The seller, who moves a claim on with the seller's key.

use anyhow::{Result, ensure};
use serde_json::Value;

use super::Shop;

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
