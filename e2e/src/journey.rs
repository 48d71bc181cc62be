//! Runs one journey: starts its shop, its browser and, if needed, a fault server between them, ends them afterwards, and saves a
//! screenshot when the journey fails.

use std::{any::Any, fs, future::Future, panic::AssertUnwindSafe, path::Path, thread, time::Duration};

use anyhow::{Context as _, Result, anyhow};
use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use tokio::time::timeout;

use crate::{
    browser::{Browser, Screen},
    engine::Engine,
    environment::{self, Environment},
    faults::{FaultServer, request_log},
    shop::Shop,
};

/// How long a journey may take.
pub const JOURNEY: Duration = Duration::from_secs(150);

/// Takes `customer` on a journey with a shop and a browser of its own.
///
/// # Panics
///
/// When the journey fails; what was to be seen then is in the files that the message names.
pub async fn journey(screen: Screen, customer: impl AsyncFnOnce(&Shop, &Browser) -> Result<()>) {
    let environment = Environment::read().unwrap_or_else(|error| panic!("{error:#}"));
    let site = environment.site.clone();
    journey_on(&environment, &site, screen, customer).await;
}

/// The same, with a shop that opens `at` this instant.
///
/// # Panics
///
/// As [`journey`].
pub async fn journey_at(at: DateTime<Utc>, screen: Screen, customer: impl AsyncFnOnce(&Shop, &Browser) -> Result<()>) {
    let environment = Environment::read().unwrap_or_else(|error| panic!("{error:#}"));
    let site = environment.site.clone();
    journey_with(&environment, Shop::start_at(&environment, &site, Some(at)), screen, customer).await;
}

/// The same, with a page from another folder.
///
/// # Panics
///
/// As [`journey`].
pub async fn journey_on(
    environment: &Environment,
    site: &Path,
    screen: Screen,
    customer: impl AsyncFnOnce(&Shop, &Browser) -> Result<()>,
) {
    journey_with(environment, Shop::start(environment, site), screen, customer).await;
}

async fn journey_with(
    environment: &Environment,
    shop: impl Future<Output = Result<Shop>>,
    screen: Screen,
    customer: impl AsyncFnOnce(&Shop, &Browser) -> Result<()>,
) {
    let outcome = async {
        let shop = shop.await?;
        let browser = Browser::open(environment, screen).await?;
        let outcome = outcome(JOURNEY, customer(&shop, &browser)).await;
        end(outcome, &shop, browser).await
    };
    if let Err(error) = outcome.await {
        panic!("{error:#}");
    }
}

/// Takes `customer` on a journey through a fault server, in which page and backend are behind it, with a browser that
/// can be killed.
///
/// # Panics
///
/// As [`journey`].
pub async fn journey_with_faults(
    screen: Screen,
    customer: impl AsyncFnOnce(&Shop, &FaultServer, &mut Browser) -> Result<()>,
) {
    journey_within(JOURNEY, screen, customer).await;
}

/// The same, for a journey that takes longer than others.
///
/// # Panics
///
/// As [`journey`].
pub async fn journey_within(
    patience: Duration,
    screen: Screen,
    customer: impl AsyncFnOnce(&Shop, &FaultServer, &mut Browser) -> Result<()>,
) {
    let outcome = async {
        let environment = Environment::read()?;
        let mut shop = Shop::start(&environment, &environment.site).await?;
        let faults = FaultServer::in_front_of(shop.socket_address()?).await?;
        shop.set_customer_address(faults.address());
        let mut browser = Browser::open(&environment, screen).await?;
        let outcome = outcome(patience, customer(&shop, &faults, &mut browser)).await;
        let outcome = outcome
            .with_context(|| format!("the fault server saw {}", request_log::summarise(&faults.seen_requests())));
        end(outcome, &shop, browser).await
    };
    if let Err(error) = outcome.await {
        panic!("{error:#}");
    }
}

async fn outcome(patience: Duration, journey: impl Future<Output = Result<()>>) -> Result<()> {
    match timeout(patience, AssertUnwindSafe(journey).catch_unwind()).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => Err(anyhow!("{}", words(panic.as_ref()))),
        Err(_) => Err(anyhow!("it was not done after {} seconds", patience.as_secs())),
    }
}

async fn end(outcome: Result<()>, shop: &Shop, browser: Browser) -> Result<()> {
    let outcome = match outcome {
        Ok(()) => Ok(()),
        Err(error) => Err(error).context(evidence(shop, &browser).await),
    };
    browser.close().await;
    outcome
}

/// Leaves what is to be seen under `target/e2e`, and says where.
async fn evidence(shop: &Shop, browser: &Browser) -> String {
    let Ok(folder) = environment::e2e_target_folder() else { return "there is nowhere to leave a picture".to_owned() };
    // The test's own name, which its thread has.
    let name = thread::current().name().unwrap_or("journey").replace("::", "-");
    let mut left = browser.save_failure_files(&folder, &name).await;
    let log = folder.join(format!("{name}.log"));
    if fs::copy(shop.log_file(), &log).is_ok() {
        left.push(log);
    }
    let console = browser.console_errors().await.unwrap_or_default();
    let left: Vec<_> = left.iter().map(|path| path.display().to_string()).collect();
    format!(
        "the journey in {} ended early; see {}; the console said {console:?}",
        Engine::of_this_journey(),
        left.join(", ")
    )
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("an assertion failed")
}
