//! Cookies, read and with the attribute that keeps them off plain HTTP.

use axum::http::{HeaderMap, header};

use crate::{app::App, config::Transport};

/// The value of the cookie called `name`.
pub(super) fn cookie_value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The attribute that keeps a cookie off plain HTTP.
pub(super) fn secure_attribute(app: &App) -> &'static str {
    match app.config.desk.as_ref().map(|desk| desk.transport) {
        Some(Transport::PlainLoopback) => "",
        Some(Transport::Https) | None => "; Secure",
    }
}
