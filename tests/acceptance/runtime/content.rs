//! What users keep in a runtime: a message in a stream, and a document.

use std::{net::SocketAddr, time::Duration};

use async_nats::jetstream::{
    self,
    stream::{Config, Stream},
};
use harness::{
    patience::PATIENCE,
    report::{OrFail, fail},
};
use kre_engine::{
    forward::{Forwards, Port},
    kubernetes::{Arguments, Cluster, Limits, Settings},
};
use mongodb::{
    Client, Collection,
    bson::{Document, doc},
    options::{ClientOptions, Credential, ServerAddress},
};
use serde_json::json;
use tokio::time::Instant;

use super::demo::password;
use crate::cluster::ClusterStage;

const STREAM: &str = "greetings";
const DOCUMENTS: &str = "greetings";
const MESSAGE: &str = "hello from before";

/// What a runtime holds of what was put there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) has_message: bool,
    pub(super) has_document: bool,
}

/// Everything is there.
pub(super) const ALL: Content = Content {
    has_message: true,
    has_document: true,
};

/// Nothing is there.
pub(super) const NOTHING: Content = Content {
    has_message: false,
    has_document: false,
};

/// Puts a message into a stream, and a document into a collection.
#[track_caller]
pub(super) fn put(stage: &ClusterStage) {
    finish(async {
        let way = Way::to(stage);
        let stream = Config {
            name: STREAM.to_owned(),
            subjects: vec![STREAM.to_owned()],
            ..Config::default()
        };
        let nats = way.nats().await;
        nats.create_stream(stream).await.or_fail("no stream");
        let sent = nats.publish(STREAM, MESSAGE.into()).await;
        let stored = sent.or_fail("the message is not sent").await;
        stored.or_fail("the message is not stored");
        let documents = way.documents("root", &password(stage, "mongo")).await;
        let written = documents.insert_one(doc! { "text": MESSAGE }).await;
        written.or_fail("the document is not written");
    });
}

/// Has the writer store that document, as nodes do; returns what it answers.
#[track_caller]
pub(super) fn save(stage: &ClusterStage) -> String {
    finish(async {
        let way = Way::to(stage);
        let nats = way.nats().await;
        let saved = json!({ "coll": DOCUMENTS, "doc": { "text": MESSAGE } });
        let subject = format!("mongo_writer_data.{}", stage.id());
        let client = nats.client();
        let answer = client.request(subject, saved.to_string().into());
        let answer = answer.await.or_fail("the writer does not answer");
        String::from_utf8_lossy(&answer.payload).into_owned()
    })
}

/// Looks what is there, with the password that the runtime has now.
#[track_caller]
pub(super) fn look(stage: &ClusterStage) -> Content {
    finish(async {
        let way = Way::to(stage);
        let documents = way.documents("root", &password(stage, "mongo")).await;
        let found = documents.find_one(doc! { "text": MESSAGE }).await;
        let nats = way.nats().await;
        Content {
            has_message: match nats.get_stream(STREAM).await {
                Ok(stream) => first(&stream).await == MESSAGE,
                Err(_) => false,
            },
            has_document: found.or_fail("no answer about the document").is_some(),
        }
    })
}

/// Logs in to MongoDB as a user, and reads what nodes save; returns why that is refused.
#[track_caller]
pub(super) fn log_in(stage: &ClusterStage, user: &str, password: &str) -> Result<(), String> {
    finish(async {
        let way = Way::to(stage);
        let documents = way.documents(user, password).await;
        let found = documents.find_one(doc! {}).await;
        found.map(drop).map_err(|error| error.to_string())
    })
}

async fn first(stream: &Stream) -> String {
    let message = stream.get_raw_message(1).await.or_fail("no message");
    String::from_utf8_lossy(&message.payload).into_owned()
}

/// The way to the services of a runtime.
struct Way<'s> {
    stage: &'s ClusterStage,
    forwards: Forwards,
}

impl<'s> Way<'s> {
    fn to(stage: &'s ClusterStage) -> Self {
        let arguments = Arguments {
            config_path: Some(stage.cluster.kubeconfig().to_owned()),
            ..Arguments::default()
        };
        let cluster = Cluster::new(Settings::new(arguments, |_| None), Limits::default());
        Self {
            stage,
            forwards: Forwards::new(cluster),
        }
    }

    async fn address(&self, component: &str, port: u16) -> SocketAddr {
        let port = Port {
            namespace: self.stage.namespace(),
            pod: format!("{}-{component}-0", self.stage.id()),
            port,
        };
        let until = Instant::now() + PATIENCE;
        let address = self.forwards.address(&port, until).await;
        address.or_fail("no way to the service")
    }

    async fn nats(&self) -> jetstream::Context {
        let address = self.address("nats", 4222).await;
        let options = async_nats::ConnectOptions::new().ignore_discovered_servers();
        let client = options.connect(format!("nats://{address}")).await;
        jetstream::new(client.or_fail("no connection to NATS"))
    }

    async fn documents(&self, user: &str, password: &str) -> Collection<Document> {
        let address = self.address("mongo", 27017).await;
        let credential = Credential::builder()
            .username(user.to_owned())
            .password(password.to_owned())
            .source("admin".to_owned())
            .build();
        let host = ServerAddress::Tcp {
            host: address.ip().to_string(),
            port: Some(address.port()),
        };
        let options = ClientOptions::builder()
            .hosts(vec![host])
            .direct_connection(true)
            .credential(credential)
            .server_selection_timeout(Duration::from_secs(10))
            .build();
        let client = Client::with_options(options).or_fail("no client of MongoDB");
        let database = format!("{}-data", self.stage.id());
        client.database(&database).collection(DOCUMENTS)
    }
}

#[track_caller]
fn finish<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(future),
        Err(error) => fail(error),
    }
}
