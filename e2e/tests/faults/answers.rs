//! Answers that are not the backend's, or not as the backend gave them.

use anyhow::Result;
use damage_report_e2e::faults::{FakeAnswer, Fault, FaultRule, Occurrence, RequestKind};
use serde_json::Value;

use crate::{
    caller::{Outcome, call, photo},
    counter::Counter,
};

const CLAIM: &str = "POST /order-lines/1/claims";

#[tokio::test]
async fn an_answer_in_place_of_the_backend_is_given_once_all_has_been_said() -> Result<()> {
    let (counter, faults) = Counter::behind_faults().await?;
    let answer = FakeAnswer::refusal(503, "overloaded", "later").with_header("Retry-After", "7");
    faults.add_rule(FaultRule::new(RequestKind::Submit, Occurrence::First(1), Fault::Instead(answer)));
    let Outcome::Answer { status, head, body } = call(&faults, CLAIM, 20_000).await else { panic!("no answer") };
    assert_eq!(status, 503);
    assert!(head.contains("\r\nRetry-After: 7\r\n") && head.contains("application/problem+json"), "{head}");
    let problem: Value = serde_json::from_str(&body)?;
    assert_eq!((&problem["code"], &problem["retry"]), (&"overloaded".into(), &"later".into()));
    assert_eq!((faults.seen_requests()[0].received, faults.seen_requests()[0].backend), (20_000, None));
    assert_eq!(counter.heard(), 0);
    let outcome = call(&faults, CLAIM, 20_000).await;
    assert_eq!(outcome.without_head(), Outcome::answer(200, "{\"received\": 20000}"));
    Ok(())
}

#[tokio::test]
async fn an_answer_that_is_held_comes_once_it_is_released() -> Result<()> {
    let (counter, faults) = Counter::behind_faults().await?;
    faults.add_rule(FaultRule::new(RequestKind::Submit, Occurrence::Always, Fault::Held(FakeAnswer::empty(503))));
    let release = async {
        faults.wait_until_seen("the whole claim", |seen| (seen.first()?.received == 1000).then_some(())).await?;
        assert_eq!(faults.seen_requests()[0].answered, None);
        // Seen whole is a moment before it falls silent: until it has, it is told again.
        faults
            .wait_until_seen("the answer", |seen| {
                faults.release_silent_requests();
                seen.first()?.answered
            })
            .await
    };
    let (outcome, released) = tokio::join!(call(&faults, CLAIM, 1000), release);
    assert_eq!((outcome.without_head(), released?), (Outcome::answer(503, ""), 503));
    assert_eq!(counter.heard(), 0);
    Ok(())
}

#[tokio::test]
async fn an_answer_is_exchanged_after_the_backend_has_done_it() -> Result<()> {
    let (counter, faults) = Counter::behind_faults().await?;
    faults.add_rule(FaultRule::new(
        RequestKind::Submit,
        Occurrence::Always,
        Fault::Afterwards(FakeAnswer::from_captive_portal()),
    ));
    let Outcome::Answer { status, body, .. } = call(&faults, CLAIM, 10).await else { panic!("no answer") };
    assert!(status == 200 && body.contains("Wi-Fi"), "{status} {body}");
    assert_eq!(counter.heard(), 1);
    Ok(())
}

#[tokio::test]
async fn half_an_answer_looks_like_a_whole_one_but_for_its_json() -> Result<()> {
    let (_counter, faults) = Counter::behind_faults().await?;
    faults.add_rule(FaultRule::new(RequestKind::ReadLine, Occurrence::Always, Fault::HalfTheAnswer));
    let Outcome::Answer { status, head, body } = call(&faults, "GET /order-lines/1", 0).await else {
        panic!("no answer")
    };
    assert!(status == 200 && head.contains("application/json"), "{head}");
    assert_eq!(body, "{\"recei");
    Ok(())
}

#[tokio::test]
async fn an_answer_of_204_has_neither_body_nor_length() -> Result<()> {
    let (_counter, faults) = Counter::behind_faults().await?;
    faults.add_rule(FaultRule::new(RequestKind::KeepPhoto, Occurrence::Always, Fault::Instead(FakeAnswer::empty(204))));
    let Outcome::Answer { status, head, body } = call(&faults, &photo(1), 10).await else { panic!("no answer") };
    assert_eq!((status, body.as_str()), (204, ""));
    assert!(!head.contains("Content-Length"), "{head}");
    Ok(())
}

#[tokio::test]
async fn a_backend_that_refuses_before_it_has_heard_all_is_passed_on_at_once() -> Result<()> {
    let (_counter, faults) = Counter::behind_faults().await?;
    let outcome = call(&faults, "PUT /order-lines/1/photos/too-much", 5_000_000).await;
    let Outcome::Answer { status, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(status, 413);
    assert!(faults.seen_requests()[0].received < 5_000_000);
    Ok(())
}
