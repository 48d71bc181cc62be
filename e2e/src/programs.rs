//! The programs of an engine: its browser, its driver and a display. And its setting for cookies.

use std::path::PathBuf;

/// Whether the browser lets pages store anything: cookies, and with them databases, locks and channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieSetting {
    /// As browsers do by themselves.
    Kept,
    /// Its user lets no page store anything.
    Blocked,
}

/// The programs of one engine.
#[derive(Clone, Debug)]
pub struct EnginePrograms {
    /// The browser.
    pub browser: PathBuf,
    /// The program that drives it.
    pub driver: PathBuf,
    /// The display that it opens its window on, where it cannot do without one.
    pub display: Option<PathBuf>,
}
