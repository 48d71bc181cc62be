//! The processor on which photos are prepared: by workers where there may be any, on the page where not, each one once and never
//! too many at a time. `codec` tests the results.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    codec::prepared,
    pictures::{ProcessedPhoto, Processor, bytes_of, order_of, picture, warm, with_orientation, with_processed},
    stubs::{as_it_was, count_decoded, dead_workers, forbid_workers, on_device},
    time::Time,
    waiting::settled,
};

#[wasm_bindgen_test]
async fn a_worker_and_the_page_make_the_same_bytes() {
    let photo = with_orientation(&picture(2600, 1800, "image/jpeg", 1).await, 8);
    let by_worker = prepared(&photo).await;
    let allow = forbid_workers();
    let by_page = prepared(&photo).await;
    allow.call0(&JsValue::NULL).unwrap();
    assert_eq!(bytes_of(&by_worker.jpeg()).await, bytes_of(&by_page.jpeg()).await);
    assert_eq!(by_worker.digest().to_vec(), by_page.digest().to_vec());
    assert_eq!(by_worker.luma(), by_page.luma());
}

#[wasm_bindgen_test]
async fn what_cannot_be_read_is_refused_in_a_worker_and_on_the_page() {
    let cut = include_bytes!("../../crates/backend/tests/data/photos/jpeg_cut_half.jpg");
    let whole = picture(320, 240, "image/jpeg", 1).await;
    for on_page in [false, true] {
        let allow = on_page.then(forbid_workers);
        let processor = Processor::new();
        assert!(processor.prepare(cut).await.is_none(), "on the page: {on_page}");
        assert!(processor.prepare(&whole).await.is_some(), "one bad photo spoils the next; on the page: {on_page}");
        processor.close();
        if let Some(allow) = allow {
            allow.call0(&JsValue::NULL).unwrap();
        }
    }
}

#[wasm_bindgen_test]
async fn more_photos_than_workers_are_all_prepared() {
    let processor = Processor::new();
    let mut processed = vec![];
    for n in 0..6 {
        processed.push(processor.begin(&picture(320, 240, "image/jpeg", n).await));
    }
    let mut digests = vec![];
    for processed in processed {
        let processed: ProcessedPhoto = JsFuture::from(processed).await.unwrap().unchecked_into();
        digests.push(processed.digest().to_vec());
    }
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), 6);
    processor.close();
}

#[wasm_bindgen_test]
async fn all_photos_are_seen_before_one_is_sent_as_far_as_there_is_room() {
    let mut photos = vec![];
    for n in 0..5 {
        photos.push(picture(320, 240, "image/jpeg", n).await);
    }
    let how_many = on_device(2.0, true);
    let processor = Processor::new();
    let came = order_of(photos.iter().map(|photo| processor.look(photo)).collect()).await;
    how_many.call0(&JsValue::NULL).unwrap();
    processor.close();
    let expected = ["seen 0", "seen 1", "seen 2", "sent 0", "seen 3", "sent 1", "seen 4", "sent 2", "sent 3", "sent 4"];
    assert_eq!(came, expected, "by one worker, which has three in hand");
}

#[wasm_bindgen_test]
async fn of_a_photo_that_was_prepared_before_only_the_thumbnail_is_made() {
    let (large, small) = (picture(3000, 2000, "image/jpeg", 1).await, picture(400, 300, "image/jpeg", 2).await);
    let expected = prepared(&small).await.digest().to_vec();
    for on_page in [false, true] {
        let put_right = if on_page { forbid_workers() } else { on_device(2.0, true) };
        let processor = Processor::new();
        let glance = processor.glance(&large);
        let processed = processor.prepare(&small).await.expect("this can be read");
        let seen: ProcessedPhoto = JsFuture::from(glance).await.unwrap().unchecked_into();
        put_right.call0(&JsValue::NULL).unwrap();
        processor.close();
        assert_eq!(
            (seen.width(), seen.thumbnail().width()),
            (3000, 320),
            "nothing is made smaller to be sent: {on_page}"
        );
        assert_eq!(processed.digest().to_vec(), expected, "the processed photo is that of the other: {on_page}");
    }
}

