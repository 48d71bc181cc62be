//! The browser engines in which journeys run, and the limits of each.
//!
//! Each engine has a file next to this one: how to start its browser and driver, how to imitate a phone, where it stores the data of
//! pages, and how it reports errors. The tests choose the engines of a journey.

use std::{cell::Cell, fmt, path::PathBuf, process::Command as Program};

use anyhow::{Result, bail};
use thirtyfour::{Capabilities, WebDriver, WindowHandle};

use crate::{
    browser_files::BrowserFiles,
    chromium, firefox, listener,
    programs::{CookieSetting, EnginePrograms},
    screen::Screen,
    webkit,
};

thread_local! {
    /// Each test has a thread, and a runtime that stays on it.
    static OF_THIS_JOURNEY: Cell<Engine> = const { Cell::new(Engine::Chromium) };
}

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium's and Chrome's: all journeys, if nothing else is said.
    Chromium,
    /// Firefox's.
    Firefox,
    /// WebKit's, in the small browser of WebKitGTK. As near to Safari as one gets without a Mac.
    WebKit,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKit",
        })
    }
}

/// Makes `journey`, a test of its own, in `engine` instead of Chromium.
pub fn run_in_engine<T>(engine: Engine, journey: fn() -> T) -> T {
    /// Puts Chromium back, even after a journey that failed: the next one may be made on the same thread.
    struct Meanwhile;
    impl Drop for Meanwhile {
        fn drop(&mut self) {
            OF_THIS_JOURNEY.set(Engine::Chromium);
        }
    }
    let _meanwhile = Meanwhile;
    OF_THIS_JOURNEY.set(engine);
    journey()
}

/// An ability that not every engine has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ability {
    /// The line between browser and network can be made worse by the driver. A fault server needs no driver for that.
    NetworkConditions,
    /// The driver passes on what is asked by the browser's own protocol.
    OwnProtocol,
    /// Pages' storage lies on the disk, and is there again after a restart of the browser.
    KeptProfile,
}

impl Engine {
    /// The engine in which the journey is made that this thread is on.
    #[must_use]
    pub fn of_this_journey() -> Self {
        OF_THIS_JOURNEY.get()
    }

    /// Refuses what it cannot do. A journey that needs it fails there: it has no place in that engine's list.
    pub(crate) fn require_ability(self, ability: Ability) -> Result<()> {
        let reason = match (self, ability) {
            (Self::Chromium, _) | (Self::Firefox, Ability::KeptProfile) => return Ok(()),
            (Self::Firefox | Self::WebKit, Ability::NetworkConditions) => "its driver knows no lines",
            (Self::Firefox | Self::WebKit, Ability::OwnProtocol) => "its driver speaks no other protocol",
            (Self::WebKit, Ability::KeptProfile) => "while it is driven, it keeps what pages save in memory only",
        };
        bail!("{self} cannot be asked for this: {reason}")
    }

    /// The variables that name its programs: the browser, its driver, and the display that it needs.
    pub(crate) fn program_variables(self) -> (&'static str, &'static str, Option<&'static str>) {
        match self {
            Self::Chromium => ("CHROME", "CHROMEDRIVER", None),
            Self::Firefox => ("FIREFOX", "GECKODRIVER", None),
            Self::WebKit => ("MINIBROWSER", "WEBKIT_DRIVER", Some("XVFB")),
        }
    }

    /// The check in which its journeys are made.
    pub(crate) fn check_name(self) -> &'static str {
        match self {
            Self::Chromium => "journey",
            Self::Firefox => "journey-firefox",
            Self::WebKit => "journey-webkit",
        }
    }

    /// Its driver, to answer on `port`.
    pub(crate) fn driver_program(self, programs: &EnginePrograms, port: u16, home: &BrowserFiles) -> Program {
        let mut driver = Program::new(&programs.driver);
        match self {
            Self::Chromium => chromium::configure_driver(&mut driver, port),
            Self::Firefox => firefox::configure_driver(&mut driver, port),
            Self::WebKit => webkit::configure_driver(&mut driver, port, home),
        }
        driver
    }

    /// The capabilities that its driver is given. Files that the browser is to find are put into `files`.
    pub(crate) fn capabilities(
        self,
        programs: &EnginePrograms,
        cookies: CookieSetting,
        screen: Screen,
        files: &BrowserFiles,
    ) -> Result<Capabilities> {
        match (self, cookies) {
            (Self::Chromium, _) => chromium::capabilities(programs, screen, files, cookies),
            (Self::Firefox, _) => firefox::capabilities(programs, screen, files, cookies),
            (Self::WebKit, CookieSetting::Blocked) => bail!("{self} cannot be told to block cookies"),
            (Self::WebKit, CookieSetting::Kept) => webkit::capabilities(programs, screen, files),
        }
    }

    /// Gives the window its size where that cannot be said before there is one.
    pub(crate) async fn set_window_size(self, driver: &WebDriver, screen: Screen) -> Result<()> {
        if self != Self::Chromium {
            let (width, height) = screen.window_size();
            driver.set_window_rect(0, 0, width, height).await?;
        }
        Ok(())
    }

    /// Opens another tab; in WebKit a window, which is the same to a page: its driver leaves tabs in the background.
    pub(crate) async fn open_tab(self, driver: &WebDriver) -> Result<WindowHandle> {
        Ok(match self {
            Self::Chromium | Self::Firefox => driver.new_tab().await?,
            Self::WebKit => driver.new_window().await?,
        })
    }

    /// Begins to listen for what goes wrong on a page that was just loaded, where the driver does not tell.
    pub(crate) async fn listen_for_errors(self, driver: &WebDriver) -> Result<()> {
        match self {
            Self::Chromium => Ok(()),
            Self::Firefox | Self::WebKit => listener::listen_for_errors(driver).await,
        }
    }

    /// The errors on the page since the last call.
    pub(crate) async fn console_errors(self, driver: &WebDriver) -> Result<Vec<String>> {
        match self {
            Self::Chromium => chromium::console_errors(driver).await,
            Self::Firefox | Self::WebKit => listener::collected_errors(driver).await,
        }
    }

    /// Where the databases of pages lie.
    pub(crate) fn databases_folder(self, home: &BrowserFiles) -> Result<PathBuf> {
        self.require_ability(Ability::KeptProfile)?;
        Ok(match self {
            Self::Firefox => firefox::databases_folder(home),
            Self::Chromium | Self::WebKit => chromium::databases_folder(home),
        })
    }
}
