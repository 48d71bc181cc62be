//! The query of an address, read strictly: each parameter once, and none that the address does not know. A misspelt one would
//! otherwise be ignored, and the answer would be another one than was asked for.

use std::ops::RangeInclusive;

use axum::http::Uri;
use damage_report_rules::contract::Code;

use crate::problem::Refusal;

/// The parameters of `uri`, decoded, in their order.
///
/// # Errors
///
/// `header_invalid` where one stands twice.
pub(crate) fn parse_parameters(uri: &Uri) -> Result<Vec<(String, String)>, Refusal> {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut parameters: Vec<(String, String)> = Vec::new();
    for (name, value) in pairs {
        if parameters.iter().any(|(known, _)| *known == name) {
            return Err(invalid_query("each parameter may stand once"));
        }
        parameters.push((name.into_owned(), value.into_owned()));
    }
    Ok(parameters)
}

/// `text` as a whole number within `bounds`.
#[must_use]
pub(crate) fn parse_number(text: &str, bounds: RangeInclusive<u32>) -> Option<u32> {
    text.parse().ok().filter(|number| bounds.contains(number))
}

/// The refusal of a query, with the `rule` that it breaks.
#[must_use]
pub(crate) fn invalid_query(rule: &str) -> Refusal {
    Refusal::new(Code::HeaderInvalid).with_detail(format!("in the query, {rule}"))
}
