//! Calls that are answered.

use crate::{
    message::{KreNatsMessage, MessageType},
    stage::{STREAM, Stage},
};

use super::{
    Entrypoint,
    node::{Node, decode, echo},
};

const HELLO: &str = "{\"text\":\"hello\"}\n";

#[test]
fn a_call_goes_to_the_workflow_and_its_answer_comes_back() {
    let stage = Stage::new();
    let _node = Node::echoing(&stage);
    let entrypoint = Entrypoint::serving(&stage, &[]);

    assert_eq!(entrypoint.greet("hello"), HELLO);
}

#[test]
fn a_request_says_what_the_original_says() {
    let stage = Stage::new();
    let node = Node::echoing(&stage);
    let entrypoint = Entrypoint::serving(&stage, &[]);
    entrypoint.greet("hello");

    let message = decode(&node.next());
    let payload = message.payload.clone().unwrap();
    assert_eq!(payload.type_url, "type.googleapis.com/greeter.Words");
    assert_eq!(payload.value, b"\x0a\x05hello");
    assert_eq!(message.request_id.len(), 36);
    assert_eq!(message.from_node, "entrypoint");
    assert_eq!(message.message_type(), MessageType::Ok);
    assert_eq!(message.error, "");
}

#[test]
fn each_call_has_an_id_of_its_own() {
    let stage = Stage::new();
    let node = Node::echoing(&stage);
    let entrypoint = Entrypoint::serving(&stage, &[]);
    entrypoint.greet("hello");
    entrypoint.greet("hello");

    assert_ne!(
        decode(&node.next()).request_id,
        decode(&node.next()).request_id
    );
}

#[test]
fn what_can_be_called_is_known_by_reflection() {
    let stage = Stage::new();
    let entrypoint = Entrypoint::serving(&stage, &[]);
    let output = crate::stage::start("kre-call", [entrypoint.address.to_string()], []);

    assert_eq!(
        output.wait().unwrap().stdout,
        "greeter.Entrypoint.Greet\ngreeter.Entrypoint.Forgotten\n"
    );
}

#[test]
fn answers_to_other_calls_are_passed_over() {
    let stage = Stage::new();
    let _node = Node::start(&stage, |message| {
        let other = KreNatsMessage {
            request_id: "somebody else".to_owned(),
            ..KreNatsMessage::default()
        };
        vec![echo(&other), echo(&message)]
    });
    let entrypoint = Entrypoint::serving(&stage, &[]);

    assert_eq!(entrypoint.greet("hello"), HELLO);
}

#[test]
fn an_early_reply_is_the_answer_and_the_late_one_is_nobodys() {
    let stage = Stage::new();
    let _node = Node::start(&stage, |message| {
        let early = KreNatsMessage {
            message_type: MessageType::EarlyReply.into(),
            ..echo(&message)
        };
        let mut late = echo(&message);
        late.payload.as_mut().unwrap().value = b"\x0a\x04late".to_vec();
        vec![early, late]
    });
    let entrypoint = Entrypoint::serving(&stage, &[]);

    assert_eq!(entrypoint.greet("hello"), HELLO);
    assert_eq!(entrypoint.greet("hello"), HELLO);
}

#[test]
fn an_early_exit_is_an_answer() {
    let stage = Stage::new();
    let _node = Node::start(&stage, |message| {
        vec![KreNatsMessage {
            message_type: MessageType::EarlyExit.into(),
            ..echo(&message)
        }]
    });
    let entrypoint = Entrypoint::serving(&stage, &[]);

    assert_eq!(entrypoint.greet("hello"), HELLO);
}

#[test]
fn a_request_that_is_too_long_for_the_stream_is_compressed() {
    let stage = Stage::new();
    let node = Node::start(&stage, |message| {
        // The answer of a node that has read it.
        let mut answer = echo(&message);
        let length = message.payload.unwrap().value.len();
        let text = length.to_string();
        let mut value = vec![0x0a, u8::try_from(text.len()).unwrap()];
        value.extend(text.as_bytes());
        answer.payload.as_mut().unwrap().value = value;
        vec![answer]
    });
    let entrypoint = Entrypoint::serving(&stage, &[]);
    stage.limit_stream(1000);
    let output = entrypoint.call("Greet", &format!(r#"{{"text":"{}"}}"#, "x".repeat(9000)));

    assert_eq!(output.stdout, "{\"text\":\"9003\"}\n", "{output}");
    assert!(node.next().starts_with(&[0x1f, 0x8b]));
}

#[test]
fn a_compressed_answer_is_read() {
    let stage = Stage::new();
    let _node = Node::packing(&stage);
    let entrypoint = Entrypoint::serving(&stage, &[]);

    assert_eq!(entrypoint.greet("hello"), HELLO);
}

#[test]
fn the_consumer_of_a_call_is_nameless_and_goes_seconds_later() {
    let stage = Stage::new();
    let _node = Node::echoing(&stage);
    let entrypoint = Entrypoint::serving(&stage, &[]);
    entrypoint.greet("hello");

    let consumers = stage.consumers();
    assert_eq!(consumers.len(), 1);
    assert_eq!(consumers[0].config.durable_name, None);
    assert_eq!(consumers[0].config.filter_subject, format!("{STREAM}.last"));
    harness::patience::eventually("it is gone", || match stage.consumers().len() {
        0 => Ok(()),
        some => Err(format!("{some} are there")),
    });
}
