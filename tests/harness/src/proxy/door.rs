//! The port at which the proxy listens, or is gone.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::connection::Connection;

/// How many connections may wait to be accepted.
const WAITING: u32 = 1024;

/// A port of loopback that stays the proxy's, whether somebody listens or not.
#[derive(Debug)]
pub(super) struct Door {
    address: SocketAddr,
    /// Bound without listening, so that nobody else is given the port meanwhile.
    _held: TcpSocket,
    connection: Arc<Connection>,
    listening: Mutex<Option<JoinHandle<()>>>,
}

impl Door {
    /// Takes a port at which nobody listens yet.
    pub(super) fn new(connection: Connection) -> io::Result<Self> {
        let held = socket((Ipv4Addr::LOCALHOST, 0).into())?;
        Ok(Self {
            address: held.local_addr()?,
            _held: held,
            connection: Arc::new(connection),
            listening: Mutex::default(),
        })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Begins to listen, if nobody does yet.
    pub(super) async fn open(&self) -> io::Result<()> {
        let mut listening = self.listening.lock().await;
        if listening.is_none() {
            let listener = socket(self.address)?.listen(WAITING)?;
            let accepting = accept(listener, self.connection.clone());
            *listening = Some(tokio::spawn(accepting));
        }
        Ok(())
    }

    /// Ends to listen; from then on connections are refused.
    pub(super) async fn close(&self) {
        if let Some(task) = self.listening.lock().await.take() {
            task.abort();
            // It was aborted: how it ended is known.
            let _ = task.await;
        }
    }
}

fn socket(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // Several may be bound to one port as long as not more than one listens.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

async fn accept(listener: TcpListener, connection: Arc<Connection>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection.clone().serve(stream));
            }
            // A connection that is gone before it was accepted, or too many open files.
            Err(_) => tokio::task::yield_now().await,
        }
    }
}
