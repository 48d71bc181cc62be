//! The log of the whole desk, the newest first. Nobody can change it: the database refuses.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};

use super::{
    error::DeskError,
    history::{self, HistoryLine},
    language::Language,
    page::{self, PageFrame},
    session::{self, Session},
};
use crate::{app::App, query, store};

/// The lines of a page.
const LINES: u32 = 100;

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage {
    frame: PageFrame,
    lines: Vec<HistoryLine>,
    /// The address of the next page; empty on the last.
    older: String,
}

/// The log.
pub(super) async fn show_log_page(
    State(app): State<Arc<App>>,
    session: Session,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, DeskError> {
    let mut before = i64::MAX;
    for (name, value) in query::parse_parameters(&uri)? {
        before = value.parse().ok().filter(|_| name == "before").ok_or(DeskError::UNREADABLE)?;
    }
    let entries = store::desk::log_entries_before(&mut *app.store.read_connection().await?, before, LINES).await?;
    let is_full = entries.len() == LINES as usize;
    let older = entries.last().filter(|_| is_full).map(|entry| format!("/desk/log?before={}", entry.id));
    let frame = PageFrame::new(&app, Language::of_request(&headers), Some(&session), "/desk/log");
    let desk = session::desk_settings(&app)?;
    let lines = entries.into_iter().map(|entry| history::log_entry_line(&frame, desk, entry)).collect();
    Ok(page::render_page(StatusCode::OK, &LogPage { frame, lines, older: older.unwrap_or_default() }))
}
