//! Pictures to pick, made on the spot; the processor that prepares them; and a look at what came out.

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlElement, ImageBitmap};

#[wasm_bindgen(raw_module = "/target/browser-tests/js/photo-worker.js")]
extern "C" {
    /// Where photos are prepared.
    #[derive(Clone)]
    #[wasm_bindgen(typescript_type = "PhotoProcessor")]
    pub(crate) type Processor;

    /// Starts the first worker before there is a processor.
    pub(crate) async fn warm();

    #[wasm_bindgen(js_name = photoProcessor)]
    fn photo_processor() -> Processor;
    #[wasm_bindgen(js_name = photoProcessor)]
    fn photo_processor_with(get_reader: &Function) -> Processor;

    #[wasm_bindgen(method, js_name = prepare)]
    fn see(this: &Processor, file: &Blob, wants_codes: bool, wants_print: bool) -> Promise;
    #[wasm_bindgen(method, js_name = prepare)]
    fn see_from(this: &Processor, file: &Blob, wants_codes: bool, wants_print: bool, shorter_side: u32) -> Promise;
    #[wasm_bindgen(method)]
    pub(crate) fn close(this: &Processor);

    /// A processed photo: the preview, and the JPEG to send.
    #[wasm_bindgen(typescript_type = "PendingPhoto & ProcessedPhoto")]
    pub(crate) type ProcessedPhoto;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn width(this: &ProcessedPhoto) -> u32;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn height(this: &ProcessedPhoto) -> u32;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn jpeg(this: &ProcessedPhoto) -> Blob;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn digest(this: &ProcessedPhoto) -> Uint8Array;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn thumbnail(this: &ProcessedPhoto) -> ImageBitmap;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn luma(this: &ProcessedPhoto) -> Vec<u8>;
    #[wasm_bindgen(method, getter, js_name = lumaWidth)]
    pub(crate) fn luma_width(this: &ProcessedPhoto) -> usize;
    #[wasm_bindgen(method, getter, js_name = lumaHeight)]
    pub(crate) fn luma_height(this: &ProcessedPhoto) -> usize;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn codes(this: &ProcessedPhoto) -> Vec<String>;
}

// Files that the one above imports or fetches are served only if they are declared as well.
#[wasm_bindgen(raw_module = "/target/browser-tests/js/photo-worker.js")]
extern "C" {
    /// Whether the page's canvases give back what is drawn on them.
    #[wasm_bindgen(js_name = givesBackWhatIsDrawn)]
    pub(crate) fn gives_back_what_is_drawn() -> bool;
}
#[wasm_bindgen(raw_module = "/target/browser-tests/js/photo-reader.js")]
extern "C" {
    #[wasm_bindgen(js_name = read)]
    fn read_file(bytes: &[u8]) -> Promise;
}
#[wasm_bindgen(raw_module = "/target/browser-tests/js/photo-reader.js")]
extern "C" {
    type Scans;
    #[wasm_bindgen(method, js_name = isComplete)]
    fn is_complete(this: &Scans, is_ended: bool) -> bool;
    #[wasm_bindgen(constructor)]
    fn new() -> Scans;
}

/// Whether a file is whole, as far as its bytes tell.
pub(crate) async fn is_whole(bytes: &[u8]) -> bool {
    JsFuture::from(read_file(bytes)).await.is_ok()
}

/// Whether a JPEG without a single scan would be.
pub(crate) fn nothing_is_whole() -> bool {
    Scans::new().is_complete(true)
}

impl Processor {
    /// A processor of its own.
    pub(crate) fn new() -> Self {
        photo_processor()
    }

    /// A processor that cannot fetch what reads files byte by byte.
    pub(crate) fn without_reader() -> Self {
        photo_processor_with(&Function::new_no_args("return Promise.reject(new TypeError('no connection'))"))
    }

    /// A processor to which what reads files byte by byte neither comes nor is refused.
    pub(crate) fn with_silent_reader() -> Self {
        photo_processor_with(&Function::new_no_args("return new Promise(() => {})"))
    }

    /// Prepares `bytes`, which can be read, for a backend that wants so much of the shorter side.
    pub(crate) async fn prepare_from(&self, bytes: &[u8], shorter_side: u32) -> ProcessedPhoto {
        let processed = JsFuture::from(with_processed(self.see_from(&blob_of(bytes), false, true, shorter_side))).await;
        processed.expect("this can be read").unchecked_into()
    }

