//! From a damaged device to the end of its claim.

use std::{collections::BTreeSet, ops::RangeInclusive, slice};

use anyhow::Result;
use chrono::{Datelike as _, NaiveDate};
use damage_report_e2e::{
    browser::{Browser, Screen},
    journey::journey,
    pages::{OrderPage, ReportWidget, WidgetPage},
    photos::{Album, CornerColours, decode_without_turning, secrets_in},
    records::BackendRecords,
    shop::{self, Scenario, Shop},
    words::{text, text_part, text_pieces, text_with},
};
use damage_report_rules::evidence::Subject;
use serde_json::json;

const LINE: Scenario = Scenario::DeliveredYesterday;

/// The longer side of a large photo as it is sent: `LONG_ENOUGH` and `LONGER_SIDE` of `js/photo-limits.js`.
const LONGER_SIDE: RangeInclusive<u32> = 1900..=2048;

#[tokio::test]
pub(crate) async fn a_damaged_device_is_reported_with_five_photos_from_a_phone() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_a_damaged_phone()?;
        let orders = OrderPage::open(browser, shop).await?;
        let report = orders.open_report(LINE).await?;

        let reference = report_in_dutch(shop, &report, &album).await?;
        assert_eq!(orders.badge_reference(LINE).await?, reference, "the shop's page hears of the claim");
        check_records(shop, browser, &reference).await?;

        let done = orders.press_seller_event(&reference, "return_label_issued").await?;
        assert!(!done.is_empty());
        orders.reload().await?;
        let status = orders.open_report(LINE).await?;
        assert_eq!(status.claim_reference().await?, reference, "opened again, the widget shows the claim");
        status.wait_for_text(&text("return.ready")).await?;
        status.press_element(".label-ready button").await?;
        let label = browser.wait_for_download(&format!("{reference}.pdf")).await?;
        assert!(label.starts_with(b"%PDF-") && label.trim_ascii_end().ends_with(b"%%EOF"), "it is a whole PDF");

        for event in ["return_handed_over", "return_received", "replacement_sent"] {
            orders.press_seller_event(&reference, event).await?;
        }
        orders.reload().await?;
        let status = orders.open_report(LINE).await?;
        status.wait_for_text(&text("status.closed")).await?;
        status.wait_for_text(&text_part("return.received", &[])).await?;
        status.wait_for_text(&text_part("resolution.replaced", &[("number", "RR473124829NL")])).await?;
        let words = status.all_text().await?;
        assert!(!words.contains(&text("status.keep_packaging")), "it need not be kept any longer: {words}");
        assert_eq!(browser.console_errors().await?, Vec::<String>::new());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_refund_ends_a_claim_as_well() {
    journey(Screen::Desk, async |shop, browser| {
        let orders = OrderPage::open(browser, shop).await?;
        let reference = orders.badge_reference(Scenario::Reported).await?;
        let status = orders.open_report(Scenario::Reported).await?;
        status.wait_for_text(&text_pieces("investigation.open", &[])[0]).await?;
        status.wait_for_text(&text("status.keep_packaging")).await?;

        let refund = json!({ "type": "refunded", "amount": { "cents": 22_900, "currency": "EUR" } });
        shop.seller().await?.post_event(&reference, &refund).await?;
        orders.reload().await?;
        let status = orders.open_report(Scenario::Reported).await?;
        status.wait_for_text(&text("status.closed")).await?;
        status.wait_for_text(&text_part("resolution.refunded", &[("amount", "229,00")])).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_has_no_packaging_any_more_says_why_and_gets_through() {
    journey(Screen::Phone, async |shop, browser| {
        let album = Album::of_small_photos()?;
        let report = OrderPage::open(browser, shop).await?.open_report(Scenario::LongWeekend).await?;
        report.go_on_to(WidgetPage::Packaging).await?;
        report.press_element("label:has(#packaging-missing)").await?;
        report.press_element("label:has(#packaging-discarded)").await?;
        report.go_on_to(WidgetPage::Device).await?;
        report.add_photos(Subject::Device, &album.device).await?;
        report.go_on_to(WidgetPage::Check).await?;
        report.wait_for_text(&text("missing.reason.discarded")).await?;
        let reference = report.send_claim().await?;

        let line = shop.line_id(Scenario::LongWeekend).await?;
        let claims = BackendRecords::open(shop).await?.claims(&line).await?;
        assert_eq!(claims.len(), 1);
        assert_eq!(claims[0].reference, reference);
        assert_eq!(claims[0].photos.len(), 4);
        Ok(())
    })
    .await;
}

/// The whole way, in words.
async fn report_in_dutch(shop: &Shop, report: &ReportWidget<'_>, album: &Album) -> Result<String> {
    let deadline = in_dutch(shop::last_reporting_day(&shop.order_line(LINE).await?)?);
    report.wait_for_text(&text_with("deadline.open", &[("day", &deadline)])).await?;
    report.wait_for_text(&text_with("start.grade", &[("grade", &text("grade.excellent"))])).await?;
    report.wait_for_text(&text_with("start.need.device", &[("n", "3")])).await?;
    report.wait_for_text(&text("start.keep_packaging")).await?;

    report.go_on_to(WidgetPage::Damage).await?;
    report.wait_for_text(&text_with("step", &[("n", "1"), ("of", "5")])).await?;
    report.tick_damage().await?;
    report.fill_field("textarea", "Gebarsten bij aankomst, de doos had een deuk.").await?;

    report.go_on_to(WidgetPage::Packaging).await?;
    report.add_photos(Subject::Packaging, slice::from_ref(&album.packaging)).await?;
    report.wait_for_text(&text_with("photos.count", &[("n", "1"), ("need", "1")])).await?;

    report.go_on_to(WidgetPage::Label).await?;
    report.add_photos(Subject::Label, slice::from_ref(&album.label)).await?;
    assert_eq!(report.field_value("#tracking-number").await?, "3SNGEN204100027", "it is filled in from the order");

    report.go_on_to(WidgetPage::Device).await?;
    report.add_photos(Subject::Device, &album.device).await?;
    report.wait_for_text(&text_with("photos.count", &[("n", "3"), ("need", "3")])).await?;

    report.go_on_to(WidgetPage::Check).await?;
    report.wait_for_text(&text("check.not_sent")).await?;
    report.wait_for_text(&text("damage.kind.screen_broken")).await?;
    report.wait_for_text("Gebarsten bij aankomst, de doos had een deuk.").await?;
    assert_eq!(report.count_elements("canvas.picture").await?, 5, "every photo is there, small");

    let reference = report.send_claim().await?;
    assert!(reference.starts_with("DR-"), "{reference}");
    report.wait_for_text(&text("status.title")).await?;
    report.wait_for_text(&text_pieces("status.due", &[])[0]).await?;
    report.wait_for_text(&text("status.keep_packaging")).await?;
    Ok(reference)
}

/// On disk are this claim and what the browser sent, upright, no larger than needed, and without what the camera told.
async fn check_records(shop: &Shop, browser: &Browser, reference: &str) -> Result<()> {
    let line = shop.line_id(LINE).await?;
    let mut records = BackendRecords::open(shop).await?;
    let claims = records.claims(&line).await?;
    assert_eq!(claims.len(), 1);
    let claim = &claims[0];
    assert_eq!(claim.reference, reference);
    assert!(!claim.late);
    let subjects: Vec<&str> = claim.photos.iter().map(|(subject, _)| subject.as_str()).collect();
    assert_eq!(subjects, ["device", "device", "device", "label", "packaging"]);

    let sent = browser.answered_requests("/photos/").await?;
    let named = |address: &str| Some(address.rsplit('/').next()?.split('?').next()?.to_owned());
    let sent: BTreeSet<String> = sent.iter().filter_map(|address| named(address)).collect();
    let sent: BTreeSet<&str> = sent.iter().map(String::as_str).collect();
    let claimed: BTreeSet<&str> = claim.photos.iter().map(|(_, digest)| digest.as_str()).collect();
    assert_eq!(claimed, sent, "the claim names what the browser sent");
    let photos = records.photos(&line).await?;
    let kept: BTreeSet<&str> = photos.iter().map(|photo| photo.digest.as_str()).collect();
    assert_eq!(kept, sent, "and nothing else is kept");
    assert_eq!(records.count_photo_files(&line)?, 5);

    for photo in &photos {
        assert_eq!(photo.digest_on_disk(), photo.stored, "the file is the one that the database tells of");
        let picture = decode_without_turning(&photo.bytes)?;
        assert!(LONGER_SIDE.contains(&picture.width().max(picture.height())));
        assert_eq!(CornerColours::of(&picture), CornerColours::UPRIGHT);
        assert_eq!(secrets_in(&photo.bytes), Vec::<&str>::new());
    }
    Ok(())
}

/// "woensdag 25 november", as Intl writes it.
fn in_dutch(day: NaiveDate) -> String {
    let weekdays = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"];
    let months = [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ];
    let weekday = weekdays[day.weekday().num_days_from_monday() as usize];
    format!("{weekday} {} {}", day.day(), months[day.month0() as usize])
}
