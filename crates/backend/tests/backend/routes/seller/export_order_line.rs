//! `GET /seller/order-lines/{id}/export`

use std::{collections::BTreeSet, process::Command, time::Instant};

use damage_report_rules::contract::Code;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    app::{LINE, TestApp, claim, digest, refusal},
    photos,
    retention::{decline, record},
};

async fn export(app: &TestApp, line: &str) -> Response {
    app.as_seller(Method::GET, &format!("/seller/order-lines/{line}/export")).send().await.unwrap()
}

/// Reads a ZIP file with Python's own reader: a list of names and contents in hexadecimal, after it checked the file.
const PYTHON: &str = "import json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
print(json.dumps({name: archive.read(name).hex() for name in archive.namelist()}))";

/// The files in `zip` by name, as another program reads them.
fn read(zip: &[u8]) -> std::collections::BTreeMap<String, Vec<u8>> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("export.zip");
    std::fs::write(&path, zip).unwrap();
    let read = Command::new("python3").args(["-c", PYTHON]).arg(&path).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let files: std::collections::BTreeMap<String, String> = serde_json::from_slice(&read.stdout).unwrap();
    let byte = |hex: &[u8]| u8::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap();
    files.into_iter().map(|(name, hex)| (name, hex.as_bytes().chunks(2).map(byte).collect())).collect()
}

#[tokio::test]
async fn all_that_is_kept_of_an_order_line_is_in_its_export() {
    let app = TestApp::new().await;
    let reference = app.accepted_claim().await;
    let extra = photos::plain(9);
    app.put_photo(LINE, &extra).await;
    let pdf = b"%PDF-1.7 label %%EOF";
    let label = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, pdf);
    record(&app, &reference, json!({"type": "return_label_issued", "pdf": label})).await;
    decline(&app, &reference).await;

    let response = export(&app, LINE).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/zip");
    assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"line-1.zip\"");
    let length = response.headers()["content-length"].to_str().unwrap().to_owned();
    let zip = response.bytes().await.unwrap();
    assert_eq!(zip.len().to_string(), length);
    let files = read(&zip);
    let document = |name: &str| serde_json::from_slice::<Value>(&files[name]).unwrap();

    assert_eq!(files["return-label.pdf"], pdf);
    assert_eq!(document("order-line.json")["order_number"], "1000");
    let claimed = document("claim.json");
    assert_eq!((&claimed["reference"], &claimed["version"]), (&json!(reference), &json!(3)));
    assert_eq!(claimed["claim"]["description"], "Scherm gebarsten bij aankomst.");
    let events = document("events.json");
    let kinds: Vec<_> = events["log"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["claim.submitted", "claim.return_label_issued", "claim.declined"]);
    assert_eq!(events["recorded"][1]["reason"], "De doos was heel.");
    assert_eq!(document("draft.json")["answers"][0]["body"]["reference"], json!(reference));

    // The files are those of the data folder, each under the name that the claim knows.
    let stored: BTreeSet<_> = app.files("photos").into_iter().collect();
    let exported: BTreeSet<_> =
        files.iter().filter(|(name, _)| name.starts_with("photos/")).map(|(_, bytes)| bytes.clone()).collect();
    assert_eq!((exported.len(), &exported), (6, &stored));
    for name in claimed["claim"]["photos"]["device"].as_array().unwrap() {
        assert!(files.contains_key(&format!("photos/{}.jpg", name.as_str().unwrap())));
    }
    assert!(app.files("incoming").is_empty(), "the file that was sent is gone");
}

#[tokio::test]
async fn a_photo_that_is_lost_or_damaged_is_left_out_and_said_to_be() {
    let app = TestApp::new().await;
    let names = app.put_evidence(LINE).await;
    std::fs::remove_file(app.file_of(LINE, &names[0])).unwrap();
    std::fs::write(app.file_of(LINE, &names[1]), b"damaged").unwrap();
    let files = read(&export(&app, LINE).await.bytes().await.unwrap());
    let draft: Value = serde_json::from_slice(&files["draft.json"]).unwrap();
    let said: Vec<_> = draft["photos"].as_array().unwrap().iter().map(|photo| photo["file"].is_string()).collect();
    assert_eq!(said, [false, false, true, true, true]);
    assert_eq!(files.keys().filter(|name| name.starts_with("photos/")).count(), 3);
    assert!(!files.contains_key("claim.json"), "there is none");
}

#[tokio::test]
async fn an_export_leaves_no_file_however_it_ends() {
    let app = TestApp::new().await;
    app.put_photo(LINE, &photos::noise(1024)).await;
    // The client is gone before it has read anything.
    drop(export(&app, LINE).await);
    // The client is gone in the middle: the next piece is on its way.
    let mut interrupted = export(&app, LINE).await;
    let length = interrupted.content_length().unwrap();
    let piece = interrupted.chunk().await.unwrap().unwrap();
    assert!(length > 1024 * 1024 && (piece.len() as u64) < length / 2, "{length} bytes come at once");
    drop(interrupted);
    // Built, and never sent.
    drop(damage_report_backend::export::write_export(&app.app, LINE).await.unwrap());
    // What the process left when it was killed.
    std::fs::write(app.app.photos.incoming_folder().join("x.zip"), b"half").unwrap();
    let waiting = async {
        while app.files("incoming").len() > 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), waiting).await.expect("a file stays");
    let app = TestApp::on(app.close().await, |_| {}).await;
    assert!(app.files("incoming").is_empty());
}

#[tokio::test]
async fn an_export_that_cannot_be_finished_leaves_no_file() {
    let app = TestApp::new().await;
    let names = app.put_evidence(LINE).await;
    // A folder where a photo's file was cannot be read.
    let path = app.file_of(LINE, &names[4]);
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert_eq!(refusal(export(&app, LINE).await).await, (503, Code::Storage));
    assert!(app.files("incoming").is_empty());
}

#[tokio::test]
async fn twelve_photos_of_2048_pixels_are_exported_within_two_seconds() {
    let app = TestApp::new().await;
    let mut names = Vec::new();
    for shade in 0..12 {
        let photo = photos::tiles(2048, shade);
        assert_eq!(app.put_photo(LINE, &photo).await.status(), 201);
        names.push(digest(&photo));
    }
    let mut body = claim(&names);
    body["photos"]["device"] = json!(names[2..]);
    assert_eq!(app.post_claim(LINE, "key", &body).await.status(), 201);
    let begun = Instant::now();
    let zip = export(&app, LINE).await.bytes().await.unwrap();
    let took = begun.elapsed();
    assert!(zip.len() > 12 * 400_000, "{} bytes", zip.len());
    assert!(took.as_secs() < 2, "{took:?} for {} bytes", zip.len());
}

#[tokio::test]
async fn only_the_seller_exports_and_only_what_is_there() {
    let app = TestApp::new().await;
    let path = format!("/seller/order-lines/{LINE}/export");
    let response = app.as_claimant(LINE, Method::GET, &path).send().await.unwrap();
    assert_eq!(refusal(response).await, (401, Code::TokenInvalid));
    assert_eq!(refusal(export(&app, "line-2").await).await, (404, Code::OrderUnknown));
}
