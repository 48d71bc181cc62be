//! A soak: the real program under mixed load, with customers who leave, kills, and a disk that is full for moments. In the end its
//! whole state is held against what it acknowledged.
//!
//! It runs for a minute, or for as many seconds as `DAMAGE_REPORT_SOAK_SECONDS` says. The actions are drawn from the seed that is
//! printed first; `DAMAGE_REPORT_SOAK_SEED` gives one again. When the kills fall is up to the machine; the pause before each is at
//! most 4,000 ms, or as `DAMAGE_REPORT_SOAK_PAUSE_MS` says.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "in a test, what goes wrong ends the test")]

mod backend;
mod configuration;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod crash_points;
mod customer;
mod faults;
mod ledger;
mod order_line;
mod pictures;
mod receiver;
mod verification;

use std::{
    env,
    io::{self, Write as _},
    sync::Arc,
    time::{Duration, Instant},
};

use fastrand::Rng;
use tokio::task::JoinSet;

use self::{
    backend::Backend, customer::Customer, faults::Faults, order_line::Line, pictures::Pictures, receiver::Receiver,
};

/// How long it takes where nobody says: long enough for some ten kills on a machine with two processors.
const SECONDS: u64 = 60;

/// The longest pause before a kill where nobody says, in ms. The shortest is a quarter of it.
const PAUSE_MAX: u64 = 4_000;

/// Customers at once: more than there are decoders, so that they wait for each other, and few enough to come to claims.
const CUSTOMERS: u64 = 6;

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} must be a number")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_was_acknowledged_is_there_in_the_end_and_nothing_else() {
    let seed = number("DAMAGE_REPORT_SOAK_SEED").unwrap_or_else(|| fastrand::u64(..));
    let lasts = Duration::from_secs(number("DAMAGE_REPORT_SOAK_SECONDS").unwrap_or(SECONDS));
    // Past what the harness keeps back: a soak that hangs or is ended has said how to do it again.
    writeln!(io::stderr(), "DAMAGE_REPORT_SOAK_SEED={seed}, for {} seconds", lasts.as_secs()).unwrap();
    let (faults, until) = (Faults::default(), Instant::now() + lasts);
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::start().await;
    let (mut backend, at) = Backend::start(folder.path(), receiver.address).await;
    let pictures = Arc::new(Pictures::draw(&mut Rng::with_seed(seed)));
    let mut customers = JoinSet::new();
    for number in 0..CUSTOMERS {
        let line = Line::new(at.clone(), faults.clone());
        let customer =
            Customer::new(number, Rng::with_seed(seed.wrapping_add(number + 1)), Arc::clone(&pictures), line);
        customers.spawn(customer.report_until(until));
    }
    let probe = Line::new(at.clone(), faults.clone());
    let mut rng = Rng::with_seed(!seed);
    let pause_max = number("DAMAGE_REPORT_SOAK_PAUSE_MS").unwrap_or(PAUSE_MAX);
    while Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(rng.u64(pause_max / 4..pause_max))).await;
        match rng.u8(..) {
            0..=160 => backend.kill_and_start().await,
            _ => backend.fill_the_disk_for_a_moment(&mut rng, &probe).await,
        }
    }
    let mut ledgers = Vec::new();
    while let Some(kept) = customers.join_next().await {
        ledgers.extend(kept.unwrap());
    }
    backend.kill_and_start().await;
    if !verification::is_swept(folder.path()).await {
        // A sweep goes on where the one before was killed: only the next one begins at the beginning.
        backend.kill_and_start().await;
        verification::is_swept(folder.path()).await;
    }
    verification::ask(&probe, &ledgers, &pictures).await;
    probe.until_known("GET", "/ready", None, &[], &[]).await.expect(&[204], "/ready at the end", &faults);
    receiver.check(&probe.event_log().await, &faults).await;
    let (kills, full) = backend.stop().await;
    verification::verify_data_folder(folder.path(), &ledgers, &pictures, &faults).await;

    let claims = ledgers.iter().filter(|ledger| ledger.accepted().is_some()).count();
    let (photos, erased) = (
        ledgers.iter().map(|ledger| ledger.kept().count()).sum::<usize>(),
        ledgers.iter().filter(|ledger| ledger.is_erased).count(),
    );
    println!(
        "{} order lines, {claims} claims, {photos} photos, {erased} erased; {kills} kills, {full} full disks",
        ledgers.len()
    );
    let faults = faults.list();
    assert!(faults.is_empty(), "with DAMAGE_REPORT_SOAK_SEED={seed}, {} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(claims > 0 && photos > 5 && kills > 1, "next to nothing was tried");
}
