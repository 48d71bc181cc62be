//! The shapes that are read, with the fields of each. A field marked `optional` has its default where it is left out; an
//! `Option` needs no mark.

use std::fmt;

use chrono::NaiveDate;
use damage_report_rules::{
    advice::{Advice, PhotoAdvice},
    calendar::Holidays,
    claim::{ClaimDraft, Violation, Wish},
    contract::{
        ClaimStatus, Code, Consignment, Delivery, DeviceGrade, DraftBegun, OrderLine, Problem, Retry, Shop, Timestamp,
        UploadedPhoto,
    },
    damage::Damage,
    date,
    evidence::{Absence, Absences, Digest, Photos, Subject},
    lifecycle::{EvidenceRequest, Investigation, Money, Progress, Resolution, ReturnShipment},
    policy::{LateRule, Policy, ResolutionPeriodStart, Terms},
};
use serde::{Deserialize, de::value::StrDeserializer};

use super::{FromJson, JsonValue};

/// Reads a shape by its fields.
macro_rules! shape {
    ($shape:ident { $($field:ident $(: $optional:ident)?),* $(,)? }) => {
        impl $crate::json::FromJson for $shape {
            fn of(json: &$crate::json::JsonValue<'_>) -> Self {
                json.require_object();
                Self { $($field: $crate::json::shapes::shape!(@ json $field $($optional)?),)* }
            }
        }
    };
    (@ $json:ident $field:ident) => { $json.field(stringify!($field)) };
    (@ $json:ident $field:ident optional) => { $json.field_or(stringify!($field), Default::default()) };
}

pub(crate) use shape;

shape!(OrderLine {
    id,
    order_number,
    device,
    grade,
    delivery,
    consignment,
    policy,
    holidays,
    shop,
    draft_begun_at,
    photos: optional,
    server_time,
    claim,
});
shape!(Delivery { at, zone });
shape!(Consignment { carrier, tracking_number });
shape!(Shop { name, contact_url });
shape!(DraftBegun { begun_at });
shape!(UploadedPhoto { sha256, width, height, subject });
shape!(ClaimStatus {
    reference,
    received_at,
    late,
    claim,
    progress,
    resolution_due,
    has_return_label: optional,
    content_removed: optional,
});
shape!(ClaimDraft {
    damage,
    description: optional,
    photos,
    missing: optional,
    tracking_number: optional,
    wish,
    advice: optional,
});
shape!(Photos { packaging: optional, label: optional, device });
shape!(Absences { packaging, label });
shape!(PhotoAdvice { photo, advice, like });
shape!(Progress { investigation, return_shipment, resolution, evidence_request });
shape!(EvidenceRequest { subjects, note: optional, until });

impl FromJson for Policy {
    fn of(json: &JsonValue<'_>) -> Self {
        json.require_object();
        let usual = Terms::default();
        let terms = Terms {
            reporting_days: json.field_or("reporting_days", usual.reporting_days),
            late: json.field_or("late", usual.late),
            packaging_photos: json.field_or("packaging_photos", usual.packaging_photos),
            label_photos: json.field_or("label_photos", usual.label_photos),
            device_photos: json.field_or("device_photos", usual.device_photos),
            photos_max: json.field_or("photos_max", usual.photos_max),
            absence_allowed: json.field_or("absence_allowed", usual.absence_allowed),
            description_max: json.field_or("description_max", usual.description_max),
            photo_bytes_max: json.field_or("photo_bytes_max", usual.photo_bytes_max),
            photo_side_min: json.field_or("photo_side_min", usual.photo_side_min),
            resolution_days: json.field_or("resolution_days", usual.resolution_days),
            resolution_from: json.field_or("resolution_from", usual.resolution_from),
        };
        terms.try_into().unwrap_or_else(|_| json.mark_invalid(Self::default()))
    }
}

impl FromJson for Holidays {
    fn of(json: &JsonValue<'_>) -> Self {
        Self::new(json.field("years"), json.field("dates")).unwrap_or_else(|_| json.mark_invalid(Self::default()))
    }
}

impl FromJson for Problem {
    fn of(json: &JsonValue<'_>) -> Self {
        Self {
            kind: json.field("type"),
            title: json.field("title"),
            status: json.field("status"),
            code: json.field("code"),
            retry: json.field("retry"),
            detail: json.field("detail"),
            violations: json.field_or("violations", Vec::new()),
            photos: json.field_or("photos", Vec::new()),
            reference: json.field("reference"),
        }
    }
}

