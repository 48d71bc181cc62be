//! Processed photos are upright, small enough, without metadata, and named by their bytes; and the limits of the browser's
//! own codecs. Workers and the page as places to do it are tested in `processor`.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    pictures::{
        ProcessedPhoto, Processor, bare_pixel, bent_canvas, blank_codec, bytes_of, code_reader, colourful,
        count_frame_copies, gives_back_what_is_drawn, is_whole, look, noise, nothing_is_whole, picture, sha256,
        watched_decoder, with_orientation,
    },
    stubs::{as_it_was, forbid_workers},
    time::Time,
};

/// Markers of metadata that tell place, time, author or device: none of it may leave the device.
const MARKS: [&[u8]; 6] = [b"Exif", b"GPS", b"http://ns.adobe.com/xap", b"8BIM", b"Phonemaker", b"\xff\xfe"];

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// How many decoders and frames were opened and closed.
fn counts(told: &JsValue) -> Vec<f64> {
    Array::from(told).iter().filter_map(|count| count.as_f64()).collect()
}

/// Processes a photo with a processor of its own.
pub(crate) async fn prepared(bytes: &[u8]) -> ProcessedPhoto {
    let processor = Processor::new();
    let processed = processor.prepare(bytes).await.expect("this can be read");
    processor.close();
    processed
}

/// Which quarter comes where when the picture is turned as the tag says (Exif 2.32, 4.6.4, tag 0x0112), and whether it stands
/// then.
const TURNED: [(u8, bool, [&str; 4]); 10] = [
    (1, false, ["red", "green", "blue", "yellow"]),
    (2, false, ["green", "red", "yellow", "blue"]),
    (3, false, ["yellow", "blue", "green", "red"]),
    (4, false, ["blue", "yellow", "red", "green"]),
    (5, true, ["red", "blue", "green", "yellow"]),
    (6, true, ["blue", "red", "yellow", "green"]),
    (7, true, ["yellow", "green", "blue", "red"]),
    (8, true, ["green", "yellow", "red", "blue"]),
    (0, false, ["red", "green", "blue", "yellow"]),
    (99, false, ["red", "green", "blue", "yellow"]),
];

#[wasm_bindgen_test]
async fn a_photo_that_lies_on_its_side_comes_out_upright() {
    // Decoded whole, and by the codec that makes large ones smaller.
    for ((width, height), [lying, standing]) in
        [((400, 300), ["400x300", "300x400"]), ((4000, 3000), ["2000x1500", "1500x2000"])]
    {
        let upright = picture(width, height, "image/jpeg", 1).await;
        for (orientation, stands, [a, b, c, d]) in TURNED {
            let size = if stands { standing } else { lying };
            let processed = prepared(&with_orientation(&upright, orientation)).await;
            let jpeg = processed.jpeg();
            assert_eq!(look(&jpeg).await, [size, a, b, c, d], "{width}x{height}, orientation {orientation}");
            assert_eq!(format!("{}x{}", processed.width(), processed.height()), size, "orientation {orientation}");
            assert!(!contains(&bytes_of(&jpeg).await, b"Exif"), "orientation {orientation}");
        }
    }
}

#[wasm_bindgen_test]
async fn a_photo_of_more_colours_is_sent_in_those_that_everybody_knows() {
    // Decoded whole, and by the codec that makes large ones smaller.
    for (width, height) in [(400, 300), (4000, 3000)] {
        let (photo, expected) = colourful(width, height).await;
        let seen = bare_pixel(&prepared(&photo).await.jpeg()).await;
        let is_near = |(seen, expected): (&f64, &f64)| (seen - expected).abs() < 6.0;
        assert!(seen.len() == 3 && seen.iter().zip(&expected).all(is_near), "{width}: {seen:?}, not {expected:?}");
    }
}

#[wasm_bindgen_test]
async fn the_longer_side_is_at_most_2048_and_nothing_is_made_larger() {
    for (width, height, expected) in [
        (3000, 2000, (2048, 1365)),
        (640, 480, (640, 480)),
        // A half, which the codec gives; two thirds and more, which it need not.
        (4032, 3024, (2016, 1512)),
        (1000, 4000, (500, 2000)),
        (3040, 2000, (1900, 1250)),
        (3039, 2000, (2048, 1348)),
        // Three eighths would be too few; a half is drawn smaller.
        (4624, 3468, (2048, 1536)),
    ] {
        let processed = prepared(&picture(width, height, "image/jpeg", 1).await).await;
        assert_eq!((processed.width(), processed.height()), expected, "of {width}x{height}");
    }
}

