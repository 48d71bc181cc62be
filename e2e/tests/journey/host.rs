//! Changes that the page around the report makes while somebody fills it in: another language, its HTML anew, its shortcuts, no token.

use anyhow::{Context as _, Result};
use damage_report_e2e::{
    faults::{FakeAnswer, Fault, FaultRule, Occurrence, RequestKind},
    odd_hosts::{OPENING, on_odd_host},
    pages::{ReportWidget, WidgetPage},
    wait::eventually,
    words::{text, text_in_language, text_part, text_pieces},
};
use serde_json::json;

/// The tag of the language that the report has, its heading and a day in it.
async fn speaks(report: &ReportWidget<'_>, tag: &str, heading: &str) -> Result<()> {
    eventually(&format!("{tag}: {heading}"), || async {
        let said = "const report = widget.shadowRoot.querySelector('.report'); return [report?.lang, report?.querySelector('h2')?.textContent];";
        Ok((report.run_script(said).await? == json!([tag, heading])).then_some(()))
    })
    .await
}

#[tokio::test]
pub(crate) async fn n08_what_shop_systems_write_into_lang_is_understood_or_the_next_around_it_counts() {
    let cases = [
        ("de_DE", "de-DE", "de"),
        ("en_GB", "en-GB", "en"),
        ("en", "en-GB", "en"),
        // A region that the browser does not know is written as in Britain, and not as in the United States.
        ("en-EU", "en-GB", "en"),
        ("en_US.UTF-8", "en-US", "en"),
        ("pt-br", "pt-BR", "pt"),
        ("nl_BE@euro", "nl-BE", "nl"),
        ("DE-DE-formal", "de-DE", "de"),
        ("pt_PT_ao90", "pt-PT", "pt"),
        ("fr_", "fr", "fr"),
    ];
    on_odd_host("open.html", async |page| {
        let report = page.report();
        report.go_on_to(WidgetPage::Damage).await?;
        for (lang, tag, language) in cases {
            report.run_script(&format!("widget.lang = '{lang}';")).await?;
            speaks(&report, tag, &text_in_language(language, "damage.title", &[]))
                .await
                .with_context(|| lang.to_owned())?;
        }
        // None of ours: the page around it is Dutch.
        for lang in ["zh-Hans", "x-klingon", "constructor", "-", "tr_TR"] {
            report.run_script("widget.lang = 'it';").await?;
            speaks(&report, "it", &text_in_language("it", "damage.title", &[])).await?;
            report.run_script(&format!("widget.lang = '{lang}';")).await?;
            speaks(&report, "nl", &text("damage.title")).await.with_context(|| lang.to_owned())?;
        }
        page.assert_unharmed().await
    })
    .await;
}

#[tokio::test]
async fn n08_around_a_shadow_root_of_the_shops_the_page_still_has_its_language() {
    on_odd_host("application.html", async |page| {
        page.run_script(
            "document.documentElement.lang = 'de_DE'; const inner = document.createElement('div'); left.append(inner); \
             const element = document.querySelector('damage-report'); element.remove(); \
             inner.attachShadow({ mode: 'open' }).append(element);",
        )
        .await?;
        let label = "return left.lastChild.shadowRoot.querySelector('damage-report').shadowRoot.querySelector('button').textContent;";
        eventually("the button in German", || async { Ok((page.run_script(label).await? == "Schaden melden").then_some(())) }).await
    })
    .await;
}

#[tokio::test]
pub(crate) async fn n04_a_language_that_the_widget_lacks_leaves_an_open_report_in_its_own() {
    on_odd_host("open.html", async |page| {
        let report = page.report();
        report.go_on_to(WidgetPage::Damage).await?;
        report.fill_field("textarea", "Half getypt").await?;
        page.run_script("document.documentElement.lang = 'en';").await?;
        speaks(&report, "en-GB", &text_in_language("en", "damage.title", &[])).await?;
        // As a translator does, and a script of the shop's that means the element.
        for change in
            ["document.documentElement.lang = 'tr';", "document.querySelector('damage-report').lang = 'tr-TR';"]
        {
            page.run_script(change).await?;
            // When the second change has been seen, the first has been seen as well.
            page.run_script("document.querySelector('damage-report').messages = { 'damage.title': 'Broken?' };")
                .await?;
            speaks(&report, "en-GB", "Broken?").await.context(change)?;
            page.run_script("document.querySelector('damage-report').messages = {};").await?;
            speaks(&report, "en-GB", &text_in_language("en", "damage.title", &[])).await.context(change)?;
        }
        assert_eq!(report.field_value("textarea").await?, "Half getypt");
        page.assert_unharmed().await
    })
    .await;
}

