//! The element's contract, as a page's scripts and styles have it: fetched when it is near, opened and closed, with the shop's
//! own words in it; and what becomes of it when files of two builds meet.

use std::fs;

use anyhow::Result;
use damage_report_e2e::{
    environment::{self, Environment},
    faults::{FakeAnswer, RequestKind},
    odd_hosts::{OPENING, on_odd_host},
    pages::WidgetPage,
    wait::eventually,
    words::text_pieces,
};
use serde_json::json;

#[tokio::test]
async fn far_below_nothing_is_fetched_and_near_it_everything_is_but_nothing_opens() {
    on_odd_host("far.html", async |page| {
        let fetched = "return performance.getEntriesByType('resource').map(({ name }) => name.replace(/.*[/]/, '/'));";
        page.report().wait_for_element(OPENING).await?;
        assert_eq!(page.run_script(fetched).await?, json!(["/page.js", "/damage-report.js"]));
        page.run_script("document.querySelector('damage-report').scrollIntoView();").await?;
        eventually("everything to be fetched", || async {
            let fetched = page.run_script(fetched).await?.to_string();
            let first = ["widget.js", "widget.wasm", "widget.css", "/nl.json"];
            let report = ["report.wasm", "photo-worker.js", "host-page.js", "/nl-report.json"];
            let all = [&first[..], &report].concat();
            Ok(all.iter().all(|name| fetched.contains(name)).then_some(()))
        })
        .await?;
        assert_eq!(page.report().run_script("return widget.state;").await?, "closed");
        assert_eq!(page.run_script("return heard;").await?, json!([]));
        page.report().press_element(OPENING).await?;
        page.report().wait_for_page(WidgetPage::Start).await
    })
    .await;
}

#[tokio::test]
async fn who_wants_to_save_data_fetches_nothing_before_it_is_pressed() {
    on_odd_host("far.html", async |page| {
        page.run_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } });").await?;
        page.run_script("document.querySelector('damage-report').scrollIntoView();").await?;
        // An observer of the page has seen it come near by now, and so has the element.
        page.run_script(
            "new IntersectionObserver(() => { window.isNear = true; }).observe(document.querySelector('damage-report'));",
        )
        .await?;
        eventually("it to be seen", || async { Ok((page.run_script("return !!window.isNear;").await? == true).then_some(())) })
            .await?;
        let count = "return performance.getEntriesByType('resource').length;";
        assert_eq!(page.run_script(count).await?, 2);
        page.report().press_element(OPENING).await?;
        page.report().wait_for_page(WidgetPage::Start).await
    })
    .await;
}

#[tokio::test]
async fn opened_by_the_page_it_leaves_the_focus_where_it_is() {
    on_odd_host("open.html", async |page| {
        let report = page.report();
        report.wait_for_page(WidgetPage::Start).await?;
        assert_eq!(page.run_script("return document.activeElement.localName;").await?, "body");
        report.run_script("widget.focus();").await?;
        assert!(report.is_focused("h2").await?);
        report.run_script("widget.close();").await?;
        assert!(report.is_focused(OPENING).await?, "who was in it is where it was opened");
        assert_eq!(page.dispatched_events().await?.last().unwrap(), "toggle false");
        report.run_script("widget.open();").await?;
        report.wait_for_focus_on("h2").await
    })
    .await;
}

#[tokio::test]
async fn what_a_page_fetches_ahead_is_what_the_widget_uses() {
    on_odd_host("preload.html", async |page| {
        page.report().wait_for_page(WidgetPage::Start).await?;
        page.faults
            .wait_until_seen("the codec", |seen| seen.iter().find(|seen| seen.path.contains("photo-worker")).map(drop))
            .await?;
        let seen = page.faults.seen_requests();
        for file in ["/damage-report.js", "/widget.js", "/widget.wasm", "/widget.css", "/nl.json"] {
            assert_eq!(seen.iter().filter(|seen| seen.path.ends_with(file)).count(), 1, "{file} is asked for once");
        }
        let by_link = page.run_script(
            "return performance.getEntriesByType('resource').filter(({ initiatorType }) => initiatorType === 'link')
                .map(({ name }) => name.replace(/.*[/]/, '')).sort().join(' ');",
        );
        let by_link = by_link.await?;
        assert_eq!(
            by_link, "nl.json widget.css widget.wasm",
            "what the loader would fetch by script is asked for by the page"
        );
        page.complete_report().await
    })
    .await;
}

