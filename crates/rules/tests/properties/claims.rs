//! Claims: `check` accepts exactly what the rules, written down once more and plainly, accept.

use std::collections::HashSet;

use damage_report_rules::{
    claim::{ClaimDraft, Violation, Wish},
    damage::Damage,
    evidence::{Absence, Absences, Photos, Subject},
    policy::{LateRule, Policy},
    window::Timing,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{photos, policies};

fn absences() -> impl Strategy<Value = Absences> {
    let absence = || option::of(select(Absence::ALL.to_vec()));
    (absence(), absence()).prop_map(|(packaging, label)| Absences { packaging, label })
}

fn drafts() -> impl Strategy<Value = ClaimDraft> {
    let damage = vec(select(Damage::ALL.to_vec()), 0..4);
    let description = "( |\n|a|é|👩🏽‍🔧|\u{301}|\u{0}|\r){0,12}|(a|\u{301}){0,40}\u{301}{0,60}";
    let photos = (vec(photos(), 0..4), vec(photos(), 0..4), vec(photos(), 0..8));
    let tracking_number = "[0-9A-Z -]{0,45}|3SDEVC\u{7}123456789";
    let wish = option::of(select(vec![Wish::Replacement, Wish::Refund]));
    (damage, description, photos, absences(), tracking_number, wish).prop_map(
        |(damage, description, (packaging, label, device), missing, tracking_number, wish)| ClaimDraft {
            damage,
            description,
            photos: Photos { packaging, label, device },
            missing,
            tracking_number,
            wish,
            advice: vec![],
        },
    )
}

/// Drafts that keep most rules, so that many pass and the rest fail for one reason.
fn careful_drafts() -> impl Strategy<Value = ClaimDraft> {
    (drafts(), vec(photos(), 9)).prop_map(|(draft, photos)| ClaimDraft {
        damage: vec![Damage::Dent],
        photos: Photos {
            packaging: photos[..1].to_vec(),
            label: photos[1..2].to_vec(),
            device: photos[2..(5 + draft.photos.device.len() / 2).min(photos.len())].to_vec(),
        },
        tracking_number: "3SDEVC123456789".to_owned(),
        ..draft
    })
}

fn timings() -> impl Strategy<Value = Timing> {
    select(vec![Timing::Undecided, Timing::InTime, Timing::Late])
}

/// The rules of the product, one sentence after the other, with no regard to how `check` decides them.
fn is_acceptable(draft: &ClaimDraft, policy: &Policy, timing: Timing) -> bool {
    let in_time_or_accepted_late = timing != Timing::Late || policy.late == LateRule::Accept;

    let kinds: HashSet<_> = draft.damage.iter().collect();
    let names_damage_once = !draft.damage.is_empty() && kinds.len() == draft.damage.len();

    let description = draft.description.trim();
    let says_no_more_than_allowed = seen(description) <= usize::from(policy.description_max)
        && description.len() <= 20 * usize::from(policy.description_max);
    let says_it_in_text = !description.chars().any(|c| c.is_control() && !"\n\t".contains(c));

    let Photos { packaging, label, device } = &draft.photos;
    let every_photo = [packaging.as_slice(), label, device].concat();
    let no_photo_twice = every_photo.iter().collect::<HashSet<_>>().len() == every_photo.len();
    let enough = |photos: &[_], least: u8| photos.len() >= usize::from(least);
    let excused =
        |photos: &[_], absence: Option<Absence>| policy.absence_allowed && photos.is_empty() && absence.is_some();
    let shows_packaging = enough(packaging, policy.packaging_photos) || excused(packaging, draft.missing.packaging);
    let shows_label = enough(label, policy.label_photos) || excused(label, draft.missing.label);
    let shows_device = enough(device, policy.device_photos);
    let no_more_than_allowed = every_photo.len() <= usize::from(policy.photos_max);

    let number: String = draft.tracking_number.chars().filter(|c| !" -.".contains(*c)).collect();
    let number_is_short_text = number.len() <= 40 && !number.chars().any(char::is_control);

    in_time_or_accepted_late
        && names_damage_once
        && says_no_more_than_allowed
        && says_it_in_text
        && no_photo_twice
        && shows_packaging
        && shows_label
        && shows_device
        && no_more_than_allowed
        && number_is_short_text
}

/// Characters as seen, for the alphabet of these drafts: a combining accent and a sequence of emoji add none.
fn seen(text: &str) -> usize {
    let technician = text.replace("👩🏽‍🔧", "x");
    let mut count = 0;
    let mut before = None;
    for c in technician.chars() {
        let joins = c == '\u{301}' && before.is_some_and(|before: char| !before.is_control());
        let second_of_crlf = c == '\n' && before == Some('\r');
        count += usize::from(!joins && !second_of_crlf);
        before = Some(c);
    }
    count
}

/// Where on the page a violation stands.
fn place(violation: &Violation) -> u8 {
    let of = |subject| match subject {
        Subject::Packaging => 2,
        Subject::Label => 3,
        Subject::Device => 5,
    };
    match violation {
        Violation::WindowClosed => 0,
        Violation::DamageMin
        | Violation::DamageRepeated
        | Violation::DescriptionMax { .. }
        | Violation::DescriptionChars => 1,
        Violation::PhotosMin { subject, .. }
        | Violation::PhotosNotDistinct { subject }
        | Violation::AbsenceNotAllowed { subject } => of(*subject),
        Violation::TrackingNumberMax { .. } | Violation::TrackingNumberChars => 4,
        Violation::PhotosMax { .. } => 6,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn check_accepts_exactly_what_the_rules_accept(
        draft in prop_oneof![drafts(), careful_drafts()], policy in policies(), timing in timings(),
    ) {
        let checked = draft.check(&policy, timing);
        prop_assert_eq!(checked.is_ok(), is_acceptable(&draft, &policy, timing), "{:?}", checked);
    }

    #[test]
    fn violations_stand_in_page_order_and_once_each(
        draft in drafts(), policy in policies(), timing in timings(),
    ) {
        if let Err(violations) = draft.check(&policy, timing) {
            prop_assert!(!violations.is_empty());
            prop_assert!(violations.is_sorted_by_key(place), "{:?}", violations);
            let distinct = violations.iter().enumerate().all(|(at, one)| !violations[..at].contains(one));
            prop_assert!(distinct, "{:?}", violations);
            let json = serde_json::to_string(&violations).unwrap();
            prop_assert_eq!(serde_json::from_str::<Vec<Violation>>(&json).unwrap(), violations);
        }
    }

    #[test]
    fn a_claim_checked_again_is_the_same_claim(
        draft in careful_drafts(), policy in policies(), timing in timings(),
    ) {
        if let Ok(claim) = draft.check(&policy, timing) {
            prop_assert_eq!(claim.is_late(), timing == Timing::Late);
            prop_assert_eq!(claim.content().check(&policy, timing), Ok(claim.clone()));
            let json = serde_json::to_string(&claim).unwrap();
            prop_assert_eq!(&serde_json::from_str::<ClaimDraft>(&json).unwrap(), claim.content());
        }
    }
}