    /// Prepares `bytes`, if they can be read.
    pub(crate) async fn prepare(&self, bytes: &[u8]) -> Option<ProcessedPhoto> {
        let processed = JsFuture::from(self.begin(bytes)).await;
        processed.ok().map(JsCast::unchecked_into)
    }

    /// Prepares `bytes`, which can be read, and says what its barcodes say.
    pub(crate) async fn prepare_with_codes(&self, bytes: &[u8]) -> ProcessedPhoto {
        let processed = JsFuture::from(self.begin_with_codes(bytes)).await;
        processed.expect("this can be read").unchecked_into()
    }

    /// Begins to prepare `bytes` and to read its barcodes.
    pub(crate) fn begin_with_codes(&self, bytes: &[u8]) -> Promise {
        with_processed(self.see(&blob_of(bytes), true, true))
    }

    /// Begins to prepare `bytes`.
    pub(crate) fn begin(&self, bytes: &[u8]) -> Promise {
        with_processed(self.look(bytes))
    }

    /// Begins to look at `bytes`.
    pub(crate) fn look(&self, bytes: &[u8]) -> Promise {
        self.see(&blob_of(bytes), false, true)
    }

    /// Begins to look at `bytes`, of which no processed photo is wanted.
    pub(crate) fn glance(&self, bytes: &[u8]) -> Promise {
        self.see(&blob_of(bytes), false, false)
    }
}

/// `bytes` as a file.
pub(crate) fn blob_of(bytes: &[u8]) -> Blob {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).unwrap()
}

#[wasm_bindgen(raw_module = "/target/browser-tests/tests/browser/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = colourful)]
    async fn draw_colourful(width: u32, height: u32) -> JsValue;
    #[wasm_bindgen(js_name = barePixel)]
    async fn pixel_of(jpeg: &Blob) -> JsValue;
    /// Preview and JPEG in one object.
    #[wasm_bindgen(js_name = withProcessed)]
    pub(crate) fn with_processed(sight: Promise) -> Promise;
    /// The order in which previews and JPEGs arrive: "seen 2", "sent 0".
    #[wasm_bindgen(js_name = orderOf)]
    pub(crate) async fn order_of(sights: Vec<Promise>) -> Vec<String>;
    #[wasm_bindgen(js_name = picture)]
    async fn draw(width: u32, height: u32, media_type: &str, n: u32) -> JsValue;
    #[wasm_bindgen(js_name = look)]
    async fn look_at(jpeg: &Blob) -> JsValue;
    #[wasm_bindgen(js_name = sha256)]
    async fn digest_of(bytes: &[u8]) -> JsValue;
    #[wasm_bindgen(js_name = pick)]
    fn pick_in(input: &HtmlElement, files: &Array);
    #[wasm_bindgen(js_name = give)]
    fn give_on(how: &str, target: &HtmlElement, files: &Array, texts: &Array) -> bool;
    #[wasm_bindgen(js_name = noise)]
    async fn draw_noise(width: u32, height: u32) -> JsValue;

    /// Has something happen to files called `name`: see `browser.js`. The returned function says how many bytes were read of them.
    #[wasm_bindgen(js_name = fileThatIs)]
    pub(crate) fn file_that_is(how: &str, name: &str) -> Function;
    /// Gives the page a reader of barcodes that `finds` "3SABCD1234567", or what else is named after that word, or has something go wrong: "rejects",
    /// "throws", "knows no format". The returned function removes it.
    #[wasm_bindgen(js_name = codeReader)]
    pub(crate) fn code_reader(what: &str) -> Function;
    /// Looks at the page's codec that scales, which "works", "rejects" or "throws". What comes back puts that right, and
    /// says how many decoders and frames were opened and closed.
    #[wasm_bindgen(js_name = watchedDecoder)]
    pub(crate) fn watched_decoder(how: &str) -> Function;
    /// Counts how often a frame is copied whole on the page. The returned function stops that, and gives the count.
    #[wasm_bindgen(js_name = countFrameCopies)]
    pub(crate) fn count_frame_copies() -> Function;
    /// Has the page's canvases do something else than they should: "make noise", "fail above 1280", "fail". What comes
    /// back puts that right.
    #[wasm_bindgen(js_name = bentCanvas)]
    pub(crate) fn bent_canvas(how: &str) -> Function;
    /// Makes the page's codec give an empty picture. The returned function restores it.
    #[wasm_bindgen(js_name = blankCodec)]
    pub(crate) fn blank_codec() -> Function;
}

