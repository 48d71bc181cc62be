//! One order in two tabs, and on two devices. Rows B003, B004 and B008.

use std::slice;

use damage_report_e2e::{
    browser::{Browser, Screen},
    environment::Environment,
    faults::{BodyShare, ConnectionFault, ExchangePoint, Fault, FaultRule, Occurrence, RequestKind},
    journey::journey_with_faults,
    pages::{OrderPage, WidgetPage},
    photos::{Album, PhotoFile},
    records::BackendRecords,
    shop::Scenario,
    words::{text, text_with},
};
use damage_report_rules::evidence::Subject;

const LINE: Scenario = Scenario::DeliveredYesterday;

#[tokio::test]
pub(crate) async fn b003_a_second_tab_takes_over_what_the_first_had_in_hand_and_there_is_one_claim() {
    journey_with_faults(Screen::Desk, async |shop, faults, browser| {
        let album = Album::of_small_photos()?;
        let first = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        first.go_on_to(WidgetPage::Packaging).await?;
        first.add_photos(Subject::Packaging, slice::from_ref(&album.packaging)).await?;

        let first_tab = browser.open_tab().await?;
        let second = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        second.wait_for_text(&text("elsewhere.title")).await?;
        second.take_over_at(WidgetPage::Packaging).await?;
        second.wait_for_photos("kept", 1).await?;

        let second_tab = browser.switch_to_tab(&first_tab).await?;
        first.wait_for_text(&text("elsewhere.title")).await?;
        browser.switch_to_tab(&second_tab).await?;
        second.go_on_to(WidgetPage::Label).await?;
        second.add_photos(Subject::Label, slice::from_ref(&album.label)).await?;
        second.go_on_to(WidgetPage::Device).await?;
        second.add_photos(Subject::Device, &album.device).await?;
        second.go_on_to(WidgetPage::Check).await?;
        let reference = second.send_claim().await?;

        browser.switch_to_tab(&first_tab).await?;
        first.take_over_at(WidgetPage::Status).await?;
        assert_eq!(first.claim_reference().await?, reference, "the first tab is shown the claim that is there");
        assert_eq!(faults.seen_requests_of(RequestKind::KeepPhoto).len(), 5, "no photo was sent by both");
        let claims = BackendRecords::open(shop).await?.claims(&shop.line_id(LINE).await?).await?;
        assert_eq!(claims.len(), 1);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn b003_what_the_first_tab_was_sending_the_second_goes_on_with() {
    journey_with_faults(Screen::Desk, async |shop, faults, browser| {
        let silence = Fault::Connection(ExchangePoint::Request(BodyShare::Half), ConnectionFault::Silence);
        faults.add_rule(FaultRule::new(RequestKind::KeepPhoto, Occurrence::First(1), silence));
        let first = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        first.go_on_to(WidgetPage::Packaging).await?;
        first.pick_photos(Subject::Packaging, &[PhotoFile::small(0)?, PhotoFile::small(1)?]).await?;
        first.wait_for_photos("kept", 1).await?;

        browser.open_tab().await?;
        let second = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        second.take_over_at(WidgetPage::Packaging).await?;
        second.wait_for_photos("kept", 2).await?;
        assert_eq!(
            faults.seen_requests_of(RequestKind::KeepPhoto).len(),
            3,
            "only the one that had not arrived is sent again"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn b003_a_tab_that_is_closed_lets_go_of_the_report() {
    journey_with_faults(Screen::Desk, async |shop, _, browser| {
        let first = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        first.go_on_to(WidgetPage::Packaging).await?;
        first.add_photos(Subject::Packaging, &[PhotoFile::small(0)?]).await?;
        let first_tab = browser.open_tab().await?;
        let second_tab = browser.switch_to_tab(&first_tab).await?;
        browser.close_tab(&second_tab).await?;
        let second = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        second.resume_at(WidgetPage::Packaging).await?;
        second.wait_for_photos("kept", 1).await
    })
    .await;
}

#[tokio::test]
async fn b004_photos_from_the_phone_are_there_on_the_laptop_and_there_is_one_claim() {
    journey_with_faults(Screen::Phone, async |shop, faults, phone| {
        let album = Album::of_small_photos()?;
        let on_phone = OrderPage::open(phone, shop).await?.open_report(LINE).await?;
        on_phone.fill_in_up_to_check(&album).await?;

        let laptop = Browser::open(&Environment::read()?, Screen::Desk).await?;
        let finish = async {
            let report = OrderPage::open(&laptop, shop).await?.open_report(LINE).await?;
            let words = report.wait_for_resume_offer().await?;
            assert!(words.contains(&text_with("resume.title_photos", &[("n", "5")])), "{words}");
            report.resume_at(WidgetPage::Damage).await?;
            report.tick_damage().await?;
            report.fill_field("textarea", "Op de laptop getypt.").await?;
            for place in [WidgetPage::Packaging, WidgetPage::Label, WidgetPage::Device, WidgetPage::Check] {
                report.go_on_to(place).await?;
            }
            report.send_claim().await
        };
        let reference = finish.await;
        laptop.close().await;
        let reference = reference?;
        assert_eq!(on_phone.send_claim().await?, reference, "the phone is shown the claim that is there");
        assert_eq!(faults.seen_requests_of(RequestKind::KeepPhoto).len(), 5);
        let claims = BackendRecords::open(shop).await?.claims(&shop.line_id(LINE).await?).await?;
        assert_eq!(claims.len(), 1);
        Ok(())
    })
    .await;
}
