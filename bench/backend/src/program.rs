//! A program that is measured, as a process of its own: how long it takes to start, how much memory it has, its end.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::Path,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use hyper::StatusCode;
use serde_json::Value;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, Signal, System};
use tokio::{
    process::{Child, Command},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{baseline, client::Client, requests, settings};

/// How long a start or an end may take before it is given up. Nobody waits for a shop's backend that long.
const WAIT_MAX: Duration = Duration::from_secs(120);

/// How often it is looked whether the program has said that it is ready: finer than what is told of it.
const LOOKING: Duration = Duration::from_millis(1);

/// How often its memory is looked at: a photo is at work for longer.
const WEIGHING: Duration = Duration::from_millis(25);

/// A running program.
pub(crate) struct RunningProgram {
    child: Child,
    pid: Pid,
    address: SocketAddr,
    started_in: Duration,
    weighing: JoinHandle<()>,
    peak: Arc<AtomicU64>,
}

impl RunningProgram {
    /// The backend `program`, started on the data folder `folder` as a shop starts it.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub(crate) async fn start_backend(program: &Path, folder: &Path) -> Result<Self> {
        let configuration = folder.join("damage-report.toml");
        fs::write(&configuration, settings::FILE)?;
        let mut command = Command::new(program);
        command.arg("serve").arg("--config").arg(configuration);
        command.envs(settings::environment(folder));
        Self::start(command, &folder.join("backend.log")).await
    }

    /// The baseline, started on the folder `folder`.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub(crate) async fn start_baseline(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(format!("--{}", baseline::ARGUMENT)).arg(folder);
        Self::start(command, &folder.join("baseline.log")).await
    }

    async fn start(mut command: Command, log: &Path) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(File::create(log)?).kill_on_drop(true);
        let begun = Instant::now();
        let mut child = command.spawn().with_context(|| format!("{command:?} does not start"))?;
        let address = loop {
            if let Some(address) = ready(&fs::read_to_string(log)?) {
                break address;
            }
            if child.try_wait()?.is_some() || begun.elapsed() > WAIT_MAX {
                bail!("a program did not start: {}", fs::read_to_string(log)?);
            }
            sleep(LOOKING).await;
        };
        let (status, _) = Client::connect(address).await?.send(requests::health_request()?).await?;
        ensure!(status == StatusCode::NO_CONTENT, "a program started and does not work: {status}");
        let started_in = begun.elapsed();
        let pid = Pid::from_u32(child.id().context("a program ended at once")?);
        let peak = Arc::new(AtomicU64::new(0));
        let weighing = tokio::spawn(weigh(pid, Arc::clone(&peak)));
        Ok(Self { child, pid, address, started_in, weighing, peak })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From the start to the first answer.
    pub(crate) fn startup_time(&self) -> Duration {
        self.started_in
    }

    /// The memory that it has now, in bytes.
    pub(crate) fn memory_bytes(&self) -> u64 {
        memory(&mut System::new(), self.pid)
    }

    /// The most memory that it had until now, in bytes.
    pub(crate) fn peak_memory_bytes(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }

    /// Ends it as an operator does.
    ///
    /// # Errors
    ///
    /// When it does not end.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.weighing.abort();
        let mut system = System::new();
        system.refresh_processes(ProcessesToUpdate::Some(&[self.pid]), false);
        let asked = system.process(self.pid).and_then(|process| process.kill_with(Signal::Term));
        if asked != Some(true) {
            self.child.start_kill()?;
        }
        timeout(WAIT_MAX, self.child.wait()).await.context("a program does not end")??;
        Ok(())
    }
}

async fn weigh(pid: Pid, peak: Arc<AtomicU64>) {
    let mut system = System::new();
    loop {
        peak.fetch_max(memory(&mut system, pid), Ordering::Relaxed);
        sleep(WEIGHING).await;
    }
}

fn memory(system: &mut System, pid: Pid) -> u64 {
    let what = ProcessRefreshKind::nothing().with_memory().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, what);
    system.process(pid).map_or(0, sysinfo::Process::memory)
}

/// The address in the line that says `ready`, once it is there.
fn ready(log: &str) -> Option<SocketAddr> {
    let line = log.lines().find(|line| line.contains("\"ready\""))?;
    let line: Value = serde_json::from_str(line).ok()?;
    line["fields"]["listen"].as_str()?.parse().ok()
}
