//! One photo of a claim, as large as the window: next, previous, turned and larger. Turning and zooming are links, so that they work
//! without script; the script saves the way to the backend.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};

use super::{
    error::DeskError,
    evidence_view::{self, PhotoView},
    language::Language,
    page::{self, PageFrame},
    session::Session,
};
use crate::{app::App, claim_events, query, random};

/// How large a photo can be shown: so many times the window.
const ZOOM_MAX: u32 = 4;

#[derive(Template)]
#[template(path = "photo.html")]
struct PhotoPage {
    frame: PageFrame,
    reference: String,
    photo: PhotoView,
    count: usize,
    /// Quarter turns, clockwise.
    turn: u32,
    zoom: u32,
}

impl PhotoPage {
    fn address(&self, number: usize) -> String {
        format!("/desk/claims/{}/photos/{number}", self.reference)
    }

    /// The address of the photo, turned further and zoomed by a step.
    fn shown(&self, turn: u32, step: i32) -> String {
        let zoom = self.zoom.saturating_add_signed(step).clamp(1, ZOOM_MAX);
        format!("{}?turn={}&zoom={zoom}", self.address(self.photo.number), (self.turn + turn) % 4)
    }
}

/// The page of the photo at a place of the claim.
pub(super) async fn show_photo_page(
    State(app): State<Arc<App>>,
    session: Session,
    Path((reference, number)): Path<(String, usize)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, DeskError> {
    let reference = random::normalise_reference(&reference);
    let (claim, _) = claim_events::find_claim(&mut *app.store.read_connection().await?, &reference).await?;
    let frame = PageFrame::new(&app, Language::of_request(&headers), Some(&session), uri.path());
    let mut photos = evidence_view::photo_views(&frame, &claim);
    let count = photos.len();
    if !(1..=count).contains(&number) {
        return Err(DeskError::UNKNOWN);
    }
    let photo = photos.swap_remove(number - 1);
    let (mut turn, mut zoom) = (0, 1);
    for (name, value) in query::parse_parameters(&uri)? {
        match name.as_str() {
            "turn" => turn = query::parse_number(&value, 0..=3).ok_or(DeskError::UNREADABLE)?,
            "zoom" => zoom = query::parse_number(&value, 1..=ZOOM_MAX).ok_or(DeskError::UNREADABLE)?,
            _ => return Err(DeskError::UNREADABLE),
        }
    }
    Ok(page::render_page(StatusCode::OK, &PhotoPage { frame, reference, photo, count, turn, zoom }))
}
