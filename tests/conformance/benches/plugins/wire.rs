//! Calls that plugins of both major versions understand: they differ in names, not in bytes.

use std::collections::BTreeMap;

use prost::Message;
use tfplugin::tfplugin6::{DynamicValue, diagnostic::Severity, read_resource};
use tonic::{
    Request, Status,
    client::Grpc,
    codegen::http::uri::PathAndQuery,
    transport::{Channel, Error},
};
use tonic_prost::ProstCodec;

/// As much as hosts take, in bytes.
const MAX_MESSAGE: usize = (1 << 31) - 1;

/// The one byte of a null value.
const NULL: &[u8] = &[0xc0];

/// Why a call has no use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// The connection broke.
    #[error("the connection broke")]
    Connection(#[from] Error),
    /// The plugin does not answer this.
    #[error("the call failed")]
    Call(#[from] Status),
    /// It answers, with an error.
    #[error("the plugin says `{0}`")]
    Answer(String),
}

/// A connection to a provider, of whatever version.
pub(crate) struct Provider {
    grpc: Grpc<Channel>,
    version: u32,
}

impl Provider {
    /// Takes a connection to a plugin that said `version` in its handshake.
    pub(crate) fn new(channel: Channel, version: u32) -> Self {
        Self {
            grpc: Grpc::new(channel).max_decoding_message_size(MAX_MESSAGE),
            version,
        }
    }

    /// Asks for the schemas and returns the names of the resources.
    pub(crate) async fn schema(&mut self) -> Result<Vec<String>, CallError> {
        let path = match self.version {
            5 => "/tfplugin5.Provider/GetSchema",
            _ => "/tfplugin6.Provider/GetProviderSchema",
        };
        let schemas: Schemas = self.call(path, Nothing {}).await?;
        Ok(schemas.resources.into_keys().collect())
    }

    /// Reads a resource that is not there.
    pub(crate) async fn read(&mut self, type_name: &str) -> Result<(), CallError> {
        let path = match self.version {
            5 => "/tfplugin5.Provider/ReadResource",
            _ => "/tfplugin6.Provider/ReadResource",
        };
        let null = DynamicValue {
            msgpack: NULL.into(),
            ..DynamicValue::default()
        };
        let request = read_resource::Request {
            type_name: type_name.to_owned(),
            current_state: Some(null),
            ..read_resource::Request::default()
        };
        let answer: read_resource::Response = self.call(path, request).await?;
        let mut problems = answer.diagnostics.into_iter();
        match problems.find(|problem| problem.severity() == Severity::Error) {
            Some(problem) => Err(CallError::Answer(problem.summary)),
            None => Ok(()),
        }
    }

    async fn call<Q, A>(&mut self, path: &'static str, request: Q) -> Result<A, CallError>
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        self.grpc.ready().await?;
        let path = PathAndQuery::from_static(path);
        let codec = ProstCodec::<Q, A>::default();
        Ok(self
            .grpc
            .unary(Request::new(request), path, codec)
            .await?
            .into_inner())
    }
}

/// A message of which no field matters.
#[derive(Clone, PartialEq, Message)]
struct Nothing {}

/// What matters of an answer with schemas.
#[derive(Clone, PartialEq, Message)]
#[expect(
    clippy::zero_sized_map_values,
    reason = "on the wire, the names belong to something"
)]
struct Schemas {
    #[prost(btree_map = "string, message", tag = "2")]
    resources: BTreeMap<String, Nothing>,
}
