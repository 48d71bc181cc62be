//! `PUT /order-lines/{id}/photos/{sha256}`; the photos themselves are in `catalogue`, odd headers in `headers`.

use std::time::Duration;

use damage_report_rules::{
    contract::{Code, Retry, UploadedPhoto},
    evidence::Subject,
};
use reqwest::{Body, Method, Response};
use serde_json::json;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use crate::{
    app::{LINE, TestApp, digest, problem, refusal},
    photos,
};

/// The largest photo as received, as the policy has it.
const LIMIT: usize = 10 * 1024 * 1024;

/// A photo of exactly this many bytes, most of them after its end.
fn photo_of(length: usize) -> Vec<u8> {
    let mut bytes = photos::plain(0);
    bytes.resize(length, 0);
    bytes
}

#[tokio::test]
async fn a_photo_is_created_once_and_there_from_then_on() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    let response = app.put_photo(LINE, &photo).await;
    assert_eq!(response.status(), 201);
    let kept: serde_json::Value = response.json().await.unwrap();
    assert_eq!(kept, json!({"sha256": digest(&photo), "width": 120, "height": 160, "subject": null}));
    assert_eq!(app.put_photo(LINE, &photo).await.status(), 200);
    assert_eq!(app.files("photos").len(), 1);
}

/// Sends a photo of [`LINE`] with a query in its address.
async fn put_with(app: &TestApp, photo: &[u8], query: &str) -> Response {
    let path = format!("/order-lines/{LINE}/photos/{}{query}", digest(photo));
    app.as_claimant(LINE, Method::PUT, &path).body(photo.to_vec()).send().await.unwrap()
}

#[tokio::test]
async fn what_a_photo_shows_is_kept_with_it_and_the_last_word_counts() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    for (query, status, subject) in [
        ("", 201, None),
        ("?subject=packaging", 200, Some(Subject::Packaging)),
        ("?subject=device", 200, Some(Subject::Device)),
        ("", 200, Some(Subject::Device)),
        ("?subject=label", 200, Some(Subject::Label)),
    ] {
        let response = put_with(&app, &photo, query).await;
        assert_eq!(response.status(), status, "{query}");
        assert_eq!(response.json::<UploadedPhoto>().await.unwrap().subject, subject, "{query}");
    }
    std::fs::remove_dir_all(app.folder().path().join("photos")).unwrap();
    std::fs::create_dir(app.folder().path().join("photos")).unwrap();
    let kept: UploadedPhoto = put_with(&app, &photo, "").await.json().await.unwrap();
    assert_eq!(kept.subject, Some(Subject::Label), "also when the file was lost");
}

#[tokio::test]
async fn a_query_that_says_anything_else_is_refused_and_nothing_is_kept() {
    let app = TestApp::new().await;
    let queries = [
        "?subject=Device",
        "?subject=",
        "?subject=invoice",
        "?",
        "?x=1",
        "?subject=device&x=1",
        "?subject=device&subject=label",
    ];
    for query in queries {
        let response = put_with(&app, &photos::plain(0), query).await;
        assert_eq!(refusal(response).await, (400, Code::HeaderInvalid), "{query}");
    }
    assert!(app.files("photos").is_empty() && app.files("incoming").is_empty());
}

#[tokio::test]
async fn h003_after_a_lost_answer_the_photo_is_there_and_no_second_copy_is_made() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    let head = format!(
        "PUT /order-lines/{LINE}/photos/{} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\r\n",
        digest(&photo),
        app.token(LINE),
        photo.len(),
    );
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(&[head.as_bytes(), &photo].concat()).await.unwrap();
    let path = format!("/order-lines/{LINE}/photos/{}", digest(&photo));
    while app.as_claimant(LINE, Method::HEAD, &path).send().await.unwrap().status() != 200 {
        tokio::task::yield_now().await;
    }
    // The answer is on its way, and nobody will read it.
    drop(stream);
    assert_eq!(app.put_photo(LINE, &photo).await.status(), 200);
    assert_eq!(app.as_claimant(LINE, Method::HEAD, &path).send().await.unwrap().status(), 200);
    assert_eq!(app.files("photos").len(), 1);
}

