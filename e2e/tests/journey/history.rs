//! The browser's own Back and Forward, and Android's, in the middle of a report: rows R1 and N15 of `docs/faults.md`.

use anyhow::Result;
use damage_report_e2e::{
    browser::Screen,
    journey::journey_with_faults,
    odd_hosts::{OPENING, OddHost, on_odd_host},
    pages::{OrderPage, WidgetPage},
    photos::{Album, PhotoFile},
    shop::Scenario,
    wait::eventually,
    words::text,
};
use damage_report_rules::evidence::Subject;
use serde_json::json;

/// A shop's router: it keeps a state of its own in the history, and notes every move that leads away from it.
const ROUTER: &str = "history.pushState({ key: 'orders' }, '', location.href); \
                      addEventListener('popstate', ({ state }) => state?.key === 'orders' || heard.push('left'));";

const STATE: &str = "return history.state;";

/// Waits until the browser is at the shop's own entry, as the shop made it.
async fn wait_for_entry_of_shop(page: &OddHost<'_>) -> Result<()> {
    eventually("the shop's own entry", || async {
        Ok((page.run_script(STATE).await? == json!({ "key": "orders" })).then_some(()))
    })
    .await
}

#[tokio::test]
pub(crate) async fn r1_the_browsers_back_leads_to_the_page_before() {
    on_odd_host("form.html", async |page| {
        page.run_script(ROUTER).await?;
        let report = page.report();
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, &[PhotoFile::small(0)?]).await?;
        report.go_on_to(WidgetPage::Label).await?;

        page.browser.go_back().await?;
        report.wait_for_page(WidgetPage::Packaging).await?;
        report.wait_for_focus_on("h2").await?;
        report.wait_for_photos("kept", 1).await?;
        page.browser.go_back().await?;
        report.wait_for_page(WidgetPage::Damage).await?;
        assert_eq!(report.field_value("#damage-0").await?, json!(true));
        // Forward is for Continue, which looks at what is missing first.
        page.browser.go_forward().await?;
        wait_for_entry(page, 1).await?;
        report.wait_for_page(WidgetPage::Damage).await?;

        // The widget's own Back and the browser's are one way.
        report.go_on_to(WidgetPage::Packaging).await?;
        report.go_back_to(WidgetPage::Damage).await?;
        wait_for_entry(page, 1).await?;
        page.browser.go_back().await?;
        report.wait_for_page(WidgetPage::Start).await?;
        wait_for_entry_of_shop(page).await?;

        report.go_on_to(WidgetPage::Damage).await?;
        report.run_script("widget.close();").await?;
        wait_for_entry_of_shop(page).await?;
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Damage).await?;
        page.browser.go_back().await?;
        report.wait_for_page(WidgetPage::Start).await?;
        page.browser.go_back().await?;
        wait_until_entry_is_left(page).await
    })
    .await;
}

/// Waits until the customer has left the shop's entry. WebKit passes over the entry before it as well, on which nobody pressed
/// anything, and is on no page of the shop's then.
async fn wait_until_entry_is_left(page: &OddHost<'_>) -> Result<()> {
    let is_left = "return typeof heard === 'undefined' || (history.state === null && heard.includes('left'));";
    eventually("the entry to be left", || async { Ok((page.run_script(is_left).await? == true).then_some(())) }).await
}

/// Waits until the browser is at our entry number `place`.
async fn wait_for_entry(page: &OddHost<'_>, place: u8) -> Result<()> {
    eventually(&format!("entry {place}"), || async {
        Ok((page.run_script("return history.state?.['damage-report']?.place;").await? == json!(place)).then_some(()))
    })
    .await
}

#[tokio::test]
pub(crate) async fn r1_once_it_is_sent_back_leaves_the_page_and_no_entry_is_left() {
    on_odd_host("form.html", async |page| {
        page.run_script(ROUTER).await?;
        let report = page.report();
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        report.go_on_to(WidgetPage::Check).await?;
        report.send_claim().await?;
        wait_for_entry_of_shop(page).await?;
        page.browser.go_back().await?;
        wait_until_entry_is_left(page).await
    })
    .await;
}

