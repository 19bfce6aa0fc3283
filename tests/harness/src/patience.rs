//! Waiting for what comes about by itself, and not for ever.

use std::fmt::Display;
use std::thread;
use std::time::{Duration, Instant};

use crate::report::fail;

/// How long a cluster may take, on a machine that does other things.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// How often it is looked at meanwhile.
const INTERVAL: Duration = Duration::from_millis(50);

/// Asks again and again until the answer is `Ok`; fails the test with the last one that was not.
#[track_caller]
pub fn eventually<T, E: Display>(what: &str, mut ask: impl FnMut() -> Result<T, E>) -> T {
    let since = Instant::now();
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(last) if since.elapsed() > PATIENCE => {
                fail(format!("not within {PATIENCE:?}: {what}: {last}"))
            }
            Err(_) => thread::sleep(INTERVAL),
        }
    }
}
