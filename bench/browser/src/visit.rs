//! One visit to one subject's page, with a new shop, a new proxy and a new browser.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use damage_report_e2e::{
    browser::{Browser, Screen},
    environment::Environment,
    photos::{Album, PhotoFile},
    shop::{Scenario, Shop},
    wait::eventually,
};
use serde_json::{Value, json};
use tokio::{process::Command, time::sleep};

use crate::{
    page_data::page_data,
    proxy::{CompressedFiles, Proxy},
    subject::{MeasuredPage, OrderSource},
};

/// The script that measures inside the page.
const PROBE: &str = include_str!("probe.js");

/// How long a visitor looks at a step before they press. The widget takes a press that comes sooner, at the same place, for the
/// second of a double press, and ignores it.
const LOOK: Duration = Duration::from_millis(600);

/// The speed of the processor and the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Throttling {
    /// Not slowed down.
    Machine,
    /// A processor a quarter as fast, like that of a cheap phone.
    SlowProcessor,
    /// Also a network of 1.6 Mbit/s with a round trip of 150 ms.
    SlowPhone,
}

/// The position of the report when the page loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InitialPosition {
    /// On the screen, and open: the page opens it if the subject does not.
    Opened,
    /// On the screen, with a button to open it, which shows the order line from there.
    InSight(OrderSource),
    /// Far below.
    OutOfSight,
}

/// A page that was loaded.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) browser: Browser,
    pub(crate) proxy: Proxy,
    shop: Shop,
}

impl Visit {
    /// Goes to the page of `subject`.
    pub(crate) async fn begin(
        environment: &Environment,
        files: &Arc<CompressedFiles>,
        subject: &MeasuredPage,
        pace: Throttling,
        place: InitialPosition,
    ) -> Result<Self> {
        let shop = Shop::start(environment, &environment.site).await?;
        let proxy = Proxy::start(files, shop.address()).await?;
        let browser = Browser::open(environment, Screen::Phone).await?;
        let visit = Self { browser, proxy, shop };
        match visit.load(subject, pace, place).await {
            Ok(()) => Ok(visit),
            Err(trouble) => Err(visit.close_with_error(trouble).await),
        }
    }

