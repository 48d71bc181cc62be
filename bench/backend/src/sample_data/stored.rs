//! Claims of two years, as various as a shop's: other devices, carriers and words, some late, some without packaging, some with photos
//! kept against advice; almost all decided, but for those of the last weeks.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use damage_report_backend::order_line::OrderLine;
use damage_report_rules::{
    advice::{Advice, PhotoAdvice},
    claim::ClaimDraft,
    contract::Consignment,
    evidence::{Absence, Subject},
    lifecycle::{Event, Money},
    window::Timing,
};

/// In every second description.
pub(crate) const COMMON: &str = "scherm";

/// In one of a hundred descriptions.
pub(crate) const OCCASIONAL: &str = "waterschade";

/// In a fifth of the descriptions each, and never in the same one.
pub(crate) const NEVER_TOGETHER: &str = "opvulmateriaal krassen";

/// The carriers, each with its share in a thousand.
const CARRIERS: [(&str, u32); 6] =
    [("PostNL", 560), ("DHL", 240), ("UPS", 120), ("DPD", 60), ("GLS", 19), ("Trunkrs", 1)];

/// The carrier of one claim in a thousand.
pub(crate) const RARE_CARRIER: &str = "Trunkrs";

/// How descriptions begin: one in five each.
const BEGINNINGS: [&str; 5] = [
    "Bij het openen zat er een barst in het scherm, van linksonder tot aan de camera. De doos was aan die kant ingedeukt.",
    "Het scherm blijft zwart, alleen het geluid doet het nog. De doos zag er verder netjes uit.",
    "De doos was aan een kant open en het opvulmateriaal lag los. Het glas van het scherm is gebroken.",
    "Op de achterkant zitten diepe krassen en een deuk, terwijl het toestel als nieuw is verkocht.",
    "Het toestel gaat aan, maar de camera is gebarsten en de knop aan de zijkant zit vast. Één hoek is ingedeukt.",
];

const DEVICES: [&str; 8] = [
    "iPhone 13 128 GB, blauw",
    "iPhone 12 mini 64 GB, zwart",
    "Samsung Galaxy S22 128 GB, groen",
    "Google Pixel 8a 128 GB, zwart",
    "MacBook Air 13\" (M1) 256 GB, zilver",
    "iPad (9e generatie) 64 GB, spacegrijs",
    "Nintendo Switch OLED 64 GB, wit",
    "Fairphone 5 256 GB, doorzichtig",
];

/// One claim with its order line, and what the seller recorded about it.
pub(crate) struct StoredClaim {
    pub(crate) line: OrderLine,
    pub(crate) draft: ClaimDraft,
    pub(crate) timing: Timing,
    pub(crate) events: Vec<Event>,
}

/// Claim `number` of `claims` about the order line called `id`, received at this instant.
pub(crate) fn stored_claim(number: u64, claims: u64, id: &str, received_at: DateTime<Utc>) -> StoredClaim {
    let mut random = fastrand::Rng::with_seed(number);
    let mut line = super::order_line(id.to_owned(), received_at - TimeDelta::hours(20));
    line.device = DEVICES[random.usize(..DEVICES.len())].to_owned();
    line.consignment = Consignment { carrier: carrier(&mut random).to_owned(), ..line.consignment };
    let mut draft = super::claim_draft(id);
    draft.description = description(&mut random);
    if random.u32(..100) < 8 {
        draft.photos.packaging.clear();
        draft.missing.packaging = Some(Absence::Discarded);
    }
    if random.u32(..100) < 12 {
        let photo = draft.photos.of(Subject::Device)[0];
        draft.advice = vec![PhotoAdvice { photo, advice: Advice::Blurred, like: None }];
    }
    let timing = if random.u32(..100) < 4 { Timing::Late } else { Timing::InTime };
    let events = events(&mut random, (claims - number - 1) as f64 / claims as f64, received_at.date_naive());
    StoredClaim { line, draft, timing, events }
}

/// A word that is in a few descriptions of a million.
pub(crate) fn rare_word(number: u32) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "de", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "zi", "fo", "gu", "he"];
    (0..4).map(|nth| SYLLABLES[(number >> (nth * 4) & 15) as usize]).collect()
}

fn carrier(random: &mut fastrand::Rng) -> &'static str {
    let mut share = random.u32(..1000);
    for (carrier, of_thousand) in CARRIERS {
        match share.checked_sub(of_thousand) {
            None => return carrier,
            Some(rest) => share = rest,
        }
    }
    RARE_CARRIER
}

fn description(random: &mut fastrand::Rng) -> String {
    let mut description = BEGINNINGS[random.usize(..BEGINNINGS.len())].to_owned();
    if random.u32(..100) == 0 {
        description += " Er lijkt ook ";
        description += OCCASIONAL;
        description += " te zijn.";
    }
    // Names and places, each of which few people write.
    for _ in 0..2 {
        description += " ";
        description += &rare_word(random.u32(..65_536));
    }
    description
}

/// The seller's events about a claim with this share of all claims after it.
fn events(random: &mut fastrand::Rng, newer: f64, on: NaiveDate) -> Vec<Event> {
    let undecided = match newer {
        ..0.002 => 0.85,
        ..0.01 => 0.1,
        _ => 0.0005,
    };
    if random.f64() < undecided {
        let asked = Event::EvidenceRequested { subjects: vec![Subject::Label], note: String::new(), until: on };
        return if random.u32(..100) < 15 { vec![asked] } else { Vec::new() };
    }
    let amount = || Money::new(19_900, "EUR").expect("it is an amount of money");
    vec![match random.u32(..100) {
        ..45 => Event::ReplacementSent { tracking_number: "3SDEVC987654321".to_owned() },
        45..75 => Event::Refunded { amount: amount() },
        75..87 => Event::PartiallyRefunded { amount: amount() },
        _ => Event::Declined { reason: "De schade is van na de levering.".to_owned() },
    }]
}
