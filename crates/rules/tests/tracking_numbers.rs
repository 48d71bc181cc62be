//! Every tracking number of the collected data, natively and in a browser alike.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use damage_report_rules::tracking::{
    CheckDigit, FormatCandidate, TrackingFormat, TrackingHint, candidate_formats, normalise, tracking_hint,
};
use serde::Deserialize;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const TRACKING_NUMBERS: &str = include_str!("data/tracking_numbers.json");

#[derive(Deserialize)]
struct Collection {
    formats: BTreeMap<String, Entry>,
    collisions: Vec<Collision>,
}

#[derive(Deserialize)]
struct Entry {
    valid: Vec<Valid>,
    invalid: Vec<Invalid>,
}

#[derive(Clone, Deserialize)]
struct Valid {
    input: String,
    normalised: String,
}

#[derive(Deserialize)]
struct Invalid {
    input: String,
    why: String,
}

#[derive(Deserialize)]
struct Collision {
    input: String,
    candidates: Vec<String>,
}

#[test]
fn every_format_of_the_data_is_known_once() {
    let mut known: Vec<_> = TrackingFormat::ALL.into_iter().map(name).collect();
    known.sort_unstable();
    let collected = collection();
    assert_eq!(known, collected.formats.keys().collect::<Vec<_>>());
}

#[test]
fn every_valid_number_is_normalised_and_recognised() {
    for (format, number) in valid_numbers() {
        assert_eq!(normalise(&number.input), number.normalised);
        assert!(possible(&number.input).contains(&format), "{} as {format:?}", number.input);
    }
}

#[test]
fn every_check_digit_that_is_there_is_checked() {
    for (format, number) in valid_numbers() {
        let expected = match (format, number.normalised.len()) {
            (TrackingFormat::Gls12, 11) => CheckDigit::Absent,
            (
                TrackingFormat::Ups1z
                | TrackingFormat::UpuS10
                | TrackingFormat::DhlExpress10
                | TrackingFormat::DhlPaket12
                | TrackingFormat::DhlPaket20,
                _,
            )
            | (TrackingFormat::Dpd14 | TrackingFormat::Dpd28 | TrackingFormat::Gls12 | TrackingFormat::Fedex12, _) => {
                CheckDigit::Passed
            }
            _ => CheckDigit::Absent,
        };
        assert!(
            candidate_formats(&number.input).contains(&FormatCandidate { format, check: expected }),
            "{}",
            number.input
        );
    }
}

#[test]
fn every_invalid_number_is_not_of_its_format() {
    for (name, entry) in collection().formats {
        for Invalid { input, why } in entry.invalid {
            assert!(!possible(&input).iter().any(|&format| self::name(format) == name), "{input} as {name}: {why}");
        }
    }
}

#[test]
fn a_number_that_several_carriers_could_have_made_names_them_all() {
    for Collision { input, candidates } in collection().collisions {
        assert_eq!(possible(&input).into_iter().map(name).collect::<Vec<_>>(), candidates, "{input}");
    }
}

#[test]
fn a_valid_number_is_fine_for_every_carrier_that_makes_such_numbers() {
    for (format, number) in valid_numbers() {
        for carrier in format.carriers() {
            assert_eq!(
                tracking_hint(&number.input, carrier.name()),
                TrackingHint::Fine,
                "{} by {}",
                number.input,
                carrier.name()
            );
        }
    }
}

#[test]
fn a_number_is_held_against_the_carrier_of_the_order_only() {
    for (_, entry) in collection().formats {
        for Invalid { input, .. } in entry.invalid {
            let for_unknown_carrier = tracking_hint(&input, "Fietskoerier Utrecht");
            assert!(
                matches!(for_unknown_carrier, TrackingHint::Fine | TrackingHint::Unusual),
                "{input}: {for_unknown_carrier:?}"
            );
        }
    }
}

fn collection() -> Collection {
    serde_json::from_str(TRACKING_NUMBERS).unwrap()
}

fn valid_numbers() -> impl Iterator<Item = (TrackingFormat, Valid)> {
    let formats = collection().formats;
    TrackingFormat::ALL.into_iter().flat_map(move |format| {
        let numbers = formats[name(format)].valid.clone();
        assert!(!numbers.is_empty(), "no valid number for {format:?}");
        numbers.into_iter().map(move |number| (format, number))
    })
}

/// The formats that a number can be of, with no check digit against it.
fn possible(number: &str) -> Vec<TrackingFormat> {
    candidate_formats(number).into_iter().filter(|c| c.check != CheckDigit::Failed).map(|c| c.format).collect()
}

/// The format's name in the data.
fn name(format: TrackingFormat) -> &'static str {
    match format {
        TrackingFormat::Ups1z => "ups_1z",
        TrackingFormat::UpuS10 => "upu_s10",
        TrackingFormat::PostNl3s => "postnl_3s",
        TrackingFormat::DhlParcel3s => "dhl_parcel_3s",
        TrackingFormat::DhlJvgl => "dhl_jvgl",
        TrackingFormat::DhlJjd => "dhl_jjd",
        TrackingFormat::DhlExpress10 => "dhl_express_10",
        TrackingFormat::DhlPaket12 => "dhl_paket_12",
        TrackingFormat::DhlPaket20 => "dhl_paket_20",
        TrackingFormat::Dpd14 => "dpd_14",
        TrackingFormat::Dpd28 => "dpd_28",
        TrackingFormat::Gls12 => "gls_12",
        TrackingFormat::GlsTrackId => "gls_track_id",
        TrackingFormat::MondialRelay => "mondial_relay",
        TrackingFormat::Chronopost => "chronopost",
        TrackingFormat::Colissimo => "colissimo",
        TrackingFormat::Fedex12 => "fedex_12",
    }
}
