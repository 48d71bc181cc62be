//! The configuration of the backend under test, and its address.

use std::net::SocketAddr;

use tokio::sync::watch;

pub(crate) const SECRET: &str = "a secret of no fewer than 32 bytes";
pub(crate) const SELLER_KEY: &str = "a-seller-key-of-at-least-32-characters";

/// The configuration, with a receiver of webhooks at `receiver`.
pub(crate) fn configuration(receiver: SocketAddr) -> String {
    format!(
        r#"{SHOP}
    [[webhooks]]
    name = "shop"
    url = "http://{receiver}/"
    secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    allow_loopback = true
"#
    )
}

/// The limits are far above what ten customers of one address reach: they do the work of thousands.
const SHOP: &str = r#"
    listen = "127.0.0.1:0"
    data = "data"
    allowed_origins = ["https://shop.example"]
    seller_keys = ["a-seller-key-of-at-least-32-characters"]
    shop = { name = "Voorbeeld", contact_url = "https://shop.example/contact" }
    [tokens]
    issuer = "https://shop.example"
    audience = "damage-report"
    current = { kid = "new", secret = "a secret of no fewer than 32 bytes" }
    [policy]
    # The corpus has small pictures, so that there can be many.
    photo_side_min = 16
    [limits]
    requests_per_minute_per_order_line = 1000000
    requests_per_minute_per_peer = 1000000
"#;

/// The address on which the backend listens; none while it is down.
pub(crate) type Address = watch::Receiver<Option<String>>;
