//! Where photos come in: a camera button where the device has a camera, a button for files, drop and paste.
//!
//! Dropped and pasted is beside the buttons more often than on them, so both are heard wherever one stands: see [`take_files`].
//!
//! Accessible when: both buttons are the browser's own file inputs inside their labels, so keyboard and screen reader
//! use them as everywhere; drop and paste are extras that nobody needs.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Element, Event, File, FileList, HtmlInputElement};

use super::{
    dom::{El, el, on_page},
    icon::{CAMERA, Icon, PICTURE, icon},
};
use crate::watched::Watched;

/// By name: `image/*` would keep iOS from converting HEIC to JPEG.
const ACCEPT: &str = "image/jpeg,image/png,image/webp";

/// The controls that text is typed in.
const FIELD: &str = "textarea,[type=text]";

/// The words around a file input.
pub struct FileInput {
    /// The identifier of the button for files, for links that lead here.
    pub id: &'static str,
    /// The words on the camera button.
    pub camera: String,
    /// The words on the button for files.
    pub choose: String,
    /// What else can be done: drop, paste. Shown where there is a pointer that can.
    pub drop: String,
    /// The identifiers of what describes both.
    pub described_by: String,
}

impl FileInput {
    /// Asks for photos; `on_pick` hears of each picking, with the files in their order. Gives the control for files as well.
    pub fn ask(self, on_pick: impl Fn(Vec<File>) + 'static) -> (El, El) {
        let on_pick = Rc::new(on_pick);
        let control = el("input").attr("id", self.id).attr("multiple", "");
        let button = |sign: Icon, words: String, input: El| {
            let input = input.attr("type", "file").attr("accept", ACCEPT).attr("aria-describedby", &self.described_by);
            let (picked, on_pick) = (input.raw::<HtmlInputElement>().clone(), Rc::clone(&on_pick));
            let input = input.on("change", move |_| {
                let files = files(picked.files());
                // Emptied, so that picking the same file again is heard; what was read stays read.
                picked.set_value("");
                on_pick(files);
            });
            el("label").class("pick").child(icon(sign)).child(el("span").text(words)).child(input)
        };
        let camera = has_camera().then(|| button(CAMERA, self.camera, el("input").attr("capture", "environment")));
        let choose = button(PICTURE, self.choose, control.clone());
        let picker =
            el("div").class("picker").children(camera).child(choose).child(el("p").class("drop").text(self.drop));
        (picker, control)
    }
}

/// Takes the files that are dropped anywhere on `area`, or pasted while the focus is there or nowhere, as long as some are wanted.
/// `on_take` hears of them, or of nothing where something without a file was dropped: the address of a picture on a web page.
pub fn take_files(
    area: El,
    are_wanted: impl Fn() -> bool + 'static,
    on_take: impl Fn(Option<Vec<File>>) + 'static,
) -> El {
    let (here, is_over) = (area.clone(), Watched::new(false));
    let are_wanted = Rc::new(are_wanted);
    let (wants_dropped, wants_pasted) = (Rc::clone(&are_wanted), Rc::clone(&are_wanted));
    let on_take = Rc::new(on_take);
    let on_paste = Rc::clone(&on_take);
    on_page("paste", move |event| {
        let is_ours = !event.default_prevented()
            && here.raw::<Element>().is_connected()
            && here.may_take_focus()
            && wants_pasted();
        let Some(data) = event.unchecked_ref::<ClipboardEvent>().clipboard_data().filter(|_| is_ours) else { return };
        let files = files(data.files());
        if !files.is_empty() && !is_for_field(&event, &data) {
            event.prevent_default();
            on_paste(Some(files));
        }
    });
    area.live_attr("data-over", move || is_over.get().then(String::new))
        .on("dragover", move |event| {
            if carried(&event).is_some() && are_wanted() {
                event.prevent_default();
                is_over.settle(true);
            }
        })
        .on("dragleave", move |_| is_over.settle(false))
        .on("drop", move |event| {
            is_over.settle(false);
            let Some(data) = carried(&event).filter(|_| wants_dropped()) else { return };
            event.prevent_default();
            let files = files(data.files());
            if !files.is_empty() {
                on_take(Some(files));
            } else if offers(&data, "text/uri-list") {
                on_take(None);
            }
        })
}

/// Keeps the browser from opening in place of the page what is dropped on `here` and taken by nobody.
pub fn keep_from_opening(here: El) -> El {
    here.on("dragover", keep_out).on("drop", keep_out)
}

fn keep_out(event: Event) {
    if !event.default_prevented()
        && let Some(data) = carried(&event)
    {
        event.prevent_default();
        data.set_drop_effect("none");
    }
}

/// What is dragged over the page, unless it is text for a field.
fn carried(event: &Event) -> Option<DataTransfer> {
    event.unchecked_ref::<DragEvent>().data_transfer().filter(|data| !is_for_field(event, data))
}

/// Whether `data` is text, over a field that takes text: that is for the browser. A document gives a picture of itself as well.
fn is_for_field(event: &Event, data: &DataTransfer) -> bool {
    let target = event.composed_path().get(0);
    let is_field = target.dyn_ref::<Element>().is_some_and(|target| target.matches(FIELD).unwrap_or(false));
    is_field && (offers(data, "text/plain") || !offers(data, "Files"))
}

fn offers(data: &DataTransfer, kind: &str) -> bool {
    data.types().includes(&kind.into(), 0)
}

/// Whether this device opens a camera for a file input: phones and tablets do, desktops do not.
fn has_camera() -> bool {
    js_sys::Reflect::has(el("input").raw(), &"capture".into()).unwrap_or(false)
}

/// The files of a list that a picker, a drop or the clipboard gave.
fn files(list: Option<FileList>) -> Vec<File> {
    let list = list.as_ref();
    (0..list.map_or(0, FileList::length)).filter_map(|n| list?.item(n)).collect()
}
