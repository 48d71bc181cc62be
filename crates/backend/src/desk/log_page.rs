//! The log of the whole desk, the newest first. Nobody can change it: the database refuses.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};

use super::{
    fault::Fault,
    history::{self, Line},
    language::Language,
    page::{self, Frame},
    session::{self, Session},
};
use crate::{app::App, query, store};

/// The lines of a page.
const LINES: u32 = 100;

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage {
    frame: Frame,
    lines: Vec<Line>,
    /// The address of the next page; empty on the last.
    older: String,
}

/// The log.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    session: Session,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let mut before = i64::MAX;
    for (name, value) in query::parameters(&uri)? {
        before = value.parse().ok().filter(|_| name == "before").ok_or(Fault::UNREADABLE)?;
    }
    let entries = store::desk::log_before(&mut *app.store.read().await?, before, LINES).await?;
    let is_full = entries.len() == LINES as usize;
    let older = entries.last().filter(|_| is_full).map(|entry| format!("/desk/log?before={}", entry.id));
    let frame = Frame::new(&app, Language::of(&headers), Some(&session), "/desk/log");
    let desk = session::settings(&app)?;
    let lines = entries.into_iter().map(|entry| history::look(&frame, desk, entry)).collect();
    Ok(page::answer(StatusCode::OK, &LogPage { frame, lines, older: older.unwrap_or_default() }))
}
