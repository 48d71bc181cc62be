//! Made-up order lines, photos' particulars and claims, such as real ones are, each the same whenever it is made.
//!
//! [`stored`] has what `seed` stores. `unreported_lines` decides which of the others are stored; how they are sent is
//! for [`requests`](crate::requests).

pub(crate) mod stored;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use damage_report_backend::{
    digest,
    order_line::{Handover, OrderLine},
    store::photos::PhotoRow,
};
use damage_report_rules::{
    claim::{ClaimDraft, Wish},
    contract::{Consignment, DeviceGrade},
    damage::Damage,
    evidence::{Digest, Photos, Subject},
};

/// The subjects of the photos of one claim: as many of each as the backend's own policy asks for.
pub(crate) const SUBJECTS: [Subject; 5] =
    [Subject::Packaging, Subject::Label, Subject::Device, Subject::Device, Subject::Device];

/// As long as people write when they write something.
const DESCRIPTION: &str = "Bij het openen zat er een barst in het scherm, van linksonder tot aan de camera. De doos \
    was aan die kant ingedeukt, het opvulmateriaal lag los. Het toestel gaat wel aan, maar reageert daar niet op \
    aanraken. Foto's van doos, label en toestel zijn erbij.";

/// The order line called `id`, handed over at this instant.
pub(crate) fn order_line(id: String, at: DateTime<Utc>) -> OrderLine {
    OrderLine {
        order_number: id.trim_end_matches(|c| c != '-').trim_end_matches('-').to_owned(),
        device: "iPhone 13 128 GB, blauw".to_owned(),
        grade: DeviceGrade::Excellent,
        handover: Some(Handover { at, zone: Tz::Europe__Amsterdam }),
        place: "NL".to_owned(),
        consignment: Consignment { carrier: "PostNL".to_owned(), tracking_number: "3SDEVC123456789".to_owned() },
        id,
    }
}

/// The photos of the order line called `id`, received from this instant on, a few seconds apart.
pub(crate) fn photo_rows(id: &str, from: DateTime<Utc>) -> Vec<PhotoRow> {
    let particulars = (0..).zip(SUBJECTS).map(|(number, subject)| PhotoRow {
        digest: digest(id, number, "sent"),
        stored: digest(id, number, "stored"),
        pixels: digest(id, number, "pixels"),
        width: 2048,
        height: 1536,
        subject: Some(subject),
        bytes: 400_000,
        received_at: from + TimeDelta::seconds(number * 8),
        stamp: None,
    });
    particulars.collect()
}

/// A claim about the order line called `id`, which rests on the [`photo_rows`] of it.
pub(crate) fn claim_draft(id: &str) -> ClaimDraft {
    let named = |number| digest(id, number, "sent");
    ClaimDraft {
        damage: vec![Damage::ScreenBroken, Damage::Display],
        description: DESCRIPTION.to_owned(),
        photos: Photos { packaging: vec![named(0)], label: vec![named(1)], device: (2..5).map(named).collect() },
        tracking_number: "3SDEVC123456789".to_owned(),
        wish: Some(Wish::Replacement),
        ..ClaimDraft::default()
    }
}

fn digest(id: &str, number: i64, of: &str) -> Digest {
    digest::sha256(format!("{id} {number} {of}").as_bytes())
}
