//! The pages serve hands and eyes of every kind: targets that a thumb hits, controls that can be told apart in forced
//! colours, and no motion where none is wanted.

use std::slice;

use anyhow::Result;
use damage_report_e2e::{
    browser::{Browser, Screen},
    journey::journey,
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::{Album, PhotoFile},
    shop::{Scenario, Shop},
};
use damage_report_rules::evidence::Subject;
use serde_json::{Value, json};

const LINE: Scenario = Scenario::DeliveredYesterday;

/// Targets smaller than 44 by 44 points: the label where there is one around, since that is what is hit. Links in a sentence
/// are as high as its lines: WCAG 2.2, 2.5.8, excepts them.
const TOO_SMALL: &str = r#"
    const inSentence = (link) => link.localName === "a" && getComputedStyle(link).display === "inline";
    const controls = [...widget.shadowRoot.querySelectorAll("button, a, summary, input, textarea")];
    const boxes = controls.filter((one) => one.checkVisibility() && !inSentence(one)).map((one) => one.closest("label") ?? one);
    const small = boxes.filter((box) => {
        const { width, height } = box.getBoundingClientRect();
        return width < 43.9 || height < 43.9;
    });
    return [boxes.length, small.map((box) => {
        const { width, height } = box.getBoundingClientRect();
        return `${width} by ${height}: ${box.outerHTML.slice(0, 160)}`;
    })];"#;

/// Controls that cannot be told apart in forced colours: a control without an edge (one that reads as a link has its line or its sign
/// instead), a focus that is not to be seen, what is chosen, signs in the colour of what is behind them.
const NOT_TOLD: &str = r#"
    const root = widget.shadowRoot;
    const style = (element, part) => getComputedStyle(element, part);
    const canvas = style(root.querySelector(".step") ?? document.body).backgroundColor;
    const visible = (selector) => [...root.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    const wrong = [];
    if (!matchMedia("(forced-colors: active)").matches) wrong.push("colours are not forced");
    const hasEdge = (element) => {
        const { borderTopWidth, borderTopStyle, borderTopColor, outlineStyle, textDecorationLine, appearance } = style(element);
        const border = parseFloat(borderTopWidth) > 0 && borderTopStyle !== "none" && borderTopColor !== canvas;
        return border || outlineStyle !== "none" || textDecorationLine.includes("underline") || appearance === "auto";
    };
    const boxes = visible("button, a, summary, input, textarea").map((one) => one.closest(".pick, .choice") ?? one);
    for (const box of boxes) {
        if (!hasEdge(box) && !box.querySelector("svg")) wrong.push(`no edge: ${box.outerHTML.slice(0, 120)}`);
    }
    for (const sign of visible(".icon, .drawing .finder")) {
        const behind = sign.closest(".primary") ? style(sign.closest(".primary")).backgroundColor : canvas;
        if (style(sign).stroke === behind || style(sign).stroke === "none") wrong.push(`not seen: ${sign.parentElement.outerHTML.slice(0, 120)}`);
    }
    for (const piece of visible(".tape .done")) {
        const other = piece.parentElement.querySelector("span:not(.done)");
        if (other && style(other).backgroundColor === style(piece).backgroundColor) wrong.push("done and not done are alike");
    }
    for (const chosen of visible(".choice:has(:checked)")) {
        const other = visible(".choice:not(:has(:checked))")[0];
        const isTold = style(chosen.querySelector("input")).appearance === "auto";
        if (other && !isTold && style(chosen).borderTopColor === style(other).borderTopColor) wrong.push("chosen and not chosen are alike");
    }
    const before = root.activeElement;
    for (const control of visible("button, a, summary, input, textarea")) {
        // An element focused by a press would keep the focus without a ring.
        control.blur();
        control.focus({ preventScroll: true, focusVisible: true });
        const ring = [control, control.closest("label")].some((one) => {
            if (!one) return false;
            const { outlineStyle, outlineWidth, outlineColor } = style(one);
            return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && outlineColor !== canvas;
        });
        if (!ring) wrong.push(`no focus to be seen: ${control.outerHTML.slice(0, 120)}`);
    }
    before?.focus({ preventScroll: true });
    return [boxes.length, wrong];"#;

/// Animations longer than so many seconds, other than progress, which is as long as what it tells of.
const MOVES: &str = r#"
    const seconds = (times) => Math.max(...times.split(",").map((time) => parseFloat(time) * (time.trim().endsWith("ms") ? 0.001 : 1)));
    const repeats = (counts) => Math.max(...counts.split(",").map((count) => (count.trim() === "infinite" ? Infinity : parseFloat(count))));
    const moving = [];
    const all = [...widget.shadowRoot.querySelectorAll("*")];
    for (const element of all) {
        if (element.localName === "progress") continue;
        for (const part of ["", "::before", "::after"]) {
            const { animationName, animationDuration, animationIterationCount, transitionDuration, transitionDelay, scrollBehavior } = getComputedStyle(element, part || null);
            const animated = animationName === "none" ? 0 : seconds(animationDuration) * repeats(animationIterationCount);
            const changed = seconds(transitionDuration);
            if (Math.max(animated, changed) > LIMIT) moving.push(`${Math.max(animated, changed)} s: ${element.outerHTML.slice(0, 120)} ${part}`);
            if (LIMIT < 1 && scrollBehavior === "smooth") moving.push(`scrolls gently: ${element.outerHTML.slice(0, 120)}`);
        }
    }
    return [all.length, moving];"#;

/// A visitor of every page who looks for faults.
struct Inspector<'a> {
    browser: &'a Browser,
    wrong: Vec<String>,
}

