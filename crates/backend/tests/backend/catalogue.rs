//! Every photo of the catalogue that is here (of rows F001 to F058), sent to the real route.
//!
//! `data/photos/manifest.json` says for each whether it is kept or refused, and with which code.

use damage_report_rules::{contract::Code, policy::Terms};
use image::{DynamicImage, ImageFormat};
use serde::Deserialize;

use crate::{
    app::{LINE, TestApp, problem},
    photos,
};

#[derive(Deserialize)]
struct Row {
    file: String,
    sha256: String,
    expect: Expectation,
    code: Option<Code>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Expectation {
    Accept,
    Reject,
    Either,
}

/// Bytes of metadata, comments and trailing data. None of them may be in a stored file.
const NOT_PIXELS: [&[u8]; 12] = [
    b"Exif",
    b"GPS",
    b"ns.adobe.com",
    b"8BIM",
    b"Photoshop",
    b"ICC_PROFILE",
    b"<?php",
    b"<script",
    b"PK\x03\x04",
    b"SN-",
    b"tEXt",
    b"comment",
];

/// A backend that takes photos of which no side is shorter, and many of them.
async fn app_for_photos_from(side: u32) -> TestApp {
    TestApp::with(|config| {
        config.limits.photos_per_order_line = 1_000;
        config.policy = Terms { photo_side_min: side, ..Terms::default() }.try_into().unwrap();
    })
    .await
}

fn manifest() -> Vec<Row> {
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&photos::file("manifest.json")).unwrap();
    let row = |mut row: serde_json::Value| {
        if row["code"] == "" {
            row["code"] = serde_json::Value::Null;
        }
        serde_json::from_value(row).unwrap()
    };
    rows.into_iter().map(row).collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn each_photo_of_the_catalogue_is_kept_clean_or_refused_with_its_code() {
    // Some photos that the catalogue calls too small are larger than some that it calls good, so it needs two settings.
    let (large, any) = (app_for_photos_from(100).await, app_for_photos_from(16).await);
    let rows = manifest();
    assert!(rows.len() >= 57, "the catalogue is whole");
    let mut kept = 0;
    for row in rows {
        let app = if row.code == Some(Code::PhotoTooSmall) { &large } else { &any };
        let (name, bytes) = (&row.file, photos::file(&row.file));
        assert_eq!(crate::app::digest(&bytes), row.sha256, "{name} is the file that the manifest means");
        let before = app.files("photos").len();
        let response = app.put_photo(LINE, &bytes).await;
        let accepted = response.status().is_success();
        assert!(row.expect == Expectation::Either || accepted == (row.expect == Expectation::Accept), "{name}");
        if accepted {
            kept += 1;
            assert!(matches!(response.status().as_u16(), 200 | 201), "{name}");
            assert_eq!(app.put_photo(LINE, &bytes).await.status(), 200, "{name} again");
            continue;
        }
        let problem = problem(response).await;
        crate::openapi::assert_named("put", "/order-lines/{id}/photos/{sha256}", &problem);
        // A canvas of 268 megapixels in 38 bytes may be refused for either reason (row F037).
        let either = name == "bomb_webp_vp8x_16384.webp" && problem.code == Code::PhotoUnreadable;
        if row.expect == Expectation::Reject && !either {
            assert_eq!(Some(problem.code), row.code, "{name}");
        }
        assert!(problem.status < 500, "{name}");
        assert_eq!(app.files("photos").len(), before, "nothing of {name} is left");
    }
    assert!(kept >= 18, "{kept} are kept");
    for file in any.files("photos") {
        for part in NOT_PIXELS {
            assert!(!contains(&file, part), "a kept photo holds {:?}", String::from_utf8_lossy(part));
        }
        let whole = damage_report_backend::photo::jpeg::find_complete_picture(&file);
        assert_eq!(whole.map(|whole| whole.length), Some(file.len()), "a kept photo ends at its end of image");
    }
    assert!(any.files("incoming").is_empty(), "nothing is left half received");
}

/// The clean copy of `file`, as it is kept.
async fn clean(file: &str) -> DynamicImage {
    let app = app_for_photos_from(16).await;
    assert_eq!(app.put_photo(LINE, &photos::file(file)).await.status(), 201, "{file}");
    image::load_from_memory_with_format(&app.files("photos")[0], ImageFormat::Jpeg).unwrap()
}

/// How far apart two pictures are, on average, a channel.
fn distance(one: &DynamicImage, other: &DynamicImage) -> f64 {
    let (one, other) = (one.to_rgb8(), other.to_rgb8());
    assert_eq!(one.dimensions(), other.dimensions());
    let sum: u64 = one.iter().zip(other.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.len() as f64
}

#[tokio::test]
async fn f002_f003_each_photo_is_kept_upright() {
    let as_sent = clean("exif_orientation_1.jpg").await;
    for (orientation, upright) in [
        (3, as_sent.rotate180()),
        (5, as_sent.rotate90().fliph()),
        (6, as_sent.rotate90()),
        (8, as_sent.rotate270()),
        (99, as_sent.clone()),
    ] {
        let kept = clean(&format!("exif_orientation_{orientation}.jpg")).await;
        assert!(distance(&kept, &upright) < 3.0, "orientation {orientation}: {}", distance(&kept, &upright));
    }
    assert!(distance(&as_sent, &as_sent.rotate180()) > 5.0, "the picture tells its ways up apart");
}

#[tokio::test]
async fn f027_a_cmyk_photo_is_kept_in_rgb() {
    let kept = clean("jpeg_cmyk.jpg").await;
    assert_eq!(kept.color(), image::ColorType::Rgb8);
}

#[tokio::test]
async fn f054_of_two_pictures_in_one_file_the_first_is_kept() {
    let first = image::load_from_memory(&photos::file("ok_photo.jpg")).unwrap();
    assert!(distance(&clean("mpo_two_jpegs.jpg").await, &first) < 3.0);
}
