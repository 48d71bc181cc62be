//! The saved draft: what the customer gave is written to the browser's storage when they give it.
//!
//! The store itself (`js/draft-store.js`) is the browser's database, its encryption and its locks. Here is what is
//! saved when, for how long, and what happens when the browser has no storage to give: the report goes on in memory, and
//! storage is asked again with each change and each time that the page is seen again.

pub mod answer_writes;

use std::cell::{Cell, RefCell};

use damage_report_rules::evidence::Digest;
use js_sys::{Date, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use self::answer_writes::AnswerWrites;
use crate::{
    clock::ServerClock,
    json,
    reactive::{
        scope::{Scope, sleep, with_timeout},
        signal::Signal,
        stored_value::StoredValue,
    },
    retry::{RetryPolicy, retry},
    saved::{PhotoId, SavedDraft},
};

/// How long a draft is kept. From the product: a report is due within three working days, and every run of holidays ends
/// within a week.
const KEPT_MS: f64 = 7.0 * 24.0 * 3_600_000.0;

/// How often a photo that the browser cannot give now is requested again: first after a second, then after twice as long each time,
/// half a minute in all. Storage that is restarted is back much sooner.
const PHOTO_RETRIES: u32 = 5;

/// How long anybody waits until all is saved, in milliseconds: nobody should wait longer for a disk.
const SAVING_MS: f64 = 1_000.0;

#[wasm_bindgen]
extern "C" {
    /// Where a draft lies in this browser.
    #[derive(Clone)]
    pub type DraftStore;

    #[wasm_bindgen(method, catch)]
    async fn open(this: &DraftStore, since: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn save(this: &DraftStore, answers: &str, at: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = savePhoto)]
    async fn save_photo(this: &DraftStore, id: u32, file: &Blob, at: f64, is_picked: bool) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn photo(this: &DraftStore, id: u32, digest: Option<String>) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, js_name = skipPhoto)]
    fn skip_photo(this: &DraftStore, id: u32);
    #[wasm_bindgen(method, catch, js_name = removePhoto)]
    async fn remove_photo(this: &DraftStore, id: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn discard(this: &DraftStore) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn lock(this: &DraftStore, take_over: bool, on_wanted: &JsValue) -> Promise;
    #[wasm_bindgen(method)]
    fn unlock(this: &DraftStore);
    #[wasm_bindgen(method)]
    fn guard(this: &DraftStore, is_unsaved: bool);
}

/// How safe the draft is in this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftSafety {
    /// Everything is on disk.
    Saved,
    /// Some of it is on its way there.
    Saving,
    /// The browser has no storage to give, or the shop wants none used: the page must stay open.
    Memory {
        /// Whether that is what the shop wants.
        by_choice: bool,
    },
}

/// The saved draft of one order line. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct DraftPersistence {
    inner: StoredValue<Inner>,
    safety: Signal<DraftSafety>,
}

struct Inner {
    draft_store: DraftStore,
    clock: ServerClock,
    answers: RefCell<AnswerWrites>,
    /// Whether the browser could say what was saved here before.
    is_read: Cell<bool>,
    /// Whether all that was to be saved until now was.
    is_complete: Cell<bool>,
    /// How many things are on their way to the disk.
    under_way: Cell<u32>,
    /// Called when none is.
    waiting: RefCell<Vec<Function>>,
    scope: Scope,
}

impl RetryPolicy for Inner {
    type Failure = JsValue;

    fn wait(&self, _: &JsValue, attempt: u32) -> Option<impl Future> {
        // A photo that cannot be requested now may be there all the same.
        let may_be_there = self.is_read.get() && attempt < PHOTO_RETRIES;
        may_be_there.then(|| sleep(1000.0 * f64::from(2_u32.pow(attempt))))
    }
}

impl DraftPersistence {
    /// The storage of one order line; `is_off` where the shop wants nothing kept in this browser.
    pub(crate) fn new(draft_store: DraftStore, is_off: bool, clock: ServerClock) -> Self {
        let inner = Inner {
            draft_store,
            clock,
            answers: RefCell::default(),
            is_read: Cell::default(),
            is_complete: Cell::default(),
            under_way: Cell::default(),
            waiting: RefCell::default(),
            scope: Scope::current(),
        };
        let safety = if is_off { DraftSafety::Memory { by_choice: true } } else { DraftSafety::Saved };
        Self { inner: StoredValue::new(inner), safety: Signal::new(safety) }
    }

    /// How safe the draft is. Reactive.
    pub(crate) fn safety(self) -> DraftSafety {
        self.safety.get()
    }

    /// Holds the draft for this tab; `false` while another tab does and it is not to be taken over. `on_wanted` hears
    /// that another tab wants it: then everything is put down and [`unlock`](Self::unlock) called.
    pub(crate) async fn lock(self, take_over: bool, on_wanted: impl Fn() + 'static) -> bool {
        let on_wanted = Closure::<dyn Fn()>::new(on_wanted).into_js_value();
        let held = JsFuture::from(self.inner.get().draft_store.lock(take_over, &on_wanted)).await;
        // A browser that has no locks to give leaves it to the backend that there is one claim.
        held.map_or(true, |held| held.is_truthy())
    }

    /// Lets another tab have the draft, once what is under way is on the disk.
    pub(crate) async fn unlock(self) {
        self.wait_until_saved().await;
        self.inner.get().draft_store.unlock();
    }

    /// Waits until everything that was given so far is on the disk, or for a second.
    pub(crate) async fn wait_until_saved(self) {
        // The effects that save the changes of this moment run first.
        sleep(0.0).await;
        let inner = self.inner.get();
        if inner.under_way.get() > 0 {
            let saved = Promise::new(&mut |resolve, _| inner.waiting.borrow_mut().push(resolve));
            // Nothing rejects it.
            let _ = with_timeout(&saved, SAVING_MS).await;
        }
    }