#[tokio::test]
async fn a_token_that_lies_in_the_page_opens_the_report_and_one_that_is_refused_is_replaced() {
    // As `docs/tokens.md` has it.
    let from_page = "const fetched = widget.getToken; widget.dataset.token = TOKEN; widget.fetches = 0; \
                     widget.getToken = async () => { \
                       const { token } = widget.dataset; delete widget.dataset.token; \
                       if (token) return token; widget.fetches++; return fetched(); };";
    for (token, answers, fetches) in
        [("await widget.getToken()", vec![200], 0), ("'one.that.is-refused'", vec![401, 200], 1)]
    {
        on_odd_host("dark.html", async |page| {
            let report = page.report();
            report.run_script(&format!("return (async () => {{ {} }})();", from_page.replace("TOKEN", token))).await?;
            report.press_element(OPENING).await?;
            report.wait_for_page(WidgetPage::Start).await?;
            let asked: Vec<_> =
                page.faults.seen_requests_of(RequestKind::ReadLine).iter().filter_map(|seen| seen.backend).collect();
            assert_eq!(
                (asked, report.run_script("return widget.fetches;").await?),
                (answers, json!(fetches)),
                "{token}"
            );
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn what_the_shop_puts_in_stands_in_its_places_and_its_styles_reach_the_parts() {
    on_odd_host("slotted.html", async |page| {
        let report = page.report();
        let seen = "return ['intro', 'privacy', 'contact', 'after'].filter((id) => document.getElementById(id).checkVisibility());";
        let looks = "return getComputedStyle(widget.shadowRoot.querySelector('h2')).fontStyle;";
        assert_eq!(page.run_script(seen).await?, json!([]));
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        assert_eq!(page.run_script(seen).await?, json!(["intro", "privacy"]));
        assert!(!report.all_text().await?.contains("metagegevens"), "the shop says it in its own words");
        assert_eq!(report.run_script(looks).await?, "italic");
        assert_eq!(report.run_script("return getComputedStyle(widget).outlineColor;").await?, "rgb(1, 2, 3)", ":state(open)");
        report.go_on_to(WidgetPage::Check).await?;
        report.send_claim().await?;
        assert_eq!(page.run_script(seen).await?, json!(["contact", "after"]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn other_words_of_the_shops_own_are_said_at_once_and_its_hand_can_hold_the_claim() {
    on_odd_host("open.html", async |page| {
        let report = page.report();
        report.wait_for_page(WidgetPage::Start).await?;
        report.run_script("widget.messages = { 'start.title': 'Kapot? Vertel het ons' };").await?;
        report.wait_for_text("Kapot? Vertel het ons").await?;
        report.go_on_to(WidgetPage::Check).await?;
        let hold = "window.held = []; widget.addEventListener('damage-report-before-submit', (event) => { \
                      held.push(event.detail.claim.damage.length); event.preventDefault(); }, { once: true });";
        report.run_script(hold).await?;
        report.press_element("#send").await?;
        eventually("the page to hold it", || async {
            Ok((page.run_script("return held;").await? == json!([1])).then_some(()))
        })
        .await?;
        report.wait_for_page(WidgetPage::Check).await?;
        report.send_claim().await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_the_page_throws_away_is_gone_open_or_closed() {
    on_odd_host("open.html", async |page| {
        let report = page.report();
        report.go_on_to(WidgetPage::Damage).await?;
        report.tick_damage().await?;
        report.run_script("widget.discardDraft();").await?;
        report.wait_for_page(WidgetPage::Start).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        assert_eq!(report.field_value("#damage-0").await?, false);
        report.tick_damage().await?;
        report.go_on_to(WidgetPage::Packaging).await?;

        page.browser.reload().await?;
        report.wait_for_element("#go-on").await?;
        page.browser.reload().await?;
        report.run_script("widget.close();").await?;
        report.wait_for_element(OPENING).await?;
        let discard = "return document.querySelector('damage-report').discardDraft().then(() => true);";
        assert_eq!(page.run_script(discard).await?, true);
        report.run_script("widget.open();").await?;
        report.wait_for_page(WidgetPage::Start).await?;
        assert_eq!(report.count_elements("#go-on").await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_earlier_build_whose_files_are_gone_says_so_and_the_next_visit_is_well() {
    on_odd_host("open.html", async |page| {
        page.report().wait_for_page(WidgetPage::Start).await?;
        for name in ["widget.js", "widget.wasm", "widget.css"] {
            page.replace_file(name, FakeAnswer::refusal(404, "route_unknown", "never"));
            page.browser.reload().await?;
            page.wait_for_event("error files").await?;
            page.wait_for_fallback().await?;
            page.restore_files()?;
            // The button is there still, for a test that waits longer than the shop's server.
            page.report().press_element(OPENING).await?;
            page.report().wait_for_page(WidgetPage::Start).await?;
        }
        Ok(())
    })
    .await;
}

/// The file `name`, and `more`: it would run, since that is no more than a comment, or an empty custom section of a module.
fn of_another_build(name: &str, kind: &str, more: &str) -> Result<FakeAnswer> {
    let mut file = fs::read(environment::built_widget_folder(&Environment::read()?.site)?.join(name))?;
    file.extend_from_slice(more.as_bytes());
    Ok(FakeAnswer::file(kind, file))
}

#[tokio::test]
async fn what_is_gone_of_an_earlier_build_after_the_first_page_is_said_when_it_is_wanted() {
    on_odd_host("open.html", async |page| {
        for (name, answer) in [
            ("report.wasm", FakeAnswer::refusal(404, "route_unknown", "never")),
            ("report.wasm", of_another_build("report.wasm", "application/wasm", "\0\u{1}\0")?),
            ("photo-worker.js", of_another_build("photo-worker.js", "text/javascript", "//")?),
        ] {
            page.replace_file(name, answer);
            page.browser.reload().await?;
            let report = page.report();
            report.wait_for_page(WidgetPage::Start).await?;
            // That a script is not to be had may be the network's fault: it is tried for a minute and a half.
            page.browser.speed_up_timers().await?;
            report.press_element(".primary").await?;
            page.wait_for_event("error files").await?;
            page.wait_for_fallback().await?;
            report.wait_for_text(&text_pieces("failure.unreachable", &[])[1]).await?;
            page.restore_files()?;
            report.press_element(".step button").await?;
            report.wait_for_page(WidgetPage::Start).await?;
            report.press_element(".primary").await?;
            report.wait_for_page(WidgetPage::Damage).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_file_of_another_build_is_told_apart_whatever_its_name() {
    on_odd_host("far.html", async |page| {
        for (name, kind, more) in
            [("widget.js", "text/javascript", "//"), ("widget.wasm", "application/wasm", "\0\u{1}\0")]
        {
            page.replace_file(name, of_another_build(name, kind, more)?);
            page.browser.reload().await?;
            page.report().run_script("widget.open();").await?;
            page.wait_for_event("error files").await?;
            page.restore_files()?;
        }
        Ok(())
    })
    .await;
}
