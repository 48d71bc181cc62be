//! The photos of one subject as the customer sees them: the buttons to add one, the state of each, and how many are missing.
//!
//! Accessible when: each photo has its own name ("Foto 2 van het toestel"), can be removed and retried by keyboard, and shows its
//! state in words. A polite live region announces the number of photos, and why a photo is rejected. When a customer removes a
//! photo, the focus moves to the next photo, or to the button that picks files.

use std::{cell::RefCell, rc::Rc};

use damage_report_rules::{
    advice::{Advice, PhotoAdvice},
    evidence::Subject,
};
use leptos::prelude::*;

use super::{
    PhotoUploads,
    queue::{PhotoQueue, PhotoStage},
};
use crate::{
    reactive::signal::{Reactive, effect, memo},
    saved::PhotoId,
    text::Text,
    ui::{
        dom::{El, el},
        field::{field_error, live_region},
        file_input::FileInput,
        icon::{CROSS, TICK, WARNING, icon},
        picture::canvas_picture,
    },
};

/// Asks for at least `need` photos of `subject`, and lists the photos with their problems. `not_added` is why the last file was not
/// added; `error` is the validation error of the whole subject.
pub fn photo_picker(
    text: Text,
    uploads: PhotoUploads,
    subject: Subject,
    need: u8,
    not_added: impl Fn() -> Option<String> + 'static,
    error: Reactive<Option<String>>,
) -> El {
    let id = subject.code();
    let queue = uploads.queue();
    let ids = move || queue.with(|queue| queue.of(subject).map(|photo| photo.id).collect());
    let counted = move || {
        let have = uploads.digests().of(subject).len();
        let count = text.count("photos.count", have, &[("need", &need.to_string())]);
        not_added().into_iter().fold(count, |count, why| [&count, ". ", &why].concat())
    };
    let input = FileInput {
        id,
        camera: text.say("photos.camera"),
        choose: text.say("photos.choose"),
        drop: text.say("photos.drop"),
        described_by: [id, "-error ", id, "-count"].concat(),
    };
    let (picker, choose) = input.build(move |files| uploads.add(files, subject));
    el("div")
        .class("photos")
        .child(field_error(id, error))
        .child(picker)
        .child(live_region("count", counted).attr("id", &[id, "-count"].concat()))
        .child(shelf_list(ids, choose, move |id| photo_card(text, uploads, subject, id)))
}

/// A list of the photos `ids`. `card` builds each photo once, because rebuilding the list would lose the focus of a customer who
/// removes photos by keyboard. When the last photo is removed, the focus goes to `choose`.
fn shelf_list(ids: impl Fn() -> Vec<PhotoId> + 'static, choose: El, card: impl Fn(PhotoId) -> El + 'static) -> El {
    let list = el("ul").class("uploads");
    let here = list.clone();
    let owner = Owner::current().unwrap_or_default();
    let shown: RefCell<Vec<(PhotoId, El, Owner)>> = RefCell::default();
    effect(move || {
        let ids = ids();
        let mut shown = shown.borrow_mut();
        let focused = shown.iter().position(|(id, card, _)| !ids.contains(id) && card.has_focus());
        shown.retain(|(id, card, owner)| {
            let stays = ids.contains(id);
            if !stays {
                card.remove();
                owner.cleanup();
            }
            stays
        });
        for id in ids {
            if !shown.iter().any(|(other, ..)| *other == id) {
                let owner = owner.child();
                let card = owner.with(|| untrack(|| card(id)));
                shown.push((id, card.clone(), owner));
                here.append(card);
            }
        }
        if let Some(place) = focused {
            let near = shown.get(place).or(shown.last());
            near.map_or(&choose, |(_, card, _)| card).focus();
        }
    });
    list
}

