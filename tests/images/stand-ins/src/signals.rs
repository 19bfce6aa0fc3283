//! What a process does when it is asked to end.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// Lets SIGTERM pass without effect from now on: in the originals, pid 1 is a shell without a trap.
///
/// Has to be called within a runtime that drives I/O.
pub(crate) fn ignore_termination() -> io::Result<()> {
    // The listener replaces what the signal does by itself for the rest of the process's life.
    signal(SignalKind::terminate()).map(drop)
}
