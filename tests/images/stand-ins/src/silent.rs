//! What does nothing until it is asked to end.

use std::{io, process::ExitCode};

use tokio::signal::unix::{SignalKind, signal};

use crate::log;

/// Waits for a signal. Pid 1 of a container only gets those that it listens to.
pub(crate) fn run() -> ExitCode {
    match wait() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::error(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn wait() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async {
        let mut terminated = signal(SignalKind::terminate())?;
        let mut interrupted = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminated.recv() => Ok(()),
            _ = interrupted.recv() => Ok(()),
        }
    })
}
