//! The configuration that the backend is measured with: a shop's own file, but for the one limit that a single address
//! with all the customers behind it would meet.

use std::path::Path;

use anyhow::Result;
use damage_report_backend::config::Config;

/// The claimants' tokens are signed with this.
pub(crate) const SECRET: &str = "a secret of 32 bytes, for nobody";

/// The seller's key.
pub(crate) const SELLER_KEY: &str = "a seller's key of 32 bytes or more";

/// The file, without `data` and secrets, which come from the environment.
pub(crate) const FILE: &str = r#"
listen = "127.0.0.1:0"
allowed_origins = ["https://shop.example"]

[shop]
name = "Voorbeeld"
contact_url = "https://shop.example/contact"

[tokens]
issuer = "https://shop.example"
audience = "damage-report"
current = { kid = "2026-11" }

[limits]
requests_per_minute_per_peer = 100000000
"#;

/// The environment variables for a backend on the data folder `data`.
pub(crate) fn environment(data: &Path) -> [(&'static str, String); 3] {
    [
        ("DAMAGE_REPORT_DATA", data.display().to_string()),
        ("DAMAGE_REPORT_TOKEN_SECRET", SECRET.to_owned()),
        ("DAMAGE_REPORT_SELLER_KEYS", SELLER_KEY.to_owned()),
    ]
}

/// The same for the data folder `data`, as the backend reads it: for what is put in by its own code.
///
/// # Errors
///
/// When it would not start with it either.
pub(crate) fn config(data: &Path) -> Result<Config> {
    let environment = environment(data);
    let of = |name: &str| Some(environment.iter().find(|(variable, _)| *variable == name)?.1.clone());
    Ok(Config::parse(FILE, of)?)
}
