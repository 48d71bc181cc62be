//! Firefox and geckodriver: how they are started, and what makes a phone of them.
//!
//! The one file that knows this browser. Other engines have files of their own, with the same functions.

use std::{
    fs::{self, File},
    io::Write as _,
    path::PathBuf,
    process::Command as Program,
};

use anyhow::Result;
use serde_json::{Value, json};
use thirtyfour::{Capabilities, FirefoxCapabilities};

use crate::{
    browser_files::BrowserFiles,
    programs::{CookieSetting, EnginePrograms},
    screen::Screen,
};

/// Lets a window be as narrow as a phone, and all of it the page's.
const WINDOW: &str = ":root { min-width: 0 !important; min-height: 0 !important } \
                      #navigator-toolbox { display: none !important }";

/// The file in a profile that is read at each start.
const PREFERENCES: &str = "user.js";

/// The value for a finger in Firefox's preferences: a coarse pointer that cannot hover.
const FINGER: u32 = 1;

/// Tells the driver to answer on `port`.
pub(crate) fn configure_driver(driver: &mut Program, port: u16) {
    driver.arg("--port").arg(port.to_string());
}

/// A browser with its profile and its downloads in folders of its own, where pages store nothing if `cookies` are blocked.
pub(crate) fn capabilities(
    programs: &EnginePrograms,
    screen: Screen,
    home: &BrowserFiles,
    cookies: CookieSetting,
) -> Result<Capabilities> {
    // Given by name and not as a capability: geckodriver would copy it, and a browser that is opened again had none.
    fs::write(home.profile_folder().join(PREFERENCES), preferences(screen, home, cookies))?;
    let style = home.profile_folder().join("chrome");
    fs::create_dir_all(&style)?;
    fs::write(style.join("userChrome.css"), WINDOW)?;
    let mut firefox = FirefoxCapabilities::new();
    firefox.set_firefox_binary(&programs.browser.display().to_string())?;
    for argument in ["-headless", "-profile", &home.profile_folder().display().to_string()] {
        firefox.add_arg(argument)?;
    }
    Ok(firefox.into())
}

/// Has the browser in `home` resist being told apart, when it is started next.
pub(crate) fn resist_fingerprinting(home: &BrowserFiles) -> Result<()> {
    let mut preferences = File::options().append(true).open(home.profile_folder().join(PREFERENCES))?;
    Ok(writeln!(preferences, "user_pref(\"privacy.resistFingerprinting\", true);")?)
}

/// Where the databases of pages lie.
pub(crate) fn databases_folder(home: &BrowserFiles) -> PathBuf {
    home.profile_folder().join("storage").join("default")
}

fn preferences(screen: Screen, home: &BrowserFiles, cookies: CookieSetting) -> String {
    let mut preferences = vec![
        // Less motion, for the reason that Chromium's flags have.
        ("ui.prefersReducedMotion", json!(1)),
        ("toolkit.legacyUserProfileCustomizations.stylesheets", json!(true)),
        // Files are kept, not shown.
        ("browser.download.folderList", json!(2)),
        ("browser.download.dir", json!(home.download_folder())),
        ("browser.download.useDownloadDir", json!(true)),
        ("browser.download.always_ask_before_handling_new_types", json!(false)),
        ("pdfjs.disabled", json!(true)),
        // Nothing is fetched behind the page's back, and nothing is brought back but by the page.
        ("app.normandy.enabled", json!(false)),
        ("services.settings.server", json!("data:,")),
        ("browser.sessionstore.resume_from_crash", json!(false)),
        ("toolkit.startup.max_resumed_crashes", json!(-1)),
    ];
    if cookies == CookieSetting::Blocked {
        preferences.push(("network.cookie.cookieBehavior", json!(2)));
    }
    if screen != Screen::Desk {
        preferences.extend([
            ("dom.w3c_touch_events.enabled", json!(1)),
            ("ui.primaryPointerCapabilities", json!(FINGER)),
            ("ui.allPointerCapabilities", json!(FINGER)),
            ("layout.css.devPixelsPerPx", json!("2.0")),
        ]);
    }
    let line = |(name, value): (&str, Value)| format!("user_pref({}, {value});\n", json!(name));
    preferences.into_iter().map(line).collect()
}
