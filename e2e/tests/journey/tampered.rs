//! Claims that are posted past the widget by a holder of a token are refused as well.

use anyhow::Result;
use chrono::TimeDelta;
use damage_report_e2e::{
    environment::Environment,
    photos::PhotoFile,
    records::BackendRecords,
    shop::{
        self, Scenario, Shop,
        claimant::{BackendAnswer, Claimant, complete_claim},
    },
};
use damage_report_rules::{
    claim::Violation,
    contract::Code,
    evidence::{Digest, Subject},
};

const LINE: Scenario = Scenario::DeliveredYesterday;

#[tokio::test]
async fn two_photos_of_the_device_are_refused_past_the_widget_too() -> Result<()> {
    let shop = shop().await?;
    let claimant = shop.claimant(LINE).await?;
    let [packaging, label, device @ ..] = claimant.upload_five().await?;
    let answer = claimant.submit("key", &complete_claim(&[packaging], &[label], &device[..2])).await?;
    breaks(&answer, &[Violation::PhotosMin { subject: Subject::Device, have: 2, need: 3 }])?;
    nothing_is_stored(&shop, &claimant).await
}

#[tokio::test]
async fn one_photo_named_three_times_is_one_photo() -> Result<()> {
    let shop = shop().await?;
    let claimant = shop.claimant(LINE).await?;
    let [packaging, label, device, ..] = claimant.upload_five().await?;
    let answer = claimant.submit("key", &complete_claim(&[packaging], &[label], &[device; 3])).await?;
    let subject = Subject::Device;
    breaks(&answer, &[Violation::PhotosNotDistinct { subject }, Violation::PhotosMin { subject, have: 1, need: 3 }])?;
    nothing_is_stored(&shop, &claimant).await
}

#[tokio::test]
async fn photos_that_were_never_sent_are_unknown() -> Result<()> {
    let shop = shop().await?;
    let claimant = shop.claimant(LINE).await?;
    let never_sent = [1, 2, 3, 4, 5].map(|byte| Digest::new([byte; 32]));
    let [packaging, label, device @ ..] = never_sent;
    let answer = claimant.submit("key", &complete_claim(&[packaging], &[label], &device)).await?;
    refuses(&answer, 422, Code::PhotoUnknown)?;
    assert_eq!(answer.problem()?.photos, never_sent, "it says which ones");
    nothing_is_stored(&shop, &claimant).await
}

#[tokio::test]
async fn photos_of_another_order_line_are_unknown() -> Result<()> {
    let shop = shop().await?;
    let [packaging, label, device @ ..] = shop.claimant(Scenario::LongWeekend).await?.upload_five().await?;
    let claimant = shop.claimant(LINE).await?;
    let answer = claimant.submit("key", &complete_claim(&[packaging], &[label], &device)).await?;
    refuses(&answer, 422, Code::PhotoUnknown)?;
    nothing_is_stored(&shop, &claimant).await
}

#[tokio::test]
async fn after_the_window_a_claim_is_refused() -> Result<()> {
    let shop = shop().await?;
    let claimant = shop.claimant(Scenario::Closed).await?;
    let [packaging, label, device @ ..] = claimant.upload_five().await?;
    let answer = claimant.submit("key", &complete_claim(&[packaging], &[label], &device)).await?;
    breaks(&answer, &[Violation::WindowClosed])?;
    nothing_is_stored(&shop, &claimant).await
}

#[tokio::test]
async fn a_draft_begun_after_midnight_has_no_hour_after() -> Result<()> {
    let shop = shop().await?;
    let close = shop::closing_instant(&shop.order_line(Scenario::ClosesToday).await?)?;
    shop.set_clock(close + TimeDelta::minutes(1)).await?;
    let claimant = shop.claimant(Scenario::ClosesToday).await?;
    let [packaging, label, device @ ..] = claimant.upload_five().await?;
    let answer = claimant.submit("key", &complete_claim(&[packaging], &[label], &device)).await?;
    breaks(&answer, &[Violation::WindowClosed])?;
    nothing_is_stored(&shop, &claimant).await
}

#[tokio::test]
async fn before_the_delivery_a_claim_is_refused() -> Result<()> {
    let shop = shop().await?;
    let claimant = shop.claimant(Scenario::OnItsWay).await?;
    let [packaging, label, device @ ..] = [1, 2, 3, 4, 5].map(|byte| Digest::new([byte; 32]));
    let answer = claimant.submit("key", &complete_claim(&[packaging], &[label], &device)).await?;
    refuses(&answer, 409, Code::NotDelivered)?;
    nothing_is_stored(&shop, &claimant).await
}

#[tokio::test]
async fn a_token_opens_no_other_order_line() -> Result<()> {
    let shop = shop().await?;
    let owner = shop.claimant(LINE).await?;
    let [packaging, label, device @ ..] = owner.upload_five().await?;
    let thief = shop.claimant(Scenario::LongWeekend).await?.with_order_line(owner.line_id().to_owned());
    let answer = thief.submit("key", &complete_claim(&[packaging], &[label], &device)).await?;
    refuses(&answer, 404, Code::OrderUnknown)?;
    assert!(thief.upload(&PhotoFile::small(9)?).await.is_err(), "nor is a photo taken");
    let absent = thief.with_order_line("no-such-line".to_owned());
    let absent = absent.submit("key", &complete_claim(&[packaging], &[label], &device)).await?;
    assert_eq!(absent.body, answer.body, "it is not told from an order line that does not exist");
    nothing_is_stored(&shop, &owner).await
}

#[tokio::test]
async fn a_second_claim_finds_the_first() -> Result<()> {
    let shop = shop().await?;
    let claimant = shop.claimant(LINE).await?;
    let [packaging, label, device @ ..] = claimant.upload_five().await?;
    let first = claimant.submit("one", &complete_claim(&[packaging], &[label], &device)).await?;
    assert_eq!(first.status, 201);
    let again = claimant.submit("one", &complete_claim(&[packaging], &[label], &device)).await?;
    assert_eq!((again.status, &again.body), (first.status, &first.body), "the same key, the same answer");

    let second = claimant.submit("two", &complete_claim(&[packaging], &[label], &device)).await?;
    refuses(&second, 409, Code::ClaimExists)?;
    assert_eq!(second.problem()?.reference.as_deref(), first.body["reference"].as_str());
    assert_eq!(BackendRecords::open(&shop).await?.claims(claimant.line_id()).await?.len(), 1);
    Ok(())
}

/// A shop without a browser.
async fn shop() -> Result<Shop> {
    let environment = Environment::read()?;
    Shop::start(&environment, &environment.site).await
}

fn refuses(answer: &BackendAnswer, status: u16, code: Code) -> Result<()> {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.problem()?.code, code);
    Ok(())
}

fn breaks(answer: &BackendAnswer, violations: &[Violation]) -> Result<()> {
    refuses(answer, 422, Code::ClaimViolations)?;
    assert_eq!(answer.problem()?.violations, violations);
    Ok(())
}

async fn nothing_is_stored(shop: &Shop, claimant: &Claimant<'_>) -> Result<()> {
    assert_eq!(BackendRecords::open(shop).await?.claims(claimant.line_id()).await?, []);
    assert_eq!(claimant.order_line().await?.claim, None);
    Ok(())
}
