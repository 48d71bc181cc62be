//! A shop of its own for one journey: the backend's program with the demo around it, on a free port, with a data
//! folder that goes away. Its clock can be moved, its seller can be played.
//!
//! The customer's browser is not here. A program that asks the backend past the widget is in [`claimant`].

pub mod claimant;
mod seed_data;
pub mod seller;

use std::{
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use damage_report_rules::{contract::OrderLine, window::ReportingWindow};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{environment::Environment, wait::START};

/// How long any answer may take.
const ANSWER: Duration = Duration::from_secs(30);

/// The scenario that an order of the demo shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// Delivered on the day before.
    DeliveredYesterday,
    /// Delivered just before a long weekend.
    LongWeekend,
    /// Its window closes when the day ends.
    ClosesToday,
    /// Its window is closed.
    Closed,
    /// It has not been delivered yet.
    OnItsWay,
    /// It has been reported.
    Reported,
}

impl Scenario {
    /// Its name on the demo's page.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DeliveredYesterday => "delivered_yesterday",
            Self::LongWeekend => "long_weekend",
            Self::ClosesToday => "closes_today",
            Self::Closed => "closed",
            Self::OnItsWay => "on_its_way",
            Self::Reported => "reported",
        }
    }
}

/// A running backend with the demo's shop around it. It ends with this value.
#[derive(Debug)]
pub struct Shop {
    address: String,
    entrance: String,
    client: reqwest::Client,
    data: TempDir,
    // Killed when it is dropped, by its own handle.
    _process: Child,
}

impl Shop {
    /// Opens a shop whose page comes from the folder `site`.
    ///
    /// # Errors
    ///
    /// When the backend does not start in time.
    pub async fn start(environment: &Environment, site: &Path) -> Result<Self> {
        Self::start_at(environment, site, None).await
    }

    /// The same, with a clock that begins `at` this instant, so that its days are the same on every day.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub async fn start_at(environment: &Environment, site: &Path, at: Option<DateTime<Utc>>) -> Result<Self> {
        let data = tempfile::Builder::new().prefix("damage-report-shop-").tempdir()?;
        seed_data::seed_data_folder(data.path(), environment, site)?;
        let mut command = Command::new(&environment.backend);
        command.args(["demo", "--port", "0", "--site"]).arg(site).arg("--data").arg(data.path());
        command.args(at.map(|at| format!("--at={}", at.to_rfc3339())));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(log(data.path()))?);
        let mut process = command.kill_on_drop(true).spawn().context("the backend does not start")?;
        let said = process.stdout.take().context("the backend has no output")?;
        let mut said = BufReader::new(said).lines();
        let line = timeout(START, said.next_line()).await.context("the backend takes too long to start")??;
        let Some(line) = line else {
            bail!("the backend ended at once: {}", std::fs::read_to_string(log(data.path()))?);
        };
        let address = line.split_whitespace().find(|word| word.starts_with("http://"));
        let address = address.with_context(|| format!("the backend said no address: {line}"))?.to_owned();
        // A request that is refused half-way may cost its connection: the next one has a connection of its own.
        let client = reqwest::Client::builder().timeout(ANSWER).pool_max_idle_per_host(0).build()?;
        Ok(Self { entrance: address.clone(), address, client, data, _process: process })
    }

    /// Where it is: `http://127.0.0.1:40123`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The same, for a program that speaks TCP.
    ///
    /// # Errors
    ///
    /// When it is no address of this machine.
    pub fn socket_address(&self) -> Result<SocketAddr> {
        let socket = self.address.trim_start_matches("http://").parse();
        socket.with_context(|| format!("{} has no port", self.address))
    }

    /// Where customers come in: [`address`](Self::address), unless something stands in front of it.
    #[must_use]
    pub fn customer_address(&self) -> &str {
        &self.entrance
    }

    /// Lets customers come in by `entrance`, which leads here.
    pub fn set_customer_address(&mut self, entrance: String) {
        self.entrance = entrance;
    }

    /// Its data folder.
    #[must_use]
    pub fn data_folder(&self) -> &Path {
        self.data.path()
    }

    /// Its log.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        log(self.data.path())
    }

    /// The identifier of the order line that is there for `scenario`.
    ///
    /// # Errors
    ///
    /// When the shop does not answer, or has none.
    pub async fn line_id(&self, scenario: Scenario) -> Result<String> {
        let books = self.books().await?;
        let lines = books["orders"].as_array().into_iter().flatten();
        let mut lines = lines.flat_map(|order| order["lines"].as_array().into_iter().flatten());
        let line = lines.find(|line| line["scenario"] == scenario.name());
        let id = line.and_then(|line| line["id"].as_str());
        Ok(id.with_context(|| format!("there is no order for {}", scenario.name()))?.to_owned())
    }

    /// Sets the shop's clock.
    ///
    /// # Errors
    ///
    /// When the shop does not answer.
    pub async fn set_clock(&self, now: DateTime<Utc>) -> Result<()> {
        self.post("/demo/clock", &json!({ "now": now })).await.map(drop)
    }

    async fn books(&self) -> Result<Value> {
        let answer = self.client.get(self.url("/demo/orders")).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.client.post(self.url(path)).json(body).send().await?;
        let (status, body) = (answer.status(), answer.json::<Value>().await?);
        ensure!(status.is_success(), "{path} answered {status}: {body}");
        Ok(body)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

/// The last day on which `line` can be reported.
///
/// # Errors
///
/// When it has not been delivered.
pub fn last_reporting_day(line: &OrderLine) -> Result<NaiveDate> {
    let delivery = line.delivery.as_ref().context("it has not been delivered")?;
    let zone: Tz = delivery.zone.parse()?;
    let delivered_on = delivery.at.0.parse::<DateTime<Utc>>()?.with_timezone(&zone).date_naive();
    Ok(ReportingWindow::new(delivered_on, line.policy.reporting_days, &line.holidays).last_day())
}

/// The moment at which the window of `line` closes: the end of its last day, where it was delivered.
///
/// # Errors
///
/// When it has not been delivered.
pub fn closing_instant(line: &OrderLine) -> Result<DateTime<Utc>> {
    let delivery = line.delivery.as_ref().context("it has not been delivered")?;
    let zone: Tz = delivery.zone.parse()?;
    let day_after = last_reporting_day(line)?.succ_opt().context("there is no day after")?;
    let midnight = zone.from_local_datetime(&day_after.and_time(NaiveTime::MIN)).earliest();
    Ok(midnight.context("there is no midnight on that day")?.to_utc())
}

fn log(data: &Path) -> PathBuf {
    data.join("backend.log")
}
