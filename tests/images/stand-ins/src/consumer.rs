//! The consumers that runners make on the stream of their workflow (research/kre.md §7.4).

use std::time::Duration;

use async_nats::{
    Client, Subscriber,
    client::SubscribeError,
    jetstream::{
        Context,
        consumer::{AckPolicy, DeliverPolicy, push},
        context::{ConsumerInfoError, ConsumerInfoErrorKind},
        stream::{ConsumerCreateStrictError, ConsumerCreateStrictErrorKind, ConsumerError},
    },
};

/// How long a node may take for a message before NATS hands it out again: longer than any does.
const ACK_WAIT: Duration = Duration::from_hours(22);

/// No limit on messages that a node has taken and not yet acknowledged.
const UNLIMITED: i64 = -1;

/// A consumer that cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BindError {
    /// It is not known whether the consumer exists.
    #[error("Error subscribing to NATS subject {subject}")]
    Find {
        /// What should be subscribed to.
        subject: String,
        /// Why not.
        #[source]
        source: ConsumerInfoError,
    },
    /// It cannot be made.
    #[error("Error subscribing to NATS subject {subject}")]
    Create {
        /// What should be subscribed to.
        subject: String,
        /// Why not.
        #[source]
        source: ConsumerCreateStrictError,
    },
}

/// Where a consumer delivers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// The subject.
    pub(crate) subject: String,
    /// Who shares what comes there.
    pub(crate) queue: String,
}

impl BindError {
    fn is_lost_race(&self) -> bool {
        matches!(self, Self::Create { source, .. }
            if source.kind() == ConsumerCreateStrictErrorKind::AlreadyExists)
    }
}

/// Returns the name of a node's consumer of a subject, which is also the name of its queue group.
pub(crate) fn durable_name(subject: &str, node: &str) -> String {
    format!("{}-{node}", subject.replace('.', "-"))
}

/// Returns where a node receives what is sent to a subject: all replicas share one durable
/// consumer, made by the first.
pub(crate) async fn bind(
    client: &Client,
    context: &Context,
    stream: &str,
    subject: &str,
    node: &str,
) -> Result<Delivery, BindError> {
    match try_bind(client, context, stream, subject, node).await {
        // Another replica has made it in the meantime.
        Err(error) if error.is_lost_race() => {
            try_bind(client, context, stream, subject, node).await
        }
        result => result,
    }
}

async fn try_bind(
    client: &Client,
    context: &Context,
    stream: &str,
    subject: &str,
    node: &str,
) -> Result<Delivery, BindError> {
    let queue = durable_name(subject, node);
    let found = deliveries(context, stream, &queue).await;
    let found = found.map_err(|source| BindError::Find {
        subject: subject.to_owned(),
        source,
    })?;
    if let Some(subject) = found {
        return Ok(Delivery { subject, queue });
    }
    let inbox = client.new_inbox();
    let config = durable(subject, queue.clone(), inbox.clone());
    let created = context.create_consumer_strict_on_stream(config, stream);
    created.await.map_err(|source| BindError::Create {
        subject: subject.to_owned(),
        source,
    })?;
    Ok(Delivery {
        subject: inbox,
        queue,
    })
}

/// Makes the nameless consumer of one call, which NATS removes seconds after nobody listens.
pub(crate) async fn listen(
    client: &Client,
    context: &Context,
    stream: &str,
    subject: &str,
) -> Result<Subscriber, ListenError> {
    let inbox = client.new_inbox();
    let subscriber = client.subscribe(inbox.clone()).await?;
    context
        .create_consumer_on_stream(ephemeral(subject, inbox), stream)
        .await?;
    Ok(subscriber)
}

/// A consumer of one call that cannot be had.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) enum ListenError {
    /// It cannot be made.
    Create(#[from] ConsumerError),
    /// What it delivers cannot be received.
    Subscribe(#[from] SubscribeError),
}

/// Finds where an existing consumer delivers to.
async fn deliveries(
    context: &Context,
    stream: &str,
    name: &str,
) -> Result<Option<String>, ConsumerInfoError> {
    let stream = match context.get_stream_no_info(stream).await {
        Ok(stream) => stream,
        Err(source) => {
            let kind = ConsumerInfoErrorKind::StreamNotFound;
            return Err(ConsumerInfoError::with_source(kind, source));
        }
    };
    match stream.consumer_info(name).await {
        Ok(info) => Ok(info.config.deliver_subject),
        Err(error) if error.kind() == ConsumerInfoErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn durable(subject: &str, name: String, deliver_subject: String) -> push::Config {
    push::Config {
        durable_name: Some(name.clone()),
        deliver_group: Some(name),
        ack_wait: ACK_WAIT,
        max_ack_pending: UNLIMITED,
        ..ephemeral(subject, deliver_subject)
    }
}

fn ephemeral(subject: &str, deliver_subject: String) -> push::Config {
    push::Config {
        deliver_subject,
        deliver_policy: DeliverPolicy::New,
        ack_policy: AckPolicy::Explicit,
        filter_subject: subject.to_owned(),
        ..push::Config::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_durable_is_named_after_subject_and_node() {
        assert_eq!(
            durable_name("rt_v1_Greet.a.channel", "b"),
            "rt_v1_Greet-a-channel-b"
        );
    }
}
