//! Chromium and its driver: how they are started, and what only they can do.
//!
//! The one file that knows this browser. Other engines have files of their own, with the same functions.

use std::{path::PathBuf, process::Command as Program, sync::Arc};

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};
use thirtyfour::{
    Capabilities, ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel, WebDriver,
    common::command::{Command, ExtensionCommand},
};

use crate::{
    browser_files::BrowserFiles,
    programs::{CookieSetting, EnginePrograms},
    screen::Screen,
};

/// Options for a quick and quiet browser in a container: no window, no sandbox (which root cannot have), no graphics
/// card, no shared memory to speak of, nothing fetched behind the page's back. With less motion wanted, because the
/// driver clicks where something was before a page that scrolls gently has come to rest. And it does not offer to bring
/// back what it showed when it was killed: what comes back is for the page.
const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--force-prefers-reduced-motion",
    "--hide-crash-restore-bubble",
];

/// Tells the driver to answer on `port`.
pub(crate) fn configure_driver(driver: &mut Program, port: u16) {
    driver.arg(format!("--port={port}"));
}

/// A browser with its profile and its downloads in folders of its own, where pages store nothing if `cookies` are blocked.
pub(crate) fn capabilities(
    programs: &EnginePrograms,
    screen: Screen,
    home: &BrowserFiles,
    cookies: CookieSetting,
) -> Result<Capabilities> {
    let mut chrome = ChromeCapabilities::new();
    for flag in FLAGS {
        chrome.add_arg(flag)?;
    }
    chrome.add_arg(&format!("--user-data-dir={}", home.profile_folder().display()))?;
    chrome.set_binary(&programs.browser.display().to_string())?;
    let setting = if cookies == CookieSetting::Blocked { 2 } else { 1 };
    let preferences = json!({
        "download.default_directory": home.download_folder(),
        "download.prompt_for_download": false,
        "profile.default_content_setting_values.cookies": setting,
        // A distribution may set a start page on the internet. The driver waits for it before the first visit, five seconds without a network.
        "session.restore_on_startup": 4,
        "session.startup_urls": ["about:blank"],
    });
    chrome.add_experimental_option("prefs", preferences)?;
    let (width, height) = screen.window_size();
    if screen == Screen::Desk {
        chrome.add_arg(&format!("--window-size={width},{height}"))?;
    } else {
        // A window would not get narrower than 500 pixels.
        let metrics = json!({ "width": width, "height": height, "pixelRatio": 2.0, "touch": true, "mobile": true });
        chrome.add_experimental_option("mobileEmulation", json!({ "deviceMetrics": metrics }))?;
    }
    chrome.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(chrome.as_ref().clone())
}

/// Where the databases of pages lie.
pub(crate) fn databases_folder(home: &BrowserFiles) -> PathBuf {
    home.profile_folder().join("Default").join("IndexedDB")
}

/// The errors in the page's console since the last call.
pub(crate) async fn console_errors(driver: &WebDriver) -> Result<Vec<String>> {
    let entries = driver.browser_log().await?;
    Ok(entries.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect())
}

/// Makes the line so slow that a photo takes minutes.
pub(crate) async fn throttle_network(driver: &WebDriver) -> Result<()> {
    let conditions = NetworkConditions { offline: false, latency: 20, bytes_a_second: 2_000 };
    driver.cmd(Command::ExtensionCommand(Box::new(conditions))).await?;
    Ok(())
}

/// Takes the line away.
pub(crate) async fn disconnect(driver: &WebDriver) -> Result<()> {
    let conditions = NetworkConditions { offline: true, latency: 0, bytes_a_second: 0 };
    driver.cmd(Command::ExtensionCommand(Box::new(conditions))).await?;
    Ok(())
}

/// Gives the line back as it was.
pub(crate) async fn reconnect(driver: &WebDriver) -> Result<()> {
    let conditions = NetworkConditions { offline: false, latency: 0, bytes_a_second: -1 };
    driver.cmd(Command::ExtensionCommand(Box::new(conditions))).await?;
    Ok(())
}

/// Asks the browser for what no driver has a word for, by the protocol that its tools for developers speak.
pub(crate) async fn send_devtools_command(driver: &WebDriver, method: &str, parameters: Value) -> Result<Value> {
    let question = Question(json!({ "cmd": method, "params": parameters }));
    Ok(driver.cmd(Command::ExtensionCommand(Box::new(question))).await?.value_json()?)
}

/// A command of that protocol, which the driver passes on.
#[derive(Debug)]
struct Question(Value);

impl ExtensionCommand for Question {
    fn parameters_json(&self) -> Option<Value> {
        Some(self.0.clone())
    }

    fn method(&self) -> Method {
        Method::POST
    }

    fn endpoint(&self) -> Arc<str> {
        "/goog/cdp/execute".into()
    }
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
