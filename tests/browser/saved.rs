//! Drafts that other versions of the widget wrote into this browser.

use damage_report::{
    flow::Step,
    json::read_json,
    photos::advice::PhotoAnalysis,
    saved::{DraftVersion, SavedDraft, SavedPhoto},
};
use damage_report_rules::{
    claim::{ClaimDraft, Wish},
    damage::Damage,
    evidence::{Absence, Absences, Digest, Subject},
};
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    disk::{fresh, save, saved},
    network::Network,
    orders::{order_line, order_line_with},
    visit::{Visit, text},
    words::NL,
};

/// As version 1 wrote it: it named no version, the step by its position, and a photo's analysis `look`.
const VERSION_1: &str = concat!(
    r#"{"step":4,"is_sending":true,"answers":{"damage":["dent"],"description":"Hoek","photos":{"packaging":[],"#,
    r#""label":[],"device":[]},"missing":{"packaging":"discarded"},"tracking_number":"3SABCD","wish":"refund"},"#,
    r#""photos":[{"id":1,"subject":"device","#,
    r#""digest":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","#,
    r#""look":{"advice":["small"],"outline":{"columns":64,"cells":"00000fffff0000"}}},"#,
    r#"{"id":2,"subject":"label","digest":null,"look":null}],"#,
    r#""removed":["1010101010101010101010101010101010101010101010101010101010101010"],"next_photo":3}"#,
);

/// The same draft.
fn draft() -> SavedDraft {
    let analysis = r#"{"advice":["small"],"outline":{"columns":64,"cells":"00000fffff0000"}}"#;
    let analysis: PhotoAnalysis = serde_json::from_str(analysis).unwrap();
    SavedDraft {
        version: DraftVersion,
        step: Step::Device,
        is_sending: true,
        answers: ClaimDraft {
            damage: vec![Damage::Dent],
            description: "Hoek".into(),
            missing: Absences { packaging: Some(Absence::Discarded), label: None },
            tracking_number: "3SABCD".into(),
            wish: Some(Wish::Refund),
            ..ClaimDraft::default()
        },
        photos: vec![
            SavedPhoto {
                id: 1,
                subject: Subject::Device,
                digest: Some(Digest::new([15; 32])),
                analysis: Some(analysis),
            },
            SavedPhoto { id: 2, subject: Subject::Label, digest: None, analysis: None },
        ],
        removed: vec![Digest::new([16; 32])],
        next_photo: 3,
    }
}

#[wasm_bindgen_test]
fn a_draft_of_version_1_is_read_whole() {
    assert_eq!(read_json::<SavedDraft>(VERSION_1), Some(draft()));
}

#[wasm_bindgen_test]
fn a_draft_of_version_1_without_what_was_optional_is_read() {
    let blank = r#"{"step":2,"answers":{"damage":[],"photos":{"device":[]},"wish":null},"photos":[]}"#;
    assert_eq!(read_json::<SavedDraft>(blank), Some(SavedDraft { step: Step::Packaging, ..SavedDraft::default() }));
    let photo = r#"{"step":9,"answers":{"damage":[],"photos":{"device":[]}},"photos":[{"id":1,"subject":"label"}]}"#;
    let photos = vec![SavedPhoto { id: 1, subject: Subject::Label, digest: None, analysis: None }];
    assert_eq!(
        read_json::<SavedDraft>(photo),
        Some(SavedDraft { photos, ..SavedDraft::default() }),
        "at the start: no step has number 9"
    );
}

#[wasm_bindgen_test]
fn a_draft_of_this_version_names_its_version_and_its_step() {
    let written = serde_json::to_value(draft()).unwrap();
    assert_eq!((&written["version"], &written["step"]), (&json!(2), &json!("device")));
    assert_eq!(written["photos"][0]["analysis"]["advice"], json!(["small"]));
    assert_eq!(read_json::<SavedDraft>(&written.to_string()), Some(draft()));
}

#[wasm_bindgen_test]
fn an_unknown_step_is_the_start_and_an_unknown_version_is_no_draft() {
    let mut spoilt = serde_json::to_value(draft()).unwrap();
    spoilt["step"] = json!("summary");
    assert_eq!(read_json::<SavedDraft>(&spoilt.to_string()), Some(SavedDraft { step: Step::Start, ..draft() }));
    for version in [json!(0), json!(3), json!(258), json!("2"), json!(null)] {
        let mut other = serde_json::to_value(draft()).unwrap();
        other["version"] = version;
        assert_eq!(read_json::<SavedDraft>(&other.to_string()), None, "{}", other["version"]);
    }
}

#[wasm_bindgen_test]
async fn a_page_opens_a_draft_of_version_1_with_everything_in_it() {
    let line = fresh();
    let begun = VERSION_1.replace(r#""is_sending":true"#, r#""is_sending":false"#);
    save(&line, &begun, js_sys::Date::parse("2026-11-22T08:00:00Z")).await;
    let visit = Visit::on(&Network::with(&order_line_with(&[("0f".repeat(32), "device")])), &line).await;
    visit.resumes("device").await;
    visit.comes_to_save("it as version 2", |saved| saved["version"] == 2).await;
    let now = saved(&line).await.unwrap();
    assert_eq!(now["step"], "device");
    assert_eq!(now["answers"]["description"], "Hoek");
    assert_eq!(now["photos"][0]["analysis"]["outline"]["columns"], 64);
    assert_eq!(now["removed"], json!(["10".repeat(32)]));
}

#[wasm_bindgen_test]
async fn of_a_draft_of_a_newer_version_the_photos_come_back_from_the_backend() {
    let line = fresh();
    let mut newer = serde_json::to_value(draft()).unwrap();
    newer["version"] = json!(3);
    save(&line, &newer.to_string(), js_sys::Date::parse("2026-11-22T08:00:00Z")).await;
    let visit = Visit::on(&Network::with(&order_line_with(&[("0f".repeat(32), "device")])), &line).await;
    assert_eq!(text(&visit.see(".resume strong").await), NL.form("resume.title_photos", "one", &[("n", "1")]));
    let alone = fresh();
    save(&alone, &newer.to_string(), js_sys::Date::parse("2026-11-22T08:00:00Z")).await;
    let visit = Visit::on(&Network::with(&order_line()), &alone).await;
    assert!(visit.find(".resume").is_none());
    assert_eq!(saved(&alone).await.unwrap()["version"], 3, "left alone as long as nothing is given");
}
