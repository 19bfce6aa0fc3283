//! Calls that are not answered, and what the client sees of that.

use std::time::Duration;

use crate::{
    message::KreNatsMessage,
    stage::{Stage, until_said},
};

use super::{
    Entrypoint, UNKNOWN,
    node::{Node, echo, refuse},
};

/// Longer than what is meant by "at once", on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(8);

#[test]
fn an_error_of_a_node_is_what_the_client_reads() {
    let stage = Stage::new();
    let _node = Node::start(&stage, |message| vec![refuse(&message, "no such word")]);
    let entrypoint = Entrypoint::serving(&stage, &[]);

    assert_eq!(entrypoint.fail_to_greet().0, "INTERNAL: no such word\n");
}

#[test]
fn an_error_ends_the_other_calls_of_its_workflow_too() {
    let stage = Stage::new();
    // Nobody answers the first call.
    let node = Node::start(&stage, |message| {
        let is_first = message.payload.as_ref().unwrap().value.is_empty();
        if is_first {
            vec![]
        } else {
            vec![refuse(&message, "no such word")]
        }
    });
    let entrypoint = Entrypoint::serving(&stage, &[]);
    let first = entrypoint.begin("Greet", "{}");
    node.next();
    entrypoint.call("Greet", r#"{"text":"hello"}"#);

    let output = first.wait().unwrap();
    assert_eq!(output.stderr, "INTERNAL: no such word\n");
}

#[test]
fn without_nodes_a_call_ends_with_the_request_timeout() {
    let stage = Stage::new();
    let entrypoint = Entrypoint::serving(&stage, &[("KRT_REQUEST_TIMEOUT", "2")]);

    let (complaint, took) = entrypoint.fail_to_greet();
    assert_eq!(complaint, UNKNOWN);
    assert!(took >= Duration::from_secs(2), "{took:?}");
}

#[test]
fn without_its_stream_a_call_ends_at_once() {
    let stage = Stage::new();
    let _node = Node::echoing(&stage);
    stage.delete_stream();
    let mut entrypoint = Entrypoint::serving(&stage, &[]);

    let (complaint, took) = entrypoint.fail_to_greet();
    assert_eq!(complaint, UNKNOWN);
    assert!(took < AT_ONCE, "{took:?}");
    until_said(&mut entrypoint.running, "Exception on gRPC call : ");
}

#[test]
fn without_nats_a_call_ends_with_the_timeout_of_jetstream() {
    let mut stage = Stage::new();
    let entrypoint = Entrypoint::serving(&stage, &[("KRT_JS_REQUEST_TIMEOUT", "2")]);
    stage.end_nats();

    let (complaint, took) = entrypoint.fail_to_greet();
    assert_eq!(complaint, UNKNOWN);
    assert!(took >= Duration::from_secs(2) && took < AT_ONCE, "{took:?}");
}

#[test]
fn a_method_without_a_workflow_cannot_be_answered() {
    let stage = Stage::new();
    let entrypoint = Entrypoint::serving(&stage, &[]);

    assert_eq!(entrypoint.call("Forgotten", "{}").stderr, UNKNOWN);
}

#[test]
fn an_answer_of_another_type_is_refused() {
    let stage = Stage::new();
    let _node = Node::start(&stage, |message| {
        let payload = message.payload.clone();
        vec![KreNatsMessage {
            payload,
            ..echo(&message)
        }]
    });
    let entrypoint = Entrypoint::serving(&stage, &[]);

    assert_eq!(
        entrypoint.fail_to_greet().0,
        "INTERNAL: the method returns `greeter.Reply`, the workflow has answered with \
         `greeter.Words`\n"
    );
}
