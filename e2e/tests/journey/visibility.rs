//! Where the report is shown on pages that put something in front of it, hand their styles on to it, or cut it off on paper.

use anyhow::{Context as _, Result};
use damage_report_e2e::{
    browser::Screen,
    faults::FakeAnswer,
    journey::journey,
    odd_hosts::{OPENING, OddHost, on_odd_host},
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::Album,
    print::printed_text,
    shop::Scenario,
    wait::eventually,
};
use serde_json::{Value, json};

/// Whether the middle of the upper edge of what `css` finds, and of its lower edge, is the report's own.
const IS_SEEN: &str = "const { left, width, top, bottom } = widget.shadowRoot.querySelector(CSS).getBoundingClientRect(); \
     return [top + 1, bottom - 1].every((y) => document.elementFromPoint(left + width / 2, y) === widget);";

async fn wait_until_seen(report: &ReportWidget<'_>, css: &str) -> Result<()> {
    let script = IS_SEEN.replace("CSS", &Value::from(css).to_string());
    eventually(&format!("{css} to be seen whole"), || async {
        Ok((report.run_script(&script).await? == true).then_some(()))
    })
    .await
}

/// A header that stays in front while the page is scrolled, and a bar at the bottom.
const HEADER: &str = "const header = document.createElement('header'), bar = document.createElement('footer'); \
     header.style.cssText = 'position: sticky; top: 0; height: 120px; background: gold; z-index: 9'; \
     bar.style.cssText = 'position: fixed; bottom: 0; left: 0; right: 0; height: 80px; background: gold; z-index: 9'; \
     const place = document.querySelector('damage-report').parentElement; place.classList.add('box'); \
     place.prepend(header); document.body.append(bar); \
     place.append(Object.assign(document.createElement('div'), { style: 'height: 2000px' }));";

async fn is_seen_at_each_step(page: &OddHost<'_>) -> Result<()> {
    page.run_script(HEADER).await?;
    let report = page.report();
    report.press_element(OPENING).await?;
    report.go_on_to(WidgetPage::Damage).await?;
    for css in ["h2", ".place", ".tape"] {
        wait_until_seen(&report, css).await?;
    }
    report.continue_expecting_errors().await?;
    wait_until_seen(&report, ".summary h3").await?;
    report.press_element(".summary li button").await?;
    report.wait_for_focus_on("#damage-0").await?;
    wait_until_seen(&report, "label:has(#damage-0)").await?;
    // Backwards by the keyboard, from below.
    report.run_script("widget.shadowRoot.querySelector('.primary').scrollIntoView(); widget.shadowRoot.querySelector('.primary').focus();").await?;
    for css in ["textarea", "label:has(#damage-10)", "label:has(#damage-9)"] {
        page.browser.press_back_tab().await?;
        wait_until_seen(&report, css).await?;
    }
    Ok(())
}

#[tokio::test]
pub(crate) async fn n07_a_header_that_stays_in_front_hides_nothing_that_the_customer_is_led_to() {
    on_odd_host("dark.html", async |page| is_seen_at_each_step(page).await).await;
}

#[tokio::test]
pub(crate) async fn n07_nor_does_one_in_a_dialog_or_in_a_box_that_scrolls() {
    on_odd_host("dialog.html", async |page| is_seen_at_each_step(page).await).await;
    on_odd_host("dark.html", async |page| {
        page.run_script(
            "const box = document.createElement('div'); box.style.cssText = 'height: 70vh; overflow: auto; margin: 40px 0'; \
             const element = document.querySelector('damage-report'); element.before(box); box.append(element);",
        )
        .await?;
        is_seen_at_each_step(page).await
    })
    .await;
}

#[tokio::test]
async fn n07_where_a_header_cannot_be_seen_a_property_says_how_much_of_the_top_stays_free() {
    on_odd_host("dark.html", async |page| {
        page.run_script(&[HEADER, "document.body.style.setProperty('--damage-report-scroll-margin', '140px'); header.style.pointerEvents = 'none';"].concat())
            .await?;
        let report = page.report();
        report.press_element(OPENING).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        report.run_script("widget.shadowRoot.querySelector('textarea').scrollIntoView();").await?;
        report.continue_expecting_errors().await?;
        let top = "return widget.shadowRoot.querySelector('.summary').getBoundingClientRect().top >= 120;";
        eventually("the summary to be below it", || async { Ok((report.run_script(top).await? == true).then_some(())) }).await
    })
    .await;
}

