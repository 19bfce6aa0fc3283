//! kre-mongo-writer.

use std::time::Duration;

use async_nats::Client;
use harness::process::Running;
use mongodb::bson::{Document, doc};
use tokio::time::timeout;

use crate::servers::{self, MongoDb, Nats, PASSWORD};

/// How long an answer may take.
const SOON: Duration = Duration::from_secs(10);

/// A writer with its servers.
struct Stage {
    mongodb: MongoDb,
    nats: Nats,
    writer: Running,
}

impl Stage {
    /// Starts a writer, and waits until it listens.
    fn new() -> Self {
        let (mongodb, nats) = (MongoDb::start(), Nats::start());
        let environment = [
            ("KRE_NATS_URL", nats.address()),
            ("KRE_RUNTIME_MONGO_URI", mongodb.uri(PASSWORD)),
        ];
        let mut writer = servers::start("kre-mongo-writer", &environment);
        let listens = |writer: &Running| writer.stdout_so_far().contains("Waiting for messages");
        assert!(writer.until(listens).unwrap(), "{}", writer.stdout_so_far());
        Self {
            mongodb,
            nats,
            writer,
        }
    }

    async fn client(&self) -> Client {
        async_nats::connect(self.nats.address()).await.unwrap()
    }

    /// Sends a document, and returns the answer.
    async fn save(&self, payload: &'static str) -> String {
        let client = self.client().await;
        let asked = client.request("mongo_writer_data.demo", payload.into());
        let answer = timeout(SOON, asked).await.unwrap().unwrap();
        String::from_utf8(answer.payload.to_vec()).unwrap()
    }

    /// Returns what a collection has of a filter, once there is something.
    async fn stored(&self, database: &str, collection: &str, filter: Document) -> Document {
        let client = self.mongodb.client().await;
        let collection = client.database(database).collection::<Document>(collection);
        let found = async {
            loop {
                if let Some(found) = collection.find_one(filter.clone()).await.unwrap() {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(SOON, found).await.unwrap()
    }
}

/// A line of a log as fluent-bit sends it, without the last field.
const LINE: &str = r#"[[1660000000.5,{"logtime":"2022-08-08T23:06:40.000Z","level":"WARN","capture":"hot","versionId":"i","versionName":"v1","nodeName":"n","nodeId":"x","workflowName":"w""#;

#[tokio::test]
async fn what_a_node_saves_is_stored_and_confirmed() {
    let stage = Stage::new();

    let answer = stage
        .save(r#"{"coll":"greetings","doc":{"name":"Ada"}}"#)
        .await;

    assert_eq!(answer, r#"{"success":true}"#);
    let filter = doc! { "name": "Ada" };
    stage.stored("demo-data", "greetings", filter).await;
    assert_eq!(stage.save("nothing").await, r#"{"success":false}"#);
}

#[tokio::test]
async fn a_line_of_a_log_is_stored() {
    let stage = Stage::new();
    let client = stage.client().await;

    let line = format!(r#"{LINE},"workflowId":"y"}}]]"#);
    client
        .publish("mongo_writer_logs.demo", line.into())
        .await
        .unwrap();
    client.flush().await.unwrap();

    let line = stage
        .stored("demo", "logs", doc! { "message": "hot" })
        .await;
    assert_eq!(line.get_str("level").unwrap(), "WARN");
    assert_eq!(line.get_str("workflowId").unwrap(), "y");
}

#[tokio::test]
async fn a_line_of_nobody_ends_the_writer_as_if_all_were_well() {
    let stage = Stage::new();
    let client = stage.client().await;

    let line = format!("{LINE}}}]]");
    client
        .publish("mongo_writer_logs.demo", line.into())
        .await
        .unwrap();
    client.flush().await.unwrap();

    let output = stage.writer.wait().unwrap();
    assert!(output.succeeded(), "{output}");
    assert!(
        output.stdout.contains("panic: interface conversion"),
        "{output}"
    );
}

#[test]
fn without_nats_it_ends_at_once_as_if_all_were_well() {
    let mongodb = MongoDb::start();
    let environment = [
        (
            "KRE_NATS_URL",
            format!("127.0.0.1:{}", servers::free_port()),
        ),
        ("KRE_RUNTIME_MONGO_URI", mongodb.uri(PASSWORD)),
    ];

    let output = servers::run("kre-mongo-writer", &environment);

    assert!(output.succeeded(), "{output}");
    assert!(
        output.stdout.contains("Error connecting to NATS: "),
        "{output}"
    );
    assert!(output.took < SOON, "{output}");
}

#[test]
fn without_mongodb_it_ends_late_as_if_all_were_well() {
    let nats = Nats::start();
    let uri = format!("mongodb://127.0.0.1:{}", servers::free_port());
    let environment = [
        ("KRE_NATS_URL", nats.address()),
        ("KRE_RUNTIME_MONGO_URI", uri),
    ];

    let output = servers::run("kre-mongo-writer", &environment);

    assert!(output.succeeded(), "{output}");
    assert!(
        output.stdout.contains("server selection timeout"),
        "{output}"
    );
}
