//! Requests are held up by a slow line. How long exactly is tried next to the line's own code.
//!
//! The clock is stopped: it jumps to the next time that somebody waits for, so no machine is too slow for these tests.

use std::time::Duration;

use anyhow::Result;
use damage_report_e2e::faults::Link;
use tokio::time::Instant;

use crate::{
    caller::{Outcome, call, photo},
    counter::Counter,
};

#[tokio::test(start_paused = true)]
async fn a_photo_takes_as_long_as_the_line_is_slow() -> Result<()> {
    let (_counter, faults) = Counter::behind_faults().await?;
    faults.set_link(Link { bits_up: Some(2_000_000), ..Link::default() });
    let (one, two) = (photo(1), photo(2));
    let begun = Instant::now();
    let (one, two) = tokio::join!(call(&faults, &one, 50_000), call(&faults, &two, 50_000));
    let time = begun.elapsed();
    for outcome in [one, two] {
        assert_eq!(outcome.without_head(), Outcome::answer(200, "{\"received\": 50000}"));
    }
    // 100 000 bytes at 250 000 bytes a second.
    assert!(time >= Duration::from_millis(400), "{time:?}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_round_trip_takes_its_time() -> Result<()> {
    let (_counter, faults) = Counter::behind_faults().await?;
    faults.set_link(Link { round_trip: Duration::from_millis(200), ..Link::default() });
    let begun = Instant::now();
    assert!(matches!(call(&faults, "GET /", 0).await, Outcome::Answer { status: 200, .. }));
    assert!(begun.elapsed() >= Duration::from_millis(200));
    Ok(())
}

#[tokio::test]
async fn on_a_line_that_loses_every_fifth_segment_all_bytes_arrive() -> Result<()> {
    let (_counter, faults) = Counter::behind_faults().await?;
    faults.set_link(Link { loss: 0.2, ..Link::default() });
    let outcome = call(&faults, &photo(1), 20_000).await;
    assert_eq!(outcome.without_head(), Outcome::answer(200, "{\"received\": 20000}"));
    Ok(())
}
