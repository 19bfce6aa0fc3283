//! A NATS with the objects of one version, and nodes.

mod database;
mod node;
mod server;

use std::time::Duration;

use async_nats::jetstream::consumer::Info;
use async_nats::jetstream::{self, kv, object_store, stream};
use async_nats::{Client, Subscriber};
use futures_util::StreamExt;
use prost::Message;
use prost_types::Any;
use tempfile::TempDir;
use tokio::time::timeout;

use crate::message::{KreNatsMessage, MessageType};
pub(crate) use database::Database;
pub(crate) use node::Node;
pub(crate) use server::Server;

/// The stream of the workflow.
pub(crate) const STREAM: &str = "rt_v1_Greet";

/// The object store of the workflow.
pub(crate) const OBJECTS: &str = "rt_v1_greet_files";

/// Where the mongo-writer listens.
pub(crate) const WRITER: &str = "mongo_writer_data.rt";

/// The nodes for which there is a subject and a bucket.
const NODES: [&str; 3] = ["a", "b", "c"];

/// How long an answer may take, on a machine that does other things.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is there before any pod.
pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) folder: TempDir,
    pub(crate) client: Client,
    pub(crate) jetstream: jetstream::Context,
}

impl Stage {
    /// Starts NATS, and makes stream, buckets and object store.
    pub(crate) async fn new() -> Self {
        let server = Server::start();
        let client = async_nats::connect(server.address()).await.unwrap();
        let stage = Self {
            server,
            folder: tempfile::tempdir().unwrap(),
            jetstream: jetstream::new(client.clone()),
            client,
        };
        stage.make_stream().await;
        for bucket in ["", "_greet", "_greet_a", "_greet_b", "_greet_c"] {
            let bucket = format!("key-store_rt_v1{bucket}");
            let config = kv::Config {
                bucket,
                ..kv::Config::default()
            };
            stage.jetstream.create_key_value(config).await.unwrap();
        }
        let bucket = OBJECTS.to_owned();
        let config = object_store::Config {
            bucket,
            ..object_store::Config::default()
        };
        stage.jetstream.create_object_store(config).await.unwrap();
        stage
    }

    /// Makes the stream of the workflow.
    pub(crate) async fn make_stream(&self) {
        let mut subjects = vec![subject("entrypoint")];
        for node in NODES {
            subjects.extend([subject(node), format!("{}.*", subject(node))]);
        }
        let config = stream::Config {
            name: STREAM.to_owned(),
            subjects,
            retention: stream::RetentionPolicy::Interest,
            ..stream::Config::default()
        };
        self.jetstream.create_stream(config).await.unwrap();
    }

    /// Waits until the server answers again.
    pub(crate) async fn until_connected(&self) {
        let answers = async {
            while self.jetstream.get_stream(STREAM).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, answers)
            .await
            .expect("NATS is not back in time");
    }

    /// Starts a node that listens to another, and waits until it does.
    pub(crate) fn node(&self, name: &str, input: &str, script: &str) -> Node {
        let mut node = self.spec(name, input, script).start();
        node.says("Listening to");
        node
    }

    /// Describes a node that listens to another.
    pub(crate) fn spec(&self, name: &str, input: &str, script: &str) -> node::Spec {
        node::Spec::new(self.folder.path(), &self.server.address(), name)
            .listens_to(&subject(input))
            .does(script)
    }

    /// Lets one node act on a text, and returns the first that it sends.
    pub(crate) async fn answer(&self, script: &str, text: &str) -> KreNatsMessage {
        let mut answers = self.listen("a").await;
        let _node = self.node("a", "entrypoint", script);
        self.call(text).await;
        next(&mut answers).await
    }

    /// Listens to what a node, or a channel of it, sends.
    pub(crate) async fn listen(&self, node: &str) -> Subscriber {
        let subscriber = self.client.subscribe(subject(node)).await.unwrap();
        self.client.flush().await.unwrap();
        subscriber
    }

    /// Sends a text as the entrypoint does.
    pub(crate) async fn call(&self, text: &str) {
        self.send("entrypoint", &request(text)).await;
    }

    /// Sends a message as a node does, and waits until it is stored.
    pub(crate) async fn send(&self, from: &str, message: &KreNatsMessage) {
        self.send_bytes(from, message.encode_to_vec()).await;
    }

    pub(crate) async fn send_bytes(&self, from: &str, bytes: Vec<u8>) {
        let stored = self.jetstream.publish(subject(from), bytes.into()).await;
        stored.unwrap().await.unwrap();
    }

    /// Returns what the server knows of a durable consumer.
    pub(crate) async fn consumer(&self, durable: &str) -> Info {
        let stream = self.jetstream.get_stream(STREAM).await.unwrap();
        stream.consumer_info(durable).await.unwrap()
    }

    /// Sets a value of the configuration.
    pub(crate) async fn configure(&self, bucket: &str, key: &str, value: &str) {
        let bucket = self.jetstream.get_key_value(bucket).await.unwrap();
        bucket.put(key, value.to_owned().into()).await.unwrap();
    }
}

/// Returns the subject of a node.
pub(crate) fn subject(node: &str) -> String {
    format!("{STREAM}.{node}")
}

/// Waits for a message, and reads it.
pub(crate) async fn next(messages: &mut Subscriber) -> KreNatsMessage {
    KreNatsMessage::decode(next_bytes(messages).await.as_slice()).unwrap()
}

/// Waits for a message.
pub(crate) async fn next_bytes(messages: &mut Subscriber) -> Vec<u8> {
    let message = timeout(PATIENCE, messages.next()).await;
    message
        .expect("no message in time")
        .unwrap()
        .payload
        .to_vec()
}

/// Tells that nothing comes for a moment.
pub(crate) async fn nothing(messages: &mut Subscriber) {
    let moment = Duration::from_millis(300);
    assert!(timeout(moment, messages.next()).await.is_err());
}

/// Makes a request of the type `main.Request`, with a text.
pub(crate) fn request(text: &str) -> KreNatsMessage {
    KreNatsMessage {
        request_id: "request-1".to_owned(),
        payload: Some(any("main.Request", text)),
        error: String::new(),
        from_node: "entrypoint".to_owned(),
        message_type: MessageType::Ok.into(),
    }
}

#[derive(Clone, PartialEq, Message)]
struct Text {
    #[prost(string, tag = "1")]
    text: String,
}

/// Packs a text.
pub(crate) fn any(name: &str, text: &str) -> Any {
    let text = text.to_owned();
    Any {
        type_url: format!("type.googleapis.com/{name}"),
        value: Text { text }.encode_to_vec(),
    }
}

/// Returns the text of a message.
pub(crate) fn text(message: &KreNatsMessage) -> String {
    assert_eq!(message.error, "");
    let payload = message.payload.as_ref().unwrap();
    Text::decode(payload.value.as_slice()).unwrap().text
}
