//! Strange pages: each works, or shows the shop's own words, and none is harmed.
//!
//! Each page in `odd_hosts/` says in its title what is strange about it.

use std::slice;

use damage_report_e2e::{
    odd_hosts::{OPENING, on_odd_host},
    pages::{ReportWidget, WidgetPage},
    photos::{Album, PhotoFile},
    shop::Scenario,
};
use damage_report_rules::evidence::Subject;
use serde_json::json;

#[tokio::test]
pub(crate) async fn h017_a_policy_that_allows_next_to_nothing_allows_the_widget() {
    a_report_goes_in_on("policy.html").await;
}

#[tokio::test]
async fn b016_styles_that_undo_everything_undo_nothing_of_the_widget() {
    on_odd_host("unset.html", async |page| {
        let report = page.report();
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        // A page whose rem is 10 pixels, and whose every element has the browser's own font.
        let looks = "const of = (css) => getComputedStyle(widget.shadowRoot.querySelector(css)); \
                     return [of('.step p').fontSize, of('.primary').backgroundColor, of('h2').display, \
                             of('.step').fontFamily.split(',')[0], widget.clientWidth === 0 || widget.getBoundingClientRect().width > 200];";
        assert_eq!(report.run_script(looks).await?, json!(["16px", "rgb(11, 90, 84)", "block", "system-ui", true]));
        page.complete_report().await
    })
    .await;
}

#[tokio::test]
async fn b016_names_that_a_page_takes_and_a_base_elsewhere_lead_nowhere_else() {
    a_report_goes_in_on("clobbered.html").await;
}

#[tokio::test]
async fn b016_what_old_libraries_do_to_every_script_does_not_reach_the_claim() {
    a_report_goes_in_on("patched.html").await;
}

#[tokio::test]
async fn on_a_page_that_is_read_from_the_right_the_widget_is_too() {
    on_odd_host("rightwards.html", async |page| {
        let report = page.report();
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        let sides = "const [heading, step] = ['h2', '.step'].map((css) => widget.shadowRoot.querySelector(css).getBoundingClientRect()); \
                     return [getComputedStyle(widget.shadowRoot.querySelector('h2')).direction, \
                             document.documentElement.scrollWidth <= innerWidth];";
        assert_eq!(report.run_script(sides).await?, json!(["rtl", true]));
        page.complete_report().await
    })
    .await;
}

