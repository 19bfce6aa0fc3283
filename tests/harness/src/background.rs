//! A thread on which what is asynchronous runs for tests that are not.

use std::future::Future;
use std::sync::{OnceLock, mpsc};
use std::thread;

use tokio::runtime::{Builder, Handle};

use crate::report::{OrFail, fail};

/// Returns the runtime of the thread, which lives as long as the process.
///
/// It is one thread, so whoever does not await there stops everything else that runs on it.
pub(crate) fn runtime() -> &'static Handle {
    static RUNTIME: OnceLock<Handle> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.or_fail("no runtime");
        let handle = runtime.handle().clone();
        let thread = thread::Builder::new().name("harness".to_owned());
        let started = thread.spawn(move || runtime.block_on(std::future::pending::<()>()));
        started.or_fail("failed to start a thread");
        handle
    })
}

/// Runs a future to its end; fails the test if it panics.
///
/// Unlike the means of the runtime itself, this may be called from asynchronous tests too.
#[track_caller]
pub(crate) fn finish<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    runtime().spawn(async move { sender.send(future.await) });
    match receiver.recv() {
        Ok(value) => value,
        Err(_) => fail("the thread of the harness gave up; what it said stands above"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_future_is_finished_for_a_test_that_cannot_await() {
        assert_eq!(finish(async { 1 + 1 }), 2);
    }

    #[tokio::test]
    async fn a_future_is_finished_for_a_test_that_could_await() {
        assert_eq!(finish(async { 1 + 1 }), 2);
    }
}
