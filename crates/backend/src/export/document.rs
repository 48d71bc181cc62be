//! The documents of an export, read as of one moment.

use std::io;

use chrono::{DateTime, Utc};
use damage_report_rules::{
    contract::{ClaimEventType, ClaimStatus, Code, Timestamp},
    evidence::{Digest, Subject},
    lifecycle::Event,
};
use serde::Serialize;
use sqlx::Connection as _;

use crate::{
    app::App,
    claim::ClaimRow,
    clock::Clock,
    order_line::OrderLine,
    problem::Refusal,
    store::{self, events::EventRow, idempotency::RememberedAnswer, photos::PhotoRow},
};

/// Everything in the database about one order line.
pub(super) struct Documents {
    line: OrderLine,
    claim: Option<ClaimDocument>,
    history: Vec<RecordedEvent>,
    log: Vec<EventRow>,
    begun_at: Option<DateTime<Utc>>,
    answers: Vec<(String, RememberedAnswer)>,
    pub(super) photos: Vec<PhotoRow>,
    pub(super) return_label: Option<Vec<u8>>,
}

impl Documents {
    /// Reads what is stored about the order line called `id`.
    pub(super) async fn read(app: &App, id: &str) -> Result<Self, Refusal> {
        let mut connection = app.store.read_connection().await?;
        let mut db = connection.begin_with("BEGIN DEFERRED").await?;
        let line = store::order_lines::find(&mut db, id).await?.ok_or_else(|| Refusal::new(Code::OrderUnknown))?;
        let claim = store::claims::of_order_line(&mut db, id).await?;
        let (mut history, mut log) = (Vec::new(), Vec::new());
        if let Some(claim) = &claim {
            for (event, at) in store::claims::recorded_events(&mut db, &claim.reference).await? {
                history.push(RecordedEvent { event, recorded_at: Clock::to_timestamp(at) });
            }
            log = store::events::events_of_claim(&mut db, &claim.reference).await?;
        }
        Ok(Self {
            claim: claim.map(|claim| ClaimDocument::new(claim, &line, app)),
            history,
            log,
            begun_at: store::drafts::begun_at(&mut db, id).await?,
            answers: store::idempotency::all_answers(&mut db, id).await?,
            photos: store::photos::photos_of_order_line(&mut db, id).await?,
            return_label: store::claims::return_label(&mut db, id).await?,
            line,
        })
    }

    /// The identifier of the order line.
    pub(super) fn order_line(&self) -> &str {
        &self.line.id
    }

    /// The documents as pretty JSON, by name. The photos in `lost` have no intact file.
    pub(super) fn json_files(&self, lost: &[Digest]) -> io::Result<Vec<(&'static str, Vec<u8>)>> {
        let line = &self.line;
        let mut texts = vec![
            (
                "order-line.json",
                pretty(&OrderLineDocument {
                    id: &line.id,
                    order_number: &line.order_number,
                    device: &line.device,
                    grade: line.grade.code(),
                    delivered_at: line.handover.map(|handover| Clock::to_timestamp(handover.at)),
                    delivery_zone: line.handover.map(|handover| handover.zone.name()),
                    place: &line.place,
                    carrier: &line.consignment.carrier,
                    tracking_number: &line.consignment.tracking_number,
                })?,
            ),
            (
                "draft.json",
                pretty(&DraftDocument {
                    begun_at: self.begun_at.map(Clock::to_timestamp),
                    photos: self.photos.iter().map(|photo| PhotoDocument::new(photo, lost)).collect(),
                    answers: self.answers.iter().map(AnswerDocument::from).collect(),
                })?,
            ),
        ];
        if let Some(claim) = &self.claim {
            let log = self.log.iter().map(LoggedEvent::from).collect();
            texts.push(("claim.json", pretty(claim)?));
            texts.push(("events.json", pretty(&EventsDocument { log, recorded: &self.history })?));
        }
        Ok(texts)
    }
}

/// The name of the photo called `digest` in the export.
pub(super) fn photo_file_name(digest: Digest) -> String {
    format!("photos/{digest}.jpg")
}

fn pretty(document: &impl Serialize) -> io::Result<Vec<u8>> {
    Ok(serde_json::to_vec_pretty(document)?)
}

#[derive(Serialize)]
struct OrderLineDocument<'a> {
    id: &'a str,
    order_number: &'a str,
    device: &'a str,
    grade: &'a str,
    delivered_at: Option<Timestamp>,
    delivery_zone: Option<&'a str>,
    place: &'a str,
    carrier: &'a str,
    tracking_number: &'a str,
}

#[derive(Serialize)]
struct ClaimDocument {
    version: u32,
    closed_at: Option<Timestamp>,
    held_at: Option<Timestamp>,
    content_removed_at: Option<Timestamp>,
    #[serde(flatten)]
    status: ClaimStatus,
}

impl ClaimDocument {
    fn new(claim: ClaimRow, line: &OrderLine, app: &App) -> Self {
        Self {
            version: claim.version,
            closed_at: claim.closed_at.map(Clock::to_timestamp),
            held_at: claim.held_at.map(Clock::to_timestamp),
            content_removed_at: claim.expired_at.map(Clock::to_timestamp),
            status: claim.status(line, &app.config),
        }
    }
}

/// What happened to the claim: each change with its actor, and what the seller recorded with its content.
#[derive(Serialize)]
struct EventsDocument<'a> {
    log: Vec<LoggedEvent>,
    recorded: &'a [RecordedEvent],
}

#[derive(Serialize)]
struct RecordedEvent {
    #[serde(flatten)]
    event: Event,
    recorded_at: Timestamp,
}

#[derive(Serialize)]
struct LoggedEvent {
    #[serde(rename = "type")]
    kind: ClaimEventType,
    version: u32,
    actor: String,
    at: Timestamp,
}

impl From<&EventRow> for LoggedEvent {
    fn from(row: &EventRow) -> Self {
        Self { kind: row.kind, version: row.version, actor: row.actor.code(), at: Clock::to_timestamp(row.at) }
    }
}

/// The draft, which outlives the claim: its photos, and the remembered answers to the widget.
#[derive(Serialize)]
struct DraftDocument {
    begun_at: Option<Timestamp>,
    photos: Vec<PhotoDocument>,
    answers: Vec<AnswerDocument>,
}

#[derive(Serialize)]
struct PhotoDocument {
    sha256: Digest,
    /// Its name in the export; none where the file is lost or damaged.
    file: Option<String>,
    subject: Option<Subject>,
    width: u32,
    height: u32,
    bytes_received: u64,
    received_at: Timestamp,
}

impl PhotoDocument {
    fn new(photo: &PhotoRow, lost: &[Digest]) -> Self {
        Self {
            sha256: photo.digest,
            file: (!lost.contains(&photo.digest)).then(|| photo_file_name(photo.digest)),
            subject: photo.subject,
            width: photo.width,
            height: photo.height,
            bytes_received: photo.bytes,
            received_at: Clock::to_timestamp(photo.received_at),
        }
    }
}

#[derive(Serialize)]
struct AnswerDocument {
    idempotency_key: String,
    status: u16,
    body: serde_json::Value,
}

impl From<&(String, RememberedAnswer)> for AnswerDocument {
    fn from((key, answer): &(String, RememberedAnswer)) -> Self {
        let body = serde_json::from_str(&answer.body).unwrap_or_else(|_| answer.body.clone().into());
        Self { idempotency_key: key.clone(), status: answer.status, body }
    }
}
