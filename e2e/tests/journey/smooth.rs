//! The page while photos are prepared: whoever scrolls or types meanwhile notices nothing.

use std::time::Duration;

use anyhow::Context as _;
use damage_report_e2e::{
    browser::Screen,
    journey::journey,
    pages::OrderPage,
    photos::{Album, Photo},
    shop::Scenario,
};
use damage_report_rules::evidence::Subject;

/// How long the page's thread may be busy at a stretch, by issue: a frame.
const FRAME: Duration = Duration::from_millis(16);

/// What is allowed for on a machine that runs other tests on the same two processors: what the web calls a long task.
const LONG_TASK: Duration = Duration::from_millis(50);

/// How often it is tried: a machine that is busy at one moment is not at another, and a page that blocks does so always.
const TRIES: usize = 4;

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
async fn five_photos_of_12_megapixels_and_one_of_48_at_once_block_nothing() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_a_damaged_phone()?;
        let mut photos: Vec<_> = album.all().cloned().collect();
        photos.push(Photo::plain(7, 8000, 6000)?);
        let report = OrderPage::open(browser, shop).await?.ask_for_help(Scenario::DeliveredYesterday).await?;
        report.to_the_photos().await?;
        let mut best = Duration::MAX;
        for _ in 0..TRIES {
            browser.run(LISTEN, Vec::new()).await?;
            report.pick(Subject::Packaging, &photos).await?;
            report.photos_become("kept", photos.len()).await?;
            let longest = browser.run("stopListening(); return longest;", Vec::new()).await?;
            let longest = Duration::from_secs_f64(longest.as_f64().context("it was listened to")? / 1000.0);
            eprintln!("six photos at once: the page was busy for {} ms at the longest", longest.as_millis());
            best = best.min(longest);
            if best <= FRAME {
                break;
            }
            for _ in &photos {
                report.press(".remove").await?;
            }
            report.shows(".photo", 0).await?;
        }
        assert!(best < LONG_TASK, "the page was busy for {best:?} at a stretch");
        Ok(())
    })
    .await;
}
