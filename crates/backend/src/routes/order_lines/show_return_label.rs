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

/// The bytes of a label that are in memory at once while a client downloads it.
const CHUNK_BYTES: u32 = 256 * 1024;

/// The return label.
#[utoipa::path(
    get,
    path = "/order-lines/{id}/return-label",
    tag = "claimant",
    security(("claimant" = [])),
    params(("id" = String, Path, description = "The order line's identifier")),
    responses(
        (status = 200, description = "The return label, as a download", body = openapi::Bytes, content_type = "application/pdf"),
        (status = "default", description = "A refusal", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show_return_label(State(app): State<Arc<App>>, claimant: Claimant) -> Result<Response, Refusal> {
    let length =
        store::claims::return_label_length(&mut *app.store.read_connection().await?, &claimant.line.id).await?;
    let length = length.ok_or_else(|| Refusal::new(Code::ReturnLabelUnknown))?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"return-label.pdf\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let mut answer = (headers, Body::from_stream(chunks(app, claimant.line.id.clone(), length))).into_response();
    answer.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(claimant.hold_permit_until_sent(answer))
}

/// The label of `order_line` in chunks, so that concurrent downloads do not hold whole labels in memory. A label never changes; if
/// it is erased meanwhile, the answer breaks off.
fn chunks(app: Arc<App>, order_line: String, length: u64) -> impl Stream<Item = Result<Bytes, Gone>> {
    stream::try_unfold(0, move |at| {
        let (app, order_line) = (Arc::clone(&app), order_line.clone());
        async move {
            if at == length {
                return Ok(None);
            }
            let mut db = app.store.read_connection().await.map_err(|_| Gone)?;
            let chunk = store::claims::return_label_chunk(&mut db, &order_line, at, CHUNK_BYTES).await;
            let chunk = chunk.map_err(|_| Gone)?;
            let next = at + chunk.len() as u64;
            if next == at { Err(Gone) } else { Ok(Some((Bytes::from(chunk), next))) }
        }
    })
}

/// The rest of a label cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the label is gone, or the database is")]
struct Gone;
