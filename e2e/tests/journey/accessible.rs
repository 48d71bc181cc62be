//! The part of WCAG 2.2 AA that a machine can check: axe-core finds nothing on any page, in two languages and every state;
//! and in every language nothing is wider than the narrowest screen.
//!
//! The rest (the order of the focus, announcements) is in `keyboard` and in the browser tests.

use std::{fs, slice};

use anyhow::{Context as _, Result};
use damage_report_e2e::{
    browser::{Browser, Screen},
    environment::Environment,
    faults::{BodyShare, ConnectionFault, ExchangePoint, Fault, FaultRule, Occurrence, RequestKind},
    journey::journey_with_faults,
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::{Album, PhotoFile},
    shop::Scenario,
    words,
};
use damage_report_rules::evidence::Subject;

const LINE: Scenario = Scenario::DeliveredYesterday;

/// The rules of axe-core that stand for a criterion of WCAG 2.2, level A or AA.
const AXE: &str = "
    return axe
        .run(document.querySelector(arguments[0]), {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
            resultTypes: ['violations'],
        })
        .then(({ violations, passes }) => [
            passes.length,
            violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ''}`)),
        ]);";

/// Elements that reach beyond the sides of the widget, or make the page scroll sideways.
const TOO_WIDE: &str = "
    const { left, right } = widget.getBoundingClientRect();
    const visible = (element) => element.checkVisibility() && getComputedStyle(element).position !== 'absolute';
    const beyond = [...widget.shadowRoot.querySelectorAll('*')].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && visible(element) && (box.right > right + 1 || box.left < left - 1);
    });
    const told = beyond.map((element) => `${element.tagName}.${element.className}: ${element.textContent.slice(0, 60)}`);
    const page = document.documentElement;
    return page.scrollWidth > innerWidth ? [`the page is ${page.scrollWidth} wide`, ...told] : told;";

/// WCAG 2.2, 1.4.12: what a reader may set, without loss.
const SPACING: &str = "
    for (const [name, value] of [['letter-spacing', '0.12em'], ['word-spacing', '0.16em'], ['line-height', '1.5']]) {
        widget.style.setProperty(name, value);
    }";

/// One page after the other, looked at by axe-core.
struct Auditor<'a> {
    browser: &'a Browser,
    lang: &'a str,
}

impl Auditor<'_> {
    /// Axe-core is in the page from here on, until that is loaded again.
    async fn comes(&self) -> Result<()> {
        let program = fs::read_to_string(Environment::read()?.axe)?;
        self.browser.run_script(&program, Vec::new()).await.map(drop)
    }

    async fn finds_nothing(&self, report: &ReportWidget<'_>, what: &str) -> Result<()> {
        let found = self.browser.run_script(AXE, vec![report.host_selector().into()]).await?;
        let (passed, violations): (usize, Vec<String>) = serde_json::from_value(found)?;
        assert!(passed > 5, "{what} ({}): only {passed} rules had anything to look at", self.lang);
        assert!(violations.is_empty(), "{what} ({}):\n{}", self.lang, violations.join("\n"));
        Ok(())
    }
}

/// The seller's events after which the customer has something to do, in an order in which one claim can have them all.
const DECISIONS: [&str; 3] = ["evidence_requested", "declined", "partially_refunded"];

#[tokio::test]
async fn axe_finds_nothing_on_any_page_in_any_state() {
    for lang in ["nl", "en"] {
        journey_with_faults(Screen::Phone, async |shop, faults, browser| {
            let album = Album::of_small_photos()?;
            let auditor = Auditor { browser, lang };
            let orders = OrderPage::open_in(browser, shop, lang).await?;
            auditor.comes().await?;
            for (scenario, what) in [(Scenario::Closed, "the closed window"), (Scenario::OnItsWay, "on its way")] {
                let report = orders.open_report(scenario).await?;
                auditor.finds_nothing(&report, what).await?;
            }
            let report = orders.open_report(LINE).await?;
            auditor.finds_nothing(&report, "the start").await?;
            report.go_on_to(WidgetPage::Damage).await?;
            auditor.finds_nothing(&report, "the damage").await?;
            report.continue_expecting_errors().await?;
            auditor.finds_nothing(&report, "the damage, none ticked").await?;
            report.tick_damage().await?;
            report.go_on_to(WidgetPage::Packaging).await?;
            auditor.finds_nothing(&report, "the packaging").await?;
            report.continue_expecting_errors().await?;
            auditor.finds_nothing(&report, "the packaging, without a photo").await?;

            let half_way = Fault::Connection(ExchangePoint::Request(BodyShare::Half), ConnectionFault::Silence);
            faults.add_rule(FaultRule::new(RequestKind::KeepPhoto, Occurrence::First(1), half_way));
            report.pick_photos(Subject::Packaging, slice::from_ref(&album.packaging)).await?;
            report.wait_for_element("progress").await?;
            auditor.finds_nothing(&report, "a photo under way").await?;
            faults.release_silent_requests();
            report.wait_for_photos("kept", 1).await?;
            report.pick_photos(Subject::Packaging, &[PhotoFile::from_bytes(b"no photo")?]).await?;
            report.wait_for_photos("wrong", 1).await?;
            auditor.finds_nothing(&report, "a photo that is kept, and a file that is none").await?;
            browser.disconnect().await?;
            report.pick_photos(Subject::Packaging, &[PhotoFile::small(5)?]).await?;
            report.wait_for_element(".banner:not([data-empty])").await?;
            auditor.finds_nothing(&report, "without a connection").await?;
            browser.reconnect().await?;
            report.wait_for_photos("kept", 2).await?;

            report.go_on_to(WidgetPage::Label).await?;
            report.add_photos(Subject::Label, slice::from_ref(&album.label)).await?;
            auditor.finds_nothing(&report, "the label").await?;
            report.go_on_to(WidgetPage::Device).await?;
            report.add_photos(Subject::Device, &album.device).await?;
            auditor.finds_nothing(&report, "the device").await?;
            report.go_on_to(WidgetPage::Check).await?;
            auditor.finds_nothing(&report, "the check").await?;
            let reference = report.send_claim().await?;
            auditor.finds_nothing(&report, "the receipt").await?;
            for event in DECISIONS {
                let report = orders.reopen_after(event, LINE, &reference).await?;
                // Reloading the page took axe away.
                auditor.comes().await?;
                auditor.finds_nothing(&report, event).await?;
            }
            Ok(())
        })
        .await;
    }
}

/// 320 points are a screen of 1280 at 400 %: WCAG 2.2, 1.4.10.
#[tokio::test]
pub(crate) async fn in_no_language_is_anything_wider_than_320_points() {
    journey_with_faults(Screen::Narrow, async |shop, _, browser| {
        let album = Album::of_small_photos()?;
        let orders = OrderPage::open(browser, shop).await?;
        fits(&orders.open_report(Scenario::Closed).await?, "the closed window").await?;
        let report = orders.open_report(LINE).await?;
        fits(&report, "the start").await?;
        report.go_on_to(WidgetPage::Damage).await?;
        report.continue_expecting_errors().await?;
        fits(&report, "the damage").await?;
        report.tick_damage().await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.continue_expecting_errors().await?;
        report.add_photos(Subject::Packaging, slice::from_ref(&album.packaging)).await?;
        fits(&report, "the packaging").await?;
        report.go_on_to(WidgetPage::Label).await?;
        report.add_photos(Subject::Label, slice::from_ref(&album.label)).await?;
        fits(&report, "the label").await?;
        report.go_on_to(WidgetPage::Device).await?;
        report.add_photos(Subject::Device, &album.device).await?;
        fits(&report, "the device").await?;
        report.go_on_to(WidgetPage::Check).await?;
        fits(&report, "the check").await?;
        let reference = report.send_claim().await?;
        fits(&report, "the receipt").await?;
        for event in DECISIONS {
            fits(&orders.reopen_after(event, LINE, &reference).await?, event).await?;
        }
        Ok(())
    })
    .await;
}

/// In every language, with the spacing that a reader may want, and in a page that is read from the right.
async fn fits(report: &ReportWidget<'_>, what: &str) -> Result<()> {
    report.run_script(SPACING).await?;
    let languages = words::languages();
    let left_to_right = languages.iter().map(|lang| (lang.as_str(), "ltr"));
    for (lang, direction) in left_to_right.chain([("pl", "rtl")]) {
        report.run_script(&format!("document.documentElement.dir = '{direction}'; widget.lang = '{lang}';")).await?;
        report.wait_for_element(&format!(r#"div[lang^="{lang}"] h2"#)).await?;
        let beyond: Vec<String> = serde_json::from_value(report.run_script(TOO_WIDE).await?)?;
        assert!(beyond.is_empty(), "{what} in {lang}, {direction}: {beyond:?}");
    }
    report.run_script("document.documentElement.dir = 'ltr'; widget.lang = 'nl';").await?;
    report.wait_for_element(r#"div[lang="nl"] h2"#).await.context("back to Dutch").map(drop)
}
