//! This browser's storage, as the widget uses it and as it looks from outside.

use js_sys::{Array, Function, Promise, Uint8Array};
use serde_json::Value;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, File};

use crate::{
    pictures::{self, blob_of},
    waiting::frame,
};

#[wasm_bindgen(raw_module = "/target/browser-tests/tests/browser/browser.js")]
extern "C" {
    /// Where a draft lies.
    #[derive(Clone)]
    pub(crate) type DraftStore;

    #[wasm_bindgen(js_name = forgetDrafts)]
    pub(crate) fn forget_drafts() -> Promise;

    #[wasm_bindgen(js_name = wholeDraftStore)]
    fn draft_store(line: &str) -> DraftStore;

    #[wasm_bindgen(method, catch)]
    async fn open(this: &DraftStore, since: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn save(this: &DraftStore, answers: &str, at: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = save)]
    fn save_later(this: &DraftStore, answers: &str, at: f64) -> Promise;
    #[wasm_bindgen(method, catch, js_name = savePhoto)]
    async fn save_photo(this: &DraftStore, id: u32, file: &Blob, at: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = savePhoto)]
    fn begin_to_save_photo(this: &DraftStore, id: u32, file: &Blob, at: f64, is_picked: bool) -> Promise;
    #[wasm_bindgen(method, js_name = removePhoto)]
    pub(crate) fn remove_photo(this: &DraftStore, id: u32) -> Promise;
    #[wasm_bindgen(method, catch)]
    async fn photo(this: &DraftStore, id: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    pub(crate) fn discard(this: &DraftStore) -> Promise;
    #[wasm_bindgen(method)]
    pub(crate) fn lock(this: &DraftStore, take_over: bool, on_wanted: &Function) -> Promise;
    #[wasm_bindgen(method)]
    pub(crate) fn close(this: &DraftStore);
}

#[wasm_bindgen(raw_module = "/target/browser-tests/tests/browser/browser.js")]
extern "C" {
    #[wasm_bindgen(js_name = kept)]
    async fn kept_of(line: &str) -> JsValue;
    #[wasm_bindgen(js_name = bytesKept)]
    async fn bytes_of(line: &str) -> JsValue;
    #[wasm_bindgen(js_name = keyCanBeHad)]
    async fn key_of(line: &str) -> JsValue;
    #[wasm_bindgen(js_name = makeNewer)]
    pub(crate) async fn make_newer();
    #[wasm_bindgen(js_name = forgetAll)]
    pub(crate) async fn forget_all();
    /// See `browser.js`.
    pub(crate) type SleepingTab;
    #[wasm_bindgen(constructor)]
    pub(crate) fn new() -> SleepingTab;
    #[wasm_bindgen(method, js_name = kept)]
    async fn kept_in_hand(this: &SleepingTab, line: &str) -> JsValue;
    #[wasm_bindgen(method)]
    pub(crate) async fn wake(this: &SleepingTab);
    #[wasm_bindgen(js_name = freezeTab)]
    pub(crate) async fn freeze_tab(line: &str);
    /// Records which photos of a draft are written. The returned function stops the recording and gives their order.
    #[wasm_bindgen(js_name = watchWriting)]
    pub(crate) fn watch_writing(line: &str) -> Function;
    /// Gives a function that closes every database opened from now on.
    #[wasm_bindgen(js_name = closable)]
    pub(crate) fn closable() -> Function;
    #[wasm_bindgen(js_name = breakStorage)]
    pub(crate) fn break_storage(how: &str) -> Function;
}

impl SleepingTab {
    /// Whether there is something under the name `line`.
    pub(crate) async fn has(&self, line: &str) -> bool {
        self.kept_in_hand(line).await.is_truthy()
    }
}

impl DraftStore {
    /// The store of one order line.
    pub(crate) fn new(line: &str) -> Self {
        draft_store(line)
    }

    /// The store of one order line, open.
    pub(crate) async fn opened(line: &str) -> Self {
        let draft_store = Self::new(line);
        draft_store.open(0.0).await.unwrap();
        draft_store
    }

    /// Saves `answers`, valid or not.
    pub(crate) fn begin_to_save_answers(&self, answers: &str) -> Promise {
        self.save_later(answers, 0.0)
    }

    /// Has `file` saved as the photo `id`.
    pub(crate) fn begin_to_save(&self, id: u32, file: &[u8]) -> Promise {
        self.begin_to_save_photo(id, &blob_of(file), 0.0, false)
    }

    /// Has a file called `name` saved as the photo `id`.
    pub(crate) fn begin_to_save_file(&self, id: u32, name: &str) -> Promise {
        let file =
            File::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(b"a file".as_slice())), name).unwrap();
        self.begin_to_save_photo(id, &file, 0.0, false)
    }

    /// Has `file`, which was just picked, saved as the photo `id` if nothing better comes.
    pub(crate) fn picked(&self, id: u32, file: &[u8]) -> Promise {
        self.begin_to_save_photo(id, &blob_of(file), 0.0, true)
    }

    /// The photo `id`, if it lies there.
    pub(crate) async fn bytes_of_photo(&self, id: u32) -> Option<Vec<u8>> {
        let photo: Blob = self.photo(id).await.ok()?.dyn_into().ok()?;
        Some(pictures::bytes_of(&photo).await)
    }
}

/// A name under which nothing is saved yet.
pub(crate) fn fresh() -> String {
    format!("damage-report test {}", web_sys::window().unwrap().crypto().unwrap().random_uuid())
}

/// The draft saved under the name `line`, if it can be read.
pub(crate) async fn saved(line: &str) -> Option<Value> {
    let draft_store = DraftStore::new(line);
    let saved = draft_store.open(0.0).await.ok().and_then(|saved| saved.as_string());
    draft_store.close();
    serde_json::from_str(&saved?).ok()
}

/// Saves `answers` under the name `line`, valid or not.
pub(crate) async fn save(line: &str, answers: &str, at: f64) {
    let draft_store = DraftStore::new(line);
    draft_store.open(0.0).await.unwrap();
    draft_store.save(answers, at).await.unwrap();
    draft_store.close();
}

/// Saves `file` as the photo `id` of the draft `line`, over any earlier file.
pub(crate) async fn save_photo(line: &str, id: u32, file: &[u8], at: f64) {
    let draft_store = DraftStore::opened(line).await;
    draft_store.save_photo(id, &blob_of(file), at).await.unwrap();
    draft_store.close();
}

/// Lists the entries of `line` in the browser's database: `answers`, and `photo 0` for each photo.
pub(crate) async fn kept(line: &str) -> Vec<String> {
    let kept: Array = kept_of(line).await.unchecked_into();
    kept.iter().map(|name| name.as_string().unwrap()).collect()
}

/// Waits until this is what lies in the browser's database under the name `line`.
pub(crate) async fn wait_until_saved(line: &str, expected: &[&str]) {
    let mut is = kept(line).await;
    for _ in 0..600 {
        if is == expected {
            return;
        }
        frame().await;
        is = kept(line).await;
    }
    panic!("waited in vain for {expected:?}; there is {is:?}");
}

/// Every byte that lies in the browser's database under the name `line`.
pub(crate) async fn bytes_kept(line: &str) -> Vec<u8> {
    js_sys::Uint8Array::new(&bytes_of(line).await).to_vec()
}

/// Whether anybody can have the key under which the draft `line` lies there.
pub(crate) async fn key_can_be_had(line: &str) -> bool {
    key_of(line).await.is_truthy()
}