#[tokio::test]
async fn on_a_phone_each_step_is_seen_from_its_top() {
    on_odd_host("open.html", async |page| {
        let report = page.report();
        report.go_on_to(WidgetPage::Damage).await?;
        wait_until_seen(&report, ".place").await?;
        report.tick_damage().await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        wait_until_seen(&report, ".place").await?;
        wait_until_seen(&report, ".tape").await
    })
    .await;
}

#[tokio::test]
async fn e14_nothing_that_the_page_hands_on_changes_how_text_is_set() {
    on_odd_host("dark.html", async |page| {
        page.run_script(
            "document.body.style.cssText = 'text-transform: uppercase; letter-spacing: 0.3em; word-spacing: 1em; text-indent: 3em; \
             white-space: nowrap; font-style: italic; text-shadow: 1px 1px red; word-break: break-all; line-height: 3; \
             -webkit-text-fill-color: red; text-align: right; cursor: crosshair; user-select: none; hyphens: auto';",
        )
        .await?;
        let report = page.report();
        let own = |css: &str| {
            format!(
                "const style = getComputedStyle(widget.shadowRoot.querySelector('{css}')); \
                 return ['textTransform', 'letterSpacing', 'wordSpacing', 'textIndent', 'whiteSpace', 'fontStyle', 'textShadow', 'wordBreak', 'hyphens'].map((name) => style[name]).join();"
            )
        };
        let plain = "none,normal,0px,0px,normal,normal,none,normal,manual";
        eventually("the style sheet", || async {
            Ok((report.run_script(&own("button")).await? == plain).then_some(()))
        })
        .await?;
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        assert_eq!(report.run_script(&own(".step > p")).await?, plain);
        assert_eq!(report.run_script(&own(".primary")).await?, plain);
        // Readers who set text spacing set it on everything on the page, over the shop's styles: WCAG 2.2, 1.4.12.
        page.run_script(
            "const sheet = new CSSStyleSheet(); sheet.replaceSync('* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }'); \
             document.adoptedStyleSheets.push(sheet);",
        )
        .await?;
        let spacing = "const { letterSpacing, wordSpacing } = getComputedStyle(widget.shadowRoot.querySelector('.step > p')); \
                       return [letterSpacing, wordSpacing].map(parseFloat);";
        assert_eq!(report.run_script(spacing).await?, json!([1.92, 2.56]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn e14_on_a_page_of_the_same_colour_the_report_has_no_margin_of_its_own() {
    on_odd_host("open.html", async |page| {
        let report = page.report();
        let inset = "const { left } = widget.getBoundingClientRect(); \
                     return widget.shadowRoot.querySelector('h2').getBoundingClientRect().left - left;";
        report.wait_for_page(WidgetPage::Start).await?;
        assert_eq!(report.run_script(inset).await?, 0, "white on white, with the margin of the page");
        page.run_script("document.body.style.background = 'silver';").await?;
        report.go_on_to(WidgetPage::Damage).await?;
        assert_eq!(report.run_script(inset).await?, 16, "a sheet on a page of another colour");
        page.run_script("document.body.style.cssText = 'margin: 0';").await?;
        report.go_back_to(WidgetPage::Start).await?;
        eventually("its own margin", || async { Ok((report.run_script(inset).await? == 16).then_some(())) }).await
    })
    .await;
}

#[tokio::test]
async fn the_first_page_looks_the_same_before_the_style_of_the_others_is_there() {
    on_odd_host("open.html", async |page| {
        let sheet = "return document.querySelector('damage-report').shadowRoot.adoptedStyleSheets[1].cssRules.length > 0;";
        let looks = "return [...document.querySelector('damage-report').shadowRoot.querySelectorAll('.report, .report *')].map((element) => {
                const style = getComputedStyle(element);
                return [element.className, ...[...style].map((name) => `${name}: ${style.getPropertyValue(name)}`)].join('; ');
            });";
        page.replace_file("host-page.js", FakeAnswer::refusal(404, "route_unknown", "never"));
        page.browser.reload().await?;
        page.report().wait_for_page(WidgetPage::Start).await?;
        let alone = page.run_script(looks).await?;
        assert_eq!(page.run_script(sheet).await?, false);
        page.restore_files()?;
        page.browser.reload().await?;
        page.report().wait_for_page(WidgetPage::Start).await?;
        eventually("the style of the report", || async { Ok((page.run_script(sheet).await? == true).then_some(())) }).await?;
        let elements = page.run_script(looks).await?;
        let (alone, elements) = (alone.as_array().unwrap(), elements.as_array().unwrap());
        assert_eq!(alone.len(), elements.len());
        for (alone, element) in alone.iter().zip(elements) {
            assert_eq!(alone, element);
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn e14_the_shops_own_words_stand_apart_from_the_button_and_are_announced() {
    on_odd_host("far.html", async |page| {
        page.replace_file("widget.css", FakeAnswer::refusal(404, "route_unknown", "never"));
        page.run_script("document.querySelector('damage-report').open();").await?;
        page.wait_for_fallback().await?;
        let gap = "const element = document.querySelector('damage-report'), button = element.shadowRoot.querySelector('button'); \
                   const { bottom } = button.getBoundingClientRect(); \
                   return [element.querySelector('a').getBoundingClientRect().top - bottom >= 8, button.nextSibling.getAttribute('role')];";
        assert_eq!(page.run_script(gap).await?, json!([true, "status"]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r2_a_receipt_in_a_dialog_or_a_box_that_scrolls_is_whole_on_paper() {
    let boxes = [
        ("dialog.html", "document.querySelector('dialog').style.maxHeight = '60vh';"),
        (
            "dark.html",
            "document.documentElement.style.cssText = document.body.style.cssText = 'height: 100%; overflow: hidden'; \
             const box = document.createElement('div'); box.style.cssText = 'position: fixed; inset: 0 0 0 20%; overflow: auto'; \
             const element = document.querySelector('damage-report'); element.before(box); box.append(element);",
        ),
    ];
    for (name, clip) in boxes {
        on_odd_host(name, async |page| {
            let report = page.report();
            report.press_element(OPENING).await?;
            report.go_on_to(WidgetPage::Damage).await?;
            report.tick_damage().await?;
            let lines = (1..=60).map(|n| format!("regel{n}."));
            let long = lines.collect::<Vec<_>>().join("\\n");
            let write = format!(
                "const field = widget.shadowRoot.querySelector('textarea'); field.value = '{long}'; \
                 field.dispatchEvent(new Event('input', {{ bubbles: true }}));"
            );
            report.run_script(&write).await?;
            report.go_on_to(WidgetPage::Packaging).await?;
            report.fill_in_current_page_up_to_check(&Album::of_small_photos()?).await?;
            report.send_claim().await?;
            page.run_script(clip).await?;
            let paper = printed_text(page.browser).await?;
            let missing: Vec<_> = (1..=60).map(|n| format!("regel{n}.")).filter(|line| !paper.contains(line)).collect();
            assert!(missing.is_empty(), "{name}: {missing:?} are not on paper: {paper}");
            Ok(())
        })
        .await;
    }
}

/// The page's own button, at the lower edge of the screen, where a thumb finds it.
const BUTTON_AT_THE_EDGE: &str = "const button = document.querySelector('[data-scenario=delivered_yesterday] [data-part=help]'); \
     button.scrollIntoView({ block: 'end', behavior: 'instant' }); return button;";

#[tokio::test]
async fn the_pages_button_brings_the_report_into_sight_on_a_phone() {
    journey(Screen::Phone, async |shop, browser| {
        let page = OrderPage::open(browser, shop).await?;
        for is_again in [false, true] {
            let button = browser.find_by_script(BUTTON_AT_THE_EDGE, vec![]).await?.context("the page has no button")?;
            button.click().await?;
            let report = page.report(Scenario::DeliveredYesterday);
            wait_until_seen(&report, "h2").await.with_context(|| format!("pressed again: {is_again}"))?;
            browser
                .find_by_script(BUTTON_AT_THE_EDGE, vec![])
                .await?
                .context("the page has no button")?
                .click()
                .await?;
        }
        Ok(())
    })
    .await;
}