/// A library that renders a page anew removes everything that is not in the new HTML.
const MORPH: &str = "const now = document.querySelector('damage-report'); \
     const next = new DOMParser().parseFromString('<damage-report><p class=fallback><a href=/contact>Neem contact op</a></p></damage-report>', 'text/html').querySelector('damage-report'); \
     for (const { name } of [...now.attributes]) if (!next.hasAttribute(name)) now.removeAttribute(name); \
     now.replaceChildren(...next.childNodes);";

#[tokio::test]
pub(crate) async fn n12_a_page_that_is_made_anew_around_an_open_report_leaves_it_open() {
    on_odd_host("dark.html", async |page| {
        let report = page.report();
        report.press_element(OPENING).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        report.tick_damage().await?;
        report.fill_field("textarea", "Gebarsten").await?;
        let order_line = report.run_script("return widget.getAttribute('order-line');").await?;
        for change in ["widget.removeAttribute('open');", MORPH] {
            report.run_script(change).await?;
            eventually("the attribute to be back", || async {
                Ok((report.run_script("return widget.hasAttribute('open');").await? == true).then_some(()))
            })
            .await?;
            assert!(report.is_focused("textarea").await?, "{change}");
            assert_eq!(report.field_value("textarea").await?, "Gebarsten", "{change}");
        }
        // A script of the page sets its properties again: the same order line is the same report.
        report.run_script(&format!("widget.setAttribute('order-line', {order_line});")).await?;
        assert_eq!(report.field_value("textarea").await?, "Gebarsten");
        assert!(!page.dispatched_events().await?.contains(&"toggle false".to_owned()));

        // A page that opened it by script closes it by script when the customer presses there.
        report.run_script("widget.close();").await?;
        report.wait_until_gone("form").await?;
        report.run_script("widget.open = true;").await?;
        report.wait_for_page(WidgetPage::Damage).await?;
        let press = "const close = document.createElement('button'); document.body.append(close); \
                     close.onclick = () => widget.toggleAttribute('open'); close.click();";
        report.run_script(press).await?;
        report.wait_until_gone("form").await?;
        assert_eq!(report.run_script("return widget.state;").await?, "closed");
        page.assert_unharmed().await
    })
    .await;
}

#[tokio::test]
async fn n12_what_the_page_has_opened_by_its_attribute_it_closes_by_that_unless_somebody_is_at_work_in_there() {
    on_odd_host("open.html", async |page| {
        let report = page.report();
        report.wait_for_page(WidgetPage::Start).await?;
        report.run_script("widget.removeAttribute('open');").await?;
        report.wait_until_gone("h2").await?;
        report.run_script("widget.setAttribute('open', '');").await?;
        report.go_on_to(WidgetPage::Damage).await?;
        report.wait_for_focus_on("h2").await?;
        report.run_script("widget.removeAttribute('open');").await?;
        eventually("the attribute to be back", || async {
            Ok((report.run_script("return widget.hasAttribute('open');").await? == true).then_some(()))
        })
        .await?;
        report.wait_for_page(WidgetPage::Damage).await?;
        report.run_script("widget.open = false;").await?;
        report.wait_until_gone("h2").await
    })
    .await;
}

