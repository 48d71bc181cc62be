//! `GET /order-lines/{id}/return-label`

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use damage_report_rules::contract::{Code, Problem};
use futures_util::stream::{self, Stream};

use crate::{access::Claimant, app::App, openapi, problem::Refusal, store};

/// How much of a label is in memory while somebody takes it, in bytes.
const PIECE: u32 = 256 * 1024;

/// The label with which the device goes back.
#[utoipa::path(
    get,
    path = "/order-lines/{id}/return-label",
    tag = "claimant",
    security(("claimant" = [])),
    params(("id" = String, Path, description = "The order line's identifier")),
    responses(
        (status = 200, description = "The return label, to be saved", body = openapi::Bytes, content_type = "application/pdf"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show_return_label(State(app): State<Arc<App>>, claimant: Claimant) -> Result<Response, Refusal> {
    let length = store::claims::return_label_length(&mut *app.store.read().await?, &claimant.line.id).await?;
    let length = length.ok_or_else(|| Refusal::new(Code::ReturnLabelUnknown))?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"return-label.pdf\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let mut answer = (headers, Body::from_stream(pieces(app, claimant.line.id.clone(), length))).into_response();
    answer.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(claimant.until_taken(answer))
}

/// The label of `order_line`, piece by piece: readers must not add up to labels in memory. It is never changed; if it was
/// erased meanwhile, the answer breaks off.
fn pieces(app: Arc<App>, order_line: String, length: u64) -> impl Stream<Item = Result<Bytes, Gone>> {
    stream::try_unfold(0, move |at| {
        let (app, order_line) = (Arc::clone(&app), order_line.clone());
        async move {
            if at == length {
                return Ok(None);
            }
            let mut db = app.store.read().await.map_err(|_| Gone)?;
            let piece = store::claims::return_label_piece(&mut db, &order_line, at, PIECE).await.map_err(|_| Gone)?;
            let next = at + piece.len() as u64;
            if next == at { Err(Gone) } else { Ok(Some((Bytes::from(piece), next))) }
        }
    })
}

/// There is no more of a label.
#[derive(Debug, thiserror::Error)]
#[error("the label is gone, or the database is")]
struct Gone;
