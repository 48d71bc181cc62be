//! The photos of one subject as the customer sees them: how to add one, what became of each, what is still missing.
//!
//! Accessible when: each photo has a name of its own ("Foto 2 van het toestel"), can be removed and tried again by
//! keyboard, and its state stands in words; how many there are is announced politely.

use damage_report_rules::evidence::Subject;
use leptos::prelude::*;

use super::{
    Shelf,
    queue::{PhotoId, State},
};
use crate::{
    text::Text,
    ui::{
        field::FieldError,
        file_input::FileInput,
        icon::{CROSS, TICK, WARNING, icon},
        picture::Picture,
    },
};

/// Asks for photos of `subject` and lists those that are there.
#[component]
pub fn PhotoPicker(
    /// The words.
    text: Text,
    /// Where the photos lie.
    shelf: Shelf,
    /// What they show.
    subject: Subject,
    /// How many there must be at least.
    need: u8,
    /// What is wrong with them, if anything.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let id = subject.code();
    let queue = shelf.queue();
    let ids = Memo::new(move |_| queue.read().of(subject).map(|photo| photo.id).collect::<Vec<_>>());
    let counted = move || {
        let have = queue.read().digests().of(subject).len();
        let count = text.count("photos.count", have, &[("need", &need.to_string())]);
        if shelf.overflowed() {
            [count, text.fill("photos.overflow", &[("max", &shelf.photos_max().to_string())])].join(" ")
        } else {
            count
        }
    };
    view! {
        <div class="photos">
            <FieldError id error />
            <FileInput
                id
                camera=text.say("photos.camera")
                choose=text.say("photos.choose")
                drop=text.say("photos.drop")
                described_by=[id, "-error ", id, "-count"].concat()
                on_pick=move |files| shelf.add(files, subject)
            />
            <p class="count" role="status" id=[id, "-count"].concat()>{counted}</p>
            <ul class="shelf">
                <For each=move || ids.get() key=|id| *id let:id>
                    <PhotoCard text shelf subject id />
                </For>
            </ul>
        </div>
    }
}

/// One photo.
#[component]
fn PhotoCard(text: Text, shelf: Shelf, subject: Subject, id: PhotoId) -> impl IntoView {
    let queue = shelf.queue();
    let state = Memo::new(move |_| queue.read().get(id).map(|photo| photo.state.clone()));
    let name = Memo::new(move |_| {
        let position = queue.read().of(subject).position(|photo| photo.id == id).unwrap_or_default();
        text.fill(&["photos.name.", subject.code()].concat(), &[("n", &(position + 1).to_string())])
    });
    let is_prepared = Memo::new(move |_| !matches!(state.get(), None | Some(State::Preparing)));
    let thumbnail = move || {
        let bitmap = is_prepared.get().then(|| shelf.thumbnail(id)).flatten();
        bitmap.map(|bitmap| view! { <Picture bitmap alt=name.get() /> })
    };
    let standing = move || match state.get()? {
        State::Preparing => Some(text.say("photos.preparing")),
        State::Waiting(_) => Some(text.say("photos.waiting")),
        State::Uploading { percent, .. } => {
            Some(text.fill("photos.uploading", &[("percent", &percent.to_string())]))
        }
        State::Kept(_) => Some(text.say("photos.kept")),
        State::Refused(refusal) => Some(text.refusal(refusal)),
        State::Failed(_, failure) => Some(text.failure(&failure)),
    };
    let kind = Memo::new(move |_| match state.get() {
        None | Some(State::Preparing | State::Waiting(_) | State::Uploading { .. }) => "pending",
        Some(State::Kept(_)) => "kept",
        Some(State::Refused(_) | State::Failed(..)) => "wrong",
    });
    let mark = move || match kind.get() {
        "kept" => Some(icon(TICK)),
        "wrong" => Some(icon(WARNING)),
        _ => None,
    };
    let percent = move || match state.get() {
        Some(State::Uploading { percent, .. }) => Some(percent.to_string()),
        _ => None,
    };
    let has_failed = Memo::new(move |_| matches!(state.get(), Some(State::Failed(..))));
    view! {
        <li class="photo" data-state=move || kind.get()>
            <div class="frame">{thumbnail}</div>
            <div class="about">
                <strong>{move || name.get()}</strong>
                <span class="standing">{mark}{standing}</span>
                {move || percent().map(|value| view! { <progress max="100" value=value aria-hidden="true"></progress> })}
                <Show when=move || has_failed.get()>
                    <button type="button" class="small" on:click=move |_| shelf.retry(id)>
                        {text.say("photos.retry")}
                    </button>
                </Show>
            </div>
            <button
                type="button"
                class="remove"
                aria-label=move || text.fill("photos.remove", &[("name", &name.get())])
                on:click=move |_| shelf.remove(id)
            >
                {icon(CROSS)}
            </button>
        </li>
    }
}
