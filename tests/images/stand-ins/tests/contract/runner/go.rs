//! Where kre-go is not as kre-py (research/kre.md §7.5, §7.6).

use super::support::{Database, Node, OBJECTS, STREAM, Stage, next, request, subject, text};
use crate::message::KreNatsMessage;

const ECHO: &str = "handler:\n  send\n";

/// Says what the log of a node of kre-go contains when something is missing.
#[track_caller]
fn check(stage: &Stage, database: &Database, cause: &str) {
    let spec = stage.spec("a", "entrypoint", ECHO).go();
    let log = spec.with("KRT_MONGO_URI", &database.uri()).fails();

    assert!(log.contains("MongoDB connected"), "{log}");
    assert!(log.ends_with(&format!("{cause}\n")), "{log}");
}

fn node(stage: &Stage, database: &Database, script: &str) -> Node {
    let spec = stage.spec("a", "entrypoint", script).go();
    let mut node = spec.with("KRT_MONGO_URI", &database.uri()).start();
    node.says("Listening to");
    node
}

#[tokio::test]
async fn kre_go_wants_nats_at_once() {
    let mut stage = Stage::new().await;
    stage.server.stop();
    let log = stage.spec("a", "entrypoint", ECHO).go().fails();

    let cause = "Error connecting to NATS: nats: no servers available for connection";
    assert!(log.contains(cause), "{log}");
}

#[tokio::test]
async fn kre_go_wants_mongodb() {
    let stage = Stage::new().await;
    let log = stage.spec("a", "entrypoint", ECHO).go().fails();

    let cause = "Error connecting to MongoDB: server selection error: server selection timeout";
    assert!(log.contains(cause), "{log}");
}

#[tokio::test]
async fn what_is_missing_is_said_in_one_line() {
    let (stage, database) = (Stage::new().await, Database::start());
    stage.jetstream.delete_stream(STREAM).await.unwrap();
    let subject = subject("entrypoint");
    let cause = "nats: no stream matches subject";
    check(
        &stage,
        &database,
        &format!("Error subscribing to NATS subject {subject}: {cause}"),
    );

    stage
        .jetstream
        .delete_key_value("key-store_rt_v1")
        .await
        .unwrap();
    let cause = "error binding the key value store: nats: bucket not found";
    check(&stage, &database, cause);

    stage.jetstream.delete_object_store(OBJECTS).await.unwrap();
    let cause = "error initializing object store: nats: stream not found";
    check(&stage, &database, cause);
}

#[tokio::test]
async fn a_message_goes_through() {
    let (stage, database) = (Stage::new().await, Database::start());
    let mut answers = stage.listen("a").await;
    let _node = node(
        &stage,
        &database,
        "handler:\n  append \" via go\"\n  send\n",
    );
    stage.call("hello").await;

    assert_eq!(text(&next(&mut answers).await), "hello via go");
    let info = stage.consumer("rt_v1_Greet-entrypoint-a").await;
    assert_eq!(info.config.max_ack_pending, -1);
}

#[tokio::test]
async fn an_error_names_both_nodes() {
    let (stage, database) = (Stage::new().await, Database::start());
    let mut answers = stage.listen("a").await;
    let _node = node(&stage, &database, "handler:\n  fail boom\n");
    stage.call("hello").await;

    let error = "Error in node 'a' executing handler for node 'entrypoint': boom";
    let KreNatsMessage {
        request_id,
        error: said,
        ..
    } = next(&mut answers).await;
    assert_eq!(said, error);
    assert_eq!(request_id, request("").request_id);
}

#[tokio::test]
async fn what_is_no_message_is_an_error() {
    let (stage, database) = (Stage::new().await, Database::start());
    let mut answers = stage.listen("a").await;
    let _node = node(&stage, &database, ECHO);
    stage.send_bytes("entrypoint", b"\xff\xff".to_vec()).await;

    let error = next(&mut answers).await.error;
    let expected = format!(
        "Error parsing msg.data coming from subject {}",
        subject("entrypoint")
    );
    assert!(error.starts_with(&expected), "{error}");
}
