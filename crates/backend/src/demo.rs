//! A made-up shop around the real backend, for the `demo` command only.
//!
//! The order lines, the claims and their photos go through the same code as a real shop's. Only the demo gives a page tokens and the
//! seller's key, and only the demo can move the clock.

mod api;
mod orders;
mod other_claims;
mod pictures;
mod return_label;
mod schedule;
mod site;
mod stories;

use std::{collections::HashMap, net::SocketAddr, path::PathBuf, sync::Arc};

use axum::{Router, middleware::from_fn};
use chrono::{DateTime, Datelike as _, Utc};
use damage_report_rules::{contract::Shop, policy::Policy};

use crate::{
    app::App,
    claim_list,
    clock::Clock,
    config::{
        Config, ConfigError, DeskPerson, DeskSettings, HolidaysByPlace, KeyDigest, Limits, Role,
        TOKEN_LIFETIME_CEILING, TokenSecret, TokenTerms, Transport,
    },
    desk,
    middleware::host,
    problem::Refusal,
    random, router,
    store::{self, OpenError},
};

use self::schedule::DeliverySchedule;

/// The options of the demo.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// Its address on this machine.
    pub address: SocketAddr,
    /// The data folder.
    pub data: PathBuf,
    /// The folder with the page and the widget.
    pub site: PathBuf,
    /// Whether to delete the data of an earlier run.
    pub fresh: bool,
    /// The time at which it opens, for the same days on every run. By default it opens now, or on the next working day.
    pub at: Option<DateTime<Utc>>,
}

/// Why the demo does not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The page is missing.
    #[error("there is no index.html in {0}. Build the demo's site first: cargo xtask demo does")]
    NoSite(PathBuf),
    /// It cannot compute its days around this time.
    #[error("the demo opens in a year from 2000 to 2099, such as --at 2026-11-19T09:00:00Z")]
    Year,
    /// The data folder cannot be used.
    #[error(transparent)]
    Data(#[from] OpenError),
    /// The backend does not start with the demo's settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Its orders cannot be added.
    #[error("the demo's orders cannot be put in: {0}")]
    Orders(String),
}

impl From<Refusal> for DemoError {
    fn from(refusal: Refusal) -> Self {
        let problem = refusal.problem();
        Self::Orders(problem.detail.clone().unwrap_or_else(|| problem.title.clone()))
    }
}

/// Opens the demo: its backend with the orders, and the routes to serve.
///
/// # Errors
///
/// [`DemoError`], which says what to do.
pub async fn open_demo(options: DemoOptions) -> Result<(Arc<App>, Router), DemoError> {
    if !options.site.join("index.html").is_file() {
        return Err(DemoError::NoSite(options.site));
    }
    let now = options.at.unwrap_or_else(|| Clock::system().now());
    if !api::YEARS.contains(&now.year()) {
        return Err(DemoError::Year);
    }
    if options.fresh {
        store::delete_contents(&options.data)?;
    }
    let mut holidays = HolidaysByPlace::new(std::collections::BTreeMap::new())?;
    let opened_at = schedule::opening_instant(now, &holidays.of_place(schedule::COUNTRY));
    let clock = Clock::running_from(opened_at);
    let schedule = DeliverySchedule::for_opening(opened_at, &Policy::default(), &holidays.of_place(schedule::COUNTRY));
    holidays.insert(schedule::PLACE_OF_LONG_WEEKEND, schedule.holidays.clone());
    let seller_key = random::random_id() + &random::random_id();
    let app = App::open(config(&options, &seller_key, holidays), clock).await?;
    claim_list::refresh_all_entries(&app).await?;
    let mut stories = other_claims::insert_orders(&app, &schedule).await?;
    stories.extend(orders::insert_orders(&app, &schedule).await?);
    stories::tell(&app, &stories).await?;
    let demo = api::DemoState { app: Arc::clone(&app), schedule: Arc::new(schedule), seller_key };
    let router = router::contract_routes(&app)
        .merge(desk::routes(&app))
        .merge(api::routes(demo))
        .fallback_service(site::site_service(&options.site));
    let router = router::with_layers(router.layer(from_fn(host::require_loopback_host)), &app);
    Ok((app, router))
}

/// The settings of a shop called Nogeen. Its keys are new on every run.
fn config(options: &DemoOptions, seller_key: &str, holidays: HolidaysByPlace) -> Config {
    let secret =
        TokenSecret::new(random::random_bytes::<32>().to_vec()).expect("32 bytes are as many as a secret needs");
    let port = options.address.port();
    Config {
        listen: options.address,
        data: options.data.clone(),
        shop: Shop { name: "Nogeen".to_owned(), contact_url: format!("http://{}/#contact", options.address) },
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
        // All requests of the demo come from one address.
        closed_retention: None,
        limits: Limits { requests_per_peer: 60_000, requests_per_order_line: 6_000, ..Limits::default() },
        webhooks: Vec::new(),
        desk: demo_desk(),
    }
}

/// The desk of the made-up shop: its key, new on every run, is filled in for every visitor.
fn demo_desk() -> Option<DeskSettings> {
    let key = random::random_id() + &random::random_id();
    let person =
        DeskPerson { name: other_claims::DESK_PERSON.to_owned(), role: Role::Decide, key: KeyDigest::of(&key)? };
    Some(DeskSettings { transport: Transport::PlainLoopback, demo_key: Some(key), ..DeskSettings::new(vec![person]) })
}
