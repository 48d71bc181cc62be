//! The state of the fault server: its rules, its link, and what it has seen.

use std::{net::SocketAddr, sync::Mutex};

use tokio::{sync::Notify, time::Instant};

use super::{
    fault::{Fault, FaultRule},
    link::SimulatedLink,
    mutex::lock_ignoring_panics,
    request::RequestHead,
    request_log::RequestLog,
};

/// The state that all requests share.
#[derive(Debug)]
pub(super) struct SharedState {
    pub(super) backend: SocketAddr,
    pub(super) rules: Mutex<Vec<FaultRule>>,
    pub(super) records: RequestLog,
    pub(super) wire: SimulatedLink,
    pub(super) released: Notify,
}

impl SharedState {
    pub(super) fn new(backend: SocketAddr) -> Self {
        Self {
            backend,
            rules: Mutex::default(),
            records: RequestLog::new(Instant::now()),
            wire: SimulatedLink::default(),
            released: Notify::new(),
        }
    }

    /// The fault that strikes the request with this head, which is the `photo`-th photo if it is one.
    pub(super) fn fault_for(&self, head: &RequestHead, photo: Option<usize>) -> Option<Fault> {
        let mut rules = lock_ignoring_panics(&self.rules);
        // Every rule counts what it is about, also what another one strikes.
        let struck = rules.iter_mut().filter_map(|rule| rule.fault_for_request(head.asked, &head.path, photo));
        struck.reduce(|first, _| first)
    }
}
