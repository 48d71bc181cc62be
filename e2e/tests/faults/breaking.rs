//! Lines that break, end, fall silent; a server that is not there.

use std::time::Duration;

use anyhow::Result;
use damage_report_e2e::faults::{
    BodyShare, ConnectionFault, ExchangePoint, Fault, FaultRule, Occurrence, RequestKind,
    request_log::{photos_resent_after_acknowledgement, photos_sent_whole},
};
use tokio::time::{Instant, timeout};

use crate::{
    caller::{Outcome, call, photo},
    counter::Counter,
};

const SIZE: usize = 100_000;

fn breaks(point: ExchangePoint) -> FaultRule {
    FaultRule::new(RequestKind::KeepPhoto, Occurrence::First(1), Fault::Connection(point, ConnectionFault::Reset))
}

#[tokio::test]
async fn without_faults_everything_passes_unharmed() -> Result<()> {
    let (counter, faults) = Counter::behind_faults().await?;
    let outcome = call(&faults, &photo(1), SIZE).await;
    assert_eq!(outcome.without_head(), Outcome::answer(200, "{\"received\": 100000}"));
    let outcome = call(&faults, "GET /style.css", 0).await;
    assert_eq!(outcome.without_head(), Outcome::answer(200, "{\"received\": 0}"));
    let seen = faults.seen_requests();
    assert_eq!(seen.iter().map(|seen| seen.asked).collect::<Vec<_>>(), [RequestKind::KeepPhoto, RequestKind::Site]);
    assert_eq!((seen[0].received, seen[0].backend, seen[0].answered), (SIZE, Some(200), Some(200)));
    assert_eq!(counter.heard(), 2);
    Ok(())
}

#[tokio::test]
async fn a_line_breaks_after_exactly_as_many_bytes_and_the_backend_hears_no_whole_photo() -> Result<()> {
    for (share, bytes) in [(BodyShare::Bytes(1), 1), (BodyShare::Half, SIZE / 2), (BodyShare::AllBut(1), SIZE - 1)] {
        let (counter, faults) = Counter::behind_faults().await?;
        faults.add_rule(breaks(ExchangePoint::Request(share)));
        assert_eq!(call(&faults, &photo(1), SIZE).await, Outcome::Reset(String::new()), "{share:?}");
        let seen = faults.seen_requests();
        assert_eq!((seen[0].received, seen[0].backend, seen[0].answered), (bytes, None, None), "{share:?}");
        assert_eq!(counter.heard(), 0);
        assert!(matches!(call(&faults, &photo(1), SIZE).await, Outcome::Answer { status: 200, .. }));
        assert_eq!(photos_sent_whole(&faults.seen_requests()).into_values().collect::<Vec<_>>(), [1]);
    }
    Ok(())
}

#[tokio::test]
async fn an_answer_is_lost_after_the_backend_has_done_it() -> Result<()> {
    let (counter, faults) = Counter::behind_faults().await?;
    faults.add_rule(breaks(ExchangePoint::Done));
    assert_eq!(call(&faults, &photo(1), SIZE).await, Outcome::Reset(String::new()));
    assert_eq!(counter.heard(), 1);
    assert_eq!((faults.seen_requests()[0].backend, faults.seen_requests()[0].answered), (Some(200), None));
    Ok(())
}

#[tokio::test]
async fn an_answer_ends_in_the_middle() -> Result<()> {
    let (_counter, faults) = Counter::behind_faults().await?;
    let end = Fault::Connection(ExchangePoint::Answer(BodyShare::Bytes(5)), ConnectionFault::End);
    faults.add_rule(FaultRule::new(RequestKind::KeepPhoto, Occurrence::Always, end));
    assert_eq!(call(&faults, &photo(1), SIZE).await, Outcome::CutShort("{\"rec".to_owned()));
    assert_eq!(faults.seen_requests()[0].answered, None);
    Ok(())
}

