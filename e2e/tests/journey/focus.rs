//! Where the focus goes: to the heading of each page, to what is wrong, and never away from who has it.

use damage_report_e2e::{
    browser::Screen,
    faults::{Answer, Fault, RequestKind, Rule, When},
    journey::{journey, journey_with_faults},
    pages::{OrderPage, Place},
    photos::Album,
    shop::Scenario,
};
use damage_report_rules::evidence::Subject;

const LINE: Scenario = Scenario::DeliveredYesterday;

#[tokio::test]
async fn the_focus_goes_where_the_customer_goes() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.ask_for_help(LINE).await?;
        assert!(report.focused().await?.is_none(), "the widget takes no focus when it opens");
        report.to(Place::Damage).await?;
        report.wait_for_focus_on("h2").await?;
        report.go_on_with_errors().await?;
        report.wait_for_focus_on(".summary").await?;
        // Pressed again, it is there again.
        report.press("#damage-1").await?;
        report.press("#damage-1").await?;
        report.go_on_with_errors().await?;
        report.wait_for_focus_on(".summary").await?;
        report.press(".summary li button").await?;
        report.wait_for_focus_on("#damage-0").await?;
        report.tick_damage().await?;
        report.to(Place::Packaging).await?;
        report.wait_for_focus_on("h2").await?;
        report.go_back_to(Place::Damage).await?;
        report.wait_for_focus_on("h2").await?;
        report.to(Place::Packaging).await?;
        report.add_all_photos(&album).await?;
        report.wait_for_focus_on("h2").await?;

        // Changed, and back at the check.
        report.press("#device").await?;
        report.wait_for_place(Place::Device).await?;
        report.wait_for_focus_on("h2").await?;
        report.press(".photo:nth-child(2) .remove").await?;
        report.wait_for_focus_on(".photo:nth-child(2):last-child").await?;
        report.press(".photo:nth-child(2) .remove").await?;
        report.wait_for_focus_on(".photo:first-child:last-child").await?;
        report.press(".photo .remove").await?;
        report.wait_for_focus_on("input#device").await?;
        report.add_photos(Subject::Device, &album.device).await?;
        report.to(Place::Check).await?;
        report.wait_for_focus_on("h2").await?;
        report.send().await?;
        report.wait_for_focus_on("h2").await
    })
    .await;
}

#[tokio::test]
async fn who_tries_again_keeps_the_focus() {
    journey_with_faults(Screen::Phone, async |shop, faults, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        faults.add(Rule::new(
            RequestKind::ReadLine,
            When::First(2),
            Fault::Instead(Answer::refusal(404, "order_line_unknown", "none")),
        ));
        let report = orders.ask_for_help_without_waiting(LINE).await?;
        report.find(r#"[role="alert"]"#).await?;
        assert!(report.focused().await?.is_none(), "the widget takes no focus when it opens");
        report.press(r#"[role="alert"] + button"#).await?;
        report.wait_for_focus_on(r#"[role="alert"] + button"#).await?;
        report.press(r#"[role="alert"] + button"#).await?;
        report.wait_for_place(Place::Start).await?;
        report.wait_for_focus_on("h2").await
    })
    .await;
}
