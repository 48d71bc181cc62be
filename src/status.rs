//! The page of a claim that is sent: its reference, what happens next and by when, and later its progress.
//!
//! It can be printed: the reference, what to do now, the three tracks with their dates, and the content of the claim.
//! The page of a declined claim says why, and what the customer can still do.
//!
//! Accessible when: the reference can be selected; the tracks are a list whose states are sentences; a sentence introduces each quotation
//! of the seller; the printed page leaves out the controls.

use crate::{
    api::Api,
    failure::Failure,
    order::ReportedOrderLine,
    reactive::scope::Scope,
    reactive::signal::Signal,
    steps::{
        closed::{parcel_notice, shop_contact_link},
        frame::{page_heading, quiet_paragraph},
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
use chrono::NaiveDate;
use damage_report_rules::{
    contract::ClaimStatus,
    evidence::Subject,
    lifecycle::{Investigation, Progress, Resolution, ReturnShipment},
};

/// Builds the page of a claim.
pub fn status_page(text: Text, order: ReportedOrderLine, claim: &ClaimStatus, api: Api, focus: Focus) -> El {
    let asked = evidence(text, order, &claim.progress);
    let declined = decision(text, claim);
    let title = match claim.progress.resolution {
        Resolution::Declined { .. } => "status.declined",
        Resolution::Pending if asked.is_some() => "evidence.title",
        Resolution::Pending => "status.title",
        Resolution::Replaced { .. } | Resolution::Refunded { .. } | Resolution::PartiallyRefunded { .. } => {
            "status.closed"
        }
    };
    let due = claim.resolution_due.filter(|_| !claim.progress.is_closed());
    let due = due.map(|day| due_line(text, "status.due", day));
    // The host page's content appears only in the first slot of a name, so the contact is on the page once.
    let mut below = Some(shop_contact_link(text, order));
    let contact_now = if asked.is_some() || declined.is_some() { below.take() } else { None };
    let print = || el("button").attr("type", "button").text(text.say("status.print")).on_click(print);
    let page = el("section")
        .class("step")
        .attr("class", "step status")
        .child(page_heading(text.say(title), focus))
        .children(declined)
        .child(receipt(text, order, claim));
    with_tasks(page, text, claim, api, [asked, contact_now])
        .child(say(text, "h3", if claim.progress.is_closed() { "status.standing" } else { "status.next" }))
        .children(due)
        .child(tracks(text, claim))
        .child(say(text, "h3", "status.reported"))
        .children(reported(text, claim))
        .child(el("div").class("actions").children(can_print().then(print)).children(below))
        .child(slot("after-confirmation"))
}

/// The reference, which the customer quotes, and on the stub the device and the order.
fn receipt(text: Text, order: ReportedOrderLine, claim: &ClaimStatus) -> El {
    let received = text.fill("status.received", &[("at", &text.moment(&claim.received_at, &order.time_zone()))]);
    let (device, number) = order.with_line_at_opening(|line| (line.device.clone(), line.order_number.clone()));
    let tracking = &claim.claim.tracking_number;
    let tracking = (!tracking.is_empty()).then(|| text.fill("check.number", &[("number", tracking)]));
    let about = el("p")
        .class("about-device")
        .child(el("strong").child(el("bdi").text(&device)))
        .child(el("span").text(text.fill("status.order", &[("number", &number)])))
        .children(tracking.map(|tracking| el("span").class("number").text(tracking)));
    el("div")
        .class("receipt")
        .child(say(text, "p", "status.reference"))
        .child(el("p").class("reference").text(&claim.reference))
        .child(quiet_paragraph(received))
        .children(claim.late.then(|| quiet_paragraph(text.say("status.late"))))
        .child(about)
}

/// The decision against the claim, with its day and reason.
fn decision(text: Text, claim: &ClaimStatus) -> Option<El> {
    let Resolution::Declined { on, reason } = &claim.progress.resolution else { return None };
    Some(el("div").child(due_line(text, "resolution.declined", *on)).children(quotation(text, reason)))
}

/// The message `key` in an element.
#[inline(never)]
fn say(text: Text, tag: &str, key: &str) -> El {
    el(tag).text(text.say(key))
}

/// The message `key` with a day filled in.
#[inline(never)]
fn say_day(text: Text, key: &str, day: NaiveDate) -> String {
    text.fill(key, &[("day", &text.date(day))])
}

/// A day that the customer is told first.
fn due_line(text: Text, key: &str, day: NaiveDate) -> El {
    el("p").class("due").text(say_day(text, key, day))
}

/// The words of the seller.
fn quotation(text: Text, words: &str) -> Option<El> {
    if words.is_empty() {
        return None;
    }
    let quoted = el("blockquote").class("quoted").attr("dir", "auto").text(words);
    Some(el("div").child(quiet_paragraph(text.say("status.seller"))).child(quoted))
}

/// The photos that the seller asks for, until when, and how to send them.
fn evidence(text: Text, order: ReportedOrderLine, progress: &Progress) -> Option<El> {
    let request = progress.open_evidence_request()?;
    let is_over = order.today().is_some_and(|today| request.is_past_last_day(today));
    let until = say_day(text, if is_over { "evidence.over" } else { "resolution.due" }, request.until);
    let mut photos = el("ul").class("plain");
    for subject in &request.subjects {
        photos = photos.child(say(text, "li", &[subject.code(), ".title"].concat()));
    }
    let asked = el("div").class("label-ready").child(el("strong").text(until)).child(photos);
    Some(asked.children(quotation(text, &request.note)).child(say(text, "p", "evidence.how")))
}

/// `page` with the tasks of the customer now, under a heading; without it when there are no tasks. `first` are the photos that the seller
/// has asked for, and the contact where it belongs to the tasks.
fn with_tasks(page: El, text: Text, claim: &ClaimStatus, api: Api, [asked, contact]: [Option<El>; 2]) -> El {
    let ClaimStatus { progress, reference, .. } = claim;
    let is_back = matches!(progress.return_shipment, ReturnShipment::Received { .. });
    let has_label = claim.has_return_label && progress.returns_device() && !is_back;
    let keeps_packaging = progress.must_keep_packaging();
    let is_declined = matches!(progress.resolution, Resolution::Declined { .. });
    let title = || say(text, "h3", if is_declined { "closed.now" } else { "status.now" });
    page.children((has_label || keeps_packaging).then(title))
        .children(asked)
        .children(is_declined.then(|| say(text, "p", "status.contest")))
        .children(contact)
        .children(has_label.then(|| return_label(text, api, reference)))
        .children(keeps_packaging.then(|| parcel_notice(text.say("status.keep_packaging"))))
}

/// The tracks side by side, each with a progress bar and a date. Left out are a track on which nothing will happen, and the decision that
/// [`decision`] shows; the style sheet hides the heading of an empty list.
fn tracks(text: Text, claim: &ClaimStatus) -> El {
    let progress = &claim.progress;
    let on = |key: &str, day| say_day(text, key, day);
    let paid = |key: &str, day, amount| text.fill(key, &[("day", &text.date(day)), ("amount", &text.money(amount))]);
    let (done, words) = match progress.investigation {
        Investigation::NotStarted => (0, text.say("investigation.not_started")),
        Investigation::Open { since } => (1, on("investigation.open", since)),
        Investigation::Concluded { on: day } => (2, on("investigation.concluded", day)),
    };
    let mut list = el("ul").class("tracks");
    if done > 0 || !progress.is_closed() {
        list = list.child(track(text, "investigation.title", 2, done, words));
    }
    let (done, words) = match progress.return_shipment {
        ReturnShipment::LabelPending => (0, text.say("return.label_pending")),
        ReturnShipment::LabelIssued { on: day } => (1, on("return.label_issued", day)),
        ReturnShipment::HandedOver { on: day } => (2, on("return.handed_over", day)),
        ReturnShipment::Received { on: day } => (3, on("return.received", day)),
    };
    if progress.returns_device() {
        list = list.child(track(text, "return.title", 3, done, words));
    }
    let (done, words) = match &progress.resolution {
        Resolution::Pending => match claim.resolution_due {
            Some(due) => (0, on("resolution.due", due)),
            None => (0, text.say("resolution.after_return")),
        },
        Resolution::Replaced { on: day, tracking_number } => {
            // Removed with the content of the claim.
            let number = if tracking_number.is_empty() { "–" } else { tracking_number };
            (1, text.fill("resolution.replaced", &[("day", &text.date(*day)), ("number", number)]))
        }
        Resolution::Refunded { on: day, amount } => (1, paid("resolution.refunded", *day, amount)),
        Resolution::PartiallyRefunded { on: day, amount } => (1, paid("resolution.partially_refunded", *day, amount)),
        Resolution::Declined { .. } => return list,
    };
    list.child(track(text, "resolution.title", 1, done, words))
}

/// One track: `done` of its `of` pieces, and the words for its state.
fn track(text: Text, title: &str, of: u8, done: u8, words: String) -> El {
    el("li").child(progress_bar(done, of)).child(say(text, "strong", title)).child(el("span").text(words))
}

/// The content of the claim, which the customer may need on paper.
fn reported(text: Text, claim: &ClaimStatus) -> [El; 2] {
    let content = &claim.claim;
    let mut lines: Vec<_> = content.damage.iter().map(|&damage| text.damage(damage)).collect();
    lines.push(match claim.content_removed {
        true => text.say("status.removed"),
        false => text.count("status.photos", content.photos.all().count(), &[]),
    });
    for subject in Subject::ALL {
        let reason = content.missing.of(subject);
        lines
            .extend(reason.map(|reason| [&text.absence_checkbox_label(subject), ": ", &text.absence(reason)].concat()));
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
            let label = api.fetch_return_label().await;
            let saved = label.and_then(|pdf| download(&pdf, &name).ok_or(Failure::UnexpectedResponse));
            error.set(saved.err().map(|failure| text.failure_without_draft(&failure)).unwrap_or_default());
        });
    };
    let button = el("button").attr("type", "button").class("primary").text(text.say("return.download"));
    el("div")
        .class("label-ready")
        .child(say(text, "strong", "return.ready"))
        .child(say(text, "p", "return.how"))
        .child(button.on_click(fetch))
        .child(el("p").class("error").attr("role", "alert").reactive_text(move || error.get()))
}
