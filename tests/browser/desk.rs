//! The desk on which photos are prepared: upright, small enough, without metadata, named by their bytes; the same in a
//! worker and on the page.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    pictures::{Desk, Print, bytes_of, look, picture, sha256, with_orientation},
    visit::forbid_workers,
};

/// What marks metadata that says where, when, by whom or with what: none of it may leave the device.
const MARKS: [&[u8]; 6] = [b"Exif", b"GPS", b"http://ns.adobe.com/xap", b"8BIM", b"Phonemaker", b"\xff\xfe"];

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

async fn prepared(bytes: &[u8]) -> Print {
    let desk = Desk::new();
    let print = desk.prepare(bytes).await.expect("this can be read");
    desk.close();
    print
}

#[wasm_bindgen_test]
async fn a_photo_that_lies_on_its_side_comes_out_upright() {
    let upright = picture(400, 300, "image/jpeg", 1).await;
    // Which quarter comes where when the picture is turned as the tag says (Exif 2.32, 4.6.4, tag 0x0112).
    let cases = [
        (1, ["400x300", "red", "green", "blue", "yellow"]),
        (2, ["400x300", "green", "red", "yellow", "blue"]),
        (3, ["400x300", "yellow", "blue", "green", "red"]),
        (4, ["400x300", "blue", "yellow", "red", "green"]),
        (5, ["300x400", "red", "blue", "green", "yellow"]),
        (6, ["300x400", "blue", "red", "yellow", "green"]),
        (7, ["300x400", "yellow", "green", "blue", "red"]),
        (8, ["300x400", "green", "yellow", "red", "blue"]),
        (0, ["400x300", "red", "green", "blue", "yellow"]),
        (99, ["400x300", "red", "green", "blue", "yellow"]),
    ];
    for (orientation, expected) in cases {
        let print = prepared(&with_orientation(&upright, orientation)).await;
        let jpeg = print.jpeg();
        assert_eq!(look(&jpeg).await, expected, "orientation {orientation}");
        assert_eq!(format!("{}x{}", print.width(), print.height()), expected[0], "orientation {orientation}");
        assert!(!contains(&bytes_of(&jpeg).await, b"Exif"), "orientation {orientation}");
    }
}

#[wasm_bindgen_test]
async fn the_longer_side_is_at_most_2048_and_nothing_is_made_larger() {
    for (width, height, expected) in [(3000, 2000, (2048, 1365)), (1000, 4000, (512, 2048)), (640, 480, (640, 480))] {
        let print = prepared(&picture(width, height, "image/jpeg", 1).await).await;
        assert_eq!((print.width(), print.height()), expected, "of {width}x{height}");
    }
}

#[wasm_bindgen_test]
async fn a_photo_on_its_side_is_turned_before_it_is_made_smaller() {
    let print = prepared(&with_orientation(&picture(3000, 2000, "image/jpeg", 1).await, 6)).await;
    assert_eq!((print.width(), print.height()), (1365, 2048));
    assert_eq!(look(&print.jpeg()).await, ["1365x2048", "blue", "red", "yellow", "green"]);
}

#[wasm_bindgen_test]
async fn the_thumbnail_is_small_and_has_the_shape_of_the_photo() {
    let print = prepared(&picture(1600, 800, "image/jpeg", 1).await).await;
    assert_eq!((print.thumbnail().width(), print.thumbnail().height()), (320, 160));
}

#[wasm_bindgen_test]
async fn a_photo_is_named_by_the_sha256_of_the_bytes_that_are_sent() {
    for n in 0..3 {
        let print = prepared(&picture(400, 300, "image/png", n).await).await;
        assert_eq!(print.digest().to_vec(), sha256(&bytes_of(&print.jpeg()).await).await);
    }
}

#[wasm_bindgen_test]
async fn every_kind_comes_out_as_jpeg_and_see_through_becomes_white() {
    for kind in ["image/jpeg", "image/png", "image/webp"] {
        let jpeg = prepared(&picture(400, 300, kind, 1).await).await.jpeg();
        assert_eq!(jpeg.type_(), "image/jpeg");
        assert!(bytes_of(&jpeg).await.starts_with(b"\xff\xd8\xff"), "{kind}");
    }
}

#[wasm_bindgen_test]
async fn nothing_that_tells_on_the_customer_is_left() {
    let photos: [(&str, &[u8]); 7] = [
        ("exif_gps.jpg", include_bytes!("../../crates/backend/tests/data/photos/exif_gps.jpg")),
        ("exif_serial_owner.jpg", include_bytes!("../../crates/backend/tests/data/photos/exif_serial_owner.jpg")),
        ("exif_date_2099.jpg", include_bytes!("../../crates/backend/tests/data/photos/exif_date_2099.jpg")),
        ("iptc_caption.jpg", include_bytes!("../../crates/backend/tests/data/photos/iptc_caption.jpg")),
        ("com_comment.jpg", include_bytes!("../../crates/backend/tests/data/photos/com_comment.jpg")),
        ("zip_tail.jpg", include_bytes!("../../crates/backend/tests/data/photos/zip_tail.jpg")),
        ("png_text_script.png", include_bytes!("../../crates/backend/tests/data/photos/png_text_script.png")),
    ];
    for (name, photo) in photos {
        let jpeg = bytes_of(&prepared(photo).await.jpeg()).await;
        let segments = &jpeg[..jpeg.windows(2).position(|pair| pair == b"\xff\xda").unwrap()];
        for mark in MARKS {
            assert!(!contains(segments, mark), "{name} still has {:?}", String::from_utf8_lossy(mark));
        }
        assert!(jpeg.ends_with(b"\xff\xd9"), "{name} goes on after the end of the picture");
    }
}

#[wasm_bindgen_test]
async fn a_worker_and_the_page_make_the_same_bytes() {
    let photo = with_orientation(&picture(2600, 1800, "image/jpeg", 1).await, 8);
    let by_worker = prepared(&photo).await;
    let allow = forbid_workers();
    let by_page = prepared(&photo).await;
    allow.call0(&JsValue::NULL).unwrap();
    assert_eq!(bytes_of(&by_worker.jpeg()).await, bytes_of(&by_page.jpeg()).await);
    assert_eq!(by_worker.digest().to_vec(), by_page.digest().to_vec());
}

#[wasm_bindgen_test]
async fn what_cannot_be_read_is_refused_in_a_worker_and_on_the_page() {
    let cut = include_bytes!("../../crates/backend/tests/data/photos/jpeg_cut_half.jpg");
    let whole = picture(320, 240, "image/jpeg", 1).await;
    for on_page in [false, true] {
        let allow = on_page.then(forbid_workers);
        let desk = Desk::new();
        assert!(desk.prepare(cut).await.is_none(), "on the page: {on_page}");
        assert!(desk.prepare(&whole).await.is_some(), "one bad photo spoils the next; on the page: {on_page}");
        desk.close();
        if let Some(allow) = allow {
            allow.call0(&JsValue::NULL).unwrap();
        }
    }
}

#[wasm_bindgen_test]
async fn more_photos_than_workers_are_all_prepared() {
    let desk = Desk::new();
    let mut prints = vec![];
    for n in 0..6 {
        prints.push(desk.begin(&picture(320, 240, "image/jpeg", n).await));
    }
    let mut digests = vec![];
    for print in prints {
        let print: Print = JsFuture::from(print).await.unwrap().unchecked_into();
        digests.push(print.digest().to_vec());
    }
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), 6);
    desk.close();
}
