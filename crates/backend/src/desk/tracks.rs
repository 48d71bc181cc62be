//! The three tracks of a claim in words.

use damage_report_rules::lifecycle::{Investigation, Progress, Resolution, ReturnShipment};

use super::page::PageFrame;

/// One track.
pub(super) struct TrackView {
    pub(super) title: &'static str,
    pub(super) standing: String,
    /// Whether the track waits, runs or is done: `waiting`, `running`, `done`.
    pub(super) stage: &'static str,
}

/// The tracks of `progress`.
pub(super) fn track_views(frame: &PageFrame, progress: &Progress) -> [TrackView; 3] {
    [
        investigation(frame, progress.investigation),
        return_shipment(frame, progress.return_shipment),
        resolution(frame, progress),
    ]
}

fn investigation(frame: &PageFrame, investigation: Investigation) -> TrackView {
    let (standing, stage) = match investigation {
        Investigation::NotStarted => (frame.t("investigation_not_started").to_owned(), "waiting"),
        Investigation::Open { since } => {
            (frame.fill("investigation_open", "day", frame.language.format_day(since)), "running")
        }
        Investigation::Concluded { on } => {
            (frame.fill("investigation_concluded", "day", frame.language.format_day(on)), "done")
        }
    };
    TrackView { title: frame.t("investigation"), standing, stage }
}

fn return_shipment(frame: &PageFrame, shipment: ReturnShipment) -> TrackView {
    let on = |key: &str, on| frame.fill(key, "day", frame.language.format_day(on));
    let (standing, stage) = match shipment {
        ReturnShipment::LabelPending => (frame.t("return_label_pending").to_owned(), "waiting"),
        ReturnShipment::LabelIssued { on: day } => (on("return_label_issued", day), "running"),
        ReturnShipment::HandedOver { on: day } => (on("return_handed_over", day), "running"),
        ReturnShipment::Received { on: day } => (on("return_received", day), "done"),
    };
    TrackView { title: frame.t("return"), standing, stage }
}

fn resolution(frame: &PageFrame, progress: &Progress) -> TrackView {
    let day = |on| frame.language.format_day(on);
    let (standing, stage) = match (&progress.resolution, &progress.evidence_request) {
        (Resolution::Pending, Some(request)) => {
            (frame.fill("resolution_evidence_requested", "day", day(request.until)), "running")
        }
        (Resolution::Pending, None) => (frame.t("resolution_pending").to_owned(), "waiting"),
        (Resolution::Replaced { on, tracking_number }, _) => {
            (frame.fill("resolution_replaced", "day", day(*on)).replace("{number}", tracking_number), "done")
        }
        (Resolution::Refunded { on, amount }, _) => {
            let amount = frame.language.format_money(amount);
            (frame.fill("resolution_refunded", "day", day(*on)).replace("{amount}", &amount), "done")
        }
        (Resolution::PartiallyRefunded { on, amount }, _) => {
            let amount = frame.language.format_money(amount);
            (frame.fill("resolution_partially_refunded", "day", day(*on)).replace("{amount}", &amount), "done")
        }
        (Resolution::Declined { on, reason }, _) => {
            (frame.fill("resolution_declined", "day", day(*on)).replace("{reason}", reason), "done")
        }
    };
    TrackView { title: frame.t("resolution"), standing, stage }
}