#[tokio::test]
async fn what_falls_silent_goes_on_once_it_is_released() -> Result<()> {
    let (counter, faults) = Counter::behind_faults().await?;
    let silence = Fault::Connection(ExchangePoint::Request(BodyShare::Half), ConnectionFault::Silence);
    faults.add_rule(FaultRule::new(RequestKind::KeepPhoto, Occurrence::Always, silence));
    let release = async {
        faults.wait_until_seen("half of it", |seen| (seen.first()?.received == SIZE / 2).then_some(())).await?;
        assert_eq!(counter.heard(), 0);
        faults.release_silent_requests();
        anyhow::Ok(())
    };
    let (number, released) = (photo(1), release);
    let (outcome, released) = tokio::join!(call(&faults, &number, SIZE), released);
    released?;
    assert_eq!(outcome.without_head(), Outcome::answer(200, "{\"received\": 100000}"));
    Ok(())
}

#[tokio::test]
async fn while_nothing_is_read_little_leaves_the_browser() -> Result<()> {
    let (_counter, faults) = Counter::behind_faults().await?;
    let silence = Fault::Connection(ExchangePoint::Request(BodyShare::Bytes(0)), ConnectionFault::Silence);
    faults.add_rule(FaultRule::new(RequestKind::KeepPhoto, Occurrence::Always, silence));
    let stream = tokio::net::TcpStream::connect(faults.address().replace("http://", "")).await?;
    let head = format!("{} HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n", photo(1));
    stream.writable().await?;
    stream.try_write(head.as_bytes())?;
    faults.wait_until_seen("the head", |seen| (!seen.is_empty()).then_some(())).await?;
    let mut left = 0;
    // As long as the system takes it: a tenth of a second in which it takes nothing is the end.
    while timeout(Duration::from_millis(100), stream.writable()).await.is_ok() {
        left += stream.try_write(&[0; 1400]).unwrap_or(0);
    }
    assert!(left < 150_000, "{left} bytes lie in buffers");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_pause_ends_of_itself() -> Result<()> {
    let (_counter, faults) = Counter::behind_faults().await?;
    let pause = ConnectionFault::Pause(Duration::from_millis(200));
    faults.add_rule(FaultRule::new(
        RequestKind::KeepPhoto,
        Occurrence::First(1),
        Fault::Connection(ExchangePoint::Request(BodyShare::Half), pause),
    ));
    let begun = Instant::now();
    assert!(matches!(call(&faults, &photo(1), SIZE).await, Outcome::Answer { status: 200, .. }));
    assert!(begun.elapsed() >= Duration::from_millis(200));
    Ok(())
}

#[tokio::test]
async fn offline_nobody_is_there_and_what_was_under_way_is_cut_off() -> Result<()> {
    let (counter, faults) = Counter::behind_faults().await?;
    let silence = Fault::Connection(ExchangePoint::Request(BodyShare::Half), ConnectionFault::Silence);
    faults.add_rule(FaultRule::new(RequestKind::KeepPhoto, Occurrence::First(1), silence));
    let number = photo(1);
    let cut = async {
        faults.wait_until_seen("half of it", |seen| (seen.first()?.received == SIZE / 2).then_some(())).await?;
        faults.go_offline().await
    };
    let (outcome, cut) = tokio::join!(call(&faults, &number, SIZE), cut);
    cut?;
    assert_eq!(outcome, Outcome::Reset(String::new()));
    assert_eq!(call(&faults, &number, SIZE).await, Outcome::Refused);
    faults.go_online().await?;
    assert!(matches!(call(&faults, &number, SIZE).await, Outcome::Answer { status: 200, .. }));
    assert_eq!(counter.heard(), 1);
    Ok(())
}

#[tokio::test]
async fn the_second_photo_is_struck_and_the_others_are_not() -> Result<()> {
    let (_counter, faults) = Counter::behind_faults().await?;
    let reset = Fault::Connection(ExchangePoint::Request(BodyShare::Bytes(0)), ConnectionFault::Reset);
    faults.add_rule(FaultRule::new(RequestKind::KeepPhoto, Occurrence::Always, reset).for_photo(2));
    for (byte, is_struck) in [(1, false), (2, true), (3, false), (2, true), (1, false)] {
        let outcome = call(&faults, &photo(byte), 100).await;
        assert_eq!(outcome == Outcome::Reset(String::new()), is_struck, "{byte}: {outcome:?}");
    }
    let seen = faults.seen_requests();
    assert_eq!(
        photos_resent_after_acknowledgement(&seen),
        ["01".repeat(32)],
        "the first was sent again after it was kept"
    );
    Ok(())
}
