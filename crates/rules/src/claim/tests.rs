//! Every violation, one line a case.

use super::*;
use crate::{
    advice::{Advice, PhotoAdvice},
    evidence::{Absence, Digest},
    policy::Terms,
};

use Violation::{
    AbsenceNotAllowed, DamageMin, DamageRepeated, DescriptionChars, DescriptionMax, PhotosMax, PhotosMin,
    PhotosNotDistinct, TrackingNumberChars, TrackingNumberMax, WindowClosed,
};

fn photos<const N: usize>(names: [u8; N]) -> Vec<Digest> {
    names.map(|name| Digest::new([name; 32])).to_vec()
}

/// A draft that keeps every rule.
fn draft() -> ClaimDraft {
    ClaimDraft {
        damage: vec![Damage::ScreenBroken],
        description: "Het scherm is gebarsten.".to_owned(),
        photos: Photos { packaging: photos([1]), label: photos([2]), device: photos([3, 4, 5]) },
        missing: Absences::default(),
        tracking_number: "3SDEVC123456789".to_owned(),
        wish: Some(Wish::Replacement),
        advice: vec![],
    }
}

fn policy(terms: Terms) -> Policy {
    Policy::try_from(terms).unwrap()
}

/// With this `change` to a draft that keeps every rule, exactly these are broken.
#[track_caller]
fn check(change: impl FnOnce(&mut ClaimDraft), expected: &[Violation]) {
    check_by(Terms::default(), change, expected);
}

#[track_caller]
fn check_by(terms: Terms, change: impl FnOnce(&mut ClaimDraft), expected: &[Violation]) {
    let mut draft = draft();
    change(&mut draft);
    let violations = draft.check(&policy(terms), Timing::InTime).err().unwrap_or_default();
    assert_eq!(violations, expected);
}

#[test]
fn a_draft_that_keeps_every_rule_is_a_claim() {
    check(|_| {}, &[]);
    check(|draft| draft.wish = None, &[]);
    check(|draft| draft.tracking_number.clear(), &[]);
    check(|draft| draft.description.clear(), &[]);
    check(|draft| draft.damage = Damage::ALL.to_vec(), &[]);
}

#[test]
fn some_damage_is_named_each_kind_once() {
    check(|draft| draft.damage.clear(), &[DamageMin]);
    check(|draft| draft.damage = vec![Damage::Dent, Damage::Camera, Damage::Dent], &[DamageRepeated]);
    check(|draft| draft.damage = vec![Damage::Dent; 10_000], &[DamageRepeated]);
}

#[test]
fn a_description_is_measured_as_a_person_reads_it() {
    check(|draft| draft.description = "é".repeat(2_000), &[]);
    check(|draft| draft.description = "👩🏽‍🔧".repeat(2_000), &[]);
    check(|draft| draft.description = format!("  {}\n", "a".repeat(2_000)), &[]);
    check(|draft| draft.description = "a".repeat(2_001), &[DescriptionMax { have: 2_001, max: 2_000 }]);
}

#[test]
fn a_description_has_a_bound_in_bytes_as_well() {
    let pile = |bytes: usize| format!("e{}", "\u{301}".repeat((bytes - 1) / 2));
    check(|draft| draft.description = pile(39_999), &[]);
    check(|draft| draft.description = pile(40_001), &[DescriptionMax { have: 2_001, max: 2_000 }]);
    check(|draft| draft.description = "\u{301}".repeat(40_000), &[DescriptionMax { have: 4_000, max: 2_000 }]);
}

#[test]
fn a_description_is_text() {
    check(|draft| draft.description = "Deuk:\n\tlinksonder".to_owned(), &[]);
    check(|draft| draft.description = "<b>kapot</b> \u{202e}'; DROP TABLE".to_owned(), &[]);
    check(|draft| draft.description = "kapot\0".to_owned(), &[DescriptionChars]);
    check(|draft| draft.description = "kapot\u{1b}[31m".to_owned(), &[DescriptionChars]);
    check(|draft| draft.description = "kapot\r\nkapot".to_owned(), &[DescriptionChars]);
}

