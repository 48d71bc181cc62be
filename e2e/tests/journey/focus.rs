//! Where the focus goes: to the heading of each page, to what is wrong, and never away from who has it.

use damage_report_e2e::{
    browser::Screen,
    faults::{FakeAnswer, Fault, FaultRule, Occurrence, RequestKind},
    journey::{journey, journey_with_faults},
    pages::{OrderPage, WidgetPage},
    photos::Album,
    shop::Scenario,
};
use damage_report_rules::evidence::Subject;

const LINE: Scenario = Scenario::DeliveredYesterday;

#[tokio::test]
async fn the_focus_goes_where_the_customer_goes() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        assert!(report.focused_element().await?.is_none(), "the widget takes no focus when it opens");
        report.go_on_to(WidgetPage::Damage).await?;
        report.wait_for_focus_on("h2").await?;
        report.continue_expecting_errors().await?;
        report.wait_for_focus_on(".summary").await?;
        // Pressed again, it is there again.
        report.press_element("#damage-1").await?;
        report.press_element("#damage-1").await?;
        report.continue_expecting_errors().await?;
        report.wait_for_focus_on(".summary").await?;
        report.press_element(".summary li button").await?;
        report.wait_for_focus_on("#damage-0").await?;
        report.tick_damage().await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.wait_for_focus_on("h2").await?;
        report.go_back_to(WidgetPage::Damage).await?;
        report.wait_for_focus_on("h2").await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.fill_in_current_page_up_to_check(&album).await?;
        report.wait_for_focus_on("h2").await?;

        // Changed, and back at the check.
        report.press_element("#device").await?;
        report.wait_for_page(WidgetPage::Device).await?;
        report.wait_for_focus_on("h2").await?;
        report.press_element(".photo:nth-child(2) .remove").await?;
        report.wait_for_focus_on(".photo:nth-child(2):last-child").await?;
        report.press_element(".photo:nth-child(2) .remove").await?;
        report.wait_for_focus_on(".photo:first-child:last-child").await?;
        report.press_element(".photo .remove").await?;
        report.wait_for_focus_on("input#device").await?;
        report.add_photos(Subject::Device, &album.device).await?;
        report.go_on_to(WidgetPage::Check).await?;
        report.wait_for_focus_on("h2").await?;
        report.send_claim().await?;
        report.wait_for_focus_on("h2").await
    })
    .await;
}

#[tokio::test]
async fn who_tries_again_keeps_the_focus() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        faults.add_rule(FaultRule::new(
            RequestKind::ReadLine,
            Occurrence::First(2),
            Fault::Instead(FakeAnswer::refusal(404, "order_line_unknown", "none")),
        ));
        let report = orders.open_report_without_waiting(LINE).await?;
        report.wait_for_element(r#"[role="alert"]"#).await?;
        assert!(report.focused_element().await?.is_none(), "the widget takes no focus when it opens");
        report.press_element(r#"[role="alert"] + button"#).await?;
        report.wait_for_focus_on(r#"[role="alert"] + button"#).await?;
        report.press_element(r#"[role="alert"] + button"#).await?;
        report.wait_for_page(WidgetPage::Start).await?;
        report.wait_for_focus_on("h2").await
    })
    .await;
}
