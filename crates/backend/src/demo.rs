//! A made-up shop around the real backend, for the `demo` command and nothing else.
//!
//! Everything that is shown is real: the order lines, the claim and its photos go through the same code as a shop's.
//! Only here are a token and the seller's key handed to a page, and only here can the clock be moved.

mod api;
mod orders;
mod pictures;
mod schedule;
mod site;

use std::{collections::HashMap, net::SocketAddr, path::PathBuf, sync::Arc};

use axum::{Router, middleware};
use chrono::{DateTime, Datelike as _, Utc};
use damage_report_rules::{contract::Shop, policy::Policy};

use crate::{
    app::App,
    clock::Clock,
    config::{Config, ConfigError, HolidayBook, KeyDigest, Limits, Secret, TOKEN_LIFETIME_CEILING, TokenTerms},
    head,
    problem::Refusal,
    random, routes,
    store::{self, OpenError},
};

use self::schedule::Schedule;

/// Where and from what the demo is served.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The address it is served at, on this machine.
    pub address: SocketAddr,
    /// The data folder.
    pub data: PathBuf,
    /// The folder with the page and the widget.
    pub site: PathBuf,
    /// Whether to forget what an earlier run kept.
    pub fresh: bool,
    /// When it opens, for who wants the same days each time; now, or on the next working day, if nothing is said.
    pub at: Option<DateTime<Utc>>,
}

/// Why the demo cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There is no page to serve.
    #[error("there is no index.html in {0}. Build the demo's site first: cargo xtask demo does")]
    NoSite(PathBuf),
    /// It would open at a time around which its days cannot be reckoned.
    #[error("the demo opens in a year from 2000 to 2099, such as --at 2026-11-19T09:00:00Z")]
    Year,
    /// The data folder cannot be used.
    #[error(transparent)]
    Data(#[from] OpenError),
    /// The backend does not start with the demo's settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The orders cannot be put in.
    #[error("the demo's orders cannot be put in: {0}")]
    Orders(String),
}

impl From<Refusal> for DemoError {
    fn from(refusal: Refusal) -> Self {
        let problem = refusal.problem();
        Self::Orders(problem.detail.clone().unwrap_or_else(|| problem.title.clone()))
    }
}

/// Opens the demo: its backend with the orders in it, and the routes to serve.
///
/// # Errors
///
/// [`DemoError`], which says what to do.
pub async fn open(stage: Stage) -> Result<(Arc<App>, Router), DemoError> {
    if !stage.site.join("index.html").is_file() {
        return Err(DemoError::NoSite(stage.site));
    }
    let now = stage.at.unwrap_or_else(|| Clock::system().now());
    if !api::YEARS.contains(&now.year()) {
        return Err(DemoError::Year);
    }
    if stage.fresh {
        store::forget(&stage.data)?;
    }
    let mut holidays = HolidayBook::new(std::collections::BTreeMap::new())?;
    let opened_at = schedule::opening(now, &holidays.of(schedule::COUNTRY));
    let clock = Clock::running_from(opened_at);
    let schedule = Schedule::around(opened_at, &Policy::default(), &holidays.of(schedule::COUNTRY));
    holidays.insert(schedule::PLACE_OF_LONG_WEEKEND, schedule.holidays.clone());
    let seller_key = random::name() + &random::name();
    let app = App::open(config(&stage, &seller_key, holidays), clock).await?;
    orders::put_in(&app, &schedule).await?;
    let demo = api::Demo { app: Arc::clone(&app), schedule: Arc::new(schedule), seller_key };
    let (contract, _) = routes::all().split_for_parts();
    let router =
        contract.with_state(Arc::clone(&app)).merge(api::routes(demo)).fallback_service(site::service(&stage.site));
    let router = app.with_layers(router.layer(middleware::from_fn(head::this_machine)));
    Ok((app, router))
}

/// The settings of a shop called Nogeen, with keys that are forgotten when the demo ends.
fn config(stage: &Stage, seller_key: &str, holidays: HolidayBook) -> Config {
    let secret = Secret::new(random::bytes::<32>().to_vec()).expect("32 bytes are as many as a secret needs");
    let port = stage.address.port();
    Config {
        listen: stage.address,
        data: stage.data.clone(),
        shop: Shop { name: "Nogeen".to_owned(), contact_url: format!("http://{}/#contact", stage.address) },
        allowed_origins: vec![format!("http://127.0.0.1:{port}"), format!("http://localhost:{port}")],
        trusted_proxies: Vec::new(),
        tokens: TokenTerms {
            issuer: "nogeen-demo".to_owned(),
            audience: "damage-report".to_owned(),
            lifetime_max: TOKEN_LIFETIME_CEILING,
            keys: HashMap::from([("demo".to_owned(), secret)]),
        },
        seller_keys: KeyDigest::of(seller_key).into_iter().collect(),
        policy: Policy::default(),
        holidays,
        // Everybody at a demo calls from one address.
        limits: Limits { requests_per_peer: 60_000, requests_per_order_line: 6_000, ..Limits::default() },
    }
}
