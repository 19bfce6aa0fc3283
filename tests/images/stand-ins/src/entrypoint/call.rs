//! One call: a message to the first nodes of a workflow, and the one that comes back from its last.

use async_nats::{
    Client, Subscriber,
    jetstream::{
        Context,
        context::{GetStreamError, PublishError},
        message::PublishMessage,
    },
};
use futures_util::StreamExt as _;
use prost::{DecodeError, Message, bytes::Bytes};
use prost_reflect::{DynamicMessage, MethodDescriptor};
use prost_types::Any;
use tokio::time::timeout;
use tonic::Status;
use uuid::Uuid;

use super::{
    environment::Environment,
    subjects::{Route, Subjects},
};
use crate::{
    causes::chain,
    consumer::{self, ListenError},
    log,
    message::{KreNatsMessage, MessageType},
    nats::{Away, Connection},
    wire::{self, WireError},
};

/// How the original says that it failed, whatever the reason was.
const FAILED: &str = "Internal Server Error";

/// What precedes the name of a message's type.
const TYPES: &str = "type.googleapis.com/";

/// Tells JetStream that a message has arrived.
const ACKNOWLEDGED: &[u8] = b"+ACK";

/// Answers calls by way of NATS.
#[derive(Debug)]
pub(super) struct Caller {
    environment: Environment,
    subjects: Subjects,
    nats: Connection,
}

/// A call that has not been answered.
#[derive(Debug, thiserror::Error)]
enum CallError {
    #[error("'{0}'")]
    NoRoute(String),
    #[error("the request is not what the method takes")]
    Request(#[source] DecodeError),
    #[error(transparent)]
    Away(#[from] Away),
    #[error("failed to find the stream")]
    Stream(#[from] GetStreamError),
    #[error("failed to listen for the answer")]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error("failed to publish")]
    Publish(#[from] PublishError),
    #[error("nats: timeout")]
    TimedOut,
    #[error("nats: connection closed")]
    Closed,
    #[error("{0}")]
    Refused(String),
    #[error("the method returns `{expected}`, the workflow has answered with `{found}`")]
    OtherType { expected: String, found: String },
}

impl CallError {
    /// Returns what the client sees: only nodes speak to it.
    fn status(&self) -> Status {
        match self {
            Self::Refused(_) | Self::OtherType { .. } => Status::internal(self.to_string()),
            _ => Status::unknown(FAILED),
        }
    }
}

impl Caller {
    pub(super) fn new(environment: Environment, subjects: Subjects, nats: Connection) -> Self {
        Self {
            environment,
            subjects,
            nats,
        }
    }

    /// Answers a call with the bytes of the method's own type.
    pub(super) async fn answer(
        &self,
        method: &MethodDescriptor,
        request: Bytes,
    ) -> Result<Bytes, Status> {
        let answer = self.exchange(method, request).await;
        answer.map_err(|error| {
            let why = chain(&error);
            log::error(&format!("Exception on gRPC call : {why}"));
            error.status()
        })
    }

    async fn exchange(
        &self,
        method: &MethodDescriptor,
        request: Bytes,
    ) -> Result<Bytes, CallError> {
        let checked = DynamicMessage::decode(method.input(), request.clone());
        checked.map_err(CallError::Request)?;
        let route = self.subjects.route(method.name());
        let route = route.ok_or_else(|| CallError::NoRoute(method.name().to_owned()))?;
        let (client, context) = self
            .nats
            .jetstream(self.environment.jetstream_timeout)
            .await?;
        let message = KreNatsMessage {
            request_id: Uuid::new_v4().to_string(),
            payload: Some(Any {
                type_url: format!("{TYPES}{}", method.input().full_name()),
                value: request.into(),
            }),
            from_node: self.environment.node.clone(),
            message_type: MessageType::Ok.into(),
            ..KreNatsMessage::default()
        };
        let limit = limit(&client, &context, route).await?;
        let packed = wire::fit(message.encode_to_vec(), limit)?;
        // Listens first: the stream keeps nothing for those who come later.
        let listening = consumer::listen(&client, &context, &route.stream, &route.input_subject);
        let mut answers = listening.await?;
        publish(&context, route, packed).await?;
        let answer = Self::wait(&client, &mut answers, &message.request_id);
        let patience = self.environment.request_timeout;
        let payload = timeout(patience, answer).await;
        let payload = payload.map_err(|_| CallError::TimedOut)??;
        // Whatever else comes for this call, comes too late.
        drop(answers);
        typed(payload, method.output().full_name())
    }

    /// Waits for the first message that ends a call.
    ///
    /// An error ends every call of its workflow that is on its way: the original looks at whose
    /// message it is only afterwards.
    async fn wait(
        client: &Client,
        answers: &mut Subscriber,
        request: &str,
    ) -> Result<Any, CallError> {
        while let Some(delivered) = answers.next().await {
            if let Some(reply) = delivered.reply {
                // One that is lost leads to a message that nobody is left to receive.
                drop(client.publish(reply, ACKNOWLEDGED.into()).await);
            }
            let message = wire::read(&delivered.payload)?;
            if message.message_type() == MessageType::Error || !message.error.is_empty() {
                return Err(CallError::Refused(message.error));
            }
            if message.request_id == request {
                return Ok(message.payload.unwrap_or_default());
            }
        }
        Err(CallError::Closed)
    }
}

/// Returns how long a message of a stream may be, in bytes.
async fn limit(client: &Client, context: &Context, route: &Route) -> Result<usize, CallError> {
    let stream = context.get_stream(&route.stream).await?;
    let of_stream = stream.cached_info().config.max_message_size;
    Ok(wire::limit(client.max_payload(), of_stream.into()))
}

async fn publish(context: &Context, route: &Route, payload: Vec<u8>) -> Result<(), CallError> {
    let message = PublishMessage::build()
        .expected_stream(&route.stream)
        .payload(payload.into());
    let subject = route.output_subject.clone();
    context.send_publish(subject, message).await?.await?;
    log::info(&format!(
        "Message published to NATS subject: '{}' from stream: '{}'",
        route.output_subject, route.stream
    ));
    Ok(())
}

/// Returns a payload's bytes if it is of the type that the method returns.
fn typed(payload: Any, expected: &str) -> Result<Bytes, CallError> {
    let found = payload.type_url.rsplit('/').next().unwrap_or_default();
    if found != expected {
        return Err(CallError::OtherType {
            expected: expected.to_owned(),
            found: found.to_owned(),
        });
    }
    Ok(payload.value.into())
}