#[tokio::test]
async fn f007_f046_f051_xmp_code_and_test_viruses_in_metadata_are_gone() {
    let app = TestApp::new().await;
    let eicar = [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat();
    for (shade, marker, content) in [
        (0, 0xe1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>52.37N</x:xmpmeta>"),
        (1, 0xfe, "<?php system($_GET['c']); ?>"),
        (2, 0xfe, eicar.as_str()),
    ] {
        let photo = photos::with_segment(&photos::plain(shade), marker, content.as_bytes());
        assert_eq!(app.put_photo(LINE, &photo).await.status(), 201);
    }
    for kept in app.files("photos") {
        let text = String::from_utf8_lossy(&kept);
        assert!(["adobe", "xmpmeta", "<?php", "EICAR"].iter().all(|part| !text.contains(part)));
    }
}

#[tokio::test]
async fn f060_a_photo_of_just_the_limit_is_kept() {
    let app = TestApp::new().await;
    assert_eq!(app.put_photo(LINE, &photo_of(LIMIT)).await.status(), 201);
}

#[tokio::test]
async fn f061_one_byte_more_is_refused_from_its_length() {
    let app = TestApp::new().await;
    let head = format!(
        "PUT /order-lines/{LINE}/photos/{} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\r\n",
        digest(b""),
        app.token(LINE),
        LIMIT + 1,
    );
    // Not one byte of the body is sent, and there is an answer all the same.
    assert!(crate::headers::answer(&app, head.as_bytes()).await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn f062_n005_without_a_length_it_is_cut_off_at_the_limit() {
    let app = TestApp::new().await;
    for (length, expected) in [(LIMIT, 201), (LIMIT + 1, 413)] {
        let photo = photo_of(length);
        let path = format!("/order-lines/{LINE}/photos/{}", digest(&photo));
        let chunks = tokio_chunks(photo);
        let response = app.as_claimant(LINE, Method::PUT, &path).body(chunks).send().await.unwrap();
        assert_eq!(response.status(), expected);
    }
    assert!(app.files("incoming").is_empty());
}

/// A body that is sent in chunks, without saying how long it is.
fn tokio_chunks(bytes: Vec<u8>) -> Body {
    let chunks: Vec<_> = bytes.chunks(64 * 1024).map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec())).collect();
    Body::wrap_stream(futures_util::stream::iter(chunks))
}

#[tokio::test]
async fn f063_a_photo_of_108_megapixels_has_too_many() {
    // A JPEG of 12 000 by 9 000 pixels, as far as its header goes.
    let mut photo = photos::plain(0);
    let frame = photo.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    photo[frame + 5..frame + 9].copy_from_slice(&[9_000_u16.to_be_bytes(), 12_000_u16.to_be_bytes()].concat());
    let app = TestApp::new().await;
    assert_eq!(refusal(app.put_photo(LINE, &photo).await).await, (422, Code::PhotoPixels));
}

#[tokio::test]
async fn n002_a_digest_that_is_none_touches_no_file() {
    let app = TestApp::new().await;
    let good = digest(&photos::plain(0));
    for name in [
        "%2e%2e%2f%2e%2e%2fx".to_owned(),
        good.to_uppercase(),
        good[1..].to_owned(),
        format!("{good}0"),
        "%00".to_owned(),
        format!("%D9%A1{}", &good[2..]),
    ] {
        let path = format!("/order-lines/{LINE}/photos/{name}");
        let response = app.as_claimant(LINE, Method::PUT, &path).body(photos::plain(0)).send().await.unwrap();
        assert_eq!(refusal(response).await, (422, Code::DigestFormat), "{name}");
    }
    assert!(app.files("photos").is_empty());
}

#[tokio::test]
async fn n003_other_bytes_than_the_digest_says_may_be_sent_once_more() {
    let app = TestApp::new().await;
    let path = format!("/order-lines/{LINE}/photos/{}", digest(&photos::plain(0)));
    let response = app.as_claimant(LINE, Method::PUT, &path).body(photos::plain(1)).send().await.unwrap();
    let problem = problem(response).await;
    assert_eq!((problem.status, problem.code, problem.retry), (422, Code::DigestMismatch, Retry::Once));
    assert!(app.files("photos").is_empty() && app.files("incoming").is_empty());
}

#[tokio::test]
async fn n015_an_order_line_has_so_many_photos_and_no_more() {
    let app = TestApp::with(|config| config.limits.photos_per_order_line = 2).await;
    for shade in 0..2 {
        assert_eq!(app.put_photo(LINE, &photos::plain(shade)).await.status(), 201);
    }
    assert_eq!(refusal(app.put_photo(LINE, &photos::plain(2)).await).await, (409, Code::PhotosQuota));
    assert_eq!(app.put_photo(LINE, &photos::plain(0)).await.status(), 200, "one that is there is no further one");
    assert_eq!(app.files("photos").len(), 2);
}

#[tokio::test]
async fn n015_nor_more_bytes_than_it_may_have() {
    let bytes = photos::plain(0).len() as u64;
    let app = TestApp::with(|config| config.limits.photo_bytes_per_order_line = bytes * 3 / 2).await;
    assert_eq!(app.put_photo(LINE, &photos::plain(0)).await.status(), 201);
    assert_eq!(refusal(app.put_photo(LINE, &photos::plain(1)).await).await, (409, Code::PhotosQuota));
}

#[tokio::test]
async fn n015_nor_copies_of_more_bytes_however_few_came() {
    let app = TestApp::with(|config| config.limits.photo_bytes_per_order_line = 2_000_000).await;
    let [first, second] = [0, 1].map(|shade| photos::tiles(800, shade));
    assert!(first.len() + second.len() < 500_000, "{} and {}", first.len(), second.len());
    assert_eq!(app.put_photo(LINE, &first).await.status(), 201);
    assert!(app.files("photos")[0].len() > 1_000_000);
    assert_eq!(refusal(app.put_photo(LINE, &second).await).await, (409, Code::PhotosQuota));
    assert_eq!(app.files("photos").len(), 1);
}

#[tokio::test]
async fn i014_the_same_photo_sent_many_times_at_once_is_one() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    let sendings = (0..20).map(|nth| {
        let path = format!("/order-lines/{LINE}/photos/{}", digest(&photo));
        let body = if nth == 7 { photos::plain(9) } else { photo.clone() };
        app.as_claimant(LINE, Method::PUT, &path).body(body).send()
    });
    let mut statuses: Vec<u16> = Vec::new();
    for response in futures_util::future::join_all(sendings).await {
        statuses.push(response.unwrap().status().as_u16());
    }
    assert_eq!(statuses.remove(7), 422, "the wrong one is told so");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 201)), "{statuses:?}");
    assert_eq!(statuses.iter().filter(|&&status| status == 201).count(), 1);
    assert_eq!(app.files("photos").len(), 1);
}

