//! Starts a WebDriver program with its own browser on a free port, and ends both.

use std::{
    fs::{self, File},
    net::TcpListener,
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use thirtyfour::WebDriver;
use tokio::{
    process::{Child, Command},
    time::timeout,
};

use crate::{
    browser_files::BrowserFiles, engine::Engine, environment::Environment, firefox, screen::Screen, wait::eventually,
    webkit,
};

/// The timeout of a request to the driver.
const ANSWER: Duration = Duration::from_secs(120);

/// How long a program may take to exit before it is killed.
pub(crate) const END: Duration = Duration::from_secs(10);

/// The programs that were started for a browser. End the WebDriver session first, which closes the browser.
#[derive(Debug)]
pub(crate) struct RunningPrograms {
    pub(crate) driver: Child,
    pub(crate) display: Option<Child>,
}

impl RunningPrograms {
    /// Ends the programs that still run, each by its own handle.
    pub(crate) async fn end(&mut self) {
        let _ = self.driver.kill().await;
        if let Some(display) = &mut self.display
            && timeout(END, display.wait()).await.is_err()
        {
            let _ = display.kill().await;
        }
    }
}

/// Starts a driver on a free port, and its browser.
pub(crate) async fn start_browser(
    environment: &Environment,
    screen: Screen,
    home: &BrowserFiles,
) -> Result<(RunningPrograms, WebDriver)> {
    let engine = environment.engine;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut command = engine.driver_program(&environment.programs, port, home);
    let display = match &environment.programs.display {
        Some(program) => Some(webkit::start_display(program, &mut command).await?),
        None => None,
    };
    let log = File::options().create(true).append(true).open(home.log_file())?;
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    let driver = Command::from(command).kill_on_drop(true).spawn();
    let mut running = RunningPrograms { driver: driver.context("the browser's driver does not start")?, display };
    let url = format!("http://127.0.0.1:{port}");
    let status = format!("{url}/status");
    eventually("the browser's driver", || async {
        Ok(reqwest::get(&status).await.ok().filter(|answer| answer.status().is_success()))
    })
    .await?;
    if let Some(end) = running.driver.try_wait()? {
        bail!("the browser's driver ended at once: {end}");
    }
    let capabilities = engine.capabilities(&environment.programs, environment.cookies, screen, home)?;
    if environment.resists_fingerprinting {
        ensure!(engine == Engine::Firefox, "{engine} cannot resist fingerprinting");
        firefox::resist_fingerprinting(home)?;
    }
    let driver = WebDriver::builder(url, capabilities).request_timeout(ANSWER).connect().await;
    let driver = driver.with_context(|| {
        format!("{engine} does not start: {}", fs::read_to_string(home.log_file()).unwrap_or_default())
    })?;
    engine.set_window_size(&driver, screen).await?;
    Ok((running, driver))
}
