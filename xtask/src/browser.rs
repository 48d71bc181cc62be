//! The browsers that the tests drive, each with the program that drives it: one file an engine.
//!
//! Installed where a package manager can do so unasked; elsewhere those files say what to install.

mod chromium;
mod firefox;
mod system;
mod webkit;

use anyhow::Result;

use crate::workspace::Workspace;

pub(crate) use self::chromium::Chromium;
use self::system::Programs;

/// The browser engine in which journeys run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Chromium's and Chrome's.
    Chromium,
    /// Firefox's.
    Firefox,
    /// WebKit's, as GTK has it: the nearest there is to Safari outside Apple's machines.
    WebKit,
}

impl Engine {
    /// Whether this machine can have it at all.
    pub(crate) fn is_supported(self) -> bool {
        self != Self::WebKit || webkit::IS_SUPPORTED
    }

    /// Its programs on this machine, installed first if need be and possible.
    pub(crate) fn obtain(self, workspace: &Workspace) -> Result<Programs> {
        match self {
            Self::Chromium => Chromium::obtain(workspace).map(Chromium::programs),
            Self::Firefox => firefox::obtain(workspace),
            Self::WebKit => webkit::obtain(workspace),
        }
    }
}
