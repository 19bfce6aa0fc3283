//! Callers on their way from the socket to the server.

use std::{
    convert::Infallible,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{Stream, stream};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::mpsc,
    time,
};
use tokio_rustls::TlsAcceptor;
use tonic::transport::server::Connected;

use super::{listener::Socket, tls::Tls};

/// How long a caller may take to prove who it is.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long to wait when the system has no more sockets to give.
const EXHAUSTED: Duration = Duration::from_millis(100);

/// How many connections may wait for the server to take them.
const WAITING: usize = 16;

/// Both directions of a connection, whatever carries them.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A connection as the socket gives it.
pub(crate) type Raw = Box<dyn Duplex>;

/// A connection that the server may talk on.
pub(crate) struct Connection(Raw);

/// Returns the connections that callers make, in the order in which they are ready.
///
/// Callers prove who they are at the same time and within a deadline: one that is slow, silent or
/// a stranger keeps nobody else waiting. The stream ends when it is dropped, never by itself.
pub(crate) fn incoming(
    socket: Arc<Socket>,
    tls: Option<&Tls>,
) -> impl Stream<Item = Result<Connection, Infallible>> + use<> {
    let (ready, connections) = mpsc::channel(WAITING);
    let acceptor = tls.map(|tls| TlsAcceptor::from(Arc::clone(&tls.server)));
    tokio::spawn(accept(socket, acceptor, ready));
    stream::unfold(connections, |mut connections| async {
        let connection = connections.recv().await?;
        Some((Ok(connection), connections))
    })
}

async fn accept(
    socket: Arc<Socket>,
    acceptor: Option<TlsAcceptor>,
    ready: mpsc::Sender<Connection>,
) {
    loop {
        let accepted = tokio::select! {
            accepted = socket.accept() => accepted,
            () = ready.closed() => return,
        };
        match accepted {
            Ok(raw) => {
                tokio::spawn(admit(raw, acceptor.clone(), ready.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                time::sleep(EXHAUSTED).await;
            }
        }
    }
}

/// Lets one caller in, if it is the host.
async fn admit(raw: Raw, acceptor: Option<TlsAcceptor>, ready: mpsc::Sender<Connection>) {
    let Some(acceptor) = acceptor else {
        // Fails only when the server has ended.
        let _ = ready.send(Connection(raw)).await;
        return;
    };
    match time::timeout(HANDSHAKE, acceptor.accept(raw)).await {
        Ok(Ok(encrypted)) => {
            let _ = ready.send(Connection(Box::new(encrypted))).await;
        }
        Ok(Err(error)) => tracing::warn!(%error, "a caller was refused"),
        Err(_) => tracing::warn!("a caller did not finish the TLS handshake in time"),
    }
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }
}
