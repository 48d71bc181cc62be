//! The ways to give photos: a camera button on devices with a camera, a button for files, drop and paste.
//!
//! Customers drop and paste next to the buttons more often than on them, so the whole step takes files: see [`accept_files`].
//!
//! Accessible when: both buttons are the browser's own file inputs inside their labels, so keyboard and screen reader use them as
//! everywhere; drop and paste are extras that the customer can do without.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Element, Event, File, FileList, HtmlInputElement};

use super::{
    dom::{El, el, listen_on_page},
    icon::{CAMERA, Icon, PICTURE, icon},
};
use crate::reactive::signal::Signal;

/// The types by name: with `image/*`, iOS would not convert HEIC to JPEG.
const ACCEPT: &str = "image/jpeg,image/png,image/webp";

/// The controls that text is typed in.
const FIELD: &str = "textarea,[type=text]";

/// The words around a file input.
pub struct FileInput {
    /// The identifier of the control for files, for the error summary.
    pub id: &'static str,
    /// The words on the camera button.
    pub camera: String,
    /// The words on the button for files.
    pub choose: String,
    /// The words about drop and paste, shown on devices with a pointer.
    pub drop: String,
    /// The identifiers of the elements that describe both.
    pub described_by: String,
}

impl FileInput {
    /// Builds the buttons, and gives the control for files too. `on_pick` gets the files of each pick, in order.
    pub fn build(self, on_pick: impl Fn(Vec<File>) + 'static) -> (El, El) {
        let on_pick = Rc::new(on_pick);
        let control = el("input").attr("id", self.id).attr("multiple", "");
        let button = |sign: Icon, words: String, input: El| {
            let input = input.attr("type", "file").attr("accept", ACCEPT).attr("aria-describedby", &self.described_by);
            let (picked, on_pick) = (input.raw::<HtmlInputElement>().clone(), Rc::clone(&on_pick));
            let input = input.on("change", move |_| {
                let files = files(picked.files());
                // Otherwise picking the same file again would fire no event. The files stay readable.
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

/// Takes files that are dropped on `area`, or pasted while the focus is in it or nowhere, as long as `are_wanted` says so. `on_take`
/// gets them, or an empty list when the customer dropped the address of a picture on a web page.
pub fn accept_files(area: El, are_wanted: impl Fn() -> bool + 'static, on_take: impl Fn(Vec<File>) + 'static) -> El {
    let (here, is_over) = (area.clone(), Signal::new(false));
    let taker = Rc::new((are_wanted, on_take));
    let paster = Rc::clone(&taker);
    listen_on_page("paste", move |event| {
        let (are_wanted, on_take) = &*paster;
        let is_ours = here.raw::<Element>().is_connected() && here.may_take_focus() && !event.default_prevented();
        let Some(data) = event.unchecked_ref::<ClipboardEvent>().clipboard_data() else { return };
        let files = files(data.files());
        if is_ours && are_wanted() && !files.is_empty() && !is_for_field(&event, &data) {
            event.prevent_default();
            on_take(files);
        }
    });
    let drag = move |event: Event| {
        let (are_wanted, on_take) = &*taker;
        let Some(data) = event.unchecked_ref::<DragEvent>().data_transfer() else { return };
        if is_for_field(&event, &data) {
            // The container around the widget prevents the default of every drop.
            return event.stop_propagation();
        }
        event.prevent_default();
        let (is_wanted, is_drop) = (are_wanted(), event.type_() == "drop");
        is_over.set_if_changed(is_wanted && !is_drop);
        let files = files(data.files());
        if !is_wanted {
            data.set_drop_effect("none");
        } else if is_drop && (!files.is_empty() || offers(&data, "text/uri-list")) {
            on_take(files);
        }
    };
    area.reactive_attr("data-over", move || is_over.get().then(String::new))
        .on("dragleave", move |_| is_over.set_if_changed(false))
        .on("dragover", drag.clone())
        .on("drop", drag)
}

/// Whether `data` is text over a text field, which the browser handles. Text from a word processor comes with a picture of itself.
fn is_for_field(event: &Event, data: &DataTransfer) -> bool {
    let target = event.composed_path().get(0);
    let is_field = target.dyn_ref::<Element>().is_some_and(|target| target.matches(FIELD).unwrap_or(false));
    is_field && (offers(data, "text/plain") || !offers(data, "Files"))
}

fn offers(data: &DataTransfer, kind: &str) -> bool {
    data.types().includes(&kind.into(), 0)
}

/// Whether a file input opens a camera here, as on phones and tablets.
fn has_camera() -> bool {
    js_sys::Reflect::has(el("input").raw(), &"capture".into()).unwrap_or(false)
}

/// The files in a list from a picker, a drop or the clipboard.
fn files(list: Option<FileList>) -> Vec<File> {
    let list = list.as_ref();
    (0..list.map_or(0, FileList::length)).filter_map(|n| list?.item(n)).collect()
}
