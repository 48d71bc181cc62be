//! One test's shop and browser: opened for it, ended after it, and photographed when it fails.

use std::{any::Any, fs, panic::AssertUnwindSafe, path::Path, thread, time::Duration};

use anyhow::{Context as _, Result, anyhow};
use futures_util::FutureExt as _;
use tokio::time::timeout;

use crate::{
    browser::{Browser, Screen},
    shop::Shop,
    stage::{self, Stage},
};

/// How long a journey may take.
const JOURNEY: Duration = Duration::from_secs(150);

/// Takes `customer` on a journey with a shop and a browser of its own.
///
/// # Panics
///
/// When the journey fails; what was to be seen then is in the files that the message names.
pub async fn journey(screen: Screen, customer: impl AsyncFnOnce(&Shop, &Browser) -> Result<()>) {
    let stage = Stage::from_environment().unwrap_or_else(|error| panic!("{error:#}"));
    let site = stage.site.clone();
    journey_on(&stage, &site, screen, customer).await;
}

/// The same, with a page from another folder.
///
/// # Panics
///
/// As [`journey`].
pub async fn journey_on(
    stage: &Stage,
    site: &Path,
    screen: Screen,
    customer: impl AsyncFnOnce(&Shop, &Browser) -> Result<()>,
) {
    let outcome = run(stage, site, screen, customer).await;
    if let Err(error) = outcome {
        panic!("{error:#}");
    }
}

async fn run(
    stage: &Stage,
    site: &Path,
    screen: Screen,
    customer: impl AsyncFnOnce(&Shop, &Browser) -> Result<()>,
) -> Result<()> {
    let shop = Shop::open(stage, site).await?;
    let browser = Browser::open(stage, screen).await?;
    let travelled = timeout(JOURNEY, AssertUnwindSafe(customer(&shop, &browser)).catch_unwind()).await;
    let outcome = match travelled {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => Err(anyhow!("{}", words(panic.as_ref()))),
        Err(_) => Err(anyhow!("it was not done after {} seconds", JOURNEY.as_secs())),
    };
    let outcome = match outcome {
        Ok(()) => Ok(()),
        Err(error) => Err(error).context(evidence(&shop, &browser).await),
    };
    browser.close().await;
    outcome
}

/// Leaves what is to be seen under `target/e2e`, and says where.
async fn evidence(shop: &Shop, browser: &Browser) -> String {
    let Ok(folder) = stage::own_folder() else { return "there is nowhere to leave a picture".to_owned() };
    // The test's own name, which its thread has.
    let name = thread::current().name().unwrap_or("journey").replace("::", "-");
    let mut left = browser.leave_evidence(&folder, &name).await;
    let log = folder.join(format!("{name}.log"));
    if fs::copy(shop.log(), &log).is_ok() {
        left.push(log);
    }
    let console = browser.console_errors().await.unwrap_or_default();
    let left: Vec<_> = left.iter().map(|path| path.display().to_string()).collect();
    format!("the journey ended early; see {}; the console said {console:?}", left.join(", "))
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("an assertion failed")
}
