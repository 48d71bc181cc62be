//! WebKitGTK's small browser, its driver and their display: how they are started, and what makes a phone of them.
//!
//! The one file that knows this browser. Other engines have files of their own, with the same functions.

use std::{fs, path::Path, process::Command as Program, process::Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use thirtyfour::Capabilities;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{browser_files::BrowserFiles, programs::EnginePrograms, screen::Screen, wait::START};

/// Lets a window be as narrow as a phone: its buttons and its field for addresses keep it from that otherwise.
const WINDOW: &str = "window * { padding: 0; margin: 0; border-width: 0; min-width: 0; min-height: 0; font-size: 1px }";

/// Less motion, for the reason that Chromium's flags have.
const SETTINGS: &str = "[Settings]\ngtk-enable-animations=0\n";

/// Tells the driver to answer on `port`; its browser looks for everything in `home`.
pub(crate) fn configure_driver(driver: &mut Program, port: u16, home: &BrowserFiles) {
    driver.arg(format!("--port={port}")).arg("--host=127.0.0.1");
    driver.env("HOME", home.profile_folder());
    for (variable, folder) in [("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache")] {
        driver.env(variable, home.profile_folder().join(folder));
    }
    // No settings, no keys and no screen readers of this machine's user.
    driver.env("GSETTINGS_BACKEND", "memory").env("NO_AT_BRIDGE", "1").env("GTK_A11Y", "none");
    driver.env("LIBGL_ALWAYS_SOFTWARE", "1");
}

/// A display of its own for what `driver` starts, which ends with the browser that was on it.
pub(crate) async fn start_display(program: &Path, driver: &mut Program) -> Result<Child> {
    let mut command = Command::new(program);
    // It chooses a number that is free, and says which.
    command.args(["-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp", "-terminate"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut display = command.spawn().context("the display does not start")?;
    let said = display.stdout.take().context("the display has no output")?;
    let number = timeout(START, BufReader::new(said).lines().next_line()).await;
    let Some(number) = number.context("the display takes too long to start")?? else {
        bail!("the display ended at once");
    };
    driver.env("DISPLAY", format!(":{number}")).env("GDK_BACKEND", "x11").env_remove("WAYLAND_DISPLAY");
    Ok(display)
}

/// A browser with its downloads in a folder of its own. While it is driven, it keeps pages' storage in memory.
pub(crate) fn capabilities(programs: &EnginePrograms, screen: Screen, home: &BrowserFiles) -> Result<Capabilities> {
    let config = home.profile_folder().join("config");
    let gtk = config.join("gtk-3.0");
    fs::create_dir_all(&gtk)?;
    fs::write(gtk.join("settings.ini"), SETTINGS)?;
    if screen != Screen::Desk {
        fs::write(gtk.join("gtk.css"), WINDOW)?;
    }
    let downloads = format!("XDG_DOWNLOAD_DIR=\"{}\"\n", home.download_folder().display());
    fs::write(config.join("user-dirs.dirs"), downloads)?;
    let options = json!({ "binary": programs.browser, "args": ["--automation"] });
    let mut capabilities = Capabilities::new();
    capabilities.set("webkitgtk:browserOptions", options)?;
    Ok(capabilities)
}
