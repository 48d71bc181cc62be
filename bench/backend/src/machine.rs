//! Where it was measured, and with what: as much as a reader needs to compare, and nothing that names the machine.

use std::{env::consts, process::Command, thread};

use serde::Serialize;
use sysinfo::System;

/// The machine and the versions.
#[derive(Debug, Serialize)]
pub(crate) struct MachineDescription {
    /// Processors, which backend and clients share.
    pub(crate) cores: usize,
    /// Memory.
    pub(crate) memory_mib: u64,
    /// System and architecture.
    pub(crate) system: String,
    /// The backend's name and version.
    pub(crate) backend: &'static str,
    /// The compiler.
    pub(crate) rustc: String,
    /// When it was measured.
    pub(crate) measured_on: String,
}

impl MachineDescription {
    /// This one, now.
    pub(crate) fn current() -> Self {
        let mut system = System::new();
        system.refresh_memory();
        let rustc = Command::new("rustc").arg("--version").output();
        Self {
            cores: thread::available_parallelism().map_or(1, usize::from),
            memory_mib: system.total_memory() / 1024 / 1024,
            system: format!("{} {}", consts::OS, consts::ARCH),
            backend: env!("CARGO_PKG_VERSION"),
            rustc: rustc.map_or_else(|_| String::new(), |said| String::from_utf8_lossy(&said.stdout).trim().to_owned()),
            measured_on: chrono::Utc::now().date_naive().to_string(),
        }
    }
}
