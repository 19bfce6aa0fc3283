//! One connection to a port of a pod, as a stream inside a websocket.

use std::{fmt, time::Duration};

use futures_util::future::BoxFuture;
use kube::api::Portforwarder;
use tokio::{
    io::{self, AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf},
    net::{TcpStream, tcp},
    time::timeout,
};

/// How long the other side is waited for once one side has ended.
const LINGER: Duration = Duration::from_secs(1);
/// How much is read at once.
const CHUNK: usize = 8 * 1024;

/// An open connection to a port of a pod; dropping it closes it.
pub(super) struct Tunnel {
    task: Task,
    stream: DuplexStream,
    error: BoxFuture<'static, Option<String>>,
}

/// What carries the stream, and would go on by itself.
struct Task(Portforwarder);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for Tunnel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tunnel").finish_non_exhaustive()
    }
}

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// As its client or the server in the pod wanted.
    Closed,
    /// Before the pod had answered anything. What was said about it, if anything.
    Unanswered(Option<String>),
}

impl Tunnel {
    /// Takes the stream of a port; `None` if the forwarder does not have it.
    pub(super) fn new(mut forwarder: Portforwarder, port: u16) -> Option<Self> {
        let stream = forwarder.take_stream(port)?;
        let error = Box::pin(forwarder.take_error(port)?);
        Some(Self {
            task: Task(forwarder),
            stream,
            error,
        })
    }

    /// Carries a client's connection until one side ends it, and tells when the pod answers.
    ///
    /// Websockets cannot close one direction alone, so that the end of one is the end of both. The
    /// client does not learn of an end without an answer before it is let go.
    pub(super) async fn carry(self, client: &mut TcpStream, answered: impl Fn()) -> End {
        let Self {
            task: _task,
            stream,
            mut error,
        } = self;
        let (mut from_client, mut to_client) = client.split();
        let (mut from_pod, mut to_pod) = io::split(stream);
        let mut has_answered = false;
        let is_heard = || {
            has_answered = true;
            answered();
        };
        let first = tokio::select! {
            biased;
            Some(said) = &mut error => First::Error(said),
            () = receive(&mut from_pod, &mut to_client, is_heard) => First::Pod,
            _ = io::copy(&mut from_client, &mut to_pod) => First::Client,
        };
        let said = match first {
            First::Error(said) => Some(said),
            First::Pod => hang_up(from_pod, to_pod, error).await,
            First::Client => {
                hang_up(from_pod, to_pod, error).await;
                return End::Closed;
            }
        };
        if has_answered {
            End::Closed
        } else {
            End::Unanswered(said)
        }
    }
}

/// What ended a connection.
enum First {
    Error(String),
    Pod,
    Client,
}

/// Copies what the pod sends until it ends, and tells when the first of it comes.
async fn receive(
    from_pod: &mut ReadHalf<DuplexStream>,
    to_client: &mut tcp::WriteHalf<'_>,
    answered: impl FnOnce(),
) {
    let mut first = vec![0; CHUNK];
    let Ok(length @ 1..) = from_pod.read(&mut first).await else {
        return;
    };
    answered();
    let first = first.get(..length).unwrap_or_default();
    // Whoever does not listen any more has ended the connection as well.
    if to_client.write_all(first).await.is_ok() && io::copy(from_pod, to_client).await.is_ok() {
        let _ = to_client.shutdown().await;
    }
}

/// Closes the stream when everything has been sent, and returns the error that was on its way.
async fn hang_up(
    mut from_pod: ReadHalf<DuplexStream>,
    mut to_pod: WriteHalf<DuplexStream>,
    error: BoxFuture<'static, Option<String>>,
) -> Option<String> {
    let ends = async {
        // Both fail only if it has ended already.
        let _ = to_pod.shutdown().await;
        let _ = io::copy(&mut from_pod, &mut io::sink()).await;
        drop((from_pod, to_pod));
        error.await
    };
    timeout(LINGER, ends).await.ok().flatten()
}
