//! Handing a file that the page holds to the browser's downloads.

use web_sys::{Blob, HtmlAnchorElement, Url};

use super::dom::el;

/// Offers `file` as a download called `name`. What lies behind a token has no address that a link could lead to.
pub fn download(file: &Blob, name: &str) -> Option<()> {
    let address = Url::create_object_url_with_blob(file).ok()?;
    let link = el("a");
    let link: &HtmlAnchorElement = link.raw();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address).ok()
}
