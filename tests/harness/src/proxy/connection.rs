//! One connection of a client, with TLS or without, HTTP/2 or HTTP/1.1.

use std::io;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::exchange::Exchange;

/// The first byte of a TLS connection, with which no HTTP begins.
const HANDSHAKE: u8 = 0x16;

/// How connections are served.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) tls: Arc<ServerConfig>,
    pub(super) exchange: Arc<Exchange>,
}

impl Connection {
    /// Serves a connection until one side closes it, or all of them have to end.
    pub(super) async fn serve(self: Arc<Self>, stream: TcpStream) {
        let mut era = self.exchange.ledger.era();
        tokio::select! {
            _ = era.changed() => {}
            // Whoever has closed it knows why.
            _ = self.converse(stream) => {}
        }
    }

    async fn converse(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut first = [0];
        if stream.peek(&mut first).await? == 1 && first == [HANDSHAKE] {
            let acceptor = TlsAcceptor::from(self.tls.clone());
            return self.speak(acceptor.accept(stream).await?).await;
        }
        self.speak(stream).await
    }

    async fn speak(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> io::Result<()> {
        let service = service_fn(|request: http::Request<Incoming>| {
            let exchange = self.exchange.clone();
            async move { exchange.answer(request).await }
        });
        let mut builder = Builder::new(TokioExecutor::new());
        // As many as API servers allow.
        builder.http2().max_concurrent_streams(250);
        let served = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
        served.await.map_err(io::Error::other)
    }
}