/// A file to pick: its name and its bytes.
pub(crate) type NamedFile<'a> = (&'a str, &'a [u8]);

/// A picture of four coloured quarters: red, green, blue, yellow. Pictures of another `n` are other pictures.
pub(crate) async fn picture(width: u32, height: u32, media_type: &str, n: u32) -> Vec<u8> {
    draw(width, height, media_type, n).await.unchecked_into::<Uint8Array>().to_vec()
}

fn pixel(of: &Array) -> Vec<f64> {
    of.iter().filter_map(|value| value.as_f64()).collect()
}

/// A JPEG of one colour in Display P3, and that colour in sRGB.
pub(crate) async fn colourful(width: u32, height: u32) -> (Vec<u8>, Vec<f64>) {
    let drawn: Array = draw_colourful(width, height).await.unchecked_into();
    (drawn.get(0).unchecked_into::<Uint8Array>().to_vec(), pixel(&drawn))
}

/// The first pixel of `jpeg` by who does not look at its profile, as the backend does not.
pub(crate) async fn bare_pixel(jpeg: &Blob) -> Vec<f64> {
    pixel(&pixel_of(jpeg).await.unchecked_into())
}

/// A small JPEG, as a camera would make it.
pub(crate) async fn snapshot(n: u32) -> Vec<u8> {
    picture(320, 240, "image/jpeg", n).await
}

/// The visible content of `jpeg`: its size, and the colour of each quarter.
pub(crate) async fn look(jpeg: &Blob) -> Vec<String> {
    let seen: Array = look_at(jpeg).await.unchecked_into();
    seen.iter().map(|seen| seen.as_string().unwrap()).collect()
}

/// The SHA-256 of `bytes`, by the browser.
pub(crate) async fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest_of(bytes).await.unchecked_into::<Uint8Array>().to_vec()
}

/// The bytes of `blob`.
pub(crate) async fn bytes_of(blob: &Blob) -> Vec<u8> {
    let buffer = JsFuture::from(blob.array_buffer()).await.unwrap();
    Uint8Array::new(&buffer).to_vec()
}

/// Picks files in a file input.
pub(crate) fn pick(input: &HtmlElement, files: &[NamedFile<'_>]) {
    pick_in(input, &pairs(files));
}

/// Drops files on an element; says whether the browser was kept from opening them.
pub(crate) fn drop_files(target: &HtmlElement, files: &[NamedFile<'_>]) -> bool {
    give("drop", target, files, &[])
}

/// Pastes files into an element.
pub(crate) fn paste(target: &HtmlElement, files: &[NamedFile<'_>]) {
    give("paste", target, files, &[]);
}

/// Has the customer "drop" or "paste" files on an element, and texts, each of its kind; says whether the browser was kept from doing
/// with it what it would.
pub(crate) fn give(how: &str, target: &HtmlElement, files: &[NamedFile<'_>], texts: &[(&str, &str)]) -> bool {
    let texts: Array = texts.iter().map(|(kind, text)| Array::of2(&(*kind).into(), &(*text).into())).collect();
    give_on(how, target, &pairs(files), &texts)
}

/// A JPEG of nothing but noise, about a byte for each pixel.
pub(crate) async fn noise(width: u32, height: u32) -> Vec<u8> {
    draw_noise(width, height).await.unchecked_into::<Uint8Array>().to_vec()
}

fn pairs(files: &[NamedFile<'_>]) -> Array {
    files.iter().map(|(name, bytes)| Array::of2(&(*name).into(), &Uint8Array::from(*bytes))).collect()
}

/// `jpeg` as a phone writes it that was held upright: the picture lies on its side, and a tag says how it is meant.
pub(crate) fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    // One segment (APP1, 34 bytes), one directory in little-endian TIFF, one entry: tag 0x0112, a short, once.
    let head = b"\xff\xe1\x00\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0";
    let (start, rest) = jpeg.split_at(2);
    [start, head, &[orientation, 0, 0, 0, 0, 0, 0, 0], rest].concat()
}
