//! From a picked file to a photo that can be sent: its type and size told by its first bytes, then everything that needs
//! a codec by the browser's own, through `js/photo-worker.js`.

use damage_report_rules::{
    evidence::{Digest, Subject},
    photo::{FILE_BYTES_MAX, HEAD_LENGTH, NotAPhoto, PhotoKind, is_too_large},
    policy::Policy,
};
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageBitmap};

use super::advice::{PhotoAnalysis, analyse};
use crate::{failure::PhotoRejection, reactive::scope::with_timeout};

/// How long the first bytes of a file may take. A file that lies with a cloud service is fetched first, and some never come.
const HEAD_MS: f64 = 30_000.0;

#[wasm_bindgen]
extern "C" {
    /// Where photos are prepared: workers where the page lets them start, else the page itself.
    #[derive(Clone)]
    pub type PhotoProcessor;

    /// Starts what will be needed for the first photo.
    #[wasm_bindgen(method)]
    pub(super) fn warm(this: &PhotoProcessor);

    #[wasm_bindgen(method, catch)]
    async fn prepare(
        this: &PhotoProcessor,
        file: &Blob,
        wants_codes: bool,
        wants_processed: bool,
        shorter_side: u32,
    ) -> Result<JsValue, JsValue>;

    /// A blob that is read as far as the browser can.
    #[wasm_bindgen(typescript_type = "Blob")]
    type Readable;

    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    fn read(this: &Readable) -> Result<Promise, JsValue>;

    /// The processor's first result: the preview.
    #[wasm_bindgen(typescript_type = "PendingPhoto")]
    type PreviewHandle;

    #[wasm_bindgen(method, getter)]
    fn width(this: &PreviewHandle) -> u32;
    #[wasm_bindgen(method, getter)]
    fn height(this: &PreviewHandle) -> u32;
    #[wasm_bindgen(method, getter)]
    fn thumbnail(this: &PreviewHandle) -> ImageBitmap;
    #[wasm_bindgen(method, getter)]
    fn luma(this: &PreviewHandle) -> Vec<u8>;
    #[wasm_bindgen(method, getter, js_name = lumaWidth)]
    fn luma_width(this: &PreviewHandle) -> usize;
    #[wasm_bindgen(method, getter, js_name = lumaHeight)]
    fn luma_height(this: &PreviewHandle) -> usize;
    #[wasm_bindgen(method, getter)]
    fn processed(this: &PreviewHandle) -> Promise;

    /// The processor's last result: the file to send.
    #[wasm_bindgen(typescript_type = "ProcessedPhoto")]
    type ProcessedHandle;

    #[wasm_bindgen(method, getter)]
    fn jpeg(this: &ProcessedHandle) -> Blob;
    #[wasm_bindgen(method, getter)]
    fn digest(this: &ProcessedHandle) -> Uint8Array;
    #[wasm_bindgen(method, getter)]
    fn codes(this: &ProcessedHandle) -> Array;
}

/// The preview of a photo, while the file to send is being made.
pub(crate) struct Preview {
    pub(crate) thumbnail: ImageBitmap,
    /// The analysis of its pixels.
    pub(crate) analysis: PhotoAnalysis,
    pub(crate) pending: PendingPhoto,
}

/// A photo that is being processed.
pub(crate) struct PendingPhoto {
    processed: Promise,
    if_unreadable: PhotoRejection,
}

/// A photo ready to be sent: upright, at most 2048 px on its longer side (more where its shorter side would become too short
/// for the backend), JPEG, without metadata; where no canvas works, as it was picked, without metadata too.
pub(crate) struct ProcessedPhoto {
    pub(crate) digest: Digest,
    pub(crate) jpeg: Blob,
    /// The texts of its barcodes, in browsers that can read them.
    pub(crate) barcodes: Vec<String>,
}

