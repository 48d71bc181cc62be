//! Clients that leave in the middle: what they began is done whole or not at all, and nothing is left behind.

use std::time::Duration;

use damage_report_backend::store;
use reqwest::Method;
use tokio::{io::AsyncWriteExt as _, net::TcpStream, task::yield_now};

use crate::{
    app::{LINE, TestApp, digest},
    photos,
};

/// Sends a photo of [`LINE`], and leaves after so many other things were done.
async fn send_and_leave(app: &TestApp, photo: &[u8], turns: usize) {
    let head = format!(
        "PUT /order-lines/{LINE}/photos/{} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\r\n",
        digest(photo),
        app.token(LINE),
        photo.len(),
    );
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(&[head.as_bytes(), photo].concat()).await.unwrap();
    for _ in 0..turns {
        yield_now().await;
    }
}

/// The digests of the photos that have a row, and of those that have a file.
async fn rows_and_files(app: &TestApp) -> (Vec<String>, Vec<String>) {
    let rows =
        store::photos::photos_of_order_line(&mut app.app.store.read_connection().await.unwrap(), LINE).await.unwrap();
    let mut rows: Vec<String> = rows.iter().map(|photo| photo.digest.to_string()).collect();
    let mut files = Vec::new();
    for folder in std::fs::read_dir(app.folder().path().join("photos")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            files.push(file.unwrap().file_name().to_string_lossy().trim_end_matches(".jpg").to_owned());
        }
    }
    rows.sort();
    files.sort();
    (rows, files)
}

#[tokio::test]
async fn a_client_that_leaves_after_its_last_byte_leaves_no_file_without_a_row() {
    let app = TestApp::with(|config| config.limits.photos_per_order_line = 1_000).await;
    for round in 0..150_u16 {
        let photo = photos::with_segment(&photos::plain(0), 0xfe, &round.to_be_bytes());
        send_and_leave(&app, &photo, usize::from(round) * 2).await;
    }
    let settled = async {
        loop {
            let (rows, files) = rows_and_files(&app).await;
            if app.files("incoming").is_empty() && rows == files {
                return;
            }
            yield_now().await;
        }
    };
    let hang = Duration::from_secs(60);
    if tokio::time::timeout(hang, settled).await.is_err() {
        let (rows, files) = rows_and_files(&app).await;
        panic!("{} files, {} rows, {} still arriving", files.len(), rows.len(), app.files("incoming").len());
    }
}

#[tokio::test]
async fn a_claim_whose_client_leaves_is_there_whole_or_not_at_all() {
    let app = TestApp::new().await;
    for round in 0..30 {
        let line = format!("line-{round}-of-many");
        app.put_line(&line, Some("2026-11-20T13:00:00Z")).await;
        let body = crate::app::claim(&app.put_evidence(&line).await);
        let path = format!("/order-lines/{line}/claims");
        let post = app.as_claimant(&line, Method::POST, &path).header("idempotency-key", "key").json(&body).send();
        let mut post = Box::pin(post);
        for _ in 0..round * 20 {
            tokio::select! {
                biased;
                _ = &mut post => break,
                () = yield_now() => {}
            }
        }
        drop(post);
        let again = app.post_claim(&line, "key", &body).await;
        assert_eq!(again.status(), 201, "{}", again.text().await.unwrap());
    }
}
