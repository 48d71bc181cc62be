//! The program as a process of its own: started, killed, started again, and given a full disk.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use fastrand::Rng;
use tokio::sync::watch;

use crate::{
    configuration::{Address, configuration},
    order_line::Line,
};

pub(crate) struct Backend {
    folder: PathBuf,
    child: Child,
    at: watch::Sender<Option<String>>,
    kills: u32,
    full: u32,
}

impl Drop for Backend {
    /// A test that fails leaves no backend behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Backend {
    /// Starts it on the data folder `data` in `folder`.
    pub(crate) async fn start(folder: &Path, receiver: SocketAddr) -> (Self, Address) {
        std::fs::write(folder.join("damage-report.toml"), configuration(receiver)).unwrap();
        let (child, base) = spawn(command(folder)).await;
        let (at, listening) = watch::channel(Some(base.expect("it starts")));
        (Self { folder: folder.to_owned(), child, at, kills: 0, full: 0 }, listening)
    }

    /// Starts it with the `library` that ends it at the call `call`, which may be before it listens.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    pub(crate) async fn start_until_call(
        folder: &Path,
        receiver: SocketAddr,
        library: &Path,
        call: u64,
    ) -> (Self, Address) {
        std::fs::write(folder.join("damage-report.toml"), configuration(receiver)).unwrap();
        let mut command = command(folder);
        command.env("LD_PRELOAD", library).env("KILL_AT_CALL", call.to_string());
        let (child, base) = spawn(command).await;
        let (at, listening) = watch::channel(base);
        (Self { folder: folder.to_owned(), child, at, kills: 0, full: 0 }, listening)
    }

    /// Kills it as a power cut would, but that the system keeps what was written, and starts it again.
    pub(crate) async fn kill_and_start(&mut self) {
        self.at.send_replace(None);
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.kills += 1;
        let (child, base) = spawn(command(&self.folder)).await;
        self.child = child;
        self.at.send_replace(Some(base.expect("it starts")));
    }

    /// Lets no file grow over some kilobytes for a moment: the database's log, photos and all. After that an order line must be
    /// taken again, by the process that runs.
    #[cfg(target_os = "linux")]
    pub(crate) async fn fill_the_disk_for_a_moment(&mut self, rng: &mut Rng, probe: &Line) {
        let process = rustix::process::Pid::from_child(&self.child);
        let limit = |current| {
            let limit = rustix::process::Rlimit { current, maximum: None };
            rustix::process::prlimit(Some(process), rustix::process::Resource::Fsize, limit).unwrap();
        };
        limit(Some(rng.u64(0..128 * 1024)));
        tokio::time::sleep(Duration::from_millis(rng.u64(200..1_500))).await;
        limit(None);
        self.full += 1;
        probe.put_in(&format!("probe-{}", self.full)).await;
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) async fn fill_the_disk_for_a_moment(&mut self, _rng: &mut Rng, _probe: &Line) {
        self.kill_and_start().await;
    }

    /// Ends it as an operator does; says how often it was killed, and its disk full.
    pub(crate) async fn stop(mut self) -> (u32, u32) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(asked.success());
        assert!(self.child.wait().unwrap().success(), "a signal to stop is no failure");
        (self.kills, self.full)
    }
}

fn command(folder: &Path) -> Command {
    // Ignored signals stay ignored: a file that may not grow is an error then, and no end.
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" serve --config damage-report.toml"]);
    command.arg(env!("CARGO_BIN_EXE_damage-report-backend")).current_dir(folder);
    command
}

/// Starts a process, and waits until it says where it listens; none where it ends before.
async fn spawn(mut command: Command) -> (Child, Option<String>) {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    let (said, mut ready) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in log.lines().map_while(Result::ok) {
            let entry: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            match entry["fields"]["listen"].as_str() {
                Some(address) => drop(said.send(format!("http://{address}"))),
                None if entry["fields"]["message"] == "answered" => {}
                None => eprintln!("{line}"),
            }
        }
    });
    let base = tokio::time::timeout(Duration::from_secs(120), ready.recv()).await.expect("it starts or ends");
    (child, base)
}