#[test]
fn every_subject_has_its_photos() {
    let few = |subject, have, need| PhotosMin { subject, have, need };
    check(|draft| draft.photos.packaging.clear(), &[few(Subject::Packaging, 0, 1)]);
    check(|draft| draft.photos.label.clear(), &[few(Subject::Label, 0, 1)]);
    check(|draft| draft.photos.device.clear(), &[few(Subject::Device, 0, 3)]);
    check(|draft| draft.photos.device.truncate(2), &[few(Subject::Device, 2, 3)]);
    let more = Terms { packaging_photos: 2, device_photos: 4, ..Terms::default() };
    check_by(more, |_| {}, &[few(Subject::Packaging, 1, 2), few(Subject::Device, 3, 4)]);
}

#[test]
fn one_picture_is_one_picture() {
    let (device, label) = (Subject::Device, Subject::Label);
    let again = |subject| PhotosNotDistinct { subject };
    let few = |subject, have, need| PhotosMin { subject, have, need };
    check(|draft| draft.photos.device = photos([3, 3, 3]), &[again(device), few(device, 1, 3)]);
    check(|draft| draft.photos.device = photos([3, 4, 5, 3]), &[again(device)]);
    check(|draft| draft.photos.device = photos([1, 4, 5, 6]), &[again(device)]);
    check(|draft| draft.photos.label = photos([1]), &[again(label), few(label, 0, 1)]);
}

#[test]
fn what_is_gone_is_excused_where_the_shop_allows() {
    let gone = |draft: &mut ClaimDraft| {
        draft.photos.packaging.clear();
        draft.photos.label.clear();
        draft.missing = Absences { packaging: Some(Absence::Discarded), label: Some(Absence::Unreadable) };
    };
    check(gone, &[]);
    let strict = Terms { absence_allowed: false, ..Terms::default() };
    let not_allowed = [Subject::Packaging, Subject::Label].map(|subject| AbsenceNotAllowed { subject });
    check_by(strict, gone, &not_allowed);
}

#[test]
fn what_is_shown_in_part_is_not_gone() {
    let more = Terms { packaging_photos: 2, ..Terms::default() };
    let few = PhotosMin { subject: Subject::Packaging, have: 1, need: 2 };
    check_by(more, |draft| draft.missing.packaging = Some(Absence::Other), &[few]);
}

#[test]
fn a_tracking_number_is_short_and_otherwise_anything() {
    check(|draft| draft.tracking_number = "geen idee".to_owned(), &[]);
    check(|draft| draft.tracking_number = "1".repeat(40), &[]);
    check(|draft| draft.tracking_number = "1 ".repeat(40), &[]);
    check(|draft| draft.tracking_number = "1".repeat(41), &[TrackingNumberMax { max: 40 }]);
    check(|draft| draft.tracking_number = "3SDEVC\u{7}".to_owned(), &[TrackingNumberChars]);
}