/// One photo.
fn photo_card(text: Text, uploads: PhotoUploads, subject: Subject, id: PhotoId) -> El {
    let queue = uploads.queue();
    let state = memo(move || queue.with(|queue| queue.get(id).map(|photo| photo.state.clone())));
    let name: Reactive<String> = Rc::new(move || {
        let number = queue.with(|queue| queue.number_within_subject(id));
        text.fill(&["photos.name.", subject.code()].concat(), &[("n", &number.to_string())])
    });
    let remove = Rc::clone(&name);
    let thumbnail = memo(move || uploads.thumbnail(id));
    let thumbnail = move || thumbnail.get().map(|bitmap| canvas_picture(&bitmap, ""));
    let standing = move || match state.get() {
        None => String::new(),
        Some(PhotoStage::Picked | PhotoStage::Preparing) => text.say("photos.preparing"),
        Some(PhotoStage::Waiting(_)) => text.say("photos.waiting"),
        Some(PhotoStage::Uploading { .. }) if uploads.are_uploads_delayed() => text.say("photos.held_up"),
        Some(PhotoStage::Uploading { percent, .. }) => {
            text.fill("photos.uploading", &[("percent", &percent.to_string())])
        }
        Some(PhotoStage::Kept(_)) => text.say("photos.kept"),
        Some(PhotoStage::Rejected(rejection)) => text.rejection(rejection),
        Some(PhotoStage::Failed(_, failure)) => text.failure(&failure),
    };
    let kind = memo(move || match state.get() {
        Some(PhotoStage::Kept(_)) => "kept",
        Some(PhotoStage::Rejected(_) | PhotoStage::Failed(..)) => "wrong",
        _ => "pending",
    });
    // A screen reader announces problems. It does not announce progress here, because the live count of photos does.
    let words = move |wrong: bool| move || if (kind.get() == "wrong") == wrong { standing() } else { String::new() };
    let standing = el("span")
        .class("standing")
        .reactive_content(move || mark(kind.get()))
        .child(el("span").reactive_text(words(false)))
        .child(el("span").attr("role", "status").reactive_text(words(true)));
    let progress = move || match state.get() {
        Some(PhotoStage::Uploading { percent, .. }) => {
            let bar = el("progress").attr("max", "100").attr("value", &percent.to_string());
            Some(bar.attr("aria-hidden", "true"))
        }
        _ => None,
    };
    let has_failed = memo(move || matches!(state.get(), Some(PhotoStage::Failed(..))));
    let retry = move || {
        let button = || el("button").attr("type", "button").class("small").text(text.say("photos.retry"));
        has_failed.get().then(|| button().on_click(move || uploads.retry(id)))
    };
    let advice = memo(move || queue.with(|queue| advice(text, queue, id)));
    el("li")
        .class("photo")
        .attr("tabindex", "-1")
        .reactive_attr("data-state", move || Some(kind.get().into()))
        .child(el("div").class("frame").reactive_content(thumbnail))
        .child(
            el("div")
                .class("about")
                .child(el("strong").reactive_text(move || name()))
                .child(standing)
                .reactive_content(progress)
                .reactive_content(retry),
        )
        .child(live_region("advice", move || advice.get()))
        .child(
            el("button")
                .attr("type", "button")
                .class("remove")
                .reactive_attr("aria-label", move || Some(text.fill("photos.remove", &[("name", &remove())])))
                .child(icon(CROSS))
                .on_click(move || uploads.remove(id)),
        )
}

/// The icon before the words about a photo.
fn mark(kind: &str) -> Option<El> {
    match kind {
        "kept" => Some(icon(TICK)),
        "wrong" => Some(icon(WARNING)),
        _ => None,
    }
}

/// The first advice about an accepted photo. One is enough, because the customer follows any advice by taking the photo again.
fn advice<A>(text: Text, queue: &PhotoQueue<A>, id: PhotoId) -> String {
    let photo = queue.get(id);
    let digest = photo.and_then(|photo| photo.state.digest());
    let advised = queue.all_advice().into_iter().find(|advised| Some(advised.photo) == digest);
    let like =
        photo.and_then(|photo| queue.get(photo.like?)).map(|like| (like.subject, queue.number_within_subject(like.id)));
    advised
        .map(|PhotoAdvice { advice, .. }| text.advice(advice, like.filter(|_| advice == Advice::Alike)))
        .unwrap_or_default()
}