    /// Whether a draft was saved. Those older than seven days are deleted, of whichever order line they are.
    pub(crate) async fn find_saved_draft(self) -> bool {
        if self.safety.get_untracked() != DraftSafety::Saved {
            return false;
        }
        let inner = self.inner.get();
        let saved = inner.draft_store.open(self.now() - KEPT_MS).await;
        let saved = self.written(saved);
        inner.is_read.set(saved.is_some());
        let answers = saved.and_then(|saved| saved.as_string());
        let is_saved = answers.is_some();
        inner.answers.borrow_mut().open(answers);
        is_saved
    }

    /// The draft that was saved, if this version can read it: the photos of another version's come back from the backend. Read by the
    /// report, so that the first page does without the reader.
    pub(crate) fn parse_saved_draft(self) -> Option<SavedDraft> {
        let inner = self.inner.get();
        let saved = json::read_json(inner.answers.borrow().latest());
        if saved.is_none() {
            // It stays as it is until the customer gives something.
            inner.answers.borrow_mut().forget_answers();
        }
        saved
    }

    /// Saves the answers, unless they are saved already, or are empty where none were saved before.
    pub(crate) fn save_answers(self, saved: &SavedDraft, is_empty: bool) {
        let inner = self.inner.get();
        if inner.answers.borrow_mut().set_answers(saved, is_empty) {
            inner.scope.spawn(self.write());
        }
    }

    async fn write(self) {
        let inner = self.inner.get();
        self.count_write_begun();
        let mut written = String::new();
        loop {
            let next = inner.answers.borrow_mut().next_write(&written);
            let Some(version) = next else { break };
            self.written(inner.draft_store.save(&version, self.now()).await);
            written = version;
        }
        self.count_write_ended();
    }

    /// Saves a photo over the file saved under its number. A picked file is saved only if it is not processed soon, so that it
    /// survives a killed page; until then the draft is not safe.
    pub(crate) async fn save_photo(self, id: PhotoId, file: Blob, is_picked: bool) {
        let inner = self.inner.get();
        if inner.answers.borrow().is_open() {
            self.count_write_begun();
            self.written(inner.draft_store.save_photo(id.0, &file, self.now(), is_picked).await);
            self.count_write_ended();
        }
    }

    /// A photo as it was saved, if it was. With a `digest` only the processed photo of that name: where the page died before that was
    /// saved, the file that was picked may lie there still.
    pub(crate) async fn load_photo(self, id: PhotoId, digest: Option<Digest>) -> Option<Blob> {
        let inner = self.inner.get();
        let digest = digest.map(String::from);
        let request = async || inner.draft_store.photo(id.0, digest.clone()).await;
        retry(&*inner, request, || true).await.ok()?.dyn_into().ok()
    }

    /// Tries again to save what could not be saved.
    pub(crate) fn retry_saving(self) {
        let has_failed = self.safety.get_untracked() == DraftSafety::Memory { by_choice: false };
        let inner = self.inner.get();
        if has_failed && inner.answers.borrow_mut().retry_failed_write() {
            inner.scope.spawn(self.write());
        }
    }

    /// Of a photo nothing is saved that is not being saved by now.
    pub(crate) fn skip_photo_save(self, id: PhotoId) {
        self.inner.get().draft_store.skip_photo(id.0);
    }

    /// Throws a photo away.
    pub(crate) async fn remove_photo(self, id: PhotoId) {
        // A photo that cannot be removed now is removed with the draft.
        let _ = self.inner.get().draft_store.remove_photo(id.0).await;
    }

    /// Discards the draft. Everything saved later belongs to a new one.
    pub(crate) async fn discard_draft(self) {
        let inner = self.inner.get();
        inner.answers.borrow_mut().forget_answers();
        // Where that fails, the next visit finds the claim, or the draft too old.
        let _ = inner.draft_store.discard().await;
    }

    /// Whether the customer is to be asked before they leave the page.
    pub(crate) fn ask_before_leaving(self, is_unsaved: bool) {
        self.inner.get().draft_store.guard(is_unsaved);
    }

    /// Something is on its way to the disk: until its [`count_write_ended`](Self::count_write_ended) the draft is not safe.
    pub(crate) fn count_write_begun(self) {
        let inner = self.inner.get();
        inner.under_way.set(inner.under_way.get() + 1);
        if self.safety.get_untracked() == DraftSafety::Saved {
            self.safety.set(DraftSafety::Saving);
        }
    }

    /// It is there, or is not to be.
    pub(crate) fn count_write_ended(self) {
        let inner = self.inner.get();
        inner.under_way.set(inner.under_way.get() - 1);
        if inner.under_way.get() > 0 {
            return;
        }
        if inner.is_complete.get() {
            self.safety.set_if_changed(DraftSafety::Saved);
        }
        for resolve in inner.waiting.take() {
            // It is a promise's own, and does not fail.
            let _ = resolve.call0(&JsValue::NULL);
        }
    }

    /// Notes the outcome of a write. After a refused one the report continues in memory. Later writes are tried all the same:
    /// answers may fit where a photo did not, and a successful write saves the refused ones too.
    fn written<T>(self, outcome: Result<T, JsValue>) -> Option<T> {
        self.inner.get().is_complete.set(outcome.is_ok());
        if outcome.is_err() {
            self.safety.set_if_changed(DraftSafety::Memory { by_choice: false });
        }
        outcome.ok()
    }

    /// The time by the server's clock, where it is known: it is only ever compared with itself.
    fn now(self) -> f64 {
        self.inner.get().clock.now_untracked().unwrap_or_else(Date::now)
    }
}
