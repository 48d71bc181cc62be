//! The browsers that the tests drive, each with its driver. Each engine has a file.
//!
//! The files install a browser where a package manager can do so without questions. Elsewhere they say what to install.

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

    /// Finds its programs on this machine, and installs them first if they are missing and that is possible.
    pub(crate) fn obtain(self, workspace: &Workspace) -> Result<Programs> {
        match self {
            Self::Chromium => Chromium::obtain(workspace).map(Chromium::programs),
            Self::Firefox => firefox::obtain(workspace),
            Self::WebKit => webkit::obtain(workspace),
        }
    }
}
