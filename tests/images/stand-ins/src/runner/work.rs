//! Message after message: one at a time for each input, as both originals do.

use std::cell::Cell;
use std::time::{Duration, Instant};

use async_nats::{Client, Message};
use futures_util::StreamExt;
use futures_util::future::{pending, select_all};

use super::checks::Input;
use super::context::Context;
use super::error::HandlerError;
use super::flavour::Flavour;
use super::handling::{self, End};
use super::measurement;
use super::script::Script;
use super::start::Started;
use crate::log;
use crate::message::{KreNatsMessage, MessageType};
use crate::wire::{self, WireError};

/// What acknowledges a message.
const ACK: &str = "+ACK";

/// Works until the script ends it: for most of them, for ever.
pub(super) async fn work(started: Started, script: &Script) {
    let Started { context, inputs } = started;
    let worker = Worker {
        context: &context,
        script,
        handled: Cell::new(0),
    };
    let inputs = inputs
        .into_iter()
        .map(|input| Box::pin(worker.serve(input)));
    select_all(inputs).await;
    // What has been acknowledged must be so when the process is gone.
    drop(context.client.flush().await);
}

struct Worker<'a> {
    context: &'a Context,
    script: &'a Script,
    /// How many messages there were, of all inputs.
    handled: Cell<u64>,
}

impl Worker<'_> {
    /// Returns when the process is to end.
    async fn serve(&self, mut input: Input) {
        while let Some(message) = input.messages.next().await {
            if self.handle(&input.subject, &message).await == End::Exit {
                return;
            }
        }
        // Nothing comes any more, and nobody notices.
        pending().await
    }

    async fn handle(&self, subject: &str, delivered: &Message) -> End {
        let since = Instant::now();
        let message = match wire::read(&delivered.payload) {
            Ok(message) => message,
            Err(error) => {
                self.not_understood(subject, delivered, &error).await;
                return End::Done;
            }
        };
        self.log_receipt(subject, &message);
        let outcome = match self.script.handler(&message.from_node) {
            Some(steps) => handling::handle(self.context, steps, &message).await,
            None => Err(HandlerError::MissingHandler(message.from_node.clone())),
        };
        if matches!(outcome, Ok(End::Exit)) {
            return End::Exit;
        }
        if let Err(error) = &outcome {
            self.report(&message, &error.to_string()).await;
        }
        self.measure(&message.from_node, since.elapsed(), outcome.is_ok());
        self.acknowledge(delivered).await;
        self.count()
    }

    /// kre-py does not even acknowledge what it does not understand.
    async fn not_understood(&self, subject: &str, delivered: &Message, error: &WireError) {
        if self.context.flavour == Flavour::Python {
            log::error(&format!("nats: encountered error\n{error}"));
            return;
        }
        let text = format!(
            "Error parsing msg.data coming from subject {subject} because is not a valid \
             protobuf: {error}"
        );
        log::error(&text);
        self.publish_error("", text).await;
        self.acknowledge(delivered).await;
    }

    fn log_receipt(&self, subject: &str, message: &KreNatsMessage) {
        let id = &message.request_id;
        log::info(&match self.context.flavour {
            Flavour::Python => format!("Received a message from {subject} with requestID {id}"),
            Flavour::Go => format!("Received a message from '{subject}' with requestId '{id}'"),
        });
    }

    /// Tells the log and the other nodes that a handler has failed.
    async fn report(&self, message: &KreNatsMessage, error: &str) {
        let Context {
            flavour,
            environment,
            ..
        } = self.context;
        let text = flavour.handler_error(&environment.node_name, &message.from_node, error);
        log::error(&match flavour {
            Flavour::Python => format!("Error executing handler: {error}"),
            Flavour::Go => text.clone(),
        });
        self.publish_error(&message.request_id, text).await;
    }

    async fn publish_error(&self, request_id: &str, error: String) {
        let message = KreNatsMessage {
            request_id: request_id.to_owned(),
            payload: None,
            error,
            from_node: self.context.environment.node_name.clone(),
            message_type: MessageType::Error.into(),
        };
        if let Err(error) = self.context.publish(&message, None).await {
            log::error(&format!("Error publishing response: {error}"));
        }
    }

    fn measure(&self, from_node: &str, took: Duration, success: bool) {
        let elapsed = took.as_secs_f64() * 1000.0;
        let fields = format!("elapsed_ms={elapsed},success={success}");
        let tags = [("from_node", from_node)];
        measurement::save(
            &self.context.environment,
            "node_elapsed_time",
            &tags,
            &fields,
        );
    }

    async fn acknowledge(&self, delivered: &Message) {
        let Some(reply) = delivered.reply.clone() else {
            return;
        };
        let client: &Client = &self.context.client;
        if let Err(error) = client.publish(reply, ACK.into()).await {
            log::error(&format!("Error in message ack: {error}"));
        }
    }

    fn count(&self) -> End {
        let handled = self.handled.get().saturating_add(1);
        self.handled.set(handled);
        let last = self
            .script
            .exit_after
            .is_some_and(|last| handled >= last.get());
        if last { End::Exit } else { End::Done }
    }
}
