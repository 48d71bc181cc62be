//! The desk's style sheet, script and icon. Their addresses hold their digests, so a browser may keep them for ever.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse as _, Response},
};

use super::error::DeskError;
use crate::digest::sha256;

/// The characters of the digest in an address.
const DIGEST_LENGTH: usize = 16;

/// A file of the desk.
#[derive(Debug)]
pub(super) struct Asset {
    /// Its address.
    pub(super) path: String,
    media_type: &'static str,
    content: &'static str,
}

/// The files of the desk.
#[derive(Debug)]
pub(super) struct Assets {
    pub(super) style: Asset,
    pub(super) script: Asset,
    pub(super) icon: Asset,
}

pub(super) static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    style: Asset::new("desk", "css", "text/css; charset=utf-8", include_str!("../../desk/desk.css")),
    script: Asset::new("desk", "js", "text/javascript; charset=utf-8", include_str!("../../desk/desk.js")),
    icon: Asset::new("desk", "svg", "image/svg+xml", include_str!("../../desk/icon.svg")),
});

impl Asset {
    fn new(name: &str, ending: &str, media_type: &'static str, content: &'static str) -> Self {
        let digest = sha256(content.as_bytes()).to_string();
        Self { path: format!("/desk/files/{name}-{}.{ending}", &digest[..DIGEST_LENGTH]), media_type, content }
    }
}

/// A file. Signing in needs the style sheet, so everybody may have it.
pub(super) async fn show_asset(Path(name): Path<String>) -> Result<Response, DeskError> {
    let Assets { style, script, icon } = &*ASSETS;
    let path = format!("/desk/files/{name}");
    let asset = [style, script, icon].into_iter().find(|asset| asset.path == path).ok_or(DeskError::UNKNOWN)?;
    let headers =
        [(header::CONTENT_TYPE, asset.media_type), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.content).into_response())
}
