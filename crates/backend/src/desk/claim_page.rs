//! The page of a claim: its facts, the evidence, the three tracks, and what can be done next.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use chrono::{Days, NaiveDate};
use damage_report_rules::{contract::ClaimEventType, evidence::Subject};

use super::{
    actions::{Action, Holding, Mistake},
    evidence_view::{self, Group, SUBJECTS},
    facts::{self, Fact, Urgency},
    fault::Fault,
    form::Form,
    history::{self, Line},
    language::Language,
    list_page,
    page::{self, Frame},
    session::{self, Session},
    tracks::{self, Track},
};
use crate::{
    app::App,
    claim::ClaimRow,
    claim_events,
    clock::Clock,
    export, query, random,
    store::{self, desk::Action as Logged},
};

/// How long the desk proposes to wait for more evidence, in days.
const EVIDENCE_DAYS: u64 = 7;

/// A form that could not be done.
pub(super) struct Attempt {
    pub(super) action: Action,
    /// The typed values.
    pub(super) form: Form,
    /// The version of the claim that the person saw.
    pub(super) seen: u32,
    /// What is wrong with it; none where the claim has changed meanwhile.
    pub(super) mistake: Option<Mistake>,
}

/// What the page says first.
enum Notice {
    None,
    /// This action was done.
    Done(&'static str),
    /// The claim has changed since the person saw it.
    Changed(Vec<Line>),
    /// The typed values cannot be accepted.
    Mistaken(&'static str),
}

/// What a field of a form takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FieldKind {
    Amount,
    Number,
    Text,
    Subjects,
    Day,
    File,
}

/// A field of a form.
struct Field {
    kind: FieldKind,
    name: &'static str,
    id: String,
    label: &'static str,
    /// The typed values, or those that the desk proposes.
    value: String,
    checked: Vec<String>,
    mistake: Option<&'static str>,
}

impl Field {
    /// The attributes of a field with a mistake: its words, and the focus.
    fn attributes(&self) -> String {
        let mistaken = || format!(" aria-invalid=\"true\" aria-describedby=\"{}-mistake\" autofocus", self.id);
        self.mistake.map(|_| mistaken()).unwrap_or_default()
    }

    fn has_checked(&self, code: &str) -> bool {
        self.checked.iter().any(|checked| checked == code)
    }
}

/// The form of an action.
struct ActionView {
    action: Action,
    title: &'static str,
    /// What the customer sees of it.
    effect: &'static str,
    is_open: bool,
    fields: Vec<Field>,
}

impl ActionView {
    /// The form of `action`, with what was typed where it comes back. `proposed` is the last day that is proposed for more evidence.
    fn new(frame: &Frame, action: Action, tried: Option<&Attempt>, proposed: &str) -> Self {
        let field = |&name: &&'static str| {
            let mistake = tried.and_then(|tried| tried.mistake).filter(|mistake| mistake.field == name);
            let typed = tried.map(|tried| tried.form.value(name));
            Field {
                kind: kind(name),
                name,
                id: format!("{}-{}", action.code(), name.trim_end_matches("[]")),
                label: frame.t(&format!("field_{}", name.trim_end_matches("[]"))),
                value: typed.unwrap_or(if name == "until" { proposed } else { "" }).to_owned(),
                checked: tried.iter().flat_map(|tried| tried.form.values(name)).map(str::to_owned).collect(),
                mistake: mistake.map(|mistake| frame.t(mistake.words)),
            }
        };
        Self {
            action,
            title: frame.t(&format!("action_{}", action.words())),
            effect: frame.t(&format!("effect_{}", action.words())),
            is_open: tried.is_some(),
            fields: action.fields().iter().map(field).collect(),
        }
    }
}

fn kind(field: &str) -> FieldKind {
    match field {
        "amount" => FieldKind::Amount,
        "tracking_number" => FieldKind::Number,
        "subjects[]" => FieldKind::Subjects,
        "until" => FieldKind::Day,
        "label" => FieldKind::File,
        _ => FieldKind::Text,
    }
}

/// A part of the actions.
struct ActionGroup {
    title: &'static str,
    actions: Vec<ActionView>,
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
        let done = Action::named(&value).map(Action::words).or_else(|| Holding::named(&value).map(Holding::words));
        let done = done.filter(|_| name == "done").ok_or(Fault::UNREADABLE)?;
        notice = Notice::Done(frame.t(&format!("action_{done}")));
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
        actions: actions(&frame, &claim, line.local_date(now), attempt.as_ref(), &until.to_string()),
        subjects: SUBJECTS.map(subject),
        currency: desk.currency.clone(),
        history,
        next: list_page::next_claim(app, reference, due, claim.received_at).await?,
        frame,
    };
    Ok(page::answer(status, &page))
}

/// The actions that are possible on the day `today` of the place of delivery, by part. An attempt is shown in any case.
fn actions(
    frame: &Frame,
    claim: &ClaimRow,
    today: NaiveDate,
    attempt: Option<&Attempt>,
    proposed: &str,
) -> Vec<ActionGroup> {
    if !frame.may_decide {
        return Vec::new();
    }
    let groups = [
        ("actions_decide", &Action::DECISIONS[..]),
        ("actions_return", &Action::RETURN[..]),
        ("actions_investigation", &Action::INVESTIGATION[..]),
    ];
    let view = |action: Action| {
        let tried = attempt.filter(|attempt| attempt.action == action);
        let is_shown = tried.is_some() || action.is_possible(&claim.progress, today);
        is_shown.then(|| ActionView::new(frame, action, tried, proposed))
    };
    let group = |(title, actions): (&str, &[Action])| {
        let actions: Vec<_> = actions.iter().copied().filter_map(view).collect();
        (!actions.is_empty()).then(|| ActionGroup { title: frame.t(title), actions })
    };
    groups.into_iter().filter_map(group).collect()
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

/// The return label of the claim called `reference`.
pub(super) async fn show_return_label(
    State(app): State<Arc<App>>,
    _session: Session,
    Path(reference): Path<String>,
) -> Result<Response, Fault> {
    let mut db = app.store.read().await?;
    let reference = random::normalise_reference(&reference);
    let (_, line) = claim_events::find_claim(&mut db, &reference).await?;
    let pdf = store::claims::return_label(&mut db, &line.id).await?.ok_or(Fault::UNKNOWN)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"return-label.pdf\""),
    ];
    Ok((headers, pdf).into_response())
}

/// All that is kept of the claim's order line, as a ZIP file.
pub(super) async fn download(
    State(app): State<Arc<App>>,
    session: Session,
    Path(reference): Path<String>,
) -> Result<Response, Fault> {
    let reference = random::normalise_reference(&reference);
    let (_, line) = claim_events::find_claim(&mut *app.store.read().await?, &reference).await?;
    session.log(&app, Logged::Exported, &reference, None).await?;
    Ok(export::export(&app, &line.id).await?.into_response())
}
