//! Nothing is lost, and nothing is sent twice.

use std::slice;

use damage_report_e2e::{
    browser::Screen,
    journey::journey,
    pages::{OrderPage, WidgetPage},
    photos::{Album, PhotoFile},
    records::BackendRecords,
    shop::Scenario,
    words::{text, text_in_language, text_with},
};
use damage_report_rules::evidence::Subject;

const LINE: Scenario = Scenario::DeliveredYesterday;

#[tokio::test]
async fn b008_a_double_click_sends_once() {
    journey(Screen::Desk, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.fill_in_up_to_check(&album).await?;
        let send = report.wait_for_element("#send").await?;
        send.scroll_into_view().await?;
        browser.double_click(&send).await?;
        let reference = report.claim_reference().await?;

        let line = shop.line_id(LINE).await?;
        assert_eq!(browser.answered_requests(&format!("/{line}/claims")).await?.len(), 1);
        let claims = BackendRecords::open(shop).await?.claims(&line).await?;
        assert_eq!(claims.iter().map(|claim| &claim.reference).collect::<Vec<_>>(), [&reference]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn when_the_shop_shows_itself_in_another_language_the_customer_is_where_they_were() {
    journey(Screen::Desk, async |shop, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        let report = orders.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, slice::from_ref(&PhotoFile::small(0)?)).await?;
        orders.press_element(r#"a[data-lang="en"]"#).await?;
        report.wait_for_text(&text_in_language("en", "step", &[("n", "2"), ("of", "5")])).await?;
        report.wait_for_photos("kept", 1).await?;
        report.go_on_to(WidgetPage::Label).await
    })
    .await;
}

#[tokio::test]
pub(crate) async fn another_language_midway_keeps_the_answers() {
    journey(Screen::Desk, async |shop, browser| {
        let photo = PhotoFile::small(0)?;
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Damage).await?;
        report.tick_damage().await?;
        report.fill_field("textarea", "Gebarsten bij aankomst").await?;
        report.run_script("widget.setAttribute('lang', 'en');").await?;
        report.wait_for_text(&text_in_language("en", "step", &[("n", "1"), ("of", "5")])).await?;
        assert_eq!(report.field_value("#damage-0").await?, true);
        assert_eq!(report.field_value("textarea").await?, "Gebarsten bij aankomst");

        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, slice::from_ref(&photo)).await?;
        report.run_script("widget.setAttribute('lang', 'nl');").await?;
        report.wait_for_text(&text_with("step", &[("n", "2"), ("of", "5")])).await?;
        report.wait_for_photos("kept", 1).await?;

        // Without a language of its own the element speaks that of the page.
        report.run_script("widget.removeAttribute('lang'); document.documentElement.lang = 'en';").await?;
        report.wait_for_text(&text_in_language("en", "step", &[("n", "2"), ("of", "5")])).await?;
        report.wait_for_photos("kept", 1).await?;
        assert_eq!(browser.answered_requests("/photos/").await?.len(), 1, "the photo is not sent again");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_photo_can_be_removed_and_added_again() {
    journey(Screen::Desk, async |shop, browser| {
        let photo = PhotoFile::small(0)?;
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.add_photos(Subject::Packaging, slice::from_ref(&photo)).await?;
        report.press_element(".remove").await?;
        report.wait_for_photos("kept", 0).await?;
        report.wait_for_text(&text_with("photos.count", &[("n", "0"), ("need", "1")])).await?;
        report.add_photos(Subject::Packaging, slice::from_ref(&photo)).await?;
        report.wait_for_text(&text_with("photos.count", &[("n", "1"), ("need", "1")])).await?;
        report.go_on_to(WidgetPage::Label).await
    })
    .await;
}

#[tokio::test]
async fn going_back_and_forth_keeps_everything() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.fill_in_up_to_check(&album).await?;
        for place in [WidgetPage::Device, WidgetPage::Label, WidgetPage::Packaging, WidgetPage::Damage] {
            report.go_back_to(place).await?;
        }
        assert_eq!(report.field_value("#damage-0").await?, true);
        for (place, photos) in [(WidgetPage::Packaging, 1), (WidgetPage::Label, 1), (WidgetPage::Device, 3)] {
            report.go_on_to(place).await?;
            report.wait_for_photos("kept", photos).await?;
        }
        report.go_on_to(WidgetPage::Check).await?;
        report.press_element("button#damage").await?;
        report.wait_for_page(WidgetPage::Damage).await?;
        report.go_on_to(WidgetPage::Check).await?;
        report.send_claim().await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn in_a_tunnel_everything_stays_and_goes_out_by_itself_afterwards() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.open_report(LINE).await?;
        report.fill_in_up_to_check(&album).await?;
        browser.disconnect().await?;
        report.press_element("#send").await?;
        let words = text("banner.offline");
        assert_eq!(report.banner_text().await?, words);
        assert_eq!(report.count_elements("canvas.picture").await?, 5);

        browser.reconnect().await?;
        let reference = report.claim_reference().await?;
        let claims = BackendRecords::open(shop).await?.claims(&shop.line_id(LINE).await?).await?;
        assert_eq!(claims.iter().map(|claim| &claim.reference).collect::<Vec<_>>(), [&reference]);
        Ok(())
    })
    .await;
}