impl Inspector<'_> {
    async fn looks_at(&mut self, report: &ReportWidget<'_>, page: &str) -> Result<()> {
        self.finds(report, page, TOO_SMALL).await?;
        for (motion, limit) in [("reduce", "0.01"), ("no-preference", "5")] {
            self.tell("prefers-reduced-motion", motion).await?;
            self.finds(report, page, &MOVES.replace("LIMIT", limit)).await?;
        }
        self.tell("forced-colors", "active").await?;
        self.finds(report, page, NOT_TOLD).await?;
        self.tell("forced-colors", "none").await.map(drop)
    }

    async fn finds(&mut self, report: &ReportWidget<'_>, page: &str, script: &str) -> Result<()> {
        let (seen, wrong): (usize, Vec<String>) = serde_json::from_value(report.run_script(script).await?)?;
        assert!(seen > 0, "{page}: there was nothing to look at");
        self.wrong.extend(wrong.into_iter().map(|what| format!("{page}: {what}")));
        Ok(())
    }

    /// Has the browser tell pages this of the customer's device; motion as the driver likes it otherwise.
    async fn tell(&self, name: &str, value: &str) -> Result<Value> {
        let features = json!({ "features": [{ "name": name, "value": value }] });
        self.browser.send_devtools_command("Emulation.setEmulatedMedia", features).await
    }
}

#[tokio::test]
async fn every_page_can_be_hit_seen_and_stands_still() {
    journey(Screen::Phone, async |shop, browser| every_page(shop, browser).await).await;
}

async fn every_page(shop: &Shop, browser: &Browser) -> Result<()> {
    let album = Album::of_small_photos()?;
    let mut inspector = Inspector { browser, wrong: Vec::new() };
    let orders = OrderPage::open(browser, shop).await?;
    inspector.looks_at(&orders.open_report(Scenario::OnItsWay).await?, "on its way").await?;
    let report = orders.open_report(Scenario::Closed).await?;
    report.press_element("summary").await?;
    inspector.looks_at(&report, "the closed window").await?;
    let report = orders.open_report(LINE).await?;
    inspector.looks_at(&report, "the start").await?;
    report.run_script("widget.close();").await?;
    inspector.looks_at(&report, "the button that opens it").await?;
    report.run_script("widget.open();").await?;
    report.go_on_to(WidgetPage::Damage).await?;
    report.continue_expecting_errors().await?;
    report.tick_damage().await?;
    inspector.looks_at(&report, "the damage").await?;
    report.go_on_to(WidgetPage::Packaging).await?;
    report.press_element("#packaging-missing").await?;
    report.continue_expecting_errors().await?;
    inspector.looks_at(&report, "the packaging, without a photo").await?;
    report.add_photos(Subject::Packaging, slice::from_ref(&album.packaging)).await?;
    report.go_on_to(WidgetPage::Label).await?;
    report.add_photos(Subject::Label, slice::from_ref(&album.label)).await?;
    inspector.looks_at(&report, "the label").await?;
    report.go_on_to(WidgetPage::Device).await?;
    report.add_photos(Subject::Device, &album.device).await?;
    report.pick_photos(Subject::Device, &[PhotoFile::from_bytes(b"no photo")?]).await?;
    report.wait_for_photos("wrong", 1).await?;
    inspector.looks_at(&report, "the device").await?;
    report.press_element(r#"[data-state="wrong"] .remove"#).await?;
    report.go_on_to(WidgetPage::Check).await?;
    inspector.looks_at(&report, "the check").await?;
    let reference = report.send_claim().await?;
    for event in ["return_label_issued", "evidence_requested", "declined"] {
        inspector.looks_at(&orders.reopen_after(event, LINE, &reference).await?, event).await?;
    }
    assert!(inspector.wrong.is_empty(), "{}", inspector.wrong.join("\n"));
    Ok(())
}
