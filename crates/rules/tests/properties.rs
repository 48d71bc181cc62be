//! Properties: the promises of the rules, checked with thousands of generated cases.
//!
//! Native only: the results do not depend on the target, and the worked cases run on both.

#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "properties/claims.rs"]
mod claims;
#[path = "properties/lifecycles.rs"]
mod lifecycles;
#[path = "properties/numbers.rs"]
mod numbers;
#[path = "properties/photos.rs"]
mod photo_heads;
#[path = "properties/policies.rs"]
mod policies;
#[path = "properties/sellers.rs"]
mod sellers;
#[path = "properties/windows.rs"]
mod windows;

use chrono::{Days, NaiveDate};
use damage_report_rules::{
    evidence::Digest,
    policy::{LateRule, Policy, ResolutionPeriodStart, Terms},
};
use proptest::prelude::*;

/// A day of 2024 to 2028, the years that the calendars of these tests may know.
fn days() -> impl Strategy<Value = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    (0..1827_u64).prop_map(move |later| first + Days::new(later))
}

/// One of a few photos, so that the same one turns up twice often enough.
fn photos() -> impl Strategy<Value = Digest> {
    (0..24_u8).prop_map(|n| Digest::new([n; 32]))
}

/// Terms, nonsense among them.
fn terms() -> impl Strategy<Value = Terms> {
    let days = (0..40_u8, 0..40_u8);
    let photos = (0..4_u8, 0..4_u8, 0..7_u8, 0..16_u8);
    let limits = (0..12_u16, 0..3_u32, 0..3_u32);
    let choices = (any::<bool>(), any::<bool>(), any::<bool>());
    (days, photos, limits, choices).prop_map(|(days, photos, limits, (accepts_late, absence_allowed, from_receipt))| {
        Terms {
            reporting_days: days.0,
            late: if accepts_late { LateRule::Accept } else { LateRule::Refuse },
            packaging_photos: photos.0,
            label_photos: photos.1,
            device_photos: photos.2,
            photos_max: photos.3,
            absence_allowed,
            description_max: limits.0,
            photo_bytes_max: limits.1,
            photo_side_min: limits.2,
            resolution_days: days.1,
            resolution_from: if from_receipt {
                ResolutionPeriodStart::ReturnReceived
            } else {
                ResolutionPeriodStart::Submission
            },
        }
    })
}

/// A policy that a shop could publish.
fn policies() -> impl Strategy<Value = Policy> {
    let sensible = terms().prop_map(|terms| {
        let (packaging_photos, label_photos) = (terms.packaging_photos.max(1), terms.label_photos.max(1));
        let device_photos = terms.device_photos.max(3);
        Policy::try_from(Terms {
            reporting_days: terms.reporting_days.clamp(1, 30),
            packaging_photos,
            label_photos,
            device_photos,
            // Often no more than are asked for, so that drafts go over it.
            photos_max: terms.photos_max.max(packaging_photos + label_photos + device_photos),
            description_max: terms.description_max.max(1),
            photo_bytes_max: terms.photo_bytes_max.max(1),
            photo_side_min: terms.photo_side_min.max(1),
            resolution_days: terms.resolution_days.clamp(1, 30),
            ..terms
        })
    });
    sensible.prop_map(|policy| policy.expect("every minimum is met, and every maximum holds the minima"))
}
