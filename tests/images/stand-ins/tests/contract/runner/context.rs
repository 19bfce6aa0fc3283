//! What a handler has at hand (research/kre.md §7.3, §7.4).

use async_nats::Subscriber;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::support::{Stage, WRITER, any, next, text};

/// Answers the first request to the mongo-writer, and returns it.
async fn write(mut requests: Subscriber, stage: &Stage) -> Value {
    let request = requests.next().await.unwrap();
    let reply = request.reply.unwrap();
    stage
        .client
        .publish(reply, r#"{"success":true}"#.into())
        .await
        .unwrap();
    serde_json::from_slice(&request.payload).unwrap()
}

#[tokio::test]
async fn configuration_is_found_from_the_node_to_the_project() {
    let stage = Stage::new().await;
    stage.configure("key-store_rt_v1", "far", "project").await;
    stage.configure("key-store_rt_v1", "near", "project").await;
    stage
        .configure("key-store_rt_v1_greet", "near", "workflow")
        .await;
    stage
        .configure("key-store_rt_v1_greet", "own", "workflow")
        .await;
    let script = "handler:\n  config set own node\n  config get own\n  append ,\n  \
        config get near\n  append ,\n  config get far\n  append ,\n  \
        config get near from project\n  append ,\n  config delete own\n  config get own\n  send\n";

    let answer = stage.answer(script, "").await;
    assert_eq!(text(&answer), "node,workflow,project,project,workflow");
}

#[tokio::test]
async fn configuration_that_is_nowhere_is_an_error() {
    let stage = Stage::new().await;
    let answer = stage.answer("handler:\n  config get none\n", "").await;

    assert_eq!(answer.error, "Error in 'a': No value found");
}

#[tokio::test]
async fn an_object_goes_from_node_to_node() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("b").await;
    let _a = stage.node(
        "a",
        "entrypoint",
        "handler:\n  object put x\n  replace \"\"\n  send\n",
    );
    let _b = stage.node(
        "b",
        "a",
        "handler:\n  object get x\n  object delete x\n  send\n",
    );
    stage.call("hello").await;

    assert_eq!(text(&next(&mut answers).await), "hello");
    stage.call("hello").await;
    assert_eq!(text(&next(&mut answers).await), "hello");
}

#[tokio::test]
async fn an_object_that_is_not_there_is_an_error() {
    let stage = Stage::new().await;
    let error = stage
        .answer("handler:\n  object get none\n", "")
        .await
        .error;
    let expected = "Error in 'a': error retrieving object with key none from the object store: ";

    assert!(error.starts_with(expected), "{error}");
}

#[tokio::test]
async fn documents_go_to_the_mongo_writer() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("a").await;
    let requests = stage.client.subscribe(WRITER).await.unwrap();
    let script = "handler:\n  db save greetings {\"to\": \"all\"}\n  send\n";
    let _node = stage.node("a", "entrypoint", script);
    stage.call("hello").await;

    let document = json!({ "coll": "greetings", "doc": { "to": "all" } });
    assert_eq!(write(requests, &stage).await, document);
    assert_eq!(text(&next(&mut answers).await), "hello");
}

#[tokio::test]
async fn predictions_go_to_the_mongo_writer() {
    let stage = Stage::new().await;
    let requests = stage.client.subscribe(WRITER).await.unwrap();
    let _node = stage.node("a", "entrypoint", "handler:\n  prediction save cat dog\n");
    stage.call("hello").await;

    let mut request = write(requests, &stage).await;
    assert!(request["doc"]["date"].take().is_string());
    let document = json!({
        "date": null,
        "error": "",
        "predictedValue": "cat",
        "trueValue": "dog",
        "extra": null,
        "versionId": "version-1",
        "versionName": "v1",
    });
    assert_eq!(
        request,
        json!({ "coll": "classificationMetrics", "doc": document })
    );
}

#[tokio::test]
async fn without_a_mongo_writer_saving_fails_at_once() {
    let stage = Stage::new().await;
    let answer = stage.answer("handler:\n  db save greetings {}\n", "").await;
    let expected = "Error in 'a': nats: no responders available for request";

    assert_eq!(answer.error, expected);
}

#[tokio::test]
async fn what_the_environment_says_is_at_hand() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("a").await;
    let spec = stage.spec(
        "a",
        "entrypoint",
        "handler:\n  env GREETING\n  type main.Response\n  send\n",
    );
    let mut node = spec.with("GREETING", "good morning").start();
    node.says("Listening to");
    stage.call("").await;

    let payload = next(&mut answers).await.payload;
    assert_eq!(payload, Some(any("main.Response", "good morning")));
}

#[tokio::test]
async fn each_message_is_measured_for_those_who_want_to_know() {
    let stage = Stage::new().await;
    let influx = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}", influx.local_addr().unwrap());
    let spec = stage.spec("a", "entrypoint", "handler:\n");
    let mut node = spec.with("KRT_INFLUX_URI", &uri).start();
    node.says("Listening to");
    stage.call("hello").await;

    let (mut connection, _) = influx.accept().await.unwrap();
    let mut request = String::new();
    while !request.contains("success=") {
        let mut bytes = [0; 1024];
        let length = connection.read(&mut bytes).await.unwrap();
        request.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
    }
    let (head, line) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /api/v2/write?org=&bucket=rt&precision=ns HTTP/1.1"));
    let tags = "from_node=entrypoint,node=a,version=v1,workflow=greet";
    let start = format!("node_elapsed_time,{tags} elapsed_ms=");
    assert!(
        line.starts_with(&start) && line.ends_with(",success=true"),
        "{line}"
    );
}
