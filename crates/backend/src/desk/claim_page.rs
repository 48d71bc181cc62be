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
    action_forms::{self, ActionGroup, FieldKind, RejectedForm},
    actions::ClaimAction,
    error::DeskError,
    evidence_view::{self, SUBJECTS, SubjectEvidence},
    facts::{self, Fact, Urgency},
    history::{self, HistoryLine},
    hold,
    language::Language,
    list_page,
    page::{self, PageFrame},
    session::{self, Session},
    tracks::{self, TrackView},
};
use crate::{
    app::App,
    claim_events,
    clock::Clock,
    query, random,
    store::{self, desk::LoggedAction},
};

/// How long the desk proposes to wait for more evidence, in days.
const EVIDENCE_DAYS: u64 = 7;

/// The notice at the top of the page.
enum Notice {
    None,
    /// An action was done, with what the customer sees of it now.
    Done(&'static str),
    /// The claim has changed since the person saw it.
    Changed(Vec<HistoryLine>),
    /// The typed values cannot be accepted.
    Mistaken(&'static str),
}

#[derive(Template)]
#[template(path = "claim.html")]
struct ClaimPage {
    frame: PageFrame,
    reference: String,
    version: u32,
    device: String,
    is_open: bool,
    urgency: Urgency,
    notice: Notice,
    facts: Vec<Fact>,
    damage: Vec<&'static str>,
    description: String,
    evidence: Vec<SubjectEvidence>,
    tracks: [TrackView; 3],
    has_return_label: bool,
    /// Whether photos and texts were removed, because the shop keeps them no longer.
    is_expired: bool,
    is_held: bool,
    actions: Vec<ActionGroup>,
    subjects: [(&'static str, &'static str); 3],
    currency: String,
    history: Vec<HistoryLine>,
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
    frame: PageFrame,
    reference: String,
    history: Vec<HistoryLine>,
}

/// The page of the claim called `reference`.
pub(super) async fn show_claim_page(
    State(app): State<Arc<App>>,
    session: Session,
    Path(reference): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, DeskError> {
    let reference = random::normalise_reference(&reference);
    let frame =
        PageFrame::new(&app, Language::of_request(&headers), Some(&session), &format!("/desk/claims/{reference}"));
    let mut notice = Notice::None;
    for (name, value) in query::parse_parameters(&uri)? {
        let hold = || hold::from_code(&value).map(|change| hold::code(change).to_owned());
        let done = ClaimAction::from_code(&value).map(ClaimAction::words_key).or_else(hold);
        let done = done.filter(|_| name == "done").ok_or(DeskError::UNREADABLE)?;
        notice = Notice::Done(frame.t(&format!("done_{done}")));
    }
    if store::claims::find(&mut *app.store.read_connection().await?, &reference).await?.is_none() {
        return gone(&app, frame, reference).await;
    }
    session.log_action(&app, LoggedAction::ClaimViewed, &reference, None).await?;
    answer(&app, frame, &reference, StatusCode::OK, notice, None).await
}

/// The page of the claim called `reference` once more, with the form that could not be done.
pub(super) async fn show_rejected_form(
    app: &App,
    session: &Session,
    reference: &str,
    headers: &HeaderMap,
    status: StatusCode,
    attempt: RejectedForm,
) -> Result<Response, DeskError> {
    let frame = PageFrame::new(app, Language::of_request(headers), Some(session), &format!("/desk/claims/{reference}"));
    let notice = match attempt.mistake {
        Some(mistake) => Notice::Mistaken(frame.t(mistake.words)),
        None => {
            let events = store::events::events_of_claim(&mut *app.store.read_connection().await?, reference).await?;
            let desk = session::desk_settings(app)?;
            let newer = events.iter().filter(|event| event.version > attempt.seen);
            Notice::Changed(newer.map(|event| history::event_line(&frame, desk, event)).collect())
        }
    };
    answer(app, frame, reference, status, notice, Some(attempt)).await
}

async fn answer(
    app: &App,
    frame: PageFrame,
    reference: &str,
    status: StatusCode,
    notice: Notice,
    attempt: Option<RejectedForm>,
) -> Result<Response, DeskError> {
    let desk = session::desk_settings(app)?;
    let mut db = app.store.read_connection().await?;
    let (claim, line) = claim_events::find_claim(&mut db, reference).await?;
    let history = history::claim_history(&mut db, &frame, desk, reference).await?;
    drop(db);
    let now = app.clock.now();
    let today = Clock::to_local_time(now, desk.zone).date();
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
    let due = claim.resolution_due_date(&line, &app.config);
    let page = ClaimPage {
        reference: reference.to_owned(),
        version: claim.version,
        device: line.device.clone(),
        is_open: !claim.progress.is_closed(),
        urgency: Urgency::of(due, !claim.progress.is_closed(), today),
        notice,
        facts: facts::claim_facts(&frame, app, desk, &claim, &line, today),
        damage: facts::damage_words(&frame, &claim.content.damage),
        description: claim.content.description.clone(),
        evidence: evidence_view::evidence_by_subject(&frame, &claim),
        tracks: tracks::track_views(&frame, &claim.progress),
        has_return_label: claim.has_return_label,
        is_expired: claim.expired_at.is_some(),
        is_held: claim.held_at.is_some(),
        actions: action_forms::possible(&frame, &claim, line.local_date(now), attempt.as_ref(), &until.to_string()),
        subjects: SUBJECTS.map(subject),
        currency: desk.currency.clone(),
        history,
        next: list_page::next_claim_address(app, reference, due, claim.received_at).await?,
        frame,
    };
    Ok(page::render_page(status, &page))
}

/// The page of a claim that was erased; a [`DeskError`] where there never was one.
async fn gone(app: &App, frame: PageFrame, reference: String) -> Result<Response, DeskError> {
    let mut db = app.store.read_connection().await?;
    let events = store::events::events_of_claim(&mut db, &reference).await?;
    if !events.iter().any(|event| event.kind == ClaimEventType::Erased) {
        return Err(DeskError::UNKNOWN);
    }
    let history = history::claim_history(&mut db, &frame, session::desk_settings(app)?, &reference).await?;
    Ok(page::render_page(StatusCode::GONE, &GonePage { frame, reference, history }))
}