/// Looks at a photo of `subject`, and begins to process it.
pub(crate) async fn preview(
    file: &Blob,
    subject: Subject,
    processor: &PhotoProcessor,
    policy: &Policy,
) -> Result<Preview, PhotoRejection> {
    let if_unreadable = identify_file(file).await?;
    let preview: PreviewHandle =
        match processor.prepare(file, subject == Subject::Label, true, policy.photo_side_min).await {
            Ok(preview) => preview.unchecked_into(),
            // It may have gone away meanwhile.
            Err(_) => return Err(head_of(file).await.err().unwrap_or(if_unreadable)),
        };
    let size @ (width, height) = (preview.width(), preview.height());
    if !policy.has_enough_pixels(width, height) {
        return Err(PhotoRejection::TooSmall);
    }
    Ok(Preview {
        thumbnail: preview.thumbnail(),
        analysis: analyse(&preview.luma(), preview.luma_width(), preview.luma_height(), size),
        pending: PendingPhoto { processed: preview.processed(), if_unreadable },
    })
}

impl PendingPhoto {
    /// The processed photo, when it is done.
    pub(crate) async fn wait_for_processed(self, policy: &Policy) -> Result<ProcessedPhoto, PhotoRejection> {
        let processed = JsFuture::from(self.processed).await.map_err(|_| self.if_unreadable)?;
        let processed: ProcessedHandle = processed.unchecked_into();
        // Where the browser cannot make it smaller, it is sent as large as it was picked.
        if processed.jpeg().size() > f64::from(policy.photo_bytes_max) {
            return Err(PhotoRejection::TooLarge);
        }
        let digest = processed.digest().to_vec().try_into().map_err(|_| PhotoRejection::Unreadable)?;
        Ok(ProcessedPhoto {
            digest: Digest::new(digest),
            jpeg: processed.jpeg(),
            barcodes: processed.codes().iter().filter_map(|code| code.as_string()).collect(),
        })
    }
}

/// Refuses what no codec need see, by nothing but its length and its first bytes. Gives what is to blame when the codec cannot
/// read it.
pub(super) async fn identify_file(file: &Blob) -> Result<PhotoRejection, PhotoRejection> {
    let head = head_of(file).await?;
    match PhotoKind::sniff(&head) {
        Ok(_) if file.size() > FILE_BYTES_MAX.into() => Err(PhotoRejection::TooLarge),
        // A file that claims more pixels than fit into memory must not reach a codec.
        Ok(kind) => match kind.dimensions(&head) {
            Some((width, height)) if is_too_large(width, height) => Err(PhotoRejection::TooLarge),
            _ => Ok(PhotoRejection::Unreadable),
        },
        // Safari reads HEIC; where the browser cannot, the processor fails, and it is the type that is to blame.
        Err(NotAPhoto::Heic) => Ok(PhotoRejection::Heic),
        Err(NotAPhoto::Empty) => Err(PhotoRejection::Empty),
        Err(NotAPhoto::OtherType) => Err(PhotoRejection::Type),
    }
}

/// The first bytes of `file`.
async fn head_of(file: &Blob) -> Result<Vec<u8>, PhotoRejection> {
    let mut part = file.slice_with_f64_and_f64(0.0, HEAD_LENGTH as f64).ok();
    while let Some(reading) = part
        && let Ok(bytes) = reading.unchecked_ref::<Readable>().read()
    {
        let bytes = match with_timeout(&bytes, HEAD_MS).await {
            Ok(bytes) if bytes.is_object() => Uint8Array::new(&bytes).to_vec(),
            _ => break,
        };
        if !bytes.is_empty() || reading == *file {
            return Ok(bytes);
        }
        // Chromium says that a file is empty which is not there any more, until it is to be read as a whole.
        part = Some(file.clone());
    }
    Err(PhotoRejection::Unavailable)
}

/// A small picture of a photo that was prepared before.
pub(crate) async fn remake_thumbnail(file: &Blob, processor: &PhotoProcessor) -> Option<ImageBitmap> {
    let preview = processor.prepare(file, false, false, 0).await.ok()?;
    Some(preview.unchecked_into::<PreviewHandle>().thumbnail())
}
