//! `GET /order-lines/{id}/return-label`

use std::sync::Arc;

use axum::{extract::State, http::header, response::IntoResponse};
use damage_report_rules::contract::{Code, Problem};

use crate::{access::Claimant, app::App, openapi::Bytes, problem::Refusal, store};

/// The label with which the device goes back.
#[utoipa::path(
    get,
    path = "/order-lines/{id}/return-label",
    tag = "claimant",
    security(("claimant" = [])),
    params(("id" = String, Path, description = "The order line's identifier")),
    responses(
        (status = 200, description = "The return label, to be saved", body = Bytes, content_type = "application/pdf"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show_return_label(
    State(app): State<Arc<App>>,
    claimant: Claimant,
) -> Result<impl IntoResponse, Refusal> {
    let pdf = store::claims::return_label(&mut *app.store.read().await?, &claimant.line.id).await?;
    let pdf = pdf.ok_or_else(|| Refusal::new(Code::ReturnLabelUnknown))?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"return-label.pdf\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, pdf))
}
