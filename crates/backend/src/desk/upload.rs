//! Reads the form with a return label: three known parts, within limits.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use damage_report_rules::contract::Code;
use futures_util::stream;
use multer::{Constraints, Multipart, SizeLimit};

use super::{error::DeskError, form::Form};
use crate::{
    app::App,
    incoming_body::{BodyError, IncomingBody},
    json,
    problem::Refusal,
    return_label::RETURN_LABEL_BYTES_MAX,
};

/// The part with the file.
const FILE: &str = "label";

/// The most bytes of each other part.
const FIELD_BYTES_MAX: u64 = 256;

/// The most bytes of the parts' heads and of all other parts.
const REST_BYTES_MAX: u64 = 8 * 1024;

/// Reads the fields `known` and the file of the form in `body`.
///
/// # Errors
///
/// A [`DeskError`] where the body is no such form, or is too large.
pub(super) async fn read_label_form(
    app: &App,
    headers: &HeaderMap,
    body: Body,
    known: &[&str],
) -> Result<(Form, Vec<u8>), DeskError> {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(media_type).map_err(|_| DeskError::UNREADABLE)?;
    json::refuse_content_encoding(headers)?;
    let _permit = app.throttle.admit_large_body(headers).await;
    // One byte more than a label may have, so that the refusal can say why.
    let file_max = RETURN_LABEL_BYTES_MAX as u64 + 1;
    let sizes =
        SizeLimit::new().whole_stream(file_max + REST_BYTES_MAX).per_field(FIELD_BYTES_MAX).for_field(FILE, file_max);
    let names: Vec<String> = known.iter().copied().chain([FILE]).map(str::to_owned).collect();
    let constraints = Constraints::new().allowed_fields(names).size_limit(sizes);
    let incoming = IncomingBody::new(body, &app.config.limits);
    let mut parts = Multipart::with_constraints(pieces(incoming), boundary, constraints);
    let (mut form, mut file) = (Form::default(), None);
    while let Some(part) = parts.next_field().await.map_err(desk_error)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(desk_error)?;
        if name == FILE {
            if file.replace(bytes.to_vec()).is_some() {
                return Err(DeskError::UNREADABLE);
            }
        } else {
            form.add_field(&name, std::str::from_utf8(&bytes).map_err(|_| DeskError::UNREADABLE)?, known)?;
        }
    }
    Ok((form, file.unwrap_or_default()))
}

/// The pieces of a body as they arrive.
fn pieces(body: IncomingBody) -> impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> {
    stream::try_unfold(body, |mut body| async move {
        let piece = body.next_chunk().await.map_err(|error| match error {
            BodyError::Aborted => std::io::Error::from(std::io::ErrorKind::UnexpectedEof),
            BodyError::TimedOut(_) => std::io::Error::from(std::io::ErrorKind::TimedOut),
        })?;
        Ok(piece.map(|piece| (piece, body)))
    })
}

fn desk_error(error: multer::Error) -> DeskError {
    match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => {
            Refusal::new(Code::BodyTooLarge).into()
        }
        multer::Error::StreamReadFailed(_) => Refusal::new(Code::Overloaded).into(),
        _ => DeskError::UNREADABLE,
    }
}
