//! `cargo xtask demo`: serves a shop's order page with the widget on it, with a backend, on this machine.
//!
//! This file builds both and starts the backend. The content is in `demo/`, and the server in the backend.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, bail};

use crate::budgets::WidgetSizes;
use crate::node::require_node;
use crate::process::{run_fetching, run_in_parallel};
use crate::progress::{CommandPart, RemainingParts, run_step};
use crate::widget::{BuildMode, WidgetBuild};
use crate::workspace::Workspace;

/// The options of the demo.
#[derive(Debug)]
pub(crate) struct DemoCommand {
    /// Where it is served, on this machine only.
    pub(crate) port: u16,
    /// Where claims and photos are kept from one run to the next.
    pub(crate) data: PathBuf,
    /// Whether to delete the data of an earlier run.
    pub(crate) fresh: bool,
}

impl DemoCommand {
    /// Builds the outdated parts, then becomes the backend, until Ctrl-C.
    pub(crate) fn run(&self, workspace: &Workspace) -> Result<()> {
        // Check what can fail early before the build takes minutes.
        require_free(self.port)?;
        require_writable(&self.data)?;
        require_node()?;

        let site = workspace.dist_folder();
        let backend = Self::build(workspace, &site)?;
        println!("{}", WidgetSizes::measure(&site)?);

        let mut demo = workspace.command(backend);
        demo.args(["demo", "--port", &self.port.to_string(), "--data"]).arg(&self.data).arg("--site").arg(site);
        demo.args(self.fresh.then_some("--fresh"));
        become_program(&mut demo)
    }

    /// Builds page and backend in parallel: each has minutes in which it keeps one processor busy. Gives the backend's program.
    fn build(workspace: &Workspace, site: &Path) -> Result<PathBuf> {
        let parts = [&[CommandPart::Backend], &WidgetBuild::PARTS[..]].concat();
        let remaining = RemainingParts::new(&parts);
        thread::scope(|scope| {
            let backend = scope.spawn(|| {
                remaining.run(CommandPart::Backend, || {
                    run_step("Compiling the backend", || run_in_parallel(&mut cargo_for_backend(workspace), "backend"))
                })
            });
            let widget = WidgetBuild { mode: BuildMode::Release, with_demo: true, out: site.to_owned() };
            let widget = widget.run_in(&remaining, workspace);
            widget.and(backend.join().expect("compiling the backend does not panic"))
        })?;
        Ok(backend_program(workspace))
    }
}

/// Builds the backend in cargo's dev profile, in which the tests have it too and the parts that read photos are optimised.
pub(crate) fn build_backend(workspace: &Workspace) -> Result<PathBuf> {
    run_fetching(&mut cargo_for_backend(workspace))?;
    Ok(backend_program(workspace))
}

/// Where the backend of the dev profile is.
pub(crate) fn backend_program(workspace: &Workspace) -> PathBuf {
    backend_in(workspace, "debug")
}

/// Builds the backend as it would run at a shop.
pub(crate) fn build_fast_backend(workspace: &Workspace) -> Result<PathBuf> {
    run_step("Compiling the backend (release)", || run_fetching(cargo_for_backend(workspace).arg("--release")))?;
    Ok(backend_in(workspace, "release"))
}

fn cargo_for_backend(workspace: &Workspace) -> Command {
    let mut cargo = workspace.cargo_command();
    cargo.args(["build", "--package", "damage-report-backend", "--bins"]);
    cargo
}

fn backend_in(workspace: &Workspace, profile: &str) -> PathBuf {
    workspace.target_folder().join(profile).join(format!("damage-report-backend{EXE_SUFFIX}"))
}

fn require_free(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("Port {port} is taken by another program. End that, or choose another port with --port.")
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            bail!("Port {port} is not for ordinary users. Choose one above 1023 with --port.")
        }
        Err(error) => bail!("Port {port} cannot be used ({error}). Choose another one with --port."),
    }
}

fn require_writable(folder: &Path) -> Result<()> {
    let advice =
        || format!("{} cannot be written. Make it writable, or choose another folder with --data.", folder.display());
    fs::create_dir_all(folder).with_context(advice)?;
    // Permission bits do not tell of a read-only or full file system; a write does.
    let probe = folder.join(".writable");
    fs::write(&probe, "probe").and_then(|()| fs::remove_file(&probe)).with_context(advice)
}

/// Puts the program in the place of this one, so that signals go straight to it.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(error).with_context(|| format!("{} cannot be started", command.get_program().display()))
}

/// Runs the program to its end; the console sends Ctrl-C to both.
#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<()> {
    crate::process::run_program(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_together_with_the_way_out() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let refusal = require_free(port).unwrap_err().to_string();
        assert!(refusal.contains(&port.to_string()) && refusal.contains("--port"), "{refusal}");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_named_together_with_the_way_out() {
        let file = std::env::temp_dir().join(format!("xtask-demo-{}", std::process::id()));
        fs::write(&file, "a file where a folder is wanted").unwrap();
        let refusal = require_writable(&file).unwrap_err().to_string();
        fs::remove_file(&file).unwrap();
        assert!(refusal.contains("--data"), "{refusal}");
    }
}
