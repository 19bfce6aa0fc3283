//! What happens with messages (research/kre.md §7.3, §7.4).

use std::io::Read;
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy};
use flate2::read::GzDecoder;
use harness::patience::PATIENCE;
use prost::Message;

use super::support::{STREAM, Stage, any, next, next_bytes, nothing, request, subject, text};
use crate::message::{KreNatsMessage, MessageType};

/// Waits until a consumer has nothing that is not acknowledged.
async fn all_acknowledged(stage: &Stage, durable: &str) {
    let acknowledged = async {
        loop {
            let info = stage.consumer(durable).await;
            if info.delivered.consumer_sequence > 0 && info.num_ack_pending == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, acknowledged).await.unwrap();
}

#[tokio::test]
async fn a_message_keeps_its_request_and_its_type_and_says_who_sent_it() {
    let stage = Stage::new().await;
    let script = "handler:\n  append \" via a\"\n  send\n";

    let expected = KreNatsMessage {
        payload: Some(any("main.Request", "hello via a")),
        from_node: "a".to_owned(),
        ..request("")
    };
    assert_eq!(stage.answer(script, "hello").await, expected);
}

#[tokio::test]
async fn each_input_has_a_durable_queue_consumer() {
    let stage = Stage::new().await;
    let inputs = format!("{},{}.spam", subject("a"), subject("b"));
    let spec = stage.spec("c", "", "handler:\n").listens_to(&inputs);
    let mut node = spec.with("KRT_NATS_MAX_ACK_PENDING", "7").start();
    node.says("Listening to 'rt_v1_Greet.b.spam'");

    for (durable, filter) in [
        ("rt_v1_Greet-a-c", "rt_v1_Greet.a"),
        ("rt_v1_Greet-b-spam-c", "rt_v1_Greet.b.spam"),
    ] {
        let info = stage.consumer(durable).await;
        assert!(info.push_bound);
        let config = info.config;
        assert_eq!(config.durable_name.as_deref(), Some(durable));
        assert_eq!(config.deliver_group.as_deref(), Some(durable));
        assert_eq!(config.deliver_policy, DeliverPolicy::New);
        assert_eq!(config.ack_policy, AckPolicy::Explicit);
        assert_eq!(config.ack_wait, Duration::from_hours(22));
        assert_eq!(config.max_ack_pending, 7);
        assert_eq!(config.filter_subject, filter);
    }
}

#[tokio::test]
async fn branches_meet_again_where_a_node_has_two_inputs() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("c").await;
    let script = |name: &str| format!("handler:\n  append \" via {name}\"\n  send\n");
    let _a = stage.node("a", "entrypoint", &script("a"));
    let _b = stage.node("b", "entrypoint", &script("b"));
    let inputs = format!("{},{}", subject("a"), subject("b"));
    let spec = stage.spec("c", "", "handler a:\n  append +\n  send\nhandler:\n  any\n");
    let mut c = spec.listens_to(&inputs).start();
    c.says(&format!("Listening to '{}'", subject("b")));

    stage.call("hello").await;

    let mut texts = [
        text(&next(&mut answers).await),
        text(&next(&mut answers).await),
    ];
    texts.sort();
    assert_eq!(texts, ["hello via a+", "hello via b"]);
}

#[tokio::test]
async fn replicas_share_the_messages() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("a").await;
    let spec = stage.spec("a", "entrypoint", "handler:\n  send\n");
    let mut replicas = [spec.start(), spec.start()];
    for replica in &mut replicas {
        replica.says("Listening to");
    }

    for number in 0..10 {
        stage.call(&number.to_string()).await;
    }
    for _ in 0..10 {
        next(&mut answers).await;
    }
    nothing(&mut answers).await;
}

#[tokio::test]
async fn a_restarted_node_goes_on_with_its_consumer() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("a").await;
    let script = "handler:\n  send\n";
    stage.node("a", "entrypoint", script).kill();
    stage.call("meanwhile").await;

    let _node = stage.node("a", "entrypoint", script);

    assert_eq!(text(&next(&mut answers).await), "meanwhile");
}

#[tokio::test]
async fn a_stream_that_is_made_again_is_not_noticed() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("a").await;
    let mut node = stage.node("a", "entrypoint", "handler:\n  send\n");
    stage.jetstream.delete_stream(STREAM).await.unwrap();
    stage.make_stream().await;

    stage.call("hello").await;

    nothing(&mut answers).await;
    assert!(!node.has_ended());
}

#[tokio::test]
async fn a_handler_that_fails_is_acknowledged_and_tells_the_others() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("a").await;
    let script = "handler:\n  fail \"no such luck\"\n";
    let _node = stage.node("a", "entrypoint", script);
    stage.call("hello").await;

    let expected = KreNatsMessage {
        payload: None,
        error: "Error in 'a': no such luck".to_owned(),
        from_node: "a".to_owned(),
        message_type: MessageType::Error.into(),
        ..request("")
    };
    assert_eq!(next(&mut answers).await, expected);
    all_acknowledged(&stage, "rt_v1_Greet-entrypoint-a").await;
}

