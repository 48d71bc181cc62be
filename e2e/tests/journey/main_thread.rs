//! The page while photos are prepared: the work is done next to it, not on it. How long the page pauses all the same is
//! measured by `cargo xtask bench`, side by side with other upload forms.

use anyhow::{Context as _, Result};
use damage_report_e2e::{
    browser::{Browser, Screen},
    journey::journey,
    pages::{OrderPage, WidgetPage},
    photos::{Album, PhotoFile},
    shop::{Scenario, Shop},
};
use damage_report_rules::evidence::Subject;

const LINE: Scenario = Scenario::DeliveredYesterday;

/// A page on which no worker may start, as strict policies have it.
const NO_WORKERS: &str = "window.Worker = class { constructor() { throw new DOMException('no', 'SecurityError'); } };";

/// Counts what keeps a page from doing anything else: files that are decoded whole, and pictures that are encoded, on it. A
/// worker that comes late is done without; on a page with all the time in the world, none comes late.
const COUNT: &str = "
    const honest = window.setTimeout;
    window.setTimeout = (work, ms, ...rest) => honest(work, ms >= 1000 ? ms * 20 : ms, ...rest);
    window.counted = [0, 0];
    const count = (owner, name, at, isMeant) => {
        const honest = owner[name];
        owner[name] = function (...given) {
            if (isMeant(...given)) counted[at] += 1;
            return honest.apply(this, given);
        };
    };
    count(window, 'createImageBitmap', 0, (source) => source instanceof Blob);
    count(OffscreenCanvas.prototype, 'convertToBlob', 1, () => true);
    count(HTMLCanvasElement.prototype, 'toBlob', 1, () => true);";

#[tokio::test]
async fn five_photos_of_12_megapixels_and_one_of_48_at_once_are_neither_decoded_nor_encoded_on_the_page() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_a_damaged_phone()?;
        let mut photos: Vec<_> = album.all().cloned().collect();
        photos.push(PhotoFile::plain(7, 8000, 6000)?);
        assert_eq!(work_on_the_page(browser, shop, &photos, "").await?, [0, 0], "with workers");
        // Where it must be done on the page, large photos are made smaller by a codec that has threads of its own.
        assert_eq!(work_on_the_page(browser, shop, &photos, NO_WORKERS).await?, [0, 6], "without");
        Ok(())
    })
    .await;
}

/// How many files are decoded whole, and how many pictures encoded, on a page on which `script` ran, to prepare `photos`.
async fn work_on_the_page(browser: &Browser, shop: &Shop, photos: &[PhotoFile], script: &str) -> Result<[u64; 2]> {
    let orders = OrderPage::open(browser, shop).await?;
    browser.run_script(script, Vec::new()).await?;
    let report = orders.open_report(LINE).await?;
    if report.count_elements("#start-again").await? > 0 {
        report.start_again().await?;
    }
    report.go_on_to(WidgetPage::Packaging).await?;
    browser.run_script(COUNT, Vec::new()).await?;
    report.pick_photos(Subject::Packaging, photos).await?;
    report.wait_for_photos("kept", photos.len()).await?;
    let counted = browser.run_script("return window.counted;", Vec::new()).await?;
    let counted = [0, 1].map(|at| counted[at].as_u64().context("nothing was counted"));
    for _ in photos {
        report.press_element(".remove").await?;
    }
    report.wait_for_count(".photo", 0).await?;
    let [decoded, encoded] = counted;
    Ok([decoded?, encoded?])
}