/// No language of ours is read from the right: this one has the Dutch words in Hebrew letters, half as long again.
#[tokio::test]
async fn a_language_that_is_read_from_the_right_fits_every_page() {
    on_odd_host("rightwards.html", async |page| {
        let report = page.report();
        let speak = "const letters = (text) => text.split(/(\\{\\w+\\})/).map((part) => part.startsWith('{') ? part : \
                       part.replace(/[a-z]/gi, (letter) => String.fromCharCode(0x5d0 + letter.toLowerCase().charCodeAt(0) % 27)) \
                         .replace(/(\\S{4,})/g, '$1\u{5d0}\u{5d1}')).join(''); \
                     const [url] = performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('/nl.json')); \
                     const files = await Promise.all([url, url.replace('nl', 'nl-report')].map(async (url) => (await fetch(url)).json())); \
                     const words = Object.assign({}, ...files); \
                     for (const [key, said] of Object.entries(words)) words[key] = typeof said === 'string' ? letters(said) : \
                       Object.fromEntries(Object.entries(said).map(([form, text]) => [form, letters(text)])); \
                     widget.messages = words;";
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        report.run_script(&format!("return (async () => {{ {speak} }})();")).await?;
        report.wait_for_count("h2:dir(rtl)", 1).await?;
        let fits = "return [...widget.shadowRoot.querySelectorAll('.report *')].filter((element) => { \
                      const [own, page] = [element.getBoundingClientRect(), document.documentElement.clientWidth]; \
                      return own.width > 1 && (own.left < -1 || own.right > page + 1); \
                    }).map((element) => element.className);";
        let photo = PhotoFile::small(0)?;
        report.go_on_to(WidgetPage::Damage).await?;
        assert_eq!(report.run_script(fits).await?, json!([]));
        report.continue_expecting_errors().await?;
        assert_eq!(report.run_script(fits).await?, json!([]));
        report.tick_damage().await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, slice::from_ref(&photo)).await?;
        assert_eq!(report.run_script(fits).await?, json!([]));
        let side = "const [picture, words] = ['.photo .frame', '.photo strong'].map((css) => \
                      widget.shadowRoot.querySelector(css).getBoundingClientRect().left); return picture > words;";
        assert_eq!(report.run_script(side).await?, true, "the picture stands before the words: on the right");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn on_a_dark_page_the_widget_is_dark() {
    on_odd_host("dark.html", async |page| {
        let report = page.report();
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        let colours = "const style = getComputedStyle(widget.shadowRoot.querySelector('.step')); \
                       return [style.backgroundColor, style.color];";
        assert_eq!(report.run_script(colours).await?, json!(["rgb(22, 29, 27)", "rgb(237, 241, 239)"]));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn in_a_dialog_a_report_goes_in_and_closing_it_loses_nothing() {
    on_odd_host("dialog.html", async |page| {
        let report = page.report();
        report.press_element(OPENING).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        page.run_script("document.querySelector('#close').click();").await?;
        page.run_script("document.querySelector('#help').showModal();").await?;
        report.wait_for_page(WidgetPage::Packaging).await?;
        report.fill_in_current_page_up_to_check(&Album::of_small_photos()?).await?;
        report.send_claim().await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn in_a_frame_that_may_do_little_a_report_goes_in() {
    on_odd_host("frame.html", async |page| {
        page.browser.enter_frame("iframe").await?;
        page.complete_report().await
    })
    .await;
}

#[tokio::test]
async fn a_form_around_it_is_neither_sent_nor_joined() {
    on_odd_host("form.html", async |page| {
        page.complete_report().await?;
        let own = "return [...new FormData(document.querySelector('#order')).keys()].join();";
        assert_eq!(page.run_script(own).await?, "remark", "the shop's form has its own fields and no others");
        assert_eq!(page.run_script("return location.pathname;").await?, "/odd_hosts/form.html");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_application_may_move_it_remove_it_and_put_it_back_for_another_order() {
    on_odd_host("application.html", async |page| {
        let report = page.report();
        report.press_element(OPENING).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        report.tick_damage().await?;
        page.run_script("right.append(document.querySelector('damage-report'));").await?;
        assert_eq!(report.field_value("#damage-0").await?, true, "moved, it is as it was");

        let other = page.shop.line_id(Scenario::ClosesToday).await?;
        let replace = "const element = document.querySelector('damage-report'); element.remove(); \
                       element.setAttribute('order-line', arguments[0]); left.append(element);";
        page.browser.run_script(replace, vec![json!(other)]).await?;
        report.wait_for_page(WidgetPage::Start).await?;

        // As fast as a framework can: what was on its way to be shown never is.
        let flicker = "for (let n = 0; n < 20; n++) { \
                         const element = document.createElement('damage-report'); \
                         element.setAttribute('open', ''); element.setAttribute('order-line', `gone-${n}`); \
                         left.append(element); element.remove(); }";
        page.run_script(flicker).await?;
        page.run_script("document.querySelector('damage-report').remove();").await?;
        page.assert_unharmed().await
    })
    .await;
}

#[tokio::test]
async fn two_for_one_order_line_are_like_two_tabs() {
    on_odd_host("twice.html", async |page| {
        let [first, second] = ["#first", "#second"].map(|host| ReportWidget::new(page.browser, host.to_owned()));
        first.press_element(OPENING).await?;
        first.go_on_to(WidgetPage::Damage).await?;
        first.tick_damage().await?;
        second.press_element(OPENING).await?;
        second.press_element("#take-over").await?;
        second.wait_for_page(WidgetPage::Damage).await?;
        assert_eq!(second.field_value("#damage-0").await?, true);
        first.wait_for_element("#take-over").await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn without_web_assembly_the_shops_own_words_come() {
    on_odd_host("wasmless.html", async |page| {
        page.report().press_element(OPENING).await?;
        page.wait_for_event("error files").await?;
        page.wait_for_fallback().await
    })
    .await;
}

async fn a_report_goes_in_on(name: &str) {
    on_odd_host(name, async |page| page.complete_report().await).await;
}
