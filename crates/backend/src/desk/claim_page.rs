//! The page of a claim: its facts, the evidence, the three tracks, and what can be done next.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use chrono::Days;
use damage_report_rules::{contract::ClaimEventType, evidence::Subject};

use super::{
    action_forms::{self, ActionGroup, Attempt, FieldKind},
    actions::Action,
    evidence_view::{self, Group, SUBJECTS},
    facts::{self, Fact, Urgency},
    fault::Fault,
    history::{self, Line},
    hold,
    language::Language,
    list_page,
    page::{self, Frame},
    session::{self, Session},
    tracks::{self, Track},
};
use crate::{
    app::App,
    claim_events,
    clock::Clock,
    query, random,
    store::{self, desk::Action as Logged},
};

/// How long the desk proposes to wait for more evidence, in days.
const EVIDENCE_DAYS: u64 = 7;

/// The notice at the top of the page.
enum Notice {
    None,
    /// An action was done, with what the customer sees of it now.
    Done(&'static str),
    /// The claim has changed since the person saw it.
    Changed(Vec<Line>),
    /// The typed values cannot be accepted.
    Mistaken(&'static str),
}

#[derive(Template)]
#[template(path = "claim.html")]
struct ClaimPage {
    frame: Frame,
    reference: String,
    version: u32,
    device: String,
    is_open: bool,
    urgency: Urgency,
    notice: Notice,
    facts: Vec<Fact>,
    damage: Vec<&'static str>,
    description: String,
    evidence: Vec<Group>,
    tracks: [Track; 3],
    has_return_label: bool,
    /// Whether photos and texts were removed, because the shop keeps them no longer.
    is_expired: bool,
    is_held: bool,
    actions: Vec<ActionGroup>,
    subjects: [(&'static str, &'static str); 3],
    currency: String,
    history: Vec<Line>,
    /// The next claim to decide; empty where there is none.
    next: String,
}

impl ClaimPage {
    /// Whether a field takes the focus, because something is wrong with it.
    fn has_mistaken_field(&self) -> bool {
        let mut fields = self.actions.iter().flat_map(|group| &group.actions).flat_map(|action| &action.fields);
        fields.any(|field| field.mistake.is_some())
    }
}

#[derive(Template)]
#[template(path = "gone.html")]
struct GonePage {
    frame: Frame,
    reference: String,
    history: Vec<Line>,
}

/// The page of the claim called `reference`.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    session: Session,
    Path(reference): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let reference = random::normalise_reference(&reference);
    let frame = Frame::new(&app, Language::of(&headers), Some(&session), &format!("/desk/claims/{reference}"));
    let mut notice = Notice::None;
    for (name, value) in query::parameters(&uri)? {
        let hold = || hold::named(&value).map(|change| hold::code(change).to_owned());
        let done = Action::named(&value).map(Action::words).or_else(hold);
        let done = done.filter(|_| name == "done").ok_or(Fault::UNREADABLE)?;
        notice = Notice::Done(frame.t(&format!("done_{done}")));
    }
    if store::claims::find(&mut *app.store.read().await?, &reference).await?.is_none() {
        return gone(&app, frame, reference).await;
    }
    session.log(&app, Logged::ClaimViewed, &reference, None).await?;
    answer(&app, frame, &reference, StatusCode::OK, notice, None).await
}

/// The page of the claim called `reference` once more, with the form that could not be done.
pub(super) async fn again(
    app: &App,
    session: &Session,
    reference: &str,
    headers: &HeaderMap,
    status: StatusCode,
    attempt: Attempt,
) -> Result<Response, Fault> {
    let frame = Frame::new(app, Language::of(headers), Some(session), &format!("/desk/claims/{reference}"));
    let notice = match attempt.mistake {
        Some(mistake) => Notice::Mistaken(frame.t(mistake.words)),
        None => {
            let events = store::events::of_claim(&mut *app.store.read().await?, reference).await?;
            let desk = session::settings(app)?;
            let newer = events.iter().filter(|event| event.version > attempt.seen);
            Notice::Changed(newer.map(|event| history::change(&frame, desk, event)).collect())
        }
    };
    answer(app, frame, reference, status, notice, Some(attempt)).await
}

async fn answer(
    app: &App,
    frame: Frame,
    reference: &str,
    status: StatusCode,
    notice: Notice,
    attempt: Option<Attempt>,
) -> Result<Response, Fault> {
    let desk = session::settings(app)?;
    let mut db = app.store.read().await?;
    let (claim, line) = claim_events::find_claim(&mut db, reference).await?;
    let history = history::of_claim(&mut db, &frame, desk, reference).await?;
    drop(db);
    let now = app.clock.now();
    let today = Clock::local(now, desk.zone).date();
    let until = today.checked_add_days(Days::new(EVIDENCE_DAYS)).unwrap_or(today);
    let subject = |subject: Subject| {
        (
            subject.code(),
            frame.t(match subject {
                Subject::Device => "subject_device",
                Subject::Packaging => "subject_packaging",
                Subject::Label => "subject_label",
            }),
        )
    };
    let due = claim.due(&line, &app.config);
    let page = ClaimPage {
        reference: reference.to_owned(),
        version: claim.version,
        device: line.device.clone(),
        is_open: !claim.progress.is_closed(),
        urgency: Urgency::of(due, !claim.progress.is_closed(), today),
        notice,
        facts: facts::of(&frame, app, desk, &claim, &line, today),
        damage: facts::damage(&frame, &claim.content.damage),
        description: claim.content.description.clone(),
        evidence: evidence_view::groups(&frame, &claim),
        tracks: tracks::of(&frame, &claim.progress),
        has_return_label: claim.has_return_label,
        is_expired: claim.expired_at.is_some(),
        is_held: claim.held_at.is_some(),
        actions: action_forms::possible(&frame, &claim, line.local_date(now), attempt.as_ref(), &until.to_string()),
        subjects: SUBJECTS.map(subject),
        currency: desk.currency.clone(),
        history,
        next: list_page::next_claim(app, reference, due, claim.received_at).await?,
        frame,
    };
    Ok(page::answer(status, &page))
}

/// The page of a claim that was erased; a fault where there never was one.
async fn gone(app: &App, frame: Frame, reference: String) -> Result<Response, Fault> {
    let mut db = app.store.read().await?;
    let events = store::events::of_claim(&mut db, &reference).await?;
    if !events.iter().any(|event| event.kind == ClaimEventType::Erased) {
        return Err(Fault::UNKNOWN);
    }
    let history = history::of_claim(&mut db, &frame, session::settings(app)?, &reference).await?;
    Ok(page::answer(StatusCode::GONE, &GonePage { frame, reference, history }))
}
