//! Downloads of files that the page has in memory.

use web_sys::{Blob, HtmlAnchorElement, Url};

use super::dom::el;

/// Downloads `file` under `name`. A plain link would not do: the request for the file needs a token.
pub fn download(file: &Blob, name: &str) -> Option<()> {
    let address = Url::create_object_url_with_blob(file).ok()?;
    let link = el("a");
    let link: &HtmlAnchorElement = link.raw();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address).ok()
}
