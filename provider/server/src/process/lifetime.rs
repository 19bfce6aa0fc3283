//! When a plugin ends, and what does not end it.

use std::{
    io::{self, Write},
    panic, thread,
};

#[cfg(unix)]
use tokio::signal::unix::{Signal as Interrupts, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC as Interrupts, ctrl_c};
use tokio_util::sync::CancellationToken;

/// Who ends the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The host that started it: Ctrl-C is the host's business, and its death ends the process.
    Host,
    /// A person who attaches hosts to it: Ctrl-C ends it.
    Person,
}

/// Cancels `shutdown` when the process has to end for a reason that no call gives.
///
/// Signals are caught from the return of this function on.
pub(crate) fn watch(owner: Owner, shutdown: &CancellationToken) -> io::Result<()> {
    #[cfg(windows)]
    let caught = ctrl_c()?;
    #[cfg(unix)]
    let caught = signal(SignalKind::interrupt())?;
    tokio::spawn(interrupts(caught, owner, shutdown.clone()));
    #[cfg(unix)]
    tokio::spawn(termination(
        signal(SignalKind::terminate())?,
        shutdown.clone(),
    ));
    #[cfg(unix)]
    if owner == Owner::Host {
        tokio::spawn(orphanhood(rustix::process::getppid(), shutdown.clone()));
    }
    Ok(())
}

/// Keeps Ctrl-C from killing the process.
///
/// A terminal sends it to the whole process group. The host hears it too and asks the provider to
/// stop; a provider that died instead would lose the state of what it was making.
async fn interrupts(mut caught: Interrupts, owner: Owner, shutdown: CancellationToken) {
    while caught.recv().await.is_some() {
        match owner {
            Owner::Host => tracing::info!("interrupt left to the host"),
            Owner::Person => shutdown.cancel(),
        }
    }
}

#[cfg(unix)]
async fn termination(mut caught: Interrupts, shutdown: CancellationToken) {
    caught.recv().await;
    tracing::info!("ending because of SIGTERM");
    shutdown.cancel();
}

/// Ends the process when its host is gone without a word.
///
/// Asking the kernel for a signal at the parent's death would not do: Linux means the thread that
/// forked, which a Go host may retire long before it ends.
#[cfg(unix)]
async fn orphanhood(host: Option<rustix::process::Pid>, shutdown: CancellationToken) {
    let mut check = tokio::time::interval(std::time::Duration::from_secs(1));
    while rustix::process::getppid() == host {
        check.tick().await;
    }
    tracing::warn!("ending because the host is gone");
    shutdown.cancel();
}

/// Makes a panic that ends the process look like one of Go's, which hosts show to the user.
///
/// Only the main thread's ends it. In any other thread somebody waits for the answer and reports
/// the panic; there it is no more than a line in the log.
pub(crate) fn report_panics() {
    let main = thread::current().id();
    panic::set_hook(Box::new(move |panic| {
        let reason = panic.payload_as_str().unwrap_or("unknown reason");
        let place = panic.location().map(ToString::to_string);
        let place = place.as_deref().unwrap_or("an unknown place");
        if thread::current().id() == main {
            // Nobody is left to tell if this fails.
            let _ = writeln!(io::stderr(), "panic: {reason}\n\nat {place}");
        } else {
            tracing::error!(reason, place, "panic in a call");
        }
    }));
}