#[wasm_bindgen_test]
async fn a_frame_is_copied_once_because_each_copy_takes_12_megabytes() {
    let upright = noise(4000, 3000).await;
    let allow = forbid_workers();
    for orientation in [1, 6] {
        let copies = count_frame_copies();
        prepared(&with_orientation(&upright, orientation)).await;
        let copies = copies.call0(&JsValue::NULL).unwrap();
        assert_eq!(copies.as_f64(), Some(1.0), "orientation {orientation}");
    }
    allow.call0(&JsValue::NULL).unwrap();
}

#[wasm_bindgen_test]
async fn what_the_codec_does_not_make_smaller_is_decoded_whole_and_all_memory_is_given_back() {
    let jpeg = picture(4000, 3000, "image/jpeg", 1).await;
    let cut = &jpeg[..jpeg.len() / 2];
    let allow = forbid_workers();
    let processor = Processor::new();
    // A decoder and a frame where it works, a decoder that fails, and nothing at all; nothing of the cut photo, which is seen
    // to be cut before.
    for (how, size, opened) in
        [("works", (2000, 1500), 2.0), ("rejects", (2048, 1536), 1.0), ("throws", (2048, 1536), 0.0)]
    {
        let put_right = watched_decoder(how);
        let processed = processor.prepare(&jpeg).await.expect("this can be read");
        let of_cut = processor.prepare(cut).await;
        let counted = put_right.call0(&JsValue::NULL).unwrap();
        assert_eq!((processed.width(), processed.height()), size, "{how}");
        assert_eq!(look(&processed.jpeg()).await[1..], ["red", "green", "blue", "yellow"], "{how}");
        assert!(of_cut.is_none(), "{how}: what is cut is refused");
        assert_eq!(counts(&counted), [opened, opened], "{how}: opened and closed");
    }
    allow.call0(&JsValue::NULL).unwrap();
}

#[wasm_bindgen_test]
async fn of_a_png_that_is_as_large_nothing_is_asked_of_the_codec_that_makes_jpegs_smaller() {
    let png = picture(4000, 3000, "image/png", 1).await;
    let allow = forbid_workers();
    let put_right = watched_decoder("works");
    let processed = prepared(&png).await;
    let counted = put_right.call0(&JsValue::NULL).unwrap();
    allow.call0(&JsValue::NULL).unwrap();
    assert_eq!((processed.width(), processed.height()), (2048, 1536));
    assert_eq!(counts(&counted), [0.0, 0.0]);
}

#[wasm_bindgen_test]
async fn a_photo_on_its_side_is_turned_before_it_is_made_smaller() {
    let processed = prepared(&with_orientation(&picture(3000, 2000, "image/jpeg", 1).await, 6)).await;
    assert_eq!((processed.width(), processed.height()), (1365, 2048));
    assert_eq!(look(&processed.jpeg()).await, ["1365x2048", "blue", "red", "yellow", "green"]);
}

#[wasm_bindgen_test]
async fn the_thumbnail_is_small_and_has_the_shape_of_the_photo() {
    let processed = prepared(&picture(1600, 800, "image/jpeg", 1).await).await;
    assert_eq!((processed.thumbnail().width(), processed.thumbnail().height()), (320, 160));
}

