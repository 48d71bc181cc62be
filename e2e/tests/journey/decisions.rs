//! A claim that does not end with a replacement: the seller asks for more photos, declines it, and refunds a part after all.

use anyhow::{Context as _, Result, bail};
use damage_report_e2e::{
    browser::Screen,
    journey::journey,
    pages::OrderPage,
    photos::Album,
    shop::{Scenario, Shop},
    words::{text, text_part},
};
use damage_report_rules::lifecycle::{Progress, Resolution};

const LINE: Scenario = Scenario::DeliveredYesterday;

#[tokio::test]
async fn a_customer_sees_what_the_seller_asks_for_and_why_a_claim_is_declined() {
    journey(Screen::Phone, async |shop, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        let report = orders.open_report(LINE).await?;
        report.fill_in_up_to_check(&Album::of_small_photos()?).await?;
        let reference = report.send_claim().await?;

        let status = orders.reopen_after("evidence_requested", LINE, &reference).await?;
        status.wait_for_text(&text("evidence.title")).await?;
        status.wait_for_text(&text("label.title")).await?;
        let note = progress(shop).await?.evidence_request.context("the seller asks for photos")?.note;
        assert_eq!(status.text_of("blockquote").await?, note, "with its line breaks");
        status.wait_for_element(".label-ready + slot a.button").await?;

        let status = orders.reopen_after("declined", LINE, &reference).await?;
        status.wait_for_text(&text("status.declined")).await?;
        let Resolution::Declined { reason, .. } = progress(shop).await?.resolution else { bail!("it is not declined") };
        assert_eq!(status.text_of(".due + div blockquote").await?, reason, "with its line breaks");
        for key in ["status.contest", "status.keep_packaging"] {
            status.wait_for_text(&text(key)).await?;
        }
        let words = status.all_text().await?;
        for key in ["status.closed", "status.next", "status.standing", "return.label_pending"] {
            assert!(!words.contains(&text(key)), "{key} is untrue: {words}");
        }

        let status = orders.reopen_after("partially_refunded", LINE, &reference).await?;
        status.wait_for_text(&text("status.closed")).await?;
        status.wait_for_text(&text_part("resolution.partially_refunded", &[])).await?;
        status.wait_until_gone("blockquote").await?;
        assert_eq!(browser.console_errors().await?, Vec::<String>::new());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn photos_that_were_asked_for_until_yesterday_lead_to_the_shop() {
    journey(Screen::Desk, async |shop, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        let reference = orders.badge_reference(Scenario::Reported).await?;
        orders.press_seller_event(&reference, "evidence_requested").await?;
        for _ in 0..=5 {
            orders.move_clock("day").await?;
        }
        orders.reload().await?;
        let status = orders.open_report(Scenario::Reported).await?;
        status.wait_for_text(&text_part("evidence.over", &[])).await?;
        status.wait_for_element(".label-ready + slot a.button").await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn after_a_refund_nobody_is_asked_for_photos_and_the_page_says_how_it_stands() {
    journey(Screen::Phone, async |shop, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        let reference = orders.badge_reference(Scenario::Reported).await?;
        orders.press_seller_event(&reference, "refunded").await?;
        let offered = orders.seller_event_buttons(&reference).await?;
        assert_eq!(offered, ["investigation_concluded", "return_label_issued"]);
        orders.reload().await?;
        let status = orders.open_report(Scenario::Reported).await?;
        status.wait_for_text(&text("status.standing")).await?;
        assert!(!status.all_text().await?.contains(&text("status.next")));
        Ok(())
    })
    .await;
}

/// The progress of the claim, as the backend has it.
async fn progress(shop: &Shop) -> Result<Progress> {
    Ok(shop.order_line(LINE).await?.claim.context("there is a claim")?.progress)
}
