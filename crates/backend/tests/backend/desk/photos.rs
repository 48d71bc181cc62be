//! The photos of a claim, and its download.

use super::{ANNA, BRAM, Browser, app};
use crate::{app::LINE, photos};

/// The addresses on a page that begin like this.
fn addresses<'p>(page: &'p str, begin: &str) -> Vec<&'p str> {
    page.split('"').filter(|part| part.starts_with(begin)).collect()
}

#[tokio::test]
async fn a_photo_is_shown_large_turned_and_downloaded_and_each_look_is_logged() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let bram = Browser::signed_in(&app, BRAM).await;
    let path = format!("/desk/claims/{reference}/photos");
    let page = bram.page(&format!("{path}/2?turn=1&zoom=2")).await;
    assert!(page.contains("zoom-2 turn-1") && page.contains("Toestel 2") && page.contains("2 / 5"), "{page}");
    assert_eq!(
        addresses(&page, &format!("{path}/")),
        [
            // Where the choice of a language leads back to.
            format!("{path}/2"),
            format!("{path}/1"),
            format!("{path}/3"),
            format!("{path}/2?turn=2&#38;zoom=2"),
            format!("{path}/2?turn=1&#38;zoom=3"),
            format!("{path}/2?turn=1&#38;zoom=1"),
        ]
    );
    let images = addresses(&page, &format!("/desk/claims/{reference}/images/"));
    let [download, photo] = images.as_slice() else { panic!("{images:?}") };
    let photo = bram.get(photo).await;
    assert_eq!((photo.status().as_u16(), photo.headers()["content-type"].as_bytes()), (200, &b"image/jpeg"[..]));
    let download = bram.get(download).await;
    let name = format!("attachment; filename=\"{reference}-device-2.jpg\"");
    assert_eq!(download.headers()["content-disposition"], name.as_str());
    let log = bram.page("/desk/log").await;
    assert!(log.contains("Foto bekeken: Toestel 2") && log.contains("Foto gedownload: Toestel 2"), "{log}");
    for nonsense in ["0", "6", "x", "1?turn=4", "1?zoom=0", "1?zoom=5", "1?other=1"] {
        assert!(bram.get(&format!("{path}/{nonsense}")).await.status().is_client_error(), "{nonsense}");
    }
}

#[tokio::test]
async fn a_photo_of_another_claim_or_of_none_is_unknown() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let draft = photos::plain(9);
    assert!(app.put_photo(LINE, &draft).await.status().is_success());
    let anna = Browser::signed_in(&app, ANNA).await;
    for digest in [crate::app::digest(&draft), "0".repeat(64), "nonsense".to_owned()] {
        for size in ["thumbnail", "preview", "photo", "download", "other"] {
            let answer = anna.get(&format!("/desk/claims/{reference}/images/{digest}/{size}")).await;
            assert_eq!(answer.status(), 404, "{digest} {size}");
        }
    }
}

#[tokio::test]
async fn everything_about_a_claim_is_downloaded_at_once_and_that_is_logged() {
    let app = app().await;
    let reference = app.accepted_claim().await;
    let bram = Browser::signed_in(&app, BRAM).await;
    let path = format!("/desk/claims/{reference}/download");
    assert!(bram.page(&format!("/desk/claims/{reference}")).await.contains(&path));
    let answer = bram.get(&path).await;
    assert_eq!(answer.headers()["content-type"], "application/zip");
    assert!(answer.bytes().await.unwrap().starts_with(b"PK"));
    assert!(bram.page("/desk/log").await.contains("Alles gedownload"));
    assert_eq!(bram.get("/desk/claims/DR-0000000000/download").await.status(), 404);
}