#[tokio::test]
async fn s019_a_body_that_pauses_for_too_long_is_given_up() {
    let app = TestApp::with(|config| config.limits.body_idle_timeout = Duration::from_millis(50)).await;
    let head = format!(
        "PUT /order-lines/{LINE}/photos/{} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: 9\r\n\r\nslow",
        digest(b""),
        app.token(LINE),
    );
    assert!(crate::headers::answer(&app, head.as_bytes()).await.starts_with("HTTP/1.1 503 "));
    assert!(app.files("incoming").is_empty());
}

#[tokio::test]
async fn a_photo_whose_file_was_lost_is_kept_again() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    app.put_photo(LINE, &photo).await;
    std::fs::remove_dir_all(app.folder().path().join("photos")).unwrap();
    std::fs::create_dir(app.folder().path().join("photos")).unwrap();
    assert_eq!(app.put_photo(LINE, &photo).await.status(), 200);
    assert_eq!(app.files("photos").len(), 1);
}

#[tokio::test]
async fn a_photo_whose_file_was_damaged_is_mended_by_sending_it_again() {
    let app = TestApp::new().await;
    let photo = photos::plain(0);
    let path = format!("/order-lines/{LINE}/photos/{}", digest(&photo));
    app.put_photo(LINE, &photo).await;
    let clean = app.as_claimant(LINE, Method::GET, &path).send().await.unwrap().bytes().await.unwrap();
    let damage = |bytes: &[u8]| std::fs::write(app.file_of(LINE, &digest(&photo)), bytes).unwrap();
    let mut flipped = clean.to_vec();
    flipped[clean.len() / 2] ^= 1;
    for damaged in [&flipped[..], &clean[..9], b""] {
        damage(damaged);
        assert_eq!(app.as_claimant(LINE, Method::HEAD, &path).send().await.unwrap().status(), 404);
        assert_eq!(app.put_photo(LINE, &photo).await.status(), 200);
        let shown = app.as_claimant(LINE, Method::GET, &path).send().await.unwrap();
        assert_eq!((shown.status().as_u16(), shown.bytes().await.unwrap()), (200, clean.clone()));
    }
    assert_eq!(app.files("photos").len(), 1);
}
