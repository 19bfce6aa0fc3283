//! How operations learn that they shall end early.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// Stops the operations of a walk without stopping the server.
///
/// Terraform asks for it once, on the first interrupt, and goes on to make other calls; a process
/// under a debugger serves further walks. Clones stop the same operations. When the process ends,
/// everything stops and nothing can be renewed.
#[derive(Debug, Clone)]
pub struct Stop {
    process: CancellationToken,
    walk: Arc<Mutex<CancellationToken>>,
}

impl Stop {
    /// Nothing is stopped until it is triggered or `process` ends.
    pub fn new(process: CancellationToken) -> Self {
        let walk = Arc::new(Mutex::new(process.child_token()));
        Self { process, walk }
    }

    /// Tells the current operations to end, and those that begin before it is renewed.
    pub fn trigger(&self) {
        self.walk().cancel();
    }

    /// Returns what an operation that begins now has to watch.
    pub fn token(&self) -> CancellationToken {
        self.walk().clone()
    }

    /// Lets later operations run again: a new walk begins.
    ///
    /// Operations that were not stopped stay bound to the token they have.
    pub fn renew(&self) {
        let mut walk = self.walk();
        if walk.is_cancelled() {
            *walk = self.process.child_token();
        }
    }

    fn walk(&self) -> MutexGuard<'_, CancellationToken> {
        self.walk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Stop {
    /// Of a process that does not end.
    fn default() -> Self {
        Self::new(CancellationToken::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_stops_what_runs_and_what_begins() {
        let stop = Stop::default();
        let running = stop.token();
        stop.clone().trigger();
        assert!(running.is_cancelled());
        assert!(stop.token().is_cancelled());
    }

    #[test]
    fn a_new_walk_runs_and_the_old_one_stays_stopped() {
        let stop = Stop::default();
        let old = stop.token();
        stop.trigger();
        stop.renew();
        assert!(old.is_cancelled());
        assert!(!stop.token().is_cancelled());
    }

    #[test]
    fn a_second_walk_does_not_cut_the_first_one_off() {
        let stop = Stop::default();
        let first = stop.token();
        stop.renew();
        stop.trigger();
        assert!(first.is_cancelled());
    }

    #[test]
    fn the_end_of_the_process_cannot_be_renewed() {
        let process = CancellationToken::new();
        let stop = Stop::new(process.clone());
        process.cancel();
        stop.renew();
        assert!(stop.token().is_cancelled());
    }
}
