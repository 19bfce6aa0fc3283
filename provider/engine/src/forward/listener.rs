//! A listener on this machine whose connections lead to a port of a pod.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener as Socket},
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep, sleep_until, timeout_at},
};

use super::{
    ForwardError, Port,
    line::{Health, Line},
    tunnel::Tunnel,
};
use crate::kubernetes::Cluster;

/// How long a connection that was opened ahead is kept: servers end those that say nothing.
const FRESHNESS: Duration = Duration::from_secs(1);
/// How long nobody is let in when this machine has run out of something.
const PAUSE: Duration = Duration::from_millis(100);

/// A listener; dropping it ends all its connections.
#[derive(Debug)]
pub(super) struct Listener {
    address: SocketAddr,
    line: Arc<Line>,
    spares: mpsc::Sender<Tunnel>,
    checking: Mutex<()>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Starts to listen. Nothing is asked of the cluster before somebody connects.
    pub(super) fn start(cluster: Cluster, port: Port) -> io::Result<Self> {
        let socket = Socket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let listener = TcpListener::from_std(socket)?;
        let line = Arc::new(Line::new(cluster, port));
        let (spares, offered) = mpsc::channel(1);
        Ok(Self {
            address,
            task: tokio::spawn(serve(listener, line.clone(), offered)),
            line,
            spares,
            checking: Mutex::default(),
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes sure that connections get through, as far as that can be told without their client.
    pub(super) async fn check(&self, until: Instant) -> Result<(), ForwardError> {
        let alone = timeout_at(until, self.checking.lock()).await;
        let _alone = alone.map_err(|_| self.line.too_late())?;
        if matches!(self.line.health(), Health::Good) {
            return Ok(());
        }
        let opened = self.line.open(until).await;
        let spare = opened.inspect_err(|error| self.line.set(Health::Bad(error.clone())))?;
        self.line.set(Health::Good);
        // If there is one already, one of them is enough.
        let _ = self.spares.try_send(spare);
        Ok(())
    }

    /// Returns why the last connection did not get through; `None` if it did.
    pub(super) fn trouble(&self) -> Option<ForwardError> {
        match self.line.health() {
            Health::Bad(error) => Some(error),
            Health::Untried | Health::Good => None,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Lets clients in for ever; the connections end with this future.
async fn serve(listener: TcpListener, line: Arc<Line>, mut offered: mpsc::Receiver<Tunnel>) {
    let mut connections = JoinSet::new();
    let mut spare = None;
    let mut stale = Instant::now();
    loop {
        tokio::select! {
            biased;
            Some(tunnel) = offered.recv() => {
                spare = Some(tunnel);
                stale = Instant::now() + FRESHNESS;
            }
            () = sleep_until(stale), if spare.is_some() => spare = None,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((client, _)) => {
                    connections.spawn(line.clone().carry(client, spare.take()));
                }
                Err(error) => {
                    tracing::warn!(%error, "nobody is let in for a moment");
                    sleep(PAUSE).await;
                }
            },
        }
    }
}
