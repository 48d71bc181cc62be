//! Keeps a claim although its time is over, or no longer. [`retention`] alone changes the claim.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse as _, Redirect, Response},
};

use super::{error::DeskError, form::Form, same_origin, session::Session};
use crate::{
    app::App,
    random,
    retention::{self, HoldChange},
};

/// The name of a change in addresses, and the end of the keys of its words.
pub(super) fn code(change: HoldChange) -> &'static str {
    match change {
        HoldChange::Hold => "hold",
        HoldChange::Release => "release",
    }
}

/// The change with this name in addresses.
pub(super) fn from_code(name: &str) -> Option<HoldChange> {
    HoldChange::ALL.into_iter().find(|&change| code(change) == name)
}

/// Changes the hold of the claim called `reference`.
pub(super) async fn change_hold(
    State(app): State<Arc<App>>,
    session: Session,
    Path((reference, change)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, DeskError> {
    same_origin::require_same_origin(&headers)?;
    session.check_may_decide()?;
    let change = from_code(&change).ok_or(DeskError::UNKNOWN)?;
    let form = Form::read(&app, &headers, body, &["form_token"]).await?;
    session.check_form_token(form.value("form_token"))?;
    let reference = random::normalise_reference(&reference);
    retention::change_hold(&app, &reference, change, session.actor()).await?;
    Ok(Redirect::to(&format!("/desk/claims/{reference}?done={}#done", code(change))).into_response())
}