#[tokio::test]
async fn an_error_goes_on_to_the_end() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("b").await;
    let _a = stage.node("a", "entrypoint", "handler:\n  fail boom\n");
    let _b = stage.node("b", "a", "handler:\n  send\n");

    stage.call("hello").await;

    assert_eq!(
        next(&mut answers).await.error,
        "Error in 'b': Error in 'a': boom"
    );
}

#[tokio::test]
async fn a_message_of_a_node_without_a_handler_is_an_error() {
    let stage = Stage::new().await;
    let error = stage.answer("handler b:\n  send\n", "hello").await.error;

    assert_eq!(
        error,
        "Error in 'a': Error missing handler for node 'entrypoint'"
    );
}

#[tokio::test]
async fn replies_and_exits_may_be_early() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("a").await;
    let script = "handler:\n  early reply\n  early exit\n";
    let _node = stage.node("a", "entrypoint", script);
    stage.call("hello").await;

    for kind in [MessageType::EarlyReply, MessageType::EarlyExit] {
        let answer = next(&mut answers).await;
        assert_eq!(answer.message_type(), kind);
        assert_eq!(text(&answer), "hello");
    }
}

#[tokio::test]
async fn an_instruction_for_a_kind_of_message_is_for_no_other() {
    let stage = Stage::new().await;
    let script = "handler:\n  on early-exit append !\n  on ok append ?\n  send\n";

    assert_eq!(text(&stage.answer(script, "hello").await), "hello?");
}

#[tokio::test]
async fn a_channel_has_its_own_subject() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("a").await;
    let mut spam = stage.listen("a.spam").await;
    let _node = stage.node("a", "entrypoint", "handler:\n  send to spam\n");
    stage.call("hello").await;

    assert_eq!(text(&next(&mut spam).await), "hello");
    nothing(&mut answers).await;
}

#[tokio::test]
async fn a_payload_that_is_sent_on_is_not_touched() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("a").await;
    let _node = stage.node("a", "entrypoint", "handler:\n  append x\n  any\n");
    let mut message = request("hello");
    if let Some(payload) = &mut message.payload {
        payload.value.extend(b"\x10\x07");
    }
    stage.send("entrypoint", &message).await;

    assert_eq!(next(&mut answers).await.payload, message.payload);
}

#[tokio::test]
async fn long_messages_are_gzipped_and_understood() {
    let stage = Stage::new().await;
    let (mut long, mut short) = (stage.listen("a").await, stage.listen("b").await);
    let _a = stage.node(
        "a",
        "entrypoint",
        "handler:\n  repeat 200000 0123456789\n  send\n",
    );
    let _b = stage.node(
        "b",
        "a",
        "handler:\n  file short\n  on ok replace understood\n  send\n",
    );
    std::fs::write(stage.folder.path().join("short"), "!").unwrap();
    stage.call("").await;

    let bytes = next_bytes(&mut long).await;
    assert!(bytes.len() < 100_000);
    let mut plain = Vec::new();
    GzDecoder::new(bytes.as_slice())
        .read_to_end(&mut plain)
        .unwrap();
    let message = KreNatsMessage::decode(plain.as_slice()).unwrap();
    assert_eq!(text(&message).len(), 2_000_000);
    assert_eq!(text(&next(&mut short).await), "understood");
}

#[tokio::test]
async fn a_node_may_end_after_some_messages() {
    let stage = Stage::new().await;
    let node = stage.node("a", "entrypoint", "exit after 2 messages\nhandler:\n");
    stage.call("one").await;
    stage.call("two").await;

    node.ends();
    all_acknowledged(&stage, "rt_v1_Greet-entrypoint-a").await;
}

#[tokio::test]
async fn a_node_that_ends_amid_a_message_has_not_acknowledged_it() {
    let stage = Stage::new().await;
    let node = stage.node("a", "entrypoint", "handler:\n  exit\n");
    stage.call("hello").await;

    node.ends();
    assert_eq!(
        stage
            .consumer("rt_v1_Greet-entrypoint-a")
            .await
            .num_ack_pending,
        1
    );
}

#[tokio::test]
async fn what_is_no_message_does_not_end_a_node() {
    let stage = Stage::new().await;
    let mut answers = stage.listen("a").await;
    let mut node = stage.node("a", "entrypoint", "handler:\n  send\n");
    stage.send_bytes("entrypoint", b"\xff\xff".to_vec()).await;
    node.says("nats: encountered error");
    stage.call("hello").await;

    assert_eq!(text(&next(&mut answers).await), "hello");
}
