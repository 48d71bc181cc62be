//! Reports that are refused, and how the customer is told.

use std::slice;

use anyhow::Result;
use chrono::TimeDelta;
use damage_report_e2e::{
    browser::Screen,
    journey::journey,
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::{Album, PhotoFile},
    records::BackendRecords,
    shop::{self, Scenario},
    wait::eventually,
    words::{text, text_part, text_with},
};
use damage_report_rules::evidence::Subject;

#[tokio::test]
async fn two_photos_of_the_device_are_not_enough() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_a_damaged_phone()?;
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::DeliveredYesterday).await?;
        report.go_on_to(WidgetPage::Device).await?;
        report.add_photos(Subject::Device, &album.device[..2]).await?;

        assert_eq!(
            report.continue_expecting_errors().await?,
            [text_with("violation.photos_more.device", &[("n", "1")])]
        );
        report.wait_for_focus_on(".summary").await?;
        assert_eq!(report.text_of("#device-error").await?, text_with("violation.photos_more.device", &[("n", "1")]));

        report.press_element(".summary li button").await?;
        report.wait_for_focus_on("input#device").await?;
        report.add_photos(Subject::Device, &album.device[2..]).await?;
        report.go_on_to(WidgetPage::Check).await
    })
    .await;
}

#[tokio::test]
async fn one_picture_picked_three_times_is_one_picture() {
    journey(Screen::Desk, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::DeliveredYesterday).await?;
        report.go_on_to(WidgetPage::Device).await?;
        for _ in 0..3 {
            report.pick_photos(Subject::Device, &album.device[..1]).await?;
        }
        report.wait_for_photos("wrong", 2).await?;
        report.wait_for_photos("kept", 1).await?;
        report.wait_for_text(&text_with("photos.count", &[("n", "1"), ("need", "3")])).await?;
        report.wait_for_text(&text_with("refusal.same_as.device", &[("n", "1")])).await?;
        assert_eq!(
            report.continue_expecting_errors().await?,
            [text_with("violation.photos_more.device", &[("n", "2")])]
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_photo_of_the_packaging_does_not_count_for_the_device() {
    journey(Screen::Desk, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::DeliveredYesterday).await?;
        report.go_on_to(WidgetPage::Device).await?;
        report.pick_photos(Subject::Device, slice::from_ref(&album.packaging)).await?;
        report.wait_for_text(&text_with("refusal.same_as.packaging", &[("n", "1")])).await?;
        report.wait_for_text(&text_with("photos.count", &[("n", "0"), ("need", "3")])).await
    })
    .await;
}

#[tokio::test]
async fn what_is_no_photo_is_refused_before_it_is_sent() {
    journey(Screen::Desk, async |shop, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::DeliveredYesterday).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.pick_photos(Subject::Packaging, &[PhotoFile::from_bytes(b"%PDF-1.7\nno photo")?]).await?;
        report.wait_for_text(&text("refusal.type")).await?;
        report.pick_photos(Subject::Packaging, &[PhotoFile::from_bytes(b"")?]).await?;
        report.wait_for_text(&text("refusal.empty")).await?;
        report.wait_for_photos("wrong", 2).await?;
        let words = text_with("violation.photos_none.packaging", &[("n", "1")]);
        assert_eq!(report.continue_expecting_errors().await?, [words]);
        assert_eq!(browser.answered_requests("/photos/").await?, Vec::<String>::new());
        Ok(())
    })
    .await;
}

#[tokio::test]
pub(crate) async fn a_file_that_is_gone_when_it_is_read_says_so_and_harms_nothing_else() {
    journey(Screen::Desk, async |shop, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::DeliveredYesterday).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        // The page hears of what was picked only when it is told.
        let hold = "widget.shadowRoot.addEventListener('change', (event) => { \
                      event.stopPropagation(); window.picked = event.target; \
                    }, { capture: true, once: true });";
        report.run_script(hold).await?;
        let gone = PhotoFile::from_bytes(b"\xff\xd8\xff a photo that is deleted as soon as it is picked")?;
        report.pick_photos(Subject::Packaging, &[gone.clone(), PhotoFile::small(0)?]).await?;
        std::fs::remove_file(gone.path())?;
        report.run_script("window.picked.dispatchEvent(new Event('change', { bubbles: true }));").await?;
        report.wait_for_text(&text("refusal.unavailable")).await?;
        report.wait_for_photos("kept", 1).await?;
        report.wait_for_photos("wrong", 1).await?;
        eventually("everything to be saved", || async {
            Ok((!browser.would_ask_before_leaving().await?).then_some(()))
        })
        .await?;
        report.wait_for_no_banner().await?;
        report.go_on_to(WidgetPage::Label).await
    })
    .await;
}

#[tokio::test]
async fn nothing_ticked_and_nothing_shown_is_said_in_words() {
    journey(Screen::Phone, async |shop, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::DeliveredYesterday).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        assert_eq!(report.continue_expecting_errors().await?, [text("violation.damage_min")]);
        report.wait_for_focus_on(".summary").await?;
        report.tick_damage().await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        let words = text_with("violation.photos_none.packaging", &[("n", "1")]);
        assert_eq!(report.continue_expecting_errors().await?, [words]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_closed_window_says_why_and_what_can_be_done_now() {
    journey(Screen::Phone, async |shop, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::Closed).await?;
        says_it_is_closed(&report, shop.address()).await
    })
    .await;
}

#[tokio::test]
async fn what_has_not_been_delivered_cannot_be_reported_yet() {
    journey(Screen::Phone, async |shop, browser| {
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::OnItsWay).await?;
        report.wait_for_text(&text("not_delivered.title")).await?;
        report.wait_for_text(&text("not_delivered.why")).await?;
        assert_eq!(report.count_elements(".primary").await?, 0, "there is no way on");
        Ok(())
    })
    .await;
}

