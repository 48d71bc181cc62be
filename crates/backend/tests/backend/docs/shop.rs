//! The shop behind the routes of `docs/tokens.md`, in their three languages: who is signed in is what `X-Customer` says.

use axum::http::HeaderMap;

use crate::app::LINE;

/// The customer who ordered [`LINE`], and nothing else.
pub(super) const OWNER: &str = "ann";

/// The customer who is signed in.
pub(super) async fn customer_of(headers: &HeaderMap) -> Option<String> {
    headers.get("x-customer")?.to_str().ok().filter(|customer| !customer.is_empty()).map(str::to_owned)
}

/// Whether the order line is theirs.
pub(super) async fn owns(customer: &str, line: &str) -> bool {
    customer == OWNER && line == LINE
}

/// The same as `shop.mjs`.
pub(super) fn in_node() -> String {
    format!(
        r#"
export const customerOf = async (request) => request.headers["x-customer"];
export const owns = async (customer, line) => customer === "{OWNER}" && line === "{LINE}";
"#
    )
}

/// The same as `shop.php`.
pub(super) fn in_php() -> String {
    format!(
        r#"<?php
function customerOf(): ?string {{ return $_SERVER["HTTP_X_CUSTOMER"] ?: null; }}
function owns(string $customer, string $line): bool {{ return $customer === "{OWNER}" && $line === "{LINE}"; }}
"#
    )
}

/// The same as `shop.py`.
pub(super) fn in_python() -> String {
    format!(
        r#"
def customer_of(headers): return headers["X-Customer"]
def owns(customer, line): return customer == "{OWNER}" and line == "{LINE}"
"#
    )
}
