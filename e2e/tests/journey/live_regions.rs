//! The announcements of live regions while photos come in: each thing once, and nothing that is empty.

use damage_report_e2e::{
    browser::Screen,
    journey::journey,
    pages::{OrderPage, WidgetPage},
    photos::{Album, PhotoFile},
    shop::Scenario,
    wait::eventually,
    words::{text, text_with},
};
use damage_report_rules::evidence::Subject;

/// Writes down what each live region says whenever something in it changes: all of it, since that is what is read out. And
/// what a screen reader may miss or hear twice: a region that came with its words, and one in another.
const LISTEN: &str = r#"
    const regions = '[role="status"], [role="alert"], [aria-live]';
    const heard = (widget.heard = { words: [], wrong: [] });
    const check = (region) => {
        if (region.parentElement.closest(regions)) heard.wrong.push(`in another: ${region.outerHTML}`);
        if (!region.checkVisibility()) heard.wrong.push(`not there before its words: ${region.outerHTML}`);
    };
    const root = widget.shadowRoot;
    root.querySelectorAll(regions).forEach((region) => region.closest("[hidden]") || check(region));
    new MutationObserver((records) => {
        const changed = new Set();
        for (const { target, addedNodes } of records) {
            const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
            const region = element?.closest(regions);
            if (region) changed.add(region);
            for (const node of addedNodes) {
                if (node.nodeType !== Node.ELEMENT_NODE) continue;
                for (const one of [node, ...node.querySelectorAll(regions)].filter((one) => one.matches(regions))) {
                    check(one);
                    if (one.textContent) heard.wrong.push(`came with its words: ${one.outerHTML}`);
                }
            }
        }
        // A region that is gone or empty is not read out.
        for (const region of changed) {
            if (region.isConnected && region.textContent !== "") heard.words.push(region.textContent);
        }
    }).observe(root, { subtree: true, childList: true, characterData: true });"#;

#[tokio::test]
async fn what_becomes_of_photos_and_of_the_line_is_announced_once() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::DeliveredYesterday).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.press_element("#packaging-missing").await?;
        report.press_element("#packaging-other").await?;
        report.go_on_to(WidgetPage::Label).await?;
        report.press_element("#label-missing").await?;
        report.press_element("#label-other").await?;
        report.go_on_to(WidgetPage::Device).await?;
        report.run_script(LISTEN).await?;

        report.add_photos(Subject::Device, &album.device).await?;
        report.pick_photos(Subject::Device, &[PhotoFile::from_bytes(b"no photo")?]).await?;
        report.wait_for_photos("wrong", 1).await?;
        browser.disconnect().await?;
        report.pick_photos(Subject::Device, &[PhotoFile::small(5)?]).await?;
        report.wait_for_element(".banner:not([data-empty])").await?;
        browser.reconnect().await?;
        report.wait_for_photos("kept", 4).await?;
        report.wait_for_element(".banner[data-empty]").await?;

        // The last announcement may not have come yet.
        let words: Vec<String> = eventually("the count of four photos", || async {
            let words: Vec<String> = serde_json::from_value(report.run_script("return widget.heard.words;").await?)?;
            Ok(words
                .iter()
                .any(|words| words.starts_with(&text_with("photos.count", &[("n", "4"), ("need", "3")])))
                .then_some(words))
        })
        .await?;
        let wrong: Vec<String> = serde_json::from_value(report.run_script("return widget.heard.wrong;").await?)?;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(words.iter().all(|words| !words.trim().is_empty()), "something empty is announced: {words:#?}");
        assert!(words.windows(2).all(|pair| pair[0] != pair[1]), "the same is announced twice in a row: {words:#?}");
        let count = |n| text_with("photos.count", &[("n", n), ("need", "3")]);
        for beginning in [count("3"), text("refusal.type"), text("banner.offline"), count("4")] {
            let times = words.iter().filter(|words| words.starts_with(&beginning)).count();
            assert_eq!(times, 1, "{beginning} is announced {times} times: {words:#?}");
        }
        Ok(())
    })
    .await;
}
