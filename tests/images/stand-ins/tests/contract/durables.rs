//! The consumers of a node without its runner.

use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy};
use harness::process::Running;

use crate::stage::{STREAM, Stage, start, until_said};

fn node(stage: &Stage) -> Running {
    let variables = [
        ("KRT_NODE_NAME", "first".to_owned()),
        ("KRT_NATS_SERVER", stage.nats()),
        ("KRT_NATS_STREAM", STREAM.to_owned()),
        (
            "KRT_NATS_INPUTS",
            format!("{STREAM}.entrypoint,{STREAM}.last"),
        ),
    ];
    start("durables", [], variables)
}

#[test]
fn every_input_has_a_consumer_named_after_it_and_the_node() {
    let stage = Stage::new();
    let mut node = node(&stage);

    until_said(&mut node, "Subscribed to");

    let mut names: Vec<_> = stage.consumers().into_iter().map(|it| it.name).collect();
    names.sort();
    assert_eq!(
        names,
        ["rt_v1_Greet-entrypoint-first", "rt_v1_Greet-last-first"]
    );
}

#[test]
fn a_consumer_is_what_a_runner_makes() {
    let stage = Stage::new();
    let mut node = node(&stage);

    until_said(&mut node, "Subscribed to");

    for consumer in stage.consumers() {
        let config = consumer.config;
        assert_eq!(config.durable_name, Some(consumer.name));
        assert_eq!(config.deliver_group, config.durable_name);
        assert_eq!(config.deliver_policy, DeliverPolicy::New);
        assert_eq!(config.ack_policy, AckPolicy::Explicit);
        assert_eq!(config.ack_wait, Duration::from_hours(22));
        assert!(consumer.push_bound);
    }
}

#[test]
fn replicas_share_their_consumers() {
    let stage = Stage::new();
    let mut replicas = [node(&stage), node(&stage)];

    for replica in &mut replicas {
        until_said(replica, "Subscribed to");
    }

    assert_eq!(stage.consumers().len(), 2);
}

#[test]
fn nats_and_the_stream_may_come_later() {
    let mut stage = Stage::without_nats();
    let mut node = node(&stage);
    until_said(&mut node, "nats: encountered error");

    stage.start_nats();
    until_said(&mut node, "stream not found");
    stage.make_stream();

    until_said(&mut node, "Subscribed to");
}

#[test]
fn a_stream_that_is_made_again_stays_without_consumers() {
    let stage = Stage::new();
    let mut node = node(&stage);
    until_said(&mut node, "Subscribed to");

    stage.delete_stream();
    stage.make_stream();
    std::thread::sleep(Duration::from_secs(3));

    assert!(stage.consumers().is_empty());
    assert!(!node.has_ended().unwrap());
}

#[test]
fn a_pod_without_inputs_is_told_so_and_ends() {
    let output = start("durables", [], []).wait().unwrap();

    assert_eq!(output.code(), Some(0));
    assert!(
        output
            .stdout
            .contains("the 'KRT_NATS_INPUTS' env var is missing")
    );
}