#[tokio::test]
pub(crate) async fn the_window_that_closes_today_is_closed_tomorrow() {
    journey(Screen::Desk, async |shop, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        let report = orders.open_report(Scenario::ClosesToday).await?;
        report.wait_for_text(&text("deadline.today")).await?;
        // The page shows its orders anew then, and the widget with them.
        orders.move_clock("lastMinute").await?;
        report.wait_for_text(&text("deadline.today")).await?;
        orders.move_clock("hour").await?;
        says_it_is_closed(&report, shop.address()).await
    })
    .await;
}

/// The page hears nothing of the time that has passed: it was asleep.
#[tokio::test]
pub(crate) async fn a_page_that_was_open_for_too_long_says_so_at_start_and_when_it_is_seen_again() {
    journey(Screen::Phone, async |shop, browser| {
        let close = shop::closing_instant(&shop.order_line(Scenario::ClosesToday).await?)?;
        let seen_again = "document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));";
        for wakes in [false, true] {
            shop.set_clock(close - TimeDelta::hours(2)).await?;
            let report = OrderPage::open(browser, shop).await?.open_report(Scenario::ClosesToday).await?;
            report.wait_for_text(&text("deadline.today")).await?;
            shop.set_clock(close + TimeDelta::hours(7)).await?;
            if wakes {
                browser.run_script(seen_again, Vec::new()).await?;
            } else {
                report.press_element(".primary").await?;
            }
            says_it_is_closed(&report, shop.address()).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_report_begun_in_time_is_taken_within_the_hour_after() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::ClosesToday).await?;
        report.fill_in_up_to_check(&album).await?;
        let close = shop::closing_instant(&shop.order_line(Scenario::ClosesToday).await?)?;
        shop.set_clock(close + TimeDelta::minutes(58)).await?;
        let reference = report.send_claim().await?;

        let line = shop.line_id(Scenario::ClosesToday).await?;
        let claims = BackendRecords::open(shop).await?.claims(&line).await?;
        assert_eq!(claims.len(), 1);
        assert_eq!((&claims[0].reference, claims[0].late), (&reference, false));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_pressed_begin_in_time_is_in_time_though_the_first_photo_comes_after_midnight() {
    journey(Screen::Phone, async |shop, browser| {
        let line = shop.line_id(Scenario::ClosesToday).await?;
        let close = shop::closing_instant(&shop.order_line(Scenario::ClosesToday).await?)?;
        shop.set_clock(close - TimeDelta::minutes(2)).await?;
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::ClosesToday).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        eventually("the beginning to be noted", || async {
            Ok(BackendRecords::open(shop).await?.is_draft_begun(&line).await?.then_some(()))
        })
        .await?;
        shop.set_clock(close + TimeDelta::minutes(10)).await?;
        report.fill_in_current_page_up_to_check(&Album::of_small_photos()?).await?;
        let reference = report.send_claim().await?;
        let claims = BackendRecords::open(shop).await?.claims(&line).await?;
        assert_eq!(
            claims.iter().map(|claim| (&claim.reference, claim.late)).collect::<Vec<_>>(),
            [(&reference, false)]
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
pub(crate) async fn a_report_sent_later_than_that_is_refused_in_words() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::ClosesToday).await?;
        report.fill_in_up_to_check(&album).await?;
        let close = shop::closing_instant(&shop.order_line(Scenario::ClosesToday).await?)?;
        shop.set_clock(close + TimeDelta::minutes(62)).await?;
        report.press_element("#send").await?;
        report.wait_for_text(&text("closed.title")).await?;
        report.wait_for_focus_on("h2").await?;
        assert_eq!(report.count_elements("canvas.picture").await?, 5, "nothing that was filled in is lost");
        // No dead end: why, and what can be done now; and nothing is offered that would be refused again.
        why_and_where_to_turn(&report, shop.address()).await?;
        assert_eq!(report.count_elements("#send, .answers button").await?, 0);
        assert!(!report.all_text().await?.contains(&text("check.not_sent")));

        let line = shop.line_id(Scenario::ClosesToday).await?;
        assert_eq!(BackendRecords::open(shop).await?.claims(&line).await?, []);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_tracking_number_that_looks_wrong_holds_nobody_up() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::ClosesToday).await?;
        report.go_on_to(WidgetPage::Label).await?;
        report.add_photos(Subject::Label, slice::from_ref(&album.label)).await?;
        report.fill_field("#tracking-number", "1Z999AA10123456785").await?;
        report.wait_for_text(&text("tracking.check_digit")).await?;
        report.go_on_to(WidgetPage::Device).await
    })
    .await;
}

async fn says_it_is_closed(report: &ReportWidget<'_>, shop: &str) -> Result<()> {
    report.wait_for_page(WidgetPage::Closed).await?;
    report.wait_for_text(&text("closed.title")).await?;
    why_and_where_to_turn(report, shop).await?;
    assert_eq!(report.count_elements(".primary").await?, 0, "there is no way to the wizard");
    Ok(())
}

async fn why_and_where_to_turn(report: &ReportWidget<'_>, shop: &str) -> Result<()> {
    report.wait_for_text(&text_part("closed.why", &[("n", "3")])).await?;
    report.wait_for_text(&text("closed.guarantee")).await?;
    let contact = report.wait_for_element("a.button").await?;
    assert_eq!(contact.attr("href").await?, Some(format!("{shop}/#contact")));
    Ok(())
}
