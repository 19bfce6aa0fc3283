//! The consumers of a node without its runner: what is there to see of a node that has started,
//! where no container runs.

use std::{process::ExitCode, time::Duration};

use async_nats::{
    Subscriber,
    client::{FlushError, SubscribeError},
};
use futures_util::StreamExt as _;
use tokio::{runtime::Builder, time::sleep};

use crate::{
    causes::chain,
    consumer::{self, BindError, Delivery},
    environment::variable,
    log,
    nats::{Away, Connection},
    signals,
};

/// How long nothing is tried after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// How long JetStream may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is read from the environment of the pod.
#[derive(Debug)]
struct Node {
    name: String,
    nats_server: String,
    stream: String,
    inputs: Vec<String>,
}

/// A variable is not set.
#[derive(Debug, thiserror::Error)]
#[error("error reading config: the '{0}' env var is missing")]
struct Missing(&'static str);

/// The consumers are not there yet.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
enum DurablesError {
    Away(#[from] Away),
    Bind(#[from] BindError),
    Subscribe(#[from] SubscribeError),
    Flush(#[from] FlushError),
}

/// Makes the consumers as soon as NATS and the stream are there, and stays.
///
/// Ends with code 0 where a variable is missing, as the runners do.
pub(crate) fn run() -> ExitCode {
    let node = match Node::of(variable) {
        Ok(node) => node,
        Err(error) => {
            log::line(&error.to_string());
            return ExitCode::SUCCESS;
        }
    };
    let Ok(runtime) = Builder::new_current_thread().enable_all().build() else {
        return ExitCode::SUCCESS;
    };
    runtime.block_on(stay(node))
}

impl Node {
    fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Missing> {
        let required = |name| variable(name).ok_or(Missing(name));
        let inputs = required("KRT_NATS_INPUTS")?;
        Ok(Self {
            name: required("KRT_NODE_NAME")?,
            nats_server: required("KRT_NATS_SERVER")?,
            stream: required("KRT_NATS_STREAM")?,
            inputs: inputs.split(',').map(|it| it.trim().to_owned()).collect(),
        })
    }
}

async fn stay(node: Node) -> ExitCode {
    if let Err(error) = signals::ignore_termination() {
        log::error(&error.to_string());
    }
    let nats = Connection::open(node.nats_server.clone());
    // Once only: a stream that is made again has no consumers until its pods are restarted.
    let deliveries = insist(|| bind(&node, &nats)).await;
    loop {
        let subscribers = insist(|| subscribe(&nats, &deliveries)).await;
        log::info(&format!("Subscribed to {}", node.inputs.join(", ")));
        // Takes what is delivered as a runner does, and never answers: the code of the node is
        // what is missing here.
        let mut messages = futures_util::stream::select_all(subscribers);
        while let Some(message) = messages.next().await {
            log::info(&format!("Received a message to {}", message.subject));
        }
    }
}

/// Tries until it works.
async fn insist<T, F: Future<Output = Result<T, DurablesError>>>(mut work: impl FnMut() -> F) -> T {
    loop {
        match work().await {
            Ok(done) => return done,
            Err(error) => {
                log::error(&chain(&error));
                sleep(PAUSE).await;
            }
        }
    }
}

async fn bind(node: &Node, nats: &Connection) -> Result<Vec<Delivery>, DurablesError> {
    let (client, context) = nats.jetstream(PATIENCE).await?;
    let mut deliveries = Vec::new();
    for subject in &node.inputs {
        let bound = consumer::bind(&client, &context, &node.stream, subject, &node.name);
        deliveries.push(bound.await?);
    }
    Ok(deliveries)
}

async fn subscribe(
    nats: &Connection,
    deliveries: &[Delivery],
) -> Result<Vec<Subscriber>, DurablesError> {
    let client = nats.client(PATIENCE).await?;
    let mut subscribers = Vec::new();
    for Delivery { subject, queue } in deliveries {
        let joined = client.queue_subscribe(subject.clone(), queue.clone());
        subscribers.push(joined.await?);
    }
    // The server knows of it before anybody hears so.
    client.flush().await?;
    Ok(subscribers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_of_a_node_is_a_subject() {
        let node = Node::of(|name| {
            Some(match name {
                "KRT_NATS_INPUTS" => "s.entrypoint,s.a.channel".to_owned(),
                other => other.to_lowercase(),
            })
        });

        assert_eq!(node.unwrap().inputs, ["s.entrypoint", "s.a.channel"]);
    }

    #[test]
    fn a_pod_that_is_no_node_is_told_what_it_lacks() {
        let missing = Node::of(|_| None).unwrap_err();

        assert_eq!(
            missing.to_string(),
            "error reading config: the 'KRT_NATS_INPUTS' env var is missing"
        );
    }
}
