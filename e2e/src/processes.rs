//! Finds the processes of one browser, which are those that its driver started, to end or measure them.

use std::{future::ready, iter::successors, path::Path};

use anyhow::Result;
use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System, UpdateKind};

use crate::wait::eventually;

/// Kills the browser that `driver` started with `profile`: all of its processes, and no others.
pub(crate) async fn kill_browser(driver: u32, profile: &Path) -> Result<()> {
    let (driver, profile) = (Pid::from_u32(driver), profile.display().to_string());
    let mut system = System::new();
    eventually("the browser to be killed", || {
        // Once more until none is left: one may just have started another.
        let mut left = processes(&mut system, driver, &profile);
        for process in &mut left {
            process.kill();
        }
        ready(Ok(left.is_empty().then_some(())))
    })
    .await
}

/// The numbers of that browser's processes, as they are now.
pub(crate) fn process_ids(driver: u32, profile: &Path) -> Vec<u32> {
    let mut system = System::new();
    let processes = processes(&mut system, Pid::from_u32(driver), &profile.display().to_string());
    processes.iter().map(|process| process.pid().as_u32()).collect()
}

/// The processes below `driver`, and those that left it but name `profile`, as the one does that reports crashes.
fn processes<'a>(system: &'a mut System, driver: Pid, profile: &str) -> Vec<&'a Process> {
    let what = ProcessRefreshKind::nothing().with_cmd(UpdateKind::OnlyIfNotSet).without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);
    let system = &*system;
    let is_below = |process: &Process| {
        successors(process.parent(), |parent| system.process(*parent)?.parent()).any(|above| above == driver)
    };
    let names_it = |process: &Process| process.cmd().iter().any(|word| word.to_string_lossy().contains(profile));
    let processes = system.processes().values();
    let is_its = |process: &&Process| process.pid() != driver && (is_below(process) || names_it(process));
    processes.filter(is_its).filter(|process| process.status() != ProcessStatus::Zombie).collect()
}
