//! A connection that was turned into another one: bytes, each chunk of the client a call.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::timeout;

use super::Call;
use super::ledger::{Ledger, Verdict};

/// How much is read at once: more than what clients send as one frame.
const CHUNK: usize = 64 * 1024;

/// How long something is waited for that may be an answer.
const PATIENCE: Duration = Duration::from_millis(500);

/// What goes through an upgraded connection.
pub(super) struct Tunnel {
    pub(super) ledger: Arc<Ledger>,
    /// The call that has opened it.
    pub(super) call: Call,
}

impl Tunnel {
    /// Carries bytes until both sides have ended, or all connections have to.
    pub(super) async fn carry(self, client: OnUpgrade, server: OnUpgrade) {
        let mut era = self.ledger.era();
        tokio::select! {
            _ = era.changed() => {}
            // Whoever has closed it knows why.
            _ = self.connect(client, server) => {}
        }
    }

    async fn connect(&self, client: OnUpgrade, server: OnUpgrade) -> io::Result<()> {
        let client = client.await.map_err(io::Error::other)?;
        let server = server.await.map_err(io::Error::other)?;
        let (from_client, to_client) = split(TokioIo::new(client));
        let (from_server, to_server) = split(TokioIo::new(server));
        let answered = Notify::new();
        let up = self.up(from_client, to_server, &answered);
        let down = self.down(from_server, to_client, &answered);
        tokio::try_join!(up, down).map(drop)
    }

    /// Carries what the client sends, chunk by chunk.
    async fn up(
        &self,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
        answered: &Notify,
    ) -> io::Result<()> {
        let mut buffer = vec![0; CHUNK];
        loop {
            let length = from.read(&mut buffer).await?;
            if length == 0 {
                return to.shutdown().await;
            }
            let trapped = match self.ledger.enter(self.call.with_chunk(length)) {
                Verdict::Sprung => return Err(io::ErrorKind::ConnectionAborted.into()),
                // What flows is not refused.
                Verdict::Answer { .. } => None,
                Verdict::Pass { number, trap } => trap.map(|trap| (number, trap)),
            };
            let notified = answered.notified();
            to.write_all(buffer.get(..length).unwrap_or_default())
                .await?;
            to.flush().await?;
            if let Some((number, trap)) = trapped {
                // Silence is an answer too: not all protocols have others.
                let _ = timeout(PATIENCE, notified).await;
                self.ledger.spring(number, &trap);
            }
        }
    }

    /// Carries what the server sends, and tells of it before the client has it.
    async fn down(
        &self,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
        answered: &Notify,
    ) -> io::Result<()> {
        let era = self.ledger.era();
        let mut buffer = vec![0; CHUNK];
        loop {
            let length = from.read(&mut buffer).await?;
            if length == 0 {
                return to.shutdown().await;
            }
            answered.notify_waiters();
            // Whoever waits for it goes first, and may end all this.
            yield_now().await;
            if era.has_changed().unwrap_or(true) {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            to.write_all(buffer.get(..length).unwrap_or_default())
                .await?;
            to.flush().await?;
        }
    }
}