#[test]
fn a_claim_has_no_more_photos_than_the_shop_takes() {
    check(|draft| draft.photos.device = photos([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), &[]);
    let thirteen = PhotosMax { have: 13, max: 12 };
    check(|draft| draft.photos.device = photos([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]), &[thirteen]);
    let thousand = |draft: &mut ClaimDraft| draft.photos.packaging = vec![Digest::new([1; 32]); 1_000];
    let again = PhotosNotDistinct { subject: Subject::Packaging };
    check(thousand, &[again, PhotosMax { have: 1_004, max: 12 }]);
}

#[test]
fn a_late_claim_is_refused_or_marked_as_the_shop_says() {
    let late = |rule| draft().check(&policy(Terms { late: rule, ..Terms::default() }), Timing::Late);
    assert_eq!(late(LateRule::Refuse), Err(vec![WindowClosed]));
    assert!(late(LateRule::Accept).unwrap().is_late());
    // Without a server's clock nobody refuses, and nobody calls it late.
    assert!(!draft().check(&Policy::default(), Timing::Undecided).unwrap().is_late());
}

#[test]
fn everything_that_is_wrong_is_said_at_once_in_page_order() {
    let draft = ClaimDraft {
        description: "\0".repeat(2_001),
        photos: Photos { packaging: vec![], label: photos([2, 2]), device: photos([3; 12]) },
        tracking_number: "1".repeat(41),
        ..ClaimDraft::default()
    };
    assert_eq!(
        draft.check(&Policy::default(), Timing::Late).unwrap_err(),
        [
            WindowClosed,
            DamageMin,
            DescriptionMax { have: 2_001, max: 2_000 },
            DescriptionChars,
            PhotosMin { subject: Subject::Packaging, have: 0, need: 1 },
            PhotosNotDistinct { subject: Subject::Label },
            TrackingNumberMax { max: 40 },
            PhotosNotDistinct { subject: Subject::Device },
            PhotosMin { subject: Subject::Device, have: 1, need: 3 },
            PhotosMax { have: 14, max: 12 },
        ],
    );
}

#[test]
fn a_claim_says_what_was_meant() {
    let typed = ClaimDraft {
        description: "  Deuk linksonder\n".to_owned(),
        tracking_number: "3s devc 123456789".to_owned(),
        missing: Absences { packaging: Some(Absence::Discarded), label: None },
        ..draft()
    };
    let claim = typed.check(&Policy::default(), Timing::InTime).unwrap();
    assert_eq!(claim.content().description, "Deuk linksonder");
    assert_eq!(claim.content().tracking_number, "3SDEVC123456789");
    assert_eq!(claim.content().missing, Absences::default(), "the packaging is shown, so it is not missing");
}

#[test]
fn advice_travels_with_the_photos_that_it_is_about() {
    let about = |photo, like| PhotoAdvice { photo: Digest::new([photo; 32]), advice: Advice::Alike, like };
    let (other, gone) = (Some(Digest::new([3; 32])), Some(Digest::new([9; 32])));
    let advised =
        ClaimDraft { advice: vec![about(4, other), about(4, None), about(9, None), about(5, gone)], ..draft() };
    let claim = advised.check(&Policy::default(), Timing::InTime).unwrap();
    assert_eq!(claim.content().advice, [about(4, other)]);
}

#[test]
fn every_violation_travels_under_its_code() {
    for (violation, json) in [
        (WindowClosed, r#"{"code":"window_closed"}"#),
        (DamageMin, r#"{"code":"damage_min"}"#),
        (DamageRepeated, r#"{"code":"damage_repeated"}"#),
        (DescriptionMax { have: 2, max: 1 }, r#"{"code":"description_max","have":2,"max":1}"#),
        (DescriptionChars, r#"{"code":"description_chars"}"#),
        (
            PhotosMin { subject: Subject::Device, have: 2, need: 3 },
            r#"{"code":"photos_min","subject":"device","have":2,"need":3}"#,
        ),
        (PhotosNotDistinct { subject: Subject::Label }, r#"{"code":"photos_not_distinct","subject":"label"}"#),
        (AbsenceNotAllowed { subject: Subject::Label }, r#"{"code":"absence_not_allowed","subject":"label"}"#),
        (TrackingNumberMax { max: 40 }, r#"{"code":"tracking_number_max","max":40}"#),
        (TrackingNumberChars, r#"{"code":"tracking_number_chars"}"#),
        (PhotosMax { have: 13, max: 12 }, r#"{"code":"photos_max","have":13,"max":12}"#),
    ] {
        assert_eq!(serde_json::to_string(&violation).unwrap(), json);
        assert_eq!(serde_json::from_str::<Violation>(json).unwrap(), violation);
    }
}

#[test]
fn a_draft_with_anything_unknown_is_refused() {
    for json in [
        r#"{"damage": ["dent"], "photos": {"device": []}, "status": "approved"}"#,
        r#"{"damage": ["dent"], "photos": {"device": [], "receipt": []}}"#,
        r#"{"damage": ["dent"], "photos": {"device": []}, "missing": {"device": "discarded"}}"#,
        r#"{"damage": ["dented"], "photos": {"device": []}}"#,
        r#"{"damage": ["dent"], "photos": {"device": ["https://example.com/photo.jpg"]}}"#,
        r#"{"damage": ["dent"], "photos": null}"#,
        r#"{"damage": ["dent"]}"#,
        r#"[]"#,
    ] {
        assert!(serde_json::from_str::<ClaimDraft>(json).is_err(), "{json}");
    }
}

#[test]
fn characters_are_counted_as_unicode_does_for_what_customers_write() {
    use unicode_segmentation::UnicodeSegmentation;
    for text in [
        "kapot",
        "schermpje é e\u{301}",
        "a\n\u{301}",
        "regel\r\nregel",
        "👩🏽‍🔧🇳🇱🇧🇪🇳",
        "👍🏿❤️",
        "żółć Ærø ñ",
        "\u{0}\u{301}",
    ] {
        assert_eq!(count_characters(text), text.graphemes(true).count(), "{text:?}");
    }
}
