//! The state of the fault server: its rules, its link, and what it has seen.

use std::{net::SocketAddr, sync::Mutex};

use tokio::{sync::Notify, time::Instant};

use super::{
    fault::{Fault, Rule},
    link::Wire,
    mutex::locked,
    record::Records,
    request::Head,
};

/// The state that all requests share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) backend: SocketAddr,
    pub(super) rules: Mutex<Vec<Rule>>,
    pub(super) records: Records,
    pub(super) wire: Wire,
    pub(super) released: Notify,
}

impl Shared {
    pub(super) fn new(backend: SocketAddr) -> Self {
        Self {
            backend,
            rules: Mutex::default(),
            records: Records::new(Instant::now()),
            wire: Wire::default(),
            released: Notify::new(),
        }
    }

    /// The fault that strikes the request with this head, which is the `photo`-th photo if it is one.
    pub(super) fn fault_for(&self, head: &Head, photo: Option<usize>) -> Option<Fault> {
        let mut rules = locked(&self.rules);
        // Every rule counts what it is about, also what another one strikes.
        let struck = rules.iter_mut().filter_map(|rule| rule.strike(head.asked, &head.path, photo));
        struck.reduce(|first, _| first)
    }
}
