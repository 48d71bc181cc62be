//! The page while photos are prepared: whoever scrolls or types meanwhile notices nothing.

use std::time::Duration;

use anyhow::{Context as _, Result};
use damage_report_e2e::{
    browser::{Browser, Screen},
    journey::journey,
    pages::OrderPage,
    photos::{Album, Photo},
    shop::{Scenario, Shop},
};
use damage_report_rules::evidence::Subject;

const LINE: Scenario = Scenario::DeliveredYesterday;

/// A page on which no worker may start, as strict policies have it.
const NO_WORKERS: &str = "window.Worker = class { constructor() { throw new DOMException('no', 'SecurityError'); } };";

/// Notes the longest that a message to itself takes: nothing else on the page gets through in that time either.
const LISTEN: &str = "
    const { port1, port2 } = new MessageChannel();
    let before = performance.now();
    window.longest = 0;
    port1.onmessage = () => {
        const now = performance.now();
        window.longest = Math.max(window.longest, now - before);
        before = now;
        port2.postMessage(0);
    };
    port2.postMessage(0);
    window.stopListening = () => port1.close();";

#[tokio::test]
async fn five_photos_of_12_megapixels_and_one_of_48_at_once_leave_the_page_to_the_customer() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_a_damaged_phone()?;
        let mut photos: Vec<_> = album.all().cloned().collect();
        photos.push(Photo::plain(7, 8000, 6000)?);
        let with = longest_pause(browser, shop, &photos, "").await?;
        let without = longest_pause(browser, shop, &photos, NO_WORKERS).await?;
        eprintln!("six photos at once: the page pauses for {with:?} at the longest, without workers for {without:?}");
        // Both are timed in one run: what else the machine does lengthens both. On two processors that do other things too it
        // was 48 ms against 82; and 43 against 181 before large photos were decoded beside the page there too, by a codec that
        // makes them smaller. With a page to itself, and the driver's own work left out, no task of the page takes 16 ms.
        assert!(with < without, "{with:?} with workers, {without:?} without");
        Ok(())
    })
    .await;
}

/// How long the page is busy at a stretch while `photos` are prepared, on a page on which `script` ran.
async fn longest_pause(browser: &Browser, shop: &Shop, photos: &[Photo], script: &str) -> Result<Duration> {
    let orders = OrderPage::open(browser, shop).await?;
    browser.run(script, Vec::new()).await?;
    let report = orders.ask_for_help(LINE).await?;
    if report.count("#start-again").await? > 0 {
        report.start_again().await?;
    }
    report.to_the_photos().await?;
    browser.run(LISTEN, Vec::new()).await?;
    report.pick(Subject::Packaging, photos).await?;
    report.photos_become("kept", photos.len()).await?;
    let longest = browser.run("stopListening(); return longest;", Vec::new()).await?;
    let longest = Duration::from_secs_f64(longest.as_f64().context("it was listened to")? / 1000.0);
    for _ in photos {
        report.press(".remove").await?;
    }
    report.shows(".photo", 0).await?;
    Ok(longest)
}
