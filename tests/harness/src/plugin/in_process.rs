//! A provider without a process: the same calls and messages, over a pipe in memory.

use std::io;

use hyper_util::rt::TokioIo;
use tfplugin::tfplugin6::{
    provider_client::ProviderClient,
    provider_server::{Provider, ProviderServer},
};
use tokio::io::duplex;
use tonic::transport::{Channel, Endpoint, Server, Uri};
use tower::service_fn;

use super::client::{MAX_MESSAGE, provider};

/// How much of what one side has written the other side need not have read, in bytes.
const PIPE: usize = 1 << 16;

/// Serves a provider and returns a client of it; the runtime at hand does the work.
///
/// What the process has to add is missing: the handshake, encryption, and an end.
pub fn in_process(service: impl Provider) -> ProviderClient<Channel> {
    let server = ProviderServer::new(service)
        .max_decoding_message_size(MAX_MESSAGE)
        .max_encoding_message_size(MAX_MESSAGE);
    let connector = service_fn(move |_: Uri| {
        let (ours, theirs) = duplex(PIPE);
        let serving = Server::builder()
            .add_service(server.clone())
            .serve_with_incoming(tokio_stream::once(Ok::<_, io::Error>(theirs)));
        tokio::spawn(serving);
        async { Ok::<_, io::Error>(TokioIo::new(ours)) }
    });
    provider(Endpoint::from_static("http://plugin").connect_with_connector_lazy(connector))
}
