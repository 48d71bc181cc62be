//! One visit to one subject's page, with a new shop, a new proxy and a new browser.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use damage_report_e2e::{
    browser::{Browser, Screen},
    environment::Environment,
    photos::{Album, Photo},
    shop::{Scenario, Shop},
    wait::eventually,
};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    proxy::{Files, Proxy},
    subject::Subject,
};

/// The script that measures inside the page.
const PROBE: &str = include_str!("probe.js");

/// The speed of the processor and the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Not slowed down.
    Machine,
    /// A processor a quarter as fast, like that of a cheap phone.
    SlowProcessor,
    /// Also a network of 1.6 Mbit/s with a round trip of 150 ms.
    SlowPhone,
}

/// The position of the report when the page loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On the screen, and open: the page opens it if the subject does not.
    Opened,
    /// On the screen, with a button to open it.
    InSight,
    /// Far below.
    OutOfSight,
}

/// A page that was loaded.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) browser: Browser,
    pub(crate) proxy: Proxy,
    _shop: Shop,
}

impl Visit {
    /// Goes to the page of `subject`.
    pub(crate) async fn begin(
        environment: &Environment,
        files: &Arc<Files>,
        subject: &Subject,
        pace: Pace,
        place: Place,
    ) -> Result<Self> {
        let shop = Shop::start(environment, &environment.site).await?;
        let proxy = Proxy::open(files, shop.address()).await?;
        let browser = Browser::open(environment, Screen::Phone).await?;
        let visit = Self { browser, proxy, _shop: shop };
        match visit.load(subject, pace, place).await {
            Ok(()) => Ok(visit),
            Err(trouble) => Err(visit.give_up(trouble).await),
        }
    }

    async fn load(&self, subject: &Subject, pace: Pace, place: Place) -> Result<()> {
        let folder = subject.folder;
        let driver = format!("{}/{folder}/driver.js", self.proxy.address());
        let driver =
            self.proxy.text(&format!("/{folder}/driver.js")).with_context(|| format!("{driver} is missing"))?;
        let source = format!("{}\n{}", subject.before, PROBE.replace("DRIVER", driver.trim().trim_end_matches(';')));
        self.ask("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
        self.set_pace(pace).await?;
        let line = self._shop.line_id(Scenario::DeliveredYesterday).await?;
        let place = match place {
            Place::Opened => "&open",
            Place::InSight => "",
            Place::OutOfSight => "&far",
        };
        self.browser.visit(&format!("{}/{folder}/?line={line}{place}", self.proxy.address())).await
    }

    /// Sets the speed of the processor and the network from now on.
    pub(crate) async fn set_pace(&self, pace: Pace) -> Result<()> {
        if pace != Pace::Machine {
            self.ask("Emulation.setCPUThrottlingRate", json!({ "rate": 4 })).await?;
        }
        if pace == Pace::SlowPhone {
            self.ask("Network.enable", json!({})).await?;
            let bytes_a_second = 1_600_000 / 8;
            let line = json!({
                "offline": false,
                "latency": 150,
                "downloadThroughput": bytes_a_second,
                "uploadThroughput": bytes_a_second,
            });
            self.ask("Network.emulateNetworkConditions", line).await?;
        }
        Ok(())
    }

    /// Limits the browser to one processor core from now on. The shop is not limited.
    pub(crate) async fn keep_to_one_core(&self) -> Result<()> {
        for process in self.browser.processes()? {
            let mut taskset = Command::new("taskset");
            let outcome =
                taskset.args(["--all-tasks", "--cpu-list", "--pid", "0", &process.to_string()]).output().await;
            let outcome = outcome.context("taskset (of util-linux) is needed to leave a browser one core")?;
            ensure!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr).trim());
        }
        Ok(())
    }

    /// Evaluates `expression` of the probe on the page, and awaits its value.
    pub(crate) async fn tell(&self, expression: &str) -> Result<Value> {
        self.browser.run(&format!("return bench.{expression};"), Vec::new()).await
    }

    /// The same, for an expression whose value is a number.
    pub(crate) async fn number(&self, expression: &str) -> Result<f64> {
        self.tell(expression).await?.as_f64().with_context(|| format!("{expression} is no number"))
    }

    /// Sends a command of the Chrome DevTools Protocol to the browser.
    pub(crate) async fn ask(&self, method: &str, parameters: Value) -> Result<Value> {
        self.browser.ask(method, parameters).await
    }

    /// Clicks the element that the subject's driver returns for `name`.
    pub(crate) async fn press(&self, name: &str) -> Result<()> {
        let element = self.browser.element(&format!("return bench.driver.{name}();"), Vec::new()).await?;
        let element = element.with_context(|| format!("there is no {name} to press"))?;
        element.scroll_into_view().await?;
        Ok(element.click().await?)
    }

    /// The name of the step that the page shows.
    pub(crate) async fn step(&self) -> Result<String> {
        let step = self.tell("driver.step()").await?;
        Ok(step.as_str().unwrap_or("none").to_owned())
    }

    /// Goes to the next step. Returns how long that took from the click, in milliseconds.
    pub(crate) async fn go_on(&self) -> Result<f64> {
        let before = self.step().await?;
        self.tell("listen()").await?;
        self.press("next").await?;
        self.number(&format!("left({before:?})")).await
    }

    /// Picks `photos` in the current step.
    pub(crate) async fn pick(&self, photos: &[&Photo]) -> Result<()> {
        let picker = self.browser.element("return bench.driver.picker();", Vec::new()).await?;
        let paths: Vec<String> = photos.iter().map(|photo| photo.path().display().to_string()).collect();
        Ok(picker.context("there is no picker")?.send_keys(paths.join("\n")).await?)
    }

    /// Fills in the current step, with photos from `album`.
    pub(crate) async fn fill(&self, album: &Album) -> Result<()> {
        self.tell("driver.fill()").await?;
        let photos = match self.step().await?.as_str() {
            "packaging" => vec![&album.packaging],
            "label" => vec![&album.label],
            "device" => album.device.iter().collect(),
            _ => return Ok(()),
        };
        self.pick(&photos).await?;
        let count = f64::from(u32::try_from(photos.len())?);
        eventually("the photos to be accepted", || async {
            Ok((self.number("driver.accepted()").await? >= count).then_some(()))
        })
        .await
    }

    /// Fills in all steps up to `step`. Returns how long each change of step took from the click, in milliseconds.
    pub(crate) async fn walk_to(&self, step: &str, album: &Album) -> Result<Vec<f64>> {
        let mut took = Vec::new();
        loop {
            let here = self.step().await?;
            if here == step {
                return Ok(took);
            }
            ensure!(took.len() < 10, "{step} does not come; the page shows {here}");
            self.fill(album).await?;
            took.push(self.go_on().await?);
        }
    }

    /// Closes the browser.
    pub(crate) async fn end(self) {
        self.browser.close().await;
    }

    /// Closes the browser because of `trouble`, and adds the errors of the page's console to it.
    pub(crate) async fn give_up(self, trouble: anyhow::Error) -> anyhow::Error {
        let errors = self.browser.console_errors().await.unwrap_or_default().join(" ");
        self.end().await;
        if errors.is_empty() { trouble } else { trouble.context(errors) }
    }

    /// Waits until the proxy has received no request for half a second.
    pub(crate) async fn quiet(&self) -> Result<()> {
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
