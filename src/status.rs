//! What the customer sees once the claim is in: its reference, what happens next and by when, and later how it stands.
//!
//! Accessible when: the reference can be selected and is read letter by letter; the tracks are lists whose state is
//! said in words; printing leaves out what only a screen needs.

use damage_report_rules::{
    contract::ClaimStatus,
    lifecycle::{Investigation, Resolution, ReturnShipment},
};
use leptos::{prelude::*, task::spawn_local_scoped_with_cancellation};
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlAnchorElement, Url};

use crate::{
    api::Api,
    failure::Failure,
    order::Order,
    steps::{closed::Contact, frame::Heading},
    text::Text,
    ui::icon::{PARCEL, TICK, icon},
};

/// How far one line of a track is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Done,
    Now,
    Later,
}

/// Shows a claim and how it stands.
#[component]
pub fn Status(
    /// The words.
    text: Text,
    /// The order line.
    order: Order,
    /// The claim.
    claim: ClaimStatus,
    /// The backend, for the return label.
    api: Api,
    /// Whether the heading takes the focus: not on first load.
    takes_focus: bool,
) -> impl IntoView {
    let is_closed = claim.progress.is_closed();
    let title = if is_closed { "status.closed" } else { "status.title" };
    let received = text.fill("status.received", &[("at", &text.moment(&claim.received_at, &order.zone()))]);
    let due = claim.resolution_due.filter(|_| !is_closed).map(|day| {
        view! { <p class="due">{text.fill("status.due", &[("day", &text.date(day))])}</p> }
    });
    let keep = claim.progress.keep_packaging().then(|| {
        view! { <p class="notice">{icon(PARCEL)}<span>{text.say("status.keep_packaging")}</span></p> }
    });
    let late = claim.late.then(|| view! { <p class="hint">{text.say("status.late")}</p> });
    let label = claim.has_return_label.then(|| view! { <ReturnLabel text api reference=claim.reference.clone() /> });
    view! {
        <section class="step status">
            <Heading words=text.say(title) takes_focus />
            <div class="receipt">
                <p>{text.say("status.reference")}</p>
                <p class="reference">{claim.reference.clone()}</p>
                <p class="hint">{received}</p>
                {late}
            </div>
            {due}
            {label}
            <Tracks text claim=claim.clone() />
            {keep}
            <Reported text claim />
            <div class="actions no-print">
                <button type="button" on:click=move |_| print()>
                    {text.say("status.print")}
                </button>
            </div>
            <Contact text order />
        </section>
    }
}

/// The three tracks side by side.
#[component]
fn Tracks(text: Text, claim: ClaimStatus) -> impl IntoView {
    let progress = claim.progress;
    let on = |key: &str, day| text.fill(key, &[("day", &text.date(day))]);
    let investigation = match progress.investigation {
        Investigation::NotStarted => (Mark::Later, text.say("investigation.not_started")),
        Investigation::Open { since } => (Mark::Now, on("investigation.open", since)),
        Investigation::Concluded { on: day } => (Mark::Done, on("investigation.concluded", day)),
    };
    let return_shipment = match progress.return_shipment {
        ReturnShipment::LabelPending => (Mark::Later, text.say("return.label_pending")),
        ReturnShipment::LabelIssued { on: day } => (Mark::Now, on("return.label_issued", day)),
        ReturnShipment::HandedOver { on: day } => (Mark::Now, on("return.handed_over", day)),
        ReturnShipment::Received { on: day } => (Mark::Done, on("return.received", day)),
    };
    let resolution = match progress.resolution {
        Resolution::Pending => match claim.resolution_due {
            Some(due) => (Mark::Now, on("resolution.due", due)),
            None => (Mark::Later, text.say("resolution.after_return")),
        },
        Resolution::Replaced { on: day, tracking_number } => {
            let values = [("day", text.date(day)), ("number", tracking_number)];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            (Mark::Done, text.fill("resolution.replaced", &values))
        }
        Resolution::Refunded { on: day, amount } => {
            let values = [("day", text.date(day)), ("amount", text.money(&amount))];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            (Mark::Done, text.fill("resolution.refunded", &values))
        }
    };
    let tracks = [
        ("investigation.title", investigation),
        ("return.title", return_shipment),
        ("resolution.title", resolution),
    ];
    let tracks = tracks.map(|(title, (mark, words))| {
        let (state, tick) = match mark {
            Mark::Done => ("done", Some(icon(TICK))),
            Mark::Now => ("now", None),
            Mark::Later => ("later", None),
        };
        view! {
            <li data-track=state>
                <span class="mark">{tick}</span>
                <strong>{text.say(title)}</strong>
                <span>{words}</span>
            </li>
        }
    });
    view! {
        <h3>{text.say("status.next")}</h3>
        <ul class="tracks">{tracks.into_iter().collect_view()}</ul>
    }
}

/// What was reported.
#[component]
fn Reported(text: Text, claim: ClaimStatus) -> impl IntoView {
    let content = claim.claim;
    let photos = content.photos.all().count();
    let kinds = content.damage.into_iter().map(|damage| view! { <li>{text.damage(damage)}</li> });
    let words = (!content.description.is_empty())
        .then(|| view! { <p class="quoted" dir="auto">{content.description}</p> });
    view! {
        <h3>{text.say("status.reported")}</h3>
        <ul class="plain">{kinds.collect_view()} <li>{text.count("status.photos", photos, &[])}</li></ul>
        {words}
    }
}

/// The return label, to be downloaded.
#[component]
fn ReturnLabel(text: Text, api: Api, reference: String) -> impl IntoView {
    let error = RwSignal::new(None::<Failure>);
    let owner = Owner::current();
    let fetch = move |_| {
        let name = [&reference, ".pdf"].concat();
        let work = async move {
            let label = api.return_label().await;
            error.try_set(label.and_then(|pdf| download(&pdf, &name).ok_or(Failure::NotOurs)).err());
        };
        if let Some(owner) = &owner {
            owner.with(|| spawn_local_scoped_with_cancellation(work));
        }
    };
    view! {
        <div class="label-ready">
            <p><strong>{text.say("return.ready")}</strong></p>
            <p>{text.say("return.how")}</p>
            <button type="button" class="primary no-print" on:click=fetch>
                {text.say("return.download")}
            </button>
            <p class="error" role="alert">{move || error.get().map(|failure| text.failure(&failure))}</p>
        </div>
    }
}

/// Hands `pdf` to the browser as a download called `name`. The address of what lies behind a token cannot be a link.
fn download(pdf: &Blob, name: &str) -> Option<()> {
    let address = Url::create_object_url_with_blob(pdf).ok()?;
    let link: HtmlAnchorElement = document().create_element("a").ok()?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address).ok()
}

fn print() {
    // A page that may not print (a sandboxed frame) leaves the customer what is on the screen.
    let _ = window().print();
}