#[tokio::test]
pub(crate) async fn n18_what_is_typed_in_the_report_sets_off_no_shortcut_of_the_page() {
    on_odd_host("dark.html", async |page| {
        // As shops have them: not while somebody types in a field, which none of the report's is to them.
        page.run_script(
            "window.shortcuts = []; const isField = ({ target }) => /^(INPUT|TEXTAREA)$/.test(target.tagName); \
             for (const type of ['keydown', 'keypress', 'keyup']) document.addEventListener(type, (event) => { \
               if (isField(event) || !(event.key.length === 1 || ['Escape', 'Enter'].includes(event.key))) return; \
               event.preventDefault(); shortcuts.push(`${type} ${event.key}`); }); \
             for (const type of ['input', 'paste', 'copy']) document.addEventListener(type, () => shortcuts.push(type));",
        )
        .await?;
        let report = page.report();
        report.press_element(OPENING).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        report.fill_field("textarea", "1/2 kapot?").await?;
        let copy = "const field = widget.shadowRoot.querySelector('textarea'); \
                    for (const type of ['copy', 'paste']) field.dispatchEvent(new ClipboardEvent(type, { bubbles: true, composed: true }));";
        report.run_script(copy).await?;
        assert_eq!(report.field_value("textarea").await?, "1/2 kapot?");
        assert_eq!(page.run_script("return shortcuts;").await?, json!([]));
        // The shortcuts that close the page's dialog and open its search.
        let keys = "const field = widget.shadowRoot.querySelector('textarea'); \
                    for (const init of [{ key: 'Escape' }, { key: 'k', ctrlKey: true }, { key: 'a', ctrlKey: true }, { key: '@', ctrlKey: true, altKey: true }]) \
                      field.dispatchEvent(new KeyboardEvent('keydown', { code: init.key, bubbles: true, composed: true, ...init }));";
        report.run_script(keys).await?;
        assert_eq!(page.run_script("return shortcuts;").await?, json!(["keydown Escape", "keydown k"]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn e3_e4_a_token_that_is_none_is_never_sent_and_the_console_says_what_came() {
    let cases = [
        ("delete widget.getToken; widget.getToken = undefined;", "getToken is not set"),
        ("widget.getToken = 'token';", "getToken is not set"),
        ("widget.getToken = () => ({ token: 'a' });", "getToken gave no token, but object"),
        ("widget.getToken = async () => 7;", "getToken gave no token, but number"),
        ("widget.getToken = () => 'Bearer a';", "getToken gave no token, but \"Bearer a\""),
        (
            "widget.getToken = () => '<!doctype html><title>Log in</title>';",
            "getToken gave no token, but \"<!doctype html>\"",
        ),
        ("widget.getToken = () => '';", "getToken gave no token, but \"\""),
    ];
    for (give, line) in cases {
        on_odd_host("dark.html", async |page| {
            let report = page.report();
            let hear = "window.said = []; for (const level of ['error', 'warn']) { \
                          const honest = console[level]; \
                          console[level] = (what, ...more) => { said.push(String(what)); honest(what, ...more); }; }";
            report.run_script(&[give, hear].concat()).await?;
            report.press_element(OPENING).await?;
            page.wait_for_event("auth-required").await?;
            page.wait_for_event("error signed_out").await?;
            report.wait_for_text(&text_pieces("failure.signed_out", &[])[0]).await?;
            report.press_element(".step button").await?;
            eventually("another try", || async {
                Ok((page.dispatched_events().await?.iter().filter(|heard| *heard == "auth-required").count() == 2)
                    .then_some(()))
            })
            .await?;
            let said = page.run_script("return said.filter((line) => line.includes('getToken'));").await?;
            assert_eq!(said, json!([format!("damage-report: {line}")]), "once");
            assert_eq!(page.faults.seen_requests_of(RequestKind::ReadLine), [], "{give}");
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn e5_another_server_at_the_endpoint_is_no_backend() {
    on_odd_host("dark.html", async |page| {
        let html = FakeAnswer::file("text/html", b"<!doctype html><title>Not found</title>".to_vec());
        let not_found = FakeAnswer { status: 404, ..html };
        page.faults.add_rule(FaultRule::new(RequestKind::ReadLine, Occurrence::Always, Fault::Instead(not_found)));
        let report = page.report();
        report.press_element(OPENING).await?;
        page.wait_for_event("error unreachable").await?;
        report.wait_for_text(&text_part("failure.no_service", &[])).await?;
        page.wait_for_fallback().await
    })
    .await;
}

#[tokio::test]
async fn e11_a_customer_who_logs_out_is_forgotten_in_the_report_that_is_open() {
    on_odd_host("open.html", async |page| {
        let report = page.report();
        report.go_on_to(WidgetPage::Damage).await?;
        report.tick_damage().await?;
        report.fill_field("textarea", "Van mij").await?;
        let forget = "return customElements.get('damage-report').forgetDrafts().then(() => true);";
        assert_eq!(page.run_script(forget).await?, true);
        report.wait_for_page(WidgetPage::Start).await?;
        assert_eq!(report.count_elements("#go-on").await?, 0);
        report.go_on_to(WidgetPage::Damage).await?;
        assert_eq!(report.field_value("textarea").await?, "");
        assert_eq!(report.field_value("#damage-0").await?, false);
        page.browser.reload().await?;
        report.wait_for_page(WidgetPage::Start).await?;
        assert_eq!(report.count_elements("#go-on").await?, 0);
        Ok(())
    })
    .await;
}
