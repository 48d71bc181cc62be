//! Files that are no photos, or no good ones, together with good ones. The files are those of the backend's catalogue.

use anyhow::Result;
use damage_report_e2e::{
    browser::Screen,
    faults::RequestKind,
    journey::journey_with_faults,
    pages::{OrderPage, WidgetPage},
    photos::{Album, CataloguedPhoto, PhotoFile},
    records::BackendRecords,
    shop::Scenario,
    words::{text, text_with},
};
use damage_report_rules::evidence::Subject;

const LINE: Scenario = Scenario::DeliveredYesterday;

/// Files that cannot be read, each with the key of its message.
const HOSTILE: [(&str, &str); 7] = [
    ("zero_byte.jpg", "refusal.empty"),
    ("svg_billion_laughs.svg", "refusal.type"),
    ("gif_renamed.jpg", "refusal.type"),
    ("heic_header.heic", "refusal.heic"),
    ("jpeg_cut_half.jpg", "refusal.unreadable"),
    ("html_after_jpeg_magic.jpg", "refusal.unreadable"),
    ("tiny_40x40.jpg", "refusal.too_small"),
];

/// Some that ask for gigabytes.
const BOMBS: [&str; 3] = ["bomb_png_header_60000x60000.png", "bomb_jpeg_header_65500.jpg", "bomb_webp_vp8x_16384.webp"];

#[tokio::test]
async fn hostile_files_among_good_photos_are_each_told_of_and_the_claim_goes_in_with_the_good_ones() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Device).await?;

        // Good and bad by turns, all at once, and as many as there is room for.
        let mut files = Vec::new();
        for (place, (name, _)) in HOSTILE.iter().enumerate() {
            files.push(PhotoFile::catalogued(name)?);
            files.extend(album.device.get(place).cloned());
        }
        report.pick_photos(Subject::Device, &files).await?;
        report.wait_for_photos("kept", album.device.len()).await?;
        report.wait_for_photos("wrong", HOSTILE.len()).await?;
        let words = report.all_text().await?;
        for (name, key) in HOSTILE {
            assert!(words.contains(&text(key)), "{name}: {words}");
        }
        report.wait_for_text(&text_with("photos.count", &[("n", "3"), ("need", "3")])).await?;

        report.go_on_to(WidgetPage::Check).await?;
        let reference = report.send_claim().await?;
        assert_eq!(faults.seen_requests_of(RequestKind::KeepPhoto).len(), 5, "nothing hostile left the browser");
        let line = shop.line_id(LINE).await?;
        let mut records = BackendRecords::open(shop).await?;
        assert_eq!(records.count_photo_files(&line)?, 5);
        let claims = records.claims(&line).await?;
        assert_eq!(claims.iter().map(|claim| &claim.reference).collect::<Vec<_>>(), [&reference]);
        Ok(())
    })
    .await;
}

/// The outcome of one file: kept or wrong, and the words on its card.
type Outcome = (String, String);

/// Everything there is in the catalogue, as many at a time as the packaging has places: each ends as a photo that the backend keeps, or refused in
/// words; none hangs, none takes the page with it, and what is sure to be no photo is none here either.
#[tokio::test]
async fn every_file_of_the_catalogue_is_kept_or_refused_in_words() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        for files in CataloguedPhoto::all()?.chunks(7) {
            let mut photos = files.iter().map(|file| PhotoFile::catalogued(&file.file)).collect::<Result<Vec<_>>>()?;
            photos.push(PhotoFile::small(0)?);
            report.pick_photos(Subject::Packaging, &photos).await?;
            report.wait_for_count(".photo", photos.len()).await?;
            report.wait_for_photos("pending", 0).await?;
            let outcomes = report
                .run_script(
                    "return [...widget.shadowRoot.querySelectorAll('.photo')].map((card) => \
                     [card.dataset.state, card.querySelector('.standing').textContent.trim()]);",
                )
                .await?;
            let outcomes: Vec<Outcome> = serde_json::from_value(outcomes)?;
            for (file, (state, words)) in files.iter().zip(&outcomes) {
                assert!(!words.is_empty(), "{}: {state} without a word", file.file);
                // Read, that is, and its pixels counted: those of the catalogue are small.
                let is_read = words.starts_with(&text("refusal.too_small"));
                match file.expect.as_str() {
                    "accept" => assert!(is_read, "{}: {state}: {words}", file.file),
                    "reject" if file.code != "photo_unreadable" => assert_eq!(state, "wrong", "{}: {words}", file.file),
                    _ => {}
                }
            }
            assert_eq!(outcomes.last().map(|(state, _)| state.as_str()), Some("kept"), "the good one beside them");
            for _ in &photos {
                report.press_element(".remove").await?;
            }
            report.wait_for_count(".photo", 0).await?;
        }
        let sent = faults.seen_requests_of(RequestKind::KeepPhoto);
        assert!(sent.iter().all(|seen| seen.is_acknowledged()), "the backend took all that the widget sent");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn files_that_ask_for_gigabytes_are_refused_and_the_page_lives_on() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        let mut files = Vec::new();
        for name in BOMBS {
            files.push(PhotoFile::catalogued(name)?);
        }
        files.push(PhotoFile::small(0)?);
        report.pick_photos(Subject::Packaging, &files).await?;
        report.wait_for_photos("wrong", BOMBS.len()).await?;
        report.wait_for_photos("kept", 1).await?;
        assert_eq!(faults.seen_requests_of(RequestKind::KeepPhoto).len(), 1);
        report.go_on_to(WidgetPage::Label).await
    })
    .await;
}
