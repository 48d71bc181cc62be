//! The page of a claim that is sent: its reference, what happens next and by when, and later its progress.
//!
//! It can be printed: the reference, what to do now, the three tracks with their dates, and the content of the claim.
//!
//! Accessible when: the reference can be selected; the tracks are a list whose states are sentences; the printed page leaves out the
//! controls.

use crate::{
    api::Api,
    failure::Failure,
    order::Order,
    reactive::scope::Scope,
    reactive::signal::Signal,
    steps::{
        closed::{contact, parcel_notice},
        frame::{heading, quiet_paragraph},
    },
    text::Text,
    ui::{
        dom::{El, el, slot},
        download::download,
        focus::Focus,
        print::{can_print, print},
        progress_bar::progress_bar,
    },
};
use damage_report_rules::{
    contract::ClaimStatus,
    evidence::Subject,
    lifecycle::{Investigation, Resolution, ReturnShipment},
};

/// Builds the page of a claim.
pub fn status(text: Text, order: Order, claim: &ClaimStatus, api: Api, focus: Focus) -> El {
    let is_closed = claim.progress.is_closed();
    let title = if is_closed { "status.closed" } else { "status.title" };
    let due = claim.resolution_due.filter(|_| !is_closed);
    let due = due.map(|day| el("p").class("due").text(text.fill("status.due", &[("day", &text.date(day))])));
    let print = || el("button").attr("type", "button").text(text.say("status.print")).on_click(print);
    el("section")
        .class("step")
        .attr("class", "step status")
        .child(heading(text.say(title), focus))
        .child(receipt(text, order, claim))
        .children(to_do(text, claim, api))
        .child(el("h3").text(text.say("status.next")))
        .children(due)
        .child(tracks(text, claim))
        .child(el("h3").text(text.say("status.reported")))
        .children(reported(text, claim))
        .child(el("div").class("actions").children(can_print().then(print)).child(contact(text, order)))
        .child(slot("after-confirmation"))
}

/// The reference, which the customer quotes, and on the stub the device and the order.
fn receipt(text: Text, order: Order, claim: &ClaimStatus) -> El {
    let received = text.fill("status.received", &[("at", &text.moment(&claim.received_at, &order.zone()))]);
    let (device, number) = order.at_opening(|line| (line.device.clone(), line.order_number.clone()));
    let tracking = &claim.claim.tracking_number;
    let tracking = (!tracking.is_empty()).then(|| text.fill("check.number", &[("number", tracking)]));
    let about = el("p")
        .class("about-device")
        .child(el("strong").child(el("bdi").text(&device)))
        .child(el("span").text(text.fill("status.order", &[("number", &number)])))
        .children(tracking.map(|tracking| el("span").class("number").text(tracking)));
    el("div")
        .class("receipt")
        .child(el("p").text(text.say("status.reference")))
        .child(el("p").class("reference").text(&claim.reference))
        .child(quiet_paragraph(received))
        .children(claim.late.then(|| quiet_paragraph(text.say("status.late"))))
        .child(about)
}

/// The tasks of the customer now, under a heading; empty when there are no tasks.
fn to_do(text: Text, claim: &ClaimStatus, api: Api) -> Vec<El> {
    let is_back = matches!(claim.progress.return_shipment, ReturnShipment::Received { .. });
    let label = (claim.has_return_label && !is_back).then(|| return_label(text, api, &claim.reference));
    let packaging = claim.progress.keep_packaging().then(|| parcel_notice(text.say("status.keep_packaging")));
    let mut all: Vec<_> = label.into_iter().chain(packaging).collect();
    if !all.is_empty() {
        all.insert(0, el("h3").text(text.say("status.now")));
    }
    all
}

/// The three tracks side by side, each with a progress bar and a date.
fn tracks(text: Text, claim: &ClaimStatus) -> El {
    let on = |key: &str, day| text.fill(key, &[("day", &text.date(day))]);
    let investigation = match claim.progress.investigation {
        Investigation::NotStarted => (0, text.say("investigation.not_started")),
        Investigation::Open { since } => (1, on("investigation.open", since)),
        Investigation::Concluded { on: day } => (2, on("investigation.concluded", day)),
    };
    let return_shipment = match claim.progress.return_shipment {
        ReturnShipment::LabelPending => (0, text.say("return.label_pending")),
        ReturnShipment::LabelIssued { on: day } => (1, on("return.label_issued", day)),
        ReturnShipment::HandedOver { on: day } => (2, on("return.handed_over", day)),
        ReturnShipment::Received { on: day } => (3, on("return.received", day)),
    };
    let resolution = match &claim.progress.resolution {
        Resolution::Pending => match claim.resolution_due {
            Some(due) => (0, on("resolution.due", due)),
            None => (0, text.say("resolution.after_return")),
        },
        Resolution::Replaced { on: day, tracking_number } => {
            (1, text.fill("resolution.replaced", &[("day", &text.date(*day)), ("number", tracking_number)]))
        }
        Resolution::Refunded { on: day, amount } => {
            (1, text.fill("resolution.refunded", &[("day", &text.date(*day)), ("amount", &text.money(amount))]))
        }
        Resolution::PartiallyRefunded { on: day, amount } => (
            1,
            text.fill("resolution.partially_refunded", &[("day", &text.date(*day)), ("amount", &text.money(amount))]),
        ),
        Resolution::Declined { on: day, reason } => {
            (1, text.fill("resolution.declined", &[("day", &text.date(*day)), ("reason", reason)]))
        }
    };
    let track = |key: &str, of, (done, words): (u8, String)| {
        el("li").child(progress_bar(done, of)).child(el("strong").text(text.say(key))).child(el("span").text(words))
    };
    el("ul")
        .class("tracks")
        .child(track("investigation.title", 2, investigation))
        .child(track("return.title", 3, return_shipment))
        .child(track("resolution.title", 1, resolution))
}

/// The content of the claim, which the customer may need on paper.
fn reported(text: Text, claim: &ClaimStatus) -> [El; 2] {
    let content = &claim.claim;
    let mut lines: Vec<_> = content.damage.iter().map(|&damage| text.damage(damage)).collect();
    lines.push(text.count("status.photos", content.photos.all().count(), &[]));
    for subject in Subject::ALL {
        let reason = content.missing.of(subject);
        lines.extend(reason.map(|reason| [&text.missing(subject), ": ", &text.absence(reason)].concat()));
    }
    lines.extend(content.wish.map(|wish| text.fill("status.wish", &[("wish", &text.wish(Some(wish)))])));
    [
        el("ul").class("plain").children(lines.into_iter().map(|line| el("li").text(line))),
        el("p").class("quoted").attr("dir", "auto").text(&content.description),
    ]
}

/// The button that downloads the return label.
fn return_label(text: Text, api: Api, reference: &str) -> El {
    let error = Signal::new(String::new());
    let name = [reference, ".pdf"].concat();
    let scope = Scope::current();
    let fetch = move || {
        let name = name.clone();
        scope.spawn(async move {
            let label = api.return_label().await;
            let saved = label.and_then(|pdf| download(&pdf, &name).ok_or(Failure::UnexpectedResponse));
            error.set(saved.err().map(|failure| text.failure_alone(&failure)).unwrap_or_default());
        });
    };
    let button = el("button").attr("type", "button").class("primary").text(text.say("return.download"));
    el("div")
        .class("label-ready")
        .child(el("strong").text(text.say("return.ready")))
        .child(el("p").text(text.say("return.how")))
        .child(button.on_click(fetch))
        .child(el("p").class("error").attr("role", "alert").reactive_text(move || error.get()))
}