    async fn load(&self, subject: &MeasuredPage, pace: Throttling, place: InitialPosition) -> Result<()> {
        let folder = subject.folder;
        let driver = format!("{}/{folder}/driver.js", self.proxy.address());
        let driver =
            self.proxy.file_text(&format!("/{folder}/driver.js")).with_context(|| format!("{driver} is missing"))?;
        let mut source =
            format!("{}\n{}", subject.before, PROBE.replace("DRIVER", driver.trim().trim_end_matches(';')));
        let line = self.shop.line_id(Scenario::DeliveredYesterday).await?;
        if place == InitialPosition::InSight(OrderSource::PageData) {
            let data = page_data(self.shop.address(), &line).await?;
            write!(source, "\nwindow.pageData = {};", json!(data))?;
        }
        self.send_devtools_command("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
        self.set_throttling(pace).await?;
        let place = match place {
            InitialPosition::Opened => "&open",
            InitialPosition::InSight(OrderSource::Prefetch) => "&prefetch",
            InitialPosition::InSight(OrderSource::Request | OrderSource::PageData) => "",
            InitialPosition::OutOfSight => "&far",
        };
        self.browser.visit(&format!("{}/{folder}/?line={line}{place}", self.proxy.address())).await
    }

    /// Sets the speed of the processor and the network from now on.
    pub(crate) async fn set_throttling(&self, pace: Throttling) -> Result<()> {
        if pace != Throttling::Machine {
            self.send_devtools_command("Emulation.setCPUThrottlingRate", json!({ "rate": 4 })).await?;
        }
        if pace == Throttling::SlowPhone {
            self.send_devtools_command("Network.enable", json!({})).await?;
            let bytes_a_second = 1_600_000 / 8;
            let line = json!({
                "offline": false,
                "latency": 150,
                "downloadThroughput": bytes_a_second,
                "uploadThroughput": bytes_a_second,
            });
            self.send_devtools_command("Network.emulateNetworkConditions", line).await?;
        }
        Ok(())
    }

    /// Limits the browser to one processor core from now on. The shop is not limited.
    pub(crate) async fn limit_to_one_core(&self) -> Result<()> {
        for process in self.browser.process_ids()? {
            let mut taskset = Command::new("taskset");
            let outcome =
                taskset.args(["--all-tasks", "--cpu-list", "--pid", "0", &process.to_string()]).output().await;
            let outcome = outcome.context("taskset (of util-linux) is needed to leave a browser one core")?;
            ensure!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr).trim());
        }
        Ok(())
    }

    /// Evaluates `expression` of the probe on the page, and awaits its value.
    pub(crate) async fn evaluate(&self, expression: &str) -> Result<Value> {
        self.browser.run_script(&format!("return bench.{expression};"), Vec::new()).await
    }

    /// The same, for an expression whose value is a number.
    pub(crate) async fn evaluate_number(&self, expression: &str) -> Result<f64> {
        self.evaluate(expression).await?.as_f64().with_context(|| format!("{expression} is no number"))
    }

    /// Sends a command of the Chrome DevTools Protocol to the browser.
    pub(crate) async fn send_devtools_command(&self, method: &str, parameters: Value) -> Result<Value> {
        self.browser.send_devtools_command(method, parameters).await
    }

    /// Clicks the element that the subject's driver returns for `name`.
    pub(crate) async fn click(&self, name: &str) -> Result<()> {
        let element = self.browser.find_by_script(&format!("return bench.driver.{name}();"), Vec::new()).await?;
        let element = element.with_context(|| format!("there is no {name} to press"))?;
        element.scroll_into_view().await?;
        Ok(element.click().await?)
    }

    /// The name of the step that the page shows.
    pub(crate) async fn current_step(&self) -> Result<String> {
        let step = self.evaluate("driver.step()").await?;
        Ok(step.as_str().unwrap_or("none").to_owned())
    }

    /// Goes to the next step. Returns how long that took from the click, in milliseconds.
    pub(crate) async fn go_to_next_step(&self) -> Result<f64> {
        sleep(LOOK).await;
        let before = self.current_step().await?;
        self.evaluate("listen()").await?;
        self.click("next").await?;
        self.evaluate_number(&format!("left({before:?})")).await
    }

    /// Picks `photos` in the current step.
    pub(crate) async fn pick_photos(&self, photos: &[&PhotoFile]) -> Result<()> {
        let picker = self.browser.find_by_script("return bench.driver.picker();", Vec::new()).await?;
        let paths: Vec<String> = photos.iter().map(|photo| photo.path().display().to_string()).collect();
        Ok(picker.context("there is no picker")?.send_keys(paths.join("\n")).await?)
    }

    /// Fills in the current step, with photos from `album`.
    pub(crate) async fn fill_in_step(&self, album: &Album) -> Result<()> {
        self.evaluate("driver.fill()").await?;
        let photos = match self.current_step().await?.as_str() {
            "packaging" => vec![&album.packaging],
            "label" => vec![&album.label],
            "device" => album.device.iter().collect(),
            _ => return Ok(()),
        };
        self.pick_photos(&photos).await?;
        let count = f64::from(u32::try_from(photos.len())?);
        eventually("the photos to be accepted", || async {
            Ok((self.evaluate_number("driver.accepted()").await? >= count).then_some(()))
        })
        .await
    }

    /// Fills in all steps up to `step`. Returns how long each change of step took from the click, in milliseconds.
    pub(crate) async fn fill_in_up_to(&self, step: &str, album: &Album) -> Result<Vec<f64>> {
        let mut took = Vec::new();
        loop {
            let here = self.current_step().await?;
            if here == step {
                return Ok(took);
            }
            ensure!(took.len() < 10, "{step} does not come; the page shows {here}");
            self.fill_in_step(album).await?;
            took.push(self.go_to_next_step().await?);
        }
    }

    /// Closes the browser.
    pub(crate) async fn close(self) {
        self.browser.close().await;
    }

    /// Closes the browser because of `trouble`, and adds the errors of the page's console to it.
    pub(crate) async fn close_with_error(self, trouble: anyhow::Error) -> anyhow::Error {
        let errors = self.browser.console_errors().await.unwrap_or_default().join(" ");
        self.close().await;
        if errors.is_empty() { trouble } else { trouble.context(errors) }
    }

    /// Waits until the proxy has received no request for half a second.
    pub(crate) async fn wait_for_quiet_network(&self) -> Result<()> {
        let mut before = (usize::MAX, 0);
        for _ in 0..100 {
            let now = self.proxy.traffic().requests;
            before = if before.0 == now { (now, before.1 + 1) } else { (now, 0) };
            if before.1 == 5 {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        bail!("the page never stops sending requests")
    }
}