impl FromJson for Violation {
    fn of(json: &JsonValue<'_>) -> Self {
        let number = |name| json.field_or(name, 0);
        let (have, need, max) = (number("have"), number("need"), number("max"));
        let subject = || json.field("subject");
        match json.field::<String>("code").as_str() {
            "window_closed" => Self::WindowClosed,
            "damage_min" => Self::DamageMin,
            "damage_repeated" => Self::DamageRepeated,
            "description_max" => Self::DescriptionMax { have, max },
            "description_chars" => Self::DescriptionChars,
            "photos_min" => Self::PhotosMin { subject: subject(), have, need },
            "photos_not_distinct" => Self::PhotosNotDistinct { subject: subject() },
            "absence_not_allowed" => Self::AbsenceNotAllowed { subject: subject() },
            "tracking_number_max" => Self::TrackingNumberMax { max },
            "tracking_number_chars" => Self::TrackingNumberChars,
            "photos_max" => Self::PhotosMax { have, max },
            _ => json.mark_invalid(Self::WindowClosed),
        }
    }
}

impl FromJson for Investigation {
    fn of(json: &JsonValue<'_>) -> Self {
        match json.field::<String>("state").as_str() {
            "not_started" => Self::NotStarted,
            "open" => Self::Open { since: json.field("since") },
            "concluded" => Self::Concluded { on: json.field("on") },
            _ => json.mark_invalid(Self::default()),
        }
    }
}

impl FromJson for ReturnShipment {
    fn of(json: &JsonValue<'_>) -> Self {
        let on = || json.field("on");
        match json.field::<String>("state").as_str() {
            "label_pending" => Self::LabelPending,
            "label_issued" => Self::LabelIssued { on: on() },
            "handed_over" => Self::HandedOver { on: on() },
            "received" => Self::Received { on: on() },
            _ => json.mark_invalid(Self::default()),
        }
    }
}

impl FromJson for Resolution {
    fn of(json: &JsonValue<'_>) -> Self {
        let on = || json.field("on");
        match json.field::<String>("state").as_str() {
            "pending" => Self::Pending,
            "replaced" => Self::Replaced { on: on(), tracking_number: json.field("tracking_number") },
            "refunded" => money(json).map(|amount| Self::Refunded { on: on(), amount }).unwrap_or_default(),
            "partially_refunded" => {
                money(json).map(|amount| Self::PartiallyRefunded { on: on(), amount }).unwrap_or_default()
            }
            "declined" => Self::Declined { on: on(), reason: json.field("reason") },
            _ => json.mark_invalid(Self::default()),
        }
    }
}

/// The field `amount` of `json`.
fn money(json: &JsonValue<'_>) -> Option<Money> {
    let amount: JsonValue<'_> = json.at("amount");
    let money = Money::new(amount.field("cents"), amount.field::<String>("currency")).ok();
    money.or_else(|| json.mark_invalid(None))
}

impl FromJson for Timestamp {
    fn of(json: &JsonValue<'_>) -> Self {
        Self(String::of(json))
    }
}

impl FromJson for Digest {
    fn of(json: &JsonValue<'_>) -> Self {
        String::of(json).parse().unwrap_or_else(|_| json.mark_invalid(Self::new([0; 32])))
    }
}

impl FromJson for NaiveDate {
    fn of(json: &JsonValue<'_>) -> Self {
        date::parse_iso(&String::of(json)).unwrap_or_else(|| json.mark_invalid(Self::default()))
    }
}

/// Reads what is one word out of several. Which, its own crate says to serde.
macro_rules! words {
    ($($word:ident::$instead:ident),* $(,)?) => {$(
        impl FromJson for $word {
            fn of(json: &JsonValue<'_>) -> Self {
                let word = String::of(json);
                let word = Self::deserialize(StrDeserializer::<OtherWord>::new(&word));
                word.unwrap_or_else(|_| json.mark_invalid(Self::$instead))
            }
        }
    )*};
}

words!(
    Absence::Other,
    Advice::Dark,
    Code::Unknown,
    Damage::Dent,
    DeviceGrade::Fair,
    LateRule::Refuse,
    ResolutionPeriodStart::Submission,
    Retry::Never,
    Subject::Device,
    Wish::Refund,
);

/// A word that was not expected.
#[derive(Debug)]
struct OtherWord;

impl fmt::Display for OtherWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another word")
    }
}

impl std::error::Error for OtherWord {}

impl serde::de::Error for OtherWord {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}