#[wasm_bindgen_test]
async fn a_photo_is_named_by_the_sha256_of_the_bytes_that_are_sent() {
    for n in 0..3 {
        let processed = prepared(&picture(400, 300, "image/png", n).await).await;
        assert_eq!(processed.digest().to_vec(), sha256(&bytes_of(&processed.jpeg()).await).await);
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
async fn the_grey_copy_has_the_shape_and_the_light_of_the_photo() {
    let processed = prepared(&with_orientation(&picture(1600, 800, "image/jpeg", 1).await, 6)).await;
    let (luma, width, height) = (processed.luma(), processed.luma_width(), processed.luma_height());
    assert_eq!((width, height), (160, 320), "upright, as the processed photo is");
    assert_eq!(luma.len(), width * height);
    // Turned to the right: blue, red, yellow, green; what Rec. 601 makes of the colours of `browser.js`.
    let quarters = [(40, 80, 70.0), (120, 80, 87.0), (40, 240, 197.0), (120, 240, 109.0)];
    for (x, y, expected) in quarters {
        let grey = f64::from(luma[y * width + x]);
        assert!((grey - expected).abs() < 4.0, "{grey} at {x}, {y} in place of {expected}");
    }
}

#[wasm_bindgen_test]
async fn the_codes_on_a_photo_are_read_where_the_browser_can_and_only_when_asked() {
    let photo = picture(800, 600, "image/jpeg", 1).await;
    let allow = forbid_workers();
    let processor = Processor::new();
    let without = processor.prepare_with_codes(&photo).await;
    let mut heard = vec![];
    for what in ["finds", "rejects", "throws", "knows no format"] {
        let take_away = code_reader(what);
        let processed = processor.prepare_with_codes(&photo).await;
        heard.push(processed.codes().join(" "));
        assert_eq!(processed.digest().to_vec(), without.digest().to_vec(), "{what}: the photo is the same");
        assert!(processor.prepare(&photo).await.unwrap().codes().is_empty(), "{what}: nobody asked");
        take_away.call0(&JsValue::NULL).unwrap();
    }
    allow.call0(&JsValue::NULL).unwrap();
    assert_eq!(heard, ["3SABCD1234567", "", "", ""]);
    assert!(prepared(&photo).await.codes().is_empty(), "in a worker");
}

#[wasm_bindgen_test]
async fn no_photo_waits_long_for_its_codes() {
    let photo = picture(800, 600, "image/jpeg", 1).await;
    let allow = forbid_workers();
    let processor = Processor::new();
    for what in ["does not say its formats", "finds no end"] {
        let take_away = code_reader(what);
        let time = Time::stop();
        let processed = processor.begin_with_codes(&photo);
        time.is_waited_for(2_000.0).await;
        time.pass(2_000.0).await;
        let processed: ProcessedPhoto = JsFuture::from(processed).await.expect(what).unchecked_into();
        assert!(processed.codes().is_empty(), "{what}");
        as_it_was();
        take_away.call0(&JsValue::NULL).unwrap();
    }
    allow.call0(&JsValue::NULL).unwrap();
}

#[wasm_bindgen_test]
async fn codes_are_looked_for_on_the_whole_photo() {
    let photo = picture(4000, 3000, "image/jpeg", 1).await;
    let allow = forbid_workers();
    let take_away = code_reader("finds");
    let put_right = watched_decoder("works");
    let processed = Processor::new().prepare_with_codes(&photo).await;
    let counted = put_right.call0(&JsValue::NULL).unwrap();
    take_away.call0(&JsValue::NULL).unwrap();
    allow.call0(&JsValue::NULL).unwrap();
    assert_eq!(processed.codes(), ["3SABCD1234567"]);
    assert_eq!(counts(&counted), [0.0, 0.0], "nothing was made smaller before");
}

#[wasm_bindgen_test]
async fn a_panorama_and_a_long_screenshot_keep_what_a_backend_wants_of_their_shorter_side() {
    let processor = Processor::new();
    for ((width, height), shorter_side, expected) in [
        ((9000, 1600), 0, (2250, 400)),
        ((1080, 6000), 0, (400, 2222)),
        ((9000, 1600), 800, (4500, 800)),
        ((4000, 3000), 400, (2000, 1500)),
        // A photo that was picked too small stays too small.
        ((3000, 300), 400, (3000, 300)),
    ] {
        let processed = processor.prepare_from(&picture(width, height, "image/jpeg", 1).await, shorter_side).await;
        assert_eq!((processed.width(), processed.height()), expected, "of {width}x{height}, from {shorter_side}");
        let size = format!("{}x{}", expected.0, expected.1);
        assert_eq!(look(&processed.jpeg()).await, [&size, "red", "green", "blue", "yellow"], "of {width}x{height}");
    }
    processor.close();
}

#[wasm_bindgen_test]
async fn what_lacks_a_part_is_refused_whatever_its_end_looks_like_and_what_lacks_its_end_is_shown() {
    let whole = picture(800, 600, "image/jpeg", 1).await;
    let end = whole.len() - 2;
    let cut = &whole[..end * 2 / 3];
    let ended = [cut, b"\xff\xd9"].concat();
    let filled = [cut, &vec![0; end - cut.len()], b"\xff\xd9"].concat();
    let processor = Processor::new();
    for (what, file) in [("cut", cut), ("cut and ended", &ended), ("filled with zeros", &filled)] {
        assert!(!is_whole(file).await, "{what}");
        assert!(processor.prepare(file).await.is_none(), "{what}");
    }
    let processed = processor.prepare(&whole[..end]).await.expect("only the mark of its end is missing");
    assert_eq!(look(&processed.jpeg()).await, ["800x600", "red", "green", "blue", "yellow"]);
    assert!(!nothing_is_whole());
    processor.close();
}

#[wasm_bindgen_test]
async fn a_picture_of_which_the_codec_shows_nothing_is_refused() {
    let allow = forbid_workers();
    let processor = Processor::new();
    for kind in ["image/jpeg", "image/png", "image/webp"] {
        let photo = picture(800, 600, kind, 1).await;
        let put_right = blank_codec();
        let blank = processor.prepare(&photo).await;
        put_right.call0(&JsValue::NULL).unwrap();
        assert!(blank.is_none(), "{kind}");
        assert!(processor.prepare(&photo).await.is_some(), "{kind}, with the codec as it is");
    }
    allow.call0(&JsValue::NULL).unwrap();
}

#[wasm_bindgen_test]
async fn where_a_canvas_is_too_large_a_smaller_one_does_and_where_none_works_the_file_goes_as_large_as_it_is() {
    let jpeg = picture(1600, 1200, "image/jpeg", 1).await;
    let png = picture(1600, 1200, "image/png", 1).await;
    let allow = forbid_workers();
    for (how, size, is_whole) in [("fail above 1280", "1280x960", false), ("fail", "1600x1200", true)] {
        let put_right = bent_canvas(how);
        let processor = Processor::new();
        let processed = processor.prepare(&jpeg).await.expect("a JPEG can always be sent");
        let other = processor.prepare(&png).await.expect("and so can a PNG");
        put_right.call0(&JsValue::NULL).unwrap();
        for (processed, kind) in [(processed, "image/jpeg"), (other, if is_whole { "image/png" } else { "image/jpeg" })]
        {
            assert_eq!(look(&processed.jpeg()).await, [size, "red", "green", "blue", "yellow"], "{how}");
            assert_eq!(processed.jpeg().type_(), kind, "{how}");
            assert_eq!(processed.digest().to_vec(), sha256(&bytes_of(&processed.jpeg()).await).await, "{how}");
            assert_eq!((processed.thumbnail().width(), processed.luma_width()), (320, 320), "{how}");
        }
    }
    allow.call0(&JsValue::NULL).unwrap();
}

#[wasm_bindgen_test]
async fn where_canvases_make_noise_the_file_goes_without_its_metadata_and_is_not_judged() {
    assert!(gives_back_what_is_drawn());
    let turned = with_orientation(&picture(3000, 2000, "image/jpeg", 1).await, 6);
    let (png, webp) = (picture(800, 600, "image/png", 1).await, picture(800, 600, "image/webp", 1).await);
    let gps: &[u8] = include_bytes!("../../crates/backend/tests/data/photos/exif_gps.jpg");
    let comment: &[u8] = include_bytes!("../../crates/backend/tests/data/photos/com_comment.jpg");
    let script: &[u8] = include_bytes!("../../crates/backend/tests/data/photos/png_text_script.png");
    let allow = forbid_workers();
    let put_right = bent_canvas("make noise");
    assert!(!gives_back_what_is_drawn());
    for (photo, kind) in [
        (&turned[..], "image/jpeg"),
        (&png, "image/png"),
        (&webp, "image/webp"),
        (gps, "image/jpeg"),
        (comment, "image/jpeg"),
        (script, "image/png"),
    ] {
        let processed = prepared(photo).await;
        let sent = bytes_of(&processed.jpeg()).await;
        assert_eq!(processed.jpeg().type_(), kind);
        assert!(processed.luma().is_empty(), "{kind}");
        for mark in [&b"GPS"[..], b"ns.adobe.com", b"8BIM", b"Phonemaker", b"comment", b"tEXt", b"<script"] {
            assert!(!contains(&sent, mark), "{kind}: {:?} is left", String::from_utf8_lossy(mark));
        }
        // A JPEG's EXIF says no more than how to turn it: six bytes of name and twenty-six of TIFF.
        let exif = sent.windows(4).filter(|part| part == b"Exif").count();
        assert_eq!(exif, usize::from(photo == turned), "{kind}");
    }
    // A file that cannot be cleaned does not leave the device.
    let png = Processor::without_reader().prepare(&png).await;
    put_right.call0(&JsValue::NULL).unwrap();
    allow.call0(&JsValue::NULL).unwrap();
    assert!(png.is_none());
    let processed = prepared(&turned).await;
    assert_eq!((processed.width(), processed.height()), (1365, 2048), "turned, as it is where canvases can be trusted");
}

#[wasm_bindgen_test]
async fn a_reader_that_does_not_come_is_not_waited_for() {
    let processor = Processor::with_silent_reader();
    let png = picture(800, 600, "image/png", 1).await;
    let time = Time::stop();
    let processed = processor.begin(&png);
    time.is_waited_for(20_000.0).await;
    time.pass(20_000.0).await;
    as_it_was();
    let processed: ProcessedPhoto = JsFuture::from(processed).await.expect("the codec reads it").unchecked_into();
    assert_eq!(look(&processed.jpeg()).await, ["800x600", "red", "green", "blue", "yellow"]);
    processor.close();
}

#[wasm_bindgen_test]
async fn without_a_connection_the_codec_alone_decides_what_can_be_read() {
    let processor = Processor::without_reader();
    for kind in ["image/jpeg", "image/png", "image/webp"] {
        let processed = processor.prepare(&picture(800, 600, kind, 1).await).await.expect("this can be read");
        assert_eq!(look(&processed.jpeg()).await, ["800x600", "red", "green", "blue", "yellow"], "{kind}");
    }
    let jpeg = picture(800, 600, "image/jpeg", 1).await;
    assert!(processor.prepare(&jpeg[..jpeg.len() / 2]).await.is_none());
    processor.close();
}
