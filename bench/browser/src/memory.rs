//! How much memory a browser takes at its fullest.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// How often it is looked at. A decoded photo lies there for longer.
const POLL_INTERVAL: Duration = Duration::from_millis(15);

/// A look at the memory of some processes, again and again until it is [over](Self::end). Memory that two of them share is
/// counted in both, for every page alike.
#[derive(Debug)]
pub(crate) struct MemoryWatch {
    before: u64,
    most: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
    looking: JoinHandle<()>,
}

impl MemoryWatch {
    /// Begins.
    pub(crate) fn begin(processes: &[u32]) -> Self {
        let processes: Vec<Pid> = processes.iter().copied().map(Pid::from_u32).collect();
        let mut system = System::new();
        let before = memory(&mut system, &processes);
        let (most, is_over) = (Arc::new(AtomicU64::new(before)), Arc::new(AtomicBool::new(false)));
        let looking = thread::spawn({
            let (most, is_over) = (Arc::clone(&most), Arc::clone(&is_over));
            move || {
                while !is_over.load(Ordering::Relaxed) {
                    most.fetch_max(memory(&mut system, &processes), Ordering::Relaxed);
                    thread::sleep(POLL_INTERVAL);
                }
            }
        });
        Self { before, most, is_over, looking }
    }

    /// Ends it: by how many bytes it was more at its most than in the beginning.
    pub(crate) fn end(self) -> u64 {
        self.is_over.store(true, Ordering::Relaxed);
        // It only looks.
        let _ = self.looking.join();
        self.most.load(Ordering::Relaxed) - self.before
    }
}

fn memory(system: &mut System, processes: &[Pid]) -> u64 {
    let what = ProcessRefreshKind::nothing().with_memory().without_tasks();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(processes), true, what);
    processes.iter().filter_map(|process| system.process(*process)).map(sysinfo::Process::memory).sum()
}
