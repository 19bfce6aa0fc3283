//! What happens before the first message (research/kre.md §7.5, §7.6).

use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::support::{OBJECTS, STREAM, Stage, next, subject, text};

const ECHO: &str = "handler:\n  send\n";

/// Says what its log must contain when a node ends by itself.
#[track_caller]
fn check(log: &str, cause: &str) {
    assert!(log.contains(cause), "{cause:?} is missing in: {log}");
}

#[tokio::test]
async fn a_missing_variable_is_named() {
    let stage = Stage::new().await;
    let spec = stage
        .spec("a", "entrypoint", ECHO)
        .without("KRT_NATS_STREAM");
    let cause = "error reading config: the 'KRT_NATS_STREAM' env var is missing";

    check(&spec.fails(), cause);
    check(&spec.go().fails(), cause);
}

#[tokio::test]
async fn a_missing_script_cannot_be_loaded() {
    let stage = Stage::new().await;
    let spec = stage
        .spec("a", "entrypoint", ECHO)
        .with("KRT_HANDLER_PATH", "none.py");

    check(
        &spec.fails(),
        "Error loading handler script none.py: No such file",
    );
    let cause = "Error: $KRT_BASE_PATH/$KRT_HANDLER_PATH='none.py' not exist";
    check(&spec.go().fails(), cause);
}

#[tokio::test]
async fn a_broken_script_cannot_be_loaded() {
    let stage = Stage::new().await;
    let log = stage.spec("a", "entrypoint", "import x").fails();

    check(&log, "Error loading handler script a.node: line 1: ");
}

#[tokio::test]
async fn a_missing_stream_is_found_when_it_subscribes_and_the_cause_is_not_the_last_line() {
    let stage = Stage::new().await;
    stage.jetstream.delete_stream(STREAM).await.unwrap();
    let spec = stage.spec("a", "entrypoint", ECHO);

    let log = spec.fails();
    let subject = subject("entrypoint");
    check(
        &log,
        &format!(
            "Error subscribing to NATS subject {subject}: nats: NotFoundError: code=404 \
             err_code=10059 description='stream not found'"
        ),
    );
    assert!(log.ends_with("Event loop is closed\n"), "{log}");
}

#[tokio::test]
async fn a_node_that_fails_was_there_for_about_a_second() {
    let stage = Stage::new().await;
    stage.jetstream.delete_stream(STREAM).await.unwrap();
    let since = Instant::now();
    stage.spec("a", "entrypoint", ECHO).fails();

    assert!(
        since.elapsed() >= Duration::from_millis(900),
        "{:?}",
        since.elapsed()
    );
}

#[tokio::test]
async fn each_missing_bucket_is_fatal() {
    let stage = Stage::new().await;
    for variable in [
        "KRT_NATS_KEY_VALUE_STORE_PROJECT",
        "KRT_NATS_KEY_VALUE_STORE_WORKFLOW",
        "KRT_NATS_KEY_VALUE_STORE_NODE",
    ] {
        let spec = stage.spec("a", "entrypoint", ECHO).with(variable, "none");
        let cause = "Error while getting the key value store: nats: BucketNotFoundError";
        check(&spec.fails(), cause);
    }
}

#[tokio::test]
async fn a_missing_object_store_is_fatal_but_the_consumer_is_there() {
    let stage = Stage::new().await;
    stage.jetstream.delete_object_store(OBJECTS).await.unwrap();
    let log = stage.spec("a", "entrypoint", ECHO).fails();

    check(
        &log,
        &format!("Error while getting info for Object Store {OBJECTS}: "),
    );
    stage.consumer("rt_v1_Greet-entrypoint-a").await;
}

#[tokio::test]
async fn init_that_fails_is_fatal() {
    let stage = Stage::new().await;
    let log = stage
        .spec("a", "entrypoint", "init:\n  fail boom\nhandler:\n")
        .fails();

    check(&log, "Executing handler init...");
    check(&log, "ERROR boom");
}

#[tokio::test]
async fn without_nats_it_tries_again_until_it_is_there() {
    let mut stage = Stage::new().await;
    stage.server.stop();
    let mut node = stage.spec("a", "entrypoint", ECHO).start();
    node.says("nats: encountered error");
    assert!(!node.has_ended());

    stage.server.start_again();
    node.says("Listening to");
}

#[tokio::test]
async fn when_nats_is_back_it_goes_on() {
    let mut stage = Stage::new().await;
    let mut answers = stage.listen("a").await;
    let mut node = stage.node("a", "entrypoint", ECHO);
    stage.server.stop();
    stage.server.start_again();
    stage.until_connected().await;

    stage.call("hello").await;

    assert_eq!(text(&next(&mut answers).await), "hello");
    assert!(!node.has_ended());
}

#[tokio::test]
async fn a_slow_start_is_slow() {
    let stage = Stage::new().await;
    let since = Instant::now();
    stage.node("a", "entrypoint", &format!("start after 1s\n{ECHO}"));

    assert!(
        since.elapsed() >= Duration::from_millis(1500),
        "{:?}",
        since.elapsed()
    );
}

#[tokio::test]
async fn a_request_to_end_is_ignored() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("a").await;
    let node = stage.node("a", "entrypoint", ECHO);
    let id = i32::try_from(node.id())
        .ok()
        .and_then(Pid::from_raw)
        .unwrap();

    kill_process(id, Signal::TERM).unwrap();

    stage.call("still there").await;
    assert_eq!(text(&next(&mut answers).await), "still there");
}

#[tokio::test]
async fn kre_py_does_not_care_about_mongodb_and_influxdb() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("a").await;
    let _node = stage.node("a", "entrypoint", "handler:\n  measure greetings\n  send\n");

    stage.call("hello").await;
    assert_eq!(text(&next(&mut answers).await), "hello");
}
