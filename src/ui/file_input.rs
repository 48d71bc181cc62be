//! Where photos come in: a camera button where the device has a camera, a button for files, drop and paste.
//!
//! Accessible when: both buttons are the browser's own file inputs inside their labels, so keyboard and screen reader
//! use them as everywhere; drop and paste are extras that nobody needs.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, DragEvent, File, FileList, HtmlInputElement};

use super::{
    dom::{El, el},
    icon::{CAMERA, Icon, PICTURE, icon},
};
use crate::watched::Watched;

/// By name: `image/*` would keep iOS from converting HEIC to JPEG.
const ACCEPT: &str = "image/jpeg,image/png,image/webp";

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
        let (on_drop, on_paste) = (Rc::clone(&on_pick), Rc::clone(&on_pick));
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
        let is_over = Watched::new(false);
        let picker = el("div")
            .live_attr("class", move || Some(if is_over.get() { "picker over" } else { "picker" }.into()))
            .on("dragover", move |event| {
                event.prevent_default();
                is_over.set(true);
            })
            .on("dragleave", move |_| is_over.set(false))
            .on("drop", move |event| {
                event.prevent_default();
                is_over.set(false);
                let dropped = event.unchecked_into::<DragEvent>().data_transfer();
                on_drop(files(dropped.and_then(|dropped| dropped.files())));
            })
            .on("paste", move |event| {
                let pasted = event.unchecked_ref::<ClipboardEvent>().clipboard_data();
                let files = files(pasted.and_then(|pasted| pasted.files()));
                if !files.is_empty() {
                    event.prevent_default();
                    on_paste(files);
                }
            })
            .children(camera)
            .child(choose)
            .child(el("p").class("drop").text(self.drop));
        (picker, control)
    }
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
