//! Chromium and its driver: how they are started, and what only they can do.
//!
//! The one file that knows which browser it is. Another engine is another file with the same functions.

use std::{
    future::ready,
    iter::successors,
    path::{Path, PathBuf},
    process::Command as Program,
    sync::Arc,
};

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};
use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System, UpdateKind};
use thirtyfour::{
    Capabilities, ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel, WebDriver,
    common::command::{Command, ExtensionCommand},
};

use crate::{browser::Screen, patience::eventually, stage::Stage};

/// What makes a browser quick and quiet in a container: no window, no sandbox (which root cannot have), no graphics
/// card, no shared memory to speak of, nothing fetched behind the page's back. With less motion wanted, because the
/// driver clicks where something was before a page that scrolls gently has come to rest. And it does not offer to bring
/// back what it showed when it was killed: what comes back is for the page.
const FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--force-prefers-reduced-motion",
    "--hide-crash-restore-bubble",
    "--window-size=1280,900",
];

/// The driver, to answer on `port`.
pub(crate) fn driver(stage: &Stage, port: u16) -> Program {
    let mut driver = Program::new(&stage.chromedriver);
    driver.arg(format!("--port={port}"));
    driver
}

/// A browser with its profile and its downloads in folders of its own.
pub(crate) fn capabilities(stage: &Stage, screen: Screen, profile: &Path, downloads: &Path) -> Result<Capabilities> {
    let mut chrome = ChromeCapabilities::new();
    for flag in FLAGS {
        chrome.add_arg(flag)?;
    }
    chrome.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    chrome.set_binary(&stage.chrome.display().to_string())?;
    let preferences = json!({ "download.default_directory": downloads, "download.prompt_for_download": false });
    chrome.add_experimental_option("prefs", preferences)?;
    let points = match screen {
        Screen::Phone => Some((390, 844)),
        Screen::Narrow => Some((320, 640)),
        Screen::Desk => None,
    };
    if let Some((width, height)) = points {
        // A window would not get narrower than 500 pixels.
        let metrics = json!({ "width": width, "height": height, "pixelRatio": 2.0, "touch": true, "mobile": true });
        chrome.add_experimental_option("mobileEmulation", json!({ "deviceMetrics": metrics }))?;
    }
    chrome.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(chrome.as_ref().clone())
}

/// Where in `profile` the databases of pages lie.
pub(crate) fn databases(profile: &Path) -> PathBuf {
    profile.join("Default").join("IndexedDB")
}

/// Kills the browser that `driver` started with `profile`: all of its processes, and no others.
pub(crate) async fn kill(driver: u32, profile: &Path) -> Result<()> {
    let (driver, profile) = (Pid::from_u32(driver), profile.display().to_string());
    let mut system = System::new();
    eventually("the browser to be killed", || {
        // Once more until none is left: one may just have started another.
        let mut left = processes(&mut system, driver, &profile);
        for process in &mut left {
            process.kill();
        }
        ready(Ok(left.is_empty().then_some(())))
    })
    .await
}

/// The processes below `driver`, and those that left it but name `profile`, as the one does that reports crashes.
fn processes<'a>(system: &'a mut System, driver: Pid, profile: &str) -> Vec<&'a Process> {
    let what = ProcessRefreshKind::nothing().with_cmd(UpdateKind::OnlyIfNotSet).without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);
    let system = &*system;
    let is_below = |process: &Process| {
        successors(process.parent(), |parent| system.process(*parent)?.parent()).any(|above| above == driver)
    };
    let names_it = |process: &Process| process.cmd().iter().any(|word| word.to_string_lossy().contains(profile));
    let processes = system.processes().values();
    let is_its = |process: &&Process| process.pid() != driver && (is_below(process) || names_it(process));
    processes.filter(is_its).filter(|process| process.status() != ProcessStatus::Zombie).collect()
}

/// What went wrong on the page since the last time this was asked, as its console has it.
pub(crate) async fn console_errors(driver: &WebDriver) -> Result<Vec<String>> {
    let entries = driver.browser_log().await?;
    Ok(entries.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect())
}

/// Makes the line so slow that a photo takes minutes.
pub(crate) async fn slow_line(driver: &WebDriver) -> Result<()> {
    let conditions = NetworkConditions { offline: false, latency: 20, bytes_a_second: 2_000 };
    driver.cmd(Command::ExtensionCommand(Box::new(conditions))).await?;
    Ok(())
}

/// Takes the line away.
pub(crate) async fn no_line(driver: &WebDriver) -> Result<()> {
    let conditions = NetworkConditions { offline: true, latency: 0, bytes_a_second: 0 };
    driver.cmd(Command::ExtensionCommand(Box::new(conditions))).await?;
    Ok(())
}

/// Gives the line back as it was.
pub(crate) async fn good_line(driver: &WebDriver) -> Result<()> {
    let conditions = NetworkConditions { offline: false, latency: 0, bytes_a_second: -1 };
    driver.cmd(Command::ExtensionCommand(Box::new(conditions))).await?;
    Ok(())
}

/// The driver's own command for a worse line. Less than nothing a second is as much as there is.
#[derive(Debug)]
struct NetworkConditions {
    offline: bool,
    latency: u32,
    bytes_a_second: i32,
}

impl ExtensionCommand for NetworkConditions {
    fn parameters_json(&self) -> Option<Value> {
        let Self { offline, latency, bytes_a_second } = self;
        let conditions = json!({
            "offline": offline,
            "latency": latency,
            "download_throughput": -1,
            "upload_throughput": bytes_a_second,
        });
        Some(json!({ "network_conditions": conditions }))
    }

    fn method(&self) -> Method {
        Method::POST
    }

    fn endpoint(&self) -> Arc<str> {
        "/chromium/network_conditions".into()
    }
}