#[wasm_bindgen_test]
async fn a_phone_with_little_memory_or_one_that_does_not_say_does_one_photo_at_a_time() {
    // In GiB; less than nothing is a browser that does not say, as Safari and Firefox do not.
    for (memory, is_touched, workers) in
        [(8.0, true, 2), (2.0, true, 1), (1.0, false, 1), (-1.0, true, 1), (-1.0, false, 2)]
    {
        let how_many = on_device(memory, is_touched);
        let processor = Processor::new();
        processor.prepare(&picture(320, 240, "image/jpeg", 1).await).await.expect("this can be read");
        processor.close();
        let started = how_many.call0(&JsValue::NULL).unwrap();
        assert_eq!(started, JsValue::from(workers), "{memory} GiB, touched: {is_touched}");
    }
}

#[wasm_bindgen_test]
async fn the_worker_that_was_started_early_is_one_of_the_first_desks() {
    let how_many = on_device(8.0, true);
    for _ in 0..3 {
        warm().await;
    }
    let processor = Processor::new();
    processor.prepare(&picture(320, 240, "image/jpeg", 1).await).await.expect("this can be read");
    processor.close();
    let another = Processor::new();
    another.prepare(&picture(320, 240, "image/jpeg", 2).await).await.expect("nor does the next processor miss it");
    another.close();
    assert_eq!(how_many.call0(&JsValue::NULL).unwrap(), JsValue::from(4));
}

#[wasm_bindgen_test]
async fn what_a_worker_leaves_undone_that_died_without_a_word_the_page_does() {
    as_it_was();
    let photo = picture(320, 240, "image/jpeg", 1).await;
    for is_seen in [false, true] {
        let processor = Processor::new();
        processor.prepare(&photo).await.expect("the workers are there");
        let revive = dead_workers(u32::from(is_seen));
        let time = Time::stop();
        let sight = processor.look(&photo);
        if is_seen {
            JsFuture::from(sight.clone()).await.expect("that the worker has done still");
        }
        time.is_waited_for(60_000.0).await;
        time.pass(60_000.0).await;
        as_it_was();
        assert!(JsFuture::from(with_processed(sight)).await.is_ok(), "seen by then: {is_seen}");
        processor.close();
        revive.call0(&JsValue::NULL).unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_large_photo_is_prepared_alone_and_none_is_forgotten() {
    // Bytes after the end of a JPEG are not read, but count: this file is larger than 8 MiB.
    let large = [picture(320, 240, "image/jpeg", 9).await, vec![0; 9 << 20]].concat();
    let processor = Processor::new();
    let mut processed = vec![];
    for n in 0..5 {
        processed.push(processor.begin(&picture(320, 240, "image/jpeg", n).await));
        processed.push(processor.begin(if n == 2 { b"no photo" } else { &large }));
    }
    let mut read = 0;
    for processed in processed {
        read += u32::from(JsFuture::from(processed).await.is_ok());
    }
    assert_eq!(read, 9, "all but the one that cannot be read");
    let small = picture(320, 240, "image/jpeg", 1).await;
    let came = order_of([&small, &large, &small].map(|photo| processor.look(photo)).to_vec()).await;
    assert_eq!(came, ["seen 0", "sent 0", "seen 1", "sent 1", "seen 2", "sent 2"], "by two workers");
    processor.close();
}

#[wasm_bindgen_test]
async fn a_desk_that_is_closed_prepares_nothing_more() {
    as_it_was();
    let photo = picture(320, 240, "image/jpeg", 1).await;
    let processor = Processor::new();
    processor.prepare(&photo).await.expect("the workers are there");
    let revive = dead_workers(0);
    let decoded = count_decoded();
    let time = Time::stop();
    let _asked = [1, 2, 3, 4].map(|_| processor.look(&photo));
    time.is_waited_for(60_000.0).await;
    processor.close();
    time.pass(60_000.0).await;
    settled().await;
    as_it_was();
    revive.call0(&JsValue::NULL).unwrap();
    assert_eq!(decoded.call0(&JsValue::NULL).unwrap(), JsValue::from(0), "on the page");
}
