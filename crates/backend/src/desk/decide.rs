//! Does what the form of an action asks for. [`claim_events`] alone changes the claim.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};
use damage_report_rules::contract::Code;

use super::{
    action_forms::RejectedForm,
    actions::{ClaimAction, FormMistake},
    claim_page,
    error::DeskError,
    form::Form,
    same_origin,
    session::{self, Session},
    upload,
};
use crate::{
    app::App,
    claim_events::{self, ClaimChange},
    random,
    return_label::ReturnLabel,
};

/// The fields that every form of an action has.
const COMMON: [&str; 2] = ["form_token", "version"];

/// Does what a form asks for. A form that cannot be done comes back with what was typed, and says why.
pub(super) async fn perform_action(
    State(app): State<Arc<App>>,
    session: Session,
    Path((reference, action)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, DeskError> {
    same_origin::require_same_origin(&headers)?;
    session.check_may_decide()?;
    let action = ClaimAction::from_code(&action).ok_or(DeskError::UNKNOWN)?;
    let known: Vec<&str> = COMMON.iter().chain(action.form_fields()).copied().collect();
    let (form, file) = match action {
        ClaimAction::IssueLabel => upload::read_label_form(&app, &headers, body, &COMMON).await?,
        _ => (Form::read(&app, &headers, body, &known).await?, Vec::new()),
    };
    session.check_form_token(form.value("form_token"))?;
    let reference = random::normalise_reference(&reference);
    let seen: u32 = form.value("version").parse().map_err(|_| DeskError::UNREADABLE)?;
    match attempt(&app, &session, &reference, action, &form, file, seen).await? {
        Ok(()) => {
            let page = format!("/desk/claims/{reference}?done={}#done", action.code());
            Ok(Redirect::to(&page).into_response())
        }
        Err((status, mistake)) => {
            let attempt = RejectedForm { action, form, seen, mistake };
            claim_page::show_rejected_form(&app, &session, &reference, &headers, status, attempt).await
        }
    }
}

/// Records what `form` asks for. The inner error is for the person: a claim that changed has no mistake.
async fn attempt(
    app: &App,
    session: &Session,
    reference: &str,
    action: ClaimAction,
    form: &Form,
    file: Vec<u8>,
    seen: u32,
) -> Result<Result<(), (StatusCode, Option<FormMistake>)>, DeskError> {
    let mistaken = |mistake| Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, Some(mistake))));
    let event = match action.event_from_form(form, session::desk_settings(app)?) {
        Ok(event) => event,
        Err(mistake) => return mistaken(mistake),
    };
    let label = match action {
        ClaimAction::IssueLabel => match ReturnLabel::from_pdf(file) {
            Ok(label) => Some(label),
            Err(_) => return mistaken(FormMistake { field: "label", words: "mistake_label" }),
        },
        _ => None,
    };
    let change = ClaimChange { event: event.clone(), label, version: Some(seen), actor: session.actor() };
    let Err(refusal) = claim_events::record_change(app, reference, change).await else { return Ok(Ok(())) };
    match refusal.code() {
        Code::VersionStale => Ok(Err((StatusCode::PRECONDITION_FAILED, None))),
        Code::EventRefused => {
            let (claim, line) = claim_events::find_claim(&mut *app.store.read_connection().await?, reference).await?;
            let refused = claim.progress.apply(&event, line.local_date(app.clock.now())).err();
            // Another label was issued already: the rules know events alone.
            let mistake =
                refused.map_or(FormMistake { field: "label", words: "mistake_label_issued" }, FormMistake::from);
            Ok(Err((StatusCode::CONFLICT, Some(mistake))))
        }
        _ => Err(refusal.into()),
    }
}
