//! Where photos come in: a camera button where the device has a camera, a button for files, drop and paste.
//!
//! Accessible when: both buttons are the browser's own file inputs inside their labels, so keyboard and screen reader
//! use them as everywhere; drop and paste are extras that nobody needs.

use leptos::{ev, prelude::*};
use web_sys::{File, FileList, HtmlInputElement};

use super::icon::{CAMERA, PICTURE, icon};

/// By name: `image/*` would keep iOS from converting HEIC to JPEG.
const ACCEPT: &str = "image/jpeg,image/png,image/webp";

/// Asks for photos.
#[component]
pub fn FileInput(
    /// The identifier of the button for files, for links that lead here.
    id: &'static str,
    /// The words on the camera button.
    camera: String,
    /// The words on the button for files.
    choose: String,
    /// What else can be done: drop, paste. Shown where there is a pointer that can.
    drop: String,
    /// The identifiers of what describes both.
    described_by: String,
    /// Called with each picking, in the order of the files.
    #[prop(into)]
    on_pick: UnsyncCallback<(Vec<File>,)>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let picked = move |input: HtmlInputElement| {
        let files = files(input.files());
        // Emptied, so that picking the same file again is heard; what was read stays read.
        input.set_value("");
        on_pick.run((files,));
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        on_pick.run((files(event.data_transfer().and_then(|data| data.files())),));
    };
    let pasted = move |event: ev::ClipboardEvent| {
        let files = files(event.clipboard_data().and_then(|data| data.files()));
        if !files.is_empty() {
            event.prevent_default();
            on_pick.run((files,));
        }
    };
    let camera_button = has_camera().then(|| {
        view! {
            <label class="pick">
                {icon(CAMERA)}
                <span>{camera}</span>
                <input
                    type="file"
                    accept=ACCEPT
                    capture="environment"
                    aria-describedby=described_by.clone()
                    on:change:target=move |event| picked(event.target())
                />
            </label>
        }
    });
    view! {
        <div
            class="picker"
            class:over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
            on:paste=pasted
        >
            {camera_button}
            <label class="pick">
                {icon(PICTURE)}
                <span>{choose}</span>
                <input
                    type="file"
                    id=id
                    accept=ACCEPT
                    multiple=true
                    aria-describedby=described_by
                    on:change:target=move |event| picked(event.target())
                />
            </label>
            <p class="drop">{drop}</p>
        </div>
    }
}

/// Whether this device opens a camera for a file input: phones and tablets do, desktops do not.
fn has_camera() -> bool {
    let probe = document().create_element("input");
    probe.is_ok_and(|probe| js_sys::Reflect::has(&probe, &"capture".into()).unwrap_or(false))
}

/// The files of a list that a picker, a drop or the clipboard gave.
fn files(list: Option<FileList>) -> Vec<File> {
    let list = list.as_ref();
    (0..list.map_or(0, FileList::length)).filter_map(|n| list?.item(n)).collect()
}
