//! Erases the data of a claim's order line, after a page that says what goes and asks for the number of the claim. [`removal`] alone
//! removes it.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};
use damage_report_rules::contract::Code;

use super::{
    error::DeskError,
    form::Form,
    language::Language,
    page::{self, PageFrame},
    same_origin,
    session::Session,
};
use crate::{app::App, claim_events, random, removal, store::desk::LoggedAction};

#[derive(Template)]
#[template(path = "erase.html")]
struct ErasePage {
    frame: PageFrame,
    reference: String,
    device: String,
    order_number: String,
    /// Whether its photos and texts are still there.
    has_content: bool,
    has_return_label: bool,
    is_closed: bool,
    is_held: bool,
    /// The text that was typed for the number of the claim, where it is another one.
    mistaken: Option<String>,
}

/// The page that says what would be erased.
pub(super) async fn show_erase_page(
    State(app): State<Arc<App>>,
    session: Session,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, DeskError> {
    session.check_may_decide()?;
    let reference = random::normalise_reference(&reference);
    answer(&app, &session, &reference, &headers, StatusCode::OK, None).await
}

/// Erases the order line of the claim called `reference`, where the form has that number too.
pub(super) async fn erase(
    State(app): State<Arc<App>>,
    session: Session,
    Path(reference): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, DeskError> {
    same_origin::require_same_origin(&headers)?;
    session.check_may_decide()?;
    let form = Form::read(&app, &headers, body, &["form_token", "reference"]).await?;
    session.check_form_token(form.value("form_token"))?;
    let reference = random::normalise_reference(&reference);
    let typed = form.value("reference");
    if random::normalise_reference(typed) != reference {
        let mistaken = Some(typed.to_owned());
        return answer(&app, &session, &reference, &headers, StatusCode::UNPROCESSABLE_ENTITY, mistaken).await;
    }
    let (_, line) = claim_events::find_claim(&mut *app.store.read_connection().await?, &reference).await?;
    match removal::erase_order_line(&app, &line.id, session.actor()).await {
        Ok(()) => Ok(Redirect::to(&format!("/desk/claims/{reference}")).into_response()),
        // Its page says so.
        Err(refusal) if refusal.code() == Code::ClaimHeld => {
            answer(&app, &session, &reference, &headers, StatusCode::CONFLICT, None).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

async fn answer(
    app: &App,
    session: &Session,
    reference: &str,
    headers: &HeaderMap,
    status: StatusCode,
    mistaken: Option<String>,
) -> Result<Response, DeskError> {
    let frame =
        PageFrame::new(app, Language::of_request(headers), Some(session), &format!("/desk/claims/{reference}/erase"));
    let (claim, line) = claim_events::find_claim(&mut *app.store.read_connection().await?, reference).await?;
    session.log_action(app, LoggedAction::ClaimViewed, reference, None).await?;
    let page = ErasePage {
        frame,
        reference: reference.to_owned(),
        device: line.device,
        order_number: line.order_number,
        has_content: claim.expired_at.is_none(),
        has_return_label: claim.has_return_label,
        is_closed: claim.progress.is_closed(),
        is_held: claim.held_at.is_some(),
        mistaken,
    };
    Ok(page::render_page(status, &page))
}
