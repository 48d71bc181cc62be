//! The files of a claim: its return label, and all that is kept of its order line.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};

use super::{error::DeskError, session::Session};
use crate::{
    app::App,
    claim_events, export, random,
    store::{self, desk::LoggedAction},
};

/// The return label of the claim called `reference`.
pub(super) async fn show_return_label(
    State(app): State<Arc<App>>,
    _session: Session,
    Path(reference): Path<String>,
) -> Result<Response, DeskError> {
    let mut db = app.store.read_connection().await?;
    let reference = random::normalise_reference(&reference);
    let (_, line) = claim_events::find_claim(&mut db, &reference).await?;
    let pdf = store::claims::return_label(&mut db, &line.id).await?.ok_or(DeskError::UNKNOWN)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"return-label.pdf\""),
    ];
    Ok((headers, pdf).into_response())
}

/// All that is kept of the claim's order line, as a ZIP file.
pub(super) async fn download_export(
    State(app): State<Arc<App>>,
    session: Session,
    Path(reference): Path<String>,
) -> Result<Response, DeskError> {
    let reference = random::normalise_reference(&reference);
    let (_, line) = claim_events::find_claim(&mut *app.store.read_connection().await?, &reference).await?;
    session.log_action(&app, LoggedAction::Exported, &reference, None).await?;
    Ok(export::write_export(&app, &line.id).await?.into_response())
}
