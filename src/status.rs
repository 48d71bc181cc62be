//! What the customer sees once the claim is in: its reference, what happens next and by when, and later how it stands.
//!
//! Accessible when: the reference can be selected; the tracks are lists whose state is said in words; printing leaves
//! out what only a screen needs.

use damage_report_rules::{
    contract::ClaimStatus,
    evidence::Subject,
    lifecycle::{Investigation, Resolution, ReturnShipment},
};
use leptos::prelude::*;

use crate::{
    api::Api,
    background::Background,
    failure::Failure,
    order::Order,
    steps::{
        closed::{contact, notice},
        frame::{heading, hint},
    },
    text::Text,
    ui::{
        dom::{El, el, slot},
        download::download,
        icon::{TICK, icon},
    },
    watched::Watched,
};

/// Shows a claim and how it stands.
pub fn status(text: Text, order: Order, claim: &ClaimStatus, api: Api, takes_focus: bool) -> El {
    let is_closed = claim.progress.is_closed();
    let title = if is_closed { "status.closed" } else { "status.title" };
    let received = text.fill("status.received", &[("at", &text.moment(&claim.received_at, &order.zone()))]);
    let (device, number) = order.with(|line| (line.device.clone(), line.order_number.clone()));
    let about = el("p")
        .class("about-device")
        .child(el("strong").child(el("bdi").text(&device)))
        .child(el("span").text(&text.fill("status.order", &[("number", &number)])));
    let receipt = el("div")
        .class("receipt")
        .child(el("p").text(&text.say("status.reference")))
        .child(el("p").class("reference").text(&claim.reference))
        .child(hint(&received))
        .children(claim.late.then(|| hint(&text.say("status.late"))));
    let due = claim.resolution_due.filter(|_| !is_closed);
    let due = due.map(|day| el("p").class("due").text(&text.fill("status.due", &[("day", &text.date(day))])));
    let print = el("button").attr("type", "button").text(&text.say("status.print")).on_click(|| {
        // A page that may not print (a sandboxed frame) leaves the customer what is on the screen.
        let _ = window().print();
    });
    el("section")
        .class("step status")
        .child(heading(&text.say(title), takes_focus))
        .child(about)
        .child(receipt)
        .children(due)
        .children(claim.has_return_label.then(|| return_label(text, api, &claim.reference)))
        .child(el("h3").text(&text.say("status.next")))
        .child(tracks(text, claim))
        .children(claim.progress.keep_packaging().then(|| notice(&text.say("status.keep_packaging"))))
        .child(el("h3").text(&text.say("status.reported")))
        .children(reported(text, claim))
        .child(el("div").class("actions").child(print).child(contact(text, order)))
        .child(slot("after-confirmation"))
}

/// The three tracks side by side.
fn tracks(text: Text, claim: &ClaimStatus) -> El {
    let on = |key: &str, day| text.fill(key, &[("day", &text.date(day))]);
    let investigation = match claim.progress.investigation {
        Investigation::NotStarted => ("later", text.say("investigation.not_started")),
        Investigation::Open { since } => ("now", on("investigation.open", since)),
        Investigation::Concluded { on: day } => ("done", on("investigation.concluded", day)),
    };
    let return_shipment = match claim.progress.return_shipment {
        ReturnShipment::LabelPending => ("later", text.say("return.label_pending")),
        ReturnShipment::LabelIssued { on: day } => ("now", on("return.label_issued", day)),
        ReturnShipment::HandedOver { on: day } => ("now", on("return.handed_over", day)),
        ReturnShipment::Received { on: day } => ("done", on("return.received", day)),
    };
    let resolution = match &claim.progress.resolution {
        Resolution::Pending => match claim.resolution_due {
            Some(due) => ("now", on("resolution.due", due)),
            None => ("later", text.say("resolution.after_return")),
        },
        Resolution::Replaced { on: day, tracking_number } => {
            ("done", text.fill("resolution.replaced", &[("day", &text.date(*day)), ("number", tracking_number)]))
        }
        Resolution::Refunded { on: day, amount } => {
            ("done", text.fill("resolution.refunded", &[("day", &text.date(*day)), ("amount", &text.money(amount))]))
        }
    };
    let track = |key: &str, (state, words): (&str, String)| {
        el("li")
            .attr("data-track", state)
            .child(el("span").class("mark").children((state == "done").then(|| icon(TICK))))
            .child(el("strong").text(&text.say(key)))
            .child(el("span").text(&words))
    };
    el("ul")
        .class("tracks")
        .child(track("investigation.title", investigation))
        .child(track("return.title", return_shipment))
        .child(track("resolution.title", resolution))
}

/// What was reported: on paper it stands for what was sent.
fn reported(text: Text, claim: &ClaimStatus) -> [El; 2] {
    let content = &claim.claim;
    let mut lines: Vec<_> = content.damage.iter().map(|&damage| text.damage(damage)).collect();
    lines.push(text.count("status.photos", content.photos.all().count(), &[]));
    for subject in [Subject::Packaging, Subject::Label] {
        let reason = content.missing.of(subject);
        lines.extend(reason.map(|reason| [text.missing(subject), text.absence(reason)].join(": ")));
    }
    if !content.tracking_number.is_empty() {
        lines.push(text.fill("check.number", &[("number", &content.tracking_number)]));
    }
    lines.extend(content.wish.map(|wish| text.fill("status.wish", &[("wish", &text.wish(Some(wish)))])));
    [
        el("ul").class("plain").children(lines.into_iter().map(|line| el("li").text(&line))),
        el("p").class("quoted").attr("dir", "auto").text(&content.description),
    ]
}

/// The return label, to be downloaded.
fn return_label(text: Text, api: Api, reference: &str) -> El {
    let error = Watched::new(String::new());
    let name = [reference, ".pdf"].concat();
    let background = Background::here();
    let fetch = move || {
        let name = name.clone();
        background.start(async move {
            let label = api.return_label().await;
            let saved = label.and_then(|pdf| download(&pdf, &name).ok_or(Failure::NotOurs));
            error.set(saved.err().map(|failure| text.failure(&failure)).unwrap_or_default());
        });
    };
    let button = el("button").attr("type", "button").class("primary").text(&text.say("return.download"));
    el("div")
        .class("label-ready")
        .child(el("strong").text(&text.say("return.ready")))
        .child(el("p").text(&text.say("return.how")))
        .child(button.on_click(fetch))
        .child(el("p").class("error").attr("role", "alert").live_text(move || error.get()))
}