#[tokio::test]
pub(crate) async fn r1_when_the_entries_are_left_the_page_stays_where_the_customer_reads() {
    on_odd_host("form.html", async |page| {
        page.run_script(ROUTER).await?;
        // A shop's page goes on below, and above.
        page.run_script(
            "const place = () => Object.assign(document.createElement('div'), { style: 'height: 1500px' }); \
             document.body.prepend(place()); document.body.append(place());",
        )
        .await?;
        let report = page.report();
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        // Begin is at the bottom of the first page: that is where the browser remembers this entry.
        report.run_script("widget.shadowRoot.querySelector('.primary').scrollIntoView({ block: 'start' });").await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.fill_in_current_page_up_to_check(&Album::of_small_photos()?).await?;
        // Where the page scrolls smoothly, the browser is the last to come to rest. On a busy machine it leaves the entries only
        // after the receipt is drawn.
        report
            .run_script(
                "const send = widget.shadowRoot.querySelector('#send'), { go } = history; send.scrollIntoView(); \
                 history.go = (by) => requestAnimationFrame(() => requestAnimationFrame(() => go.call(history, by))); \
                 document.documentElement.style.scrollBehavior = 'smooth'; send.click();",
            )
            .await?;
        report.claim_reference().await?;
        wait_for_entry_of_shop(page).await?;
        // Only the final position counts: scrolling may be under way, and the browser restores an entry's position after `popstate`.
        page.browser.wait_for_end_of_scrolling().await?;
        let top = "const { top } = widget.shadowRoot.querySelector('h2').getBoundingClientRect(); return top >= 0 && top < innerHeight / 2;";
        assert_eq!(report.run_script(top).await?, true, "the receipt is seen from its top");
        assert_eq!(page.run_script("return history.scrollRestoration;").await?, "auto", "as the shop had it");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r1_a_change_from_the_check_leads_back_to_the_check() {
    on_odd_host("form.html", async |page| {
        let report = page.report();
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        report.go_on_to(WidgetPage::Check).await?;
        report.press_element(".answers #damage").await?;
        report.wait_for_page(WidgetPage::Damage).await?;
        page.browser.go_back().await?;
        report.wait_for_page(WidgetPage::Check).await?;
        page.browser.go_back().await?;
        report.wait_for_page(WidgetPage::Device).await
    })
    .await;
}

#[tokio::test]
async fn r1_a_link_within_the_shops_page_is_the_shops_and_moves_no_page_of_the_report() {
    on_odd_host("form.html", async |page| {
        let report = page.report();
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        page.run_script("location.hash = 'order';").await?;
        page.browser.go_back().await?;
        eventually("the address before", || async {
            Ok((page.run_script("return location.hash;").await? == "").then_some(()))
        })
        .await?;
        report.wait_for_page(WidgetPage::Damage).await?;
        page.browser.go_back().await?;
        report.wait_for_page(WidgetPage::Start).await
    })
    .await;
}

#[tokio::test]
pub(crate) async fn n15_after_a_reload_the_button_says_that_there_is_something_to_go_on_with() {
    on_odd_host("form.html", async |page| {
        let report = page.report();
        report.press_element(OPENING).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, &[PhotoFile::small(0)?]).await?;
        page.browser.reload().await?;
        eventually("the button to say so", || async {
            Ok((report.text_of(OPENING).await? == text("opening_resume")).then_some(()))
        })
        .await?;
        page.wait_for_event("draft found").await?;
        let place = "return history.state?.['damage-report']?.place ?? 0;";
        eventually("the entries of before to be left", || async {
            Ok((page.run_script(place).await? == json!(0)).then_some(()))
        })
        .await?;
        eventually("the shop's entry to be as it was", || async {
            Ok((page.run_script("return history.scrollRestoration;").await? == "auto").then_some(()))
        })
        .await?;
        report.press_element(OPENING).await?;
        report.press_element("#go-on").await?;
        report.wait_for_page(WidgetPage::Packaging).await?;
        page.browser.go_back().await?;
        report.wait_for_page(WidgetPage::Damage).await
    })
    .await;
}

#[tokio::test]
async fn n15_a_page_that_makes_its_element_later_knows_of_the_draft() {
    journey_with_faults(Screen::Phone, async |shop, _, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        let label = r#"[data-scenario="delivered_yesterday"] [data-part="help-label"]"#;
        assert_eq!(orders.text_of(label).await?, "Vraag om hulp");
        let report = orders.open_report(Scenario::DeliveredYesterday).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, &[PhotoFile::small(0)?]).await?;
        orders.reload().await?;
        eventually("the shop's button to say so", || async {
            Ok((orders.text_of(label).await? == "Ga verder met je melding").then_some(()))
        })
        .await
    })
    .await;
}
