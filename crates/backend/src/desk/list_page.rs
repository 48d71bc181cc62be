//! The list of claims: the overdue ones and those of today first, with filters and pages.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use chrono::{DateTime, NaiveDate, Utc};
use damage_report_rules::lifecycle::ClaimState;

use super::{
    error::DeskError,
    facts::Urgency,
    language::Language,
    page::{self, PageFrame},
    session::{self, Session},
};
use crate::{
    app::App,
    claim_list::{self, ClaimFilter, Cursor, ListEntry, StateFilter},
    clock::Clock,
    query,
};

/// The claims of a page.
const CLAIMS: u32 = 50;

/// The choice of a state that stands for all of them: the form always sends one.
const ALL_STATES: &str = "all";

/// The state that is chosen before a person chooses one: what is still to be decided.
const FIRST_STATE: &str = "undecided";

/// A claim of the list.
struct Row {
    entry: ListEntry,
    state: &'static str,
    due: String,
    received: String,
    /// The address of its thumbnail; empty where it has no photo.
    thumbnail: String,
}

/// The claims of one urgency.
struct Section {
    urgency: Urgency,
    title: &'static str,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    frame: PageFrame,
    /// The filters as they were chosen.
    chosen: Vec<(String, String)>,
    states: Vec<(&'static str, &'static str)>,
    sections: Vec<Section>,
    count: usize,
    /// The address of the next page; empty on the last.
    next: String,
    is_first: bool,
}

impl ListPage {
    fn chosen(&self, name: &str) -> &str {
        self.chosen.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Whether a filter is set that the page hides at first.
    fn has_more_filters(&self) -> bool {
        ["due_before", "carrier", "late", "advice", "evidence_missing"].iter().any(|name| !self.chosen(name).is_empty())
    }
}

/// The list.
pub(super) async fn show_list_page(
    State(app): State<Arc<App>>,
    session: Session,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, DeskError> {
    let (mut after, mut chosen): (Option<Cursor>, Vec<_>) = (None, Vec::new());
    for (name, value) in query::parse_parameters(&uri)? {
        match name.as_str() {
            "after" => after = Some(value.parse().map_err(|_| DeskError::UNREADABLE)?),
            // A form sends the fields that are empty, too.
            _ if value.trim().is_empty() => {}
            _ => chosen.push((name, value)),
        }
    }
    if chosen.iter().all(|(name, _)| name != "state") {
        chosen.push(("state".to_owned(), FIRST_STATE.to_owned()));
    }
    let wanted: Vec<_> = chosen.iter().filter(|(_, value)| value != ALL_STATES).cloned().collect();
    let is_first = after.is_none();
    let listed = claim_list::list_claims(&app, &ClaimFilter::parse(&wanted)?, after, CLAIMS).await?;
    let path = uri.path_and_query().map_or("/desk", |path| path.as_str());
    let frame = PageFrame::new(&app, Language::of_request(&headers), Some(&session), path);
    let today = Clock::to_local_time(app.clock.now(), session::desk_settings(&app)?.zone).date();
    let page = ListPage {
        next: listed.next.map(|cursor| next_page(&chosen, &cursor)).unwrap_or_default(),
        count: listed.entries.len(),
        sections: sections(&frame, &app, listed.entries, today)?,
        states: states(&frame),
        chosen,
        is_first,
        frame,
    };
    Ok(page::render_page(StatusCode::OK, &page))
}

/// The choices of a state, each with its words.
fn states(frame: &PageFrame) -> Vec<(&'static str, &'static str)> {
    let groups = [FIRST_STATE, "decided", ALL_STATES];
    let codes = groups.into_iter().chain(ClaimState::ALL.map(ClaimState::code));
    codes.map(|code| (code, frame.t(&format!("state_{code}")))).collect()
}

fn next_page(chosen: &[(String, String)], cursor: &Cursor) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(chosen).append_pair("after", &cursor.to_string());
    format!("/desk?{}", query.finish())
}

/// `entries` by urgency, in their order.
fn sections(
    frame: &PageFrame,
    app: &App,
    entries: Vec<ListEntry>,
    today: NaiveDate,
) -> Result<Vec<Section>, DeskError> {
    let zone = session::desk_settings(app)?.zone;
    let mut sections: Vec<Section> = Vec::new();
    for entry in entries {
        let urgency = Urgency::of(entry.due, !entry.state.is_decided(), today);
        let row = Row {
            state: frame.t(&format!("state_{}", entry.state.code())),
            due: entry.due.map(|due| frame.language.format_day(due)).unwrap_or_default(),
            received: frame.language.format_day(Clock::to_local_time(entry.received_at, zone).date()),
            thumbnail: entry
                .cover
                .map(|cover| format!("/desk/claims/{}/images/{cover}/thumbnail", entry.reference))
                .unwrap_or_default(),
            entry,
        };
        match sections.iter_mut().find(|section| section.urgency == urgency) {
            Some(section) => section.rows.push(row),
            None => {
                let title = match urgency {
                    Urgency::Overdue => "section_overdue",
                    Urgency::Today => "section_today",
                    Urgency::Later => "section_later",
                };
                sections.push(Section { urgency, title: frame.t(title), rows: vec![row] });
            }
        }
    }
    Ok(sections)
}

/// The address of the open claim after the one called `reference`, which is `due` and was `received_at` then, in the order of the
/// list; empty where there is no other. Claims that wait for the customer are passed over.
///
/// # Errors
///
/// A failure of the database.
pub(super) async fn next_claim_address(
    app: &App,
    reference: &str,
    due: Option<NaiveDate>,
    received_at: DateTime<Utc>,
) -> Result<String, DeskError> {
    let filter = ClaimFilter { state: Some(StateFilter::One(ClaimState::Open)), ..ClaimFilter::default() };
    let entries = claim_list::list_claims(app, &filter, None, CLAIMS).await?.entries;
    let here = (due.unwrap_or(NaiveDate::MAX), received_at, reference);
    let is_after =
        |entry: &&ListEntry| (entry.due.unwrap_or(NaiveDate::MAX), entry.received_at, entry.reference.as_str()) > here;
    let next = entries.iter().find(is_after).or_else(|| entries.iter().find(|entry| entry.reference != reference));
    Ok(next.map(|entry| format!("/desk/claims/{}", entry.reference)).unwrap_or_default())
}
