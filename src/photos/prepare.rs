//! From a picked file to a photo that can be sent: its type told by its first bytes, then everything that needs a
//! codec by the browser's own, through `js/photo-worker.js`.

use damage_report_rules::{
    evidence::Digest,
    photo::{NotAPhoto, PhotoKind, SNIFF_LENGTH},
    policy::Policy,
};
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, ImageBitmap};

use super::queue::Refusal;

#[wasm_bindgen]
extern "C" {
    /// Where photos are prepared: workers where the page lets them start, else the page itself.
    #[derive(Clone)]
    pub type PhotoDesk;

    #[wasm_bindgen(method, catch)]
    async fn prepare(this: &PhotoDesk, bytes: ArrayBuffer) -> Result<JsValue, JsValue>;

    /// What the desk gives back.
    type Print;

    #[wasm_bindgen(method, getter)]
    fn width(this: &Print) -> u32;
    #[wasm_bindgen(method, getter)]
    fn height(this: &Print) -> u32;
    #[wasm_bindgen(method, getter)]
    fn jpeg(this: &Print) -> Blob;
    #[wasm_bindgen(method, getter)]
    fn digest(this: &Print) -> Uint8Array;
    #[wasm_bindgen(method, getter)]
    fn thumbnail(this: &Print) -> ImageBitmap;
}

/// A photo ready to be sent: upright, at most 2048 px on its longer side, JPEG, without metadata.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub(crate) digest: Digest,
    pub(crate) jpeg: Blob,
    pub(crate) thumbnail: ImageBitmap,
}

/// Prepares `file`.
pub(crate) async fn prepare(file: &File, desk: &PhotoDesk, policy: &Policy) -> Result<Prepared, Refusal> {
    // Read whole at once: the file may be gone a minute later, as cameras and cloud folders have it.
    let bytes = JsFuture::from(file.array_buffer()).await.map_err(|_| Refusal::Unreadable)?;
    let bytes: ArrayBuffer = bytes.unchecked_into();
    let head = Uint8Array::new_with_byte_offset_and_length(
        &bytes,
        0,
        bytes.byte_length().min(u32::try_from(SNIFF_LENGTH).unwrap_or(u32::MAX)),
    )
    .to_vec();
    // Safari reads HEIC; where the browser cannot, the desk fails, and it is the type that is to blame.
    let if_unreadable = match PhotoKind::sniff(&head) {
        Ok(_) => Refusal::Unreadable,
        Err(NotAPhoto::Heic) => Refusal::Heic,
        Err(NotAPhoto::Empty) => return Err(Refusal::Empty),
        Err(NotAPhoto::OtherType) => return Err(Refusal::Type),
    };
    let print = desk.prepare(bytes).await.map_err(|_| if_unreadable)?;
    let print: Print = print.unchecked_into();
    if !policy.shows_enough(print.width(), print.height()) {
        return Err(Refusal::TooSmall);
    }
    let digest = print.digest().to_vec().try_into().map_err(|_| Refusal::Unreadable)?;
    Ok(Prepared { digest: Digest::new(digest), jpeg: print.jpeg(), thumbnail: print.thumbnail() })
}
