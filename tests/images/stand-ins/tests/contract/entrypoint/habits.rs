//! How the entrypoint starts, stays and ends (research/kre.md §7.6).

use std::{net::TcpStream, time::Duration};

use rustix::process::{Pid, Signal, kill_process};

use crate::stage::{Stage, start, until_said};

use super::{Entrypoint, node::Node};

#[test]
fn the_port_is_open_without_nats_and_calls_succeed_once_it_is_there() {
    let mut stage = Stage::without_nats();
    let mut entrypoint = Entrypoint::serving(&stage, &[]);
    until_said(&mut entrypoint.running, "nats: encountered error");
    TcpStream::connect(entrypoint.address).unwrap();

    stage.start_nats();
    stage.make_stream();
    let _node = Node::echoing(&stage);

    assert_eq!(entrypoint.greet("hello"), "{\"text\":\"hello\"}\n");
}

#[test]
fn nats_may_go_and_come_back() {
    let mut stage = Stage::new();
    let mut entrypoint = Entrypoint::serving(&stage, &[]);
    stage.end_nats();
    until_said(&mut entrypoint.running, "nats: encountered error");

    stage.start_nats();
    let _node = Node::echoing(&stage);

    assert_eq!(entrypoint.greet("hello"), "{\"text\":\"hello\"}\n");
}

#[test]
fn without_its_subjects_it_looks_well_and_serves_nobody() {
    let stage = Stage::without_nats();
    let mut entrypoint = Entrypoint::start(&stage, &[("KRT_NATS_SUBJECTS_FILE", "/nowhere")]);

    until_said(
        &mut entrypoint.running,
        "Task exception was never retrieved",
    );
    TcpStream::connect(entrypoint.address).unwrap_err();
    assert!(!entrypoint.running.has_ended().unwrap());
}

#[test]
fn a_missing_variable_ends_it_with_code_0() {
    let stage = Stage::without_nats();
    let entrypoint = Entrypoint::start(&stage, &[("KRT_NATS_SERVER", "")]);

    let output = entrypoint.running.wait().unwrap();
    assert_eq!(output.code(), Some(0));
    let message = "error reading config: the 'KRT_NATS_SERVER' env var is missing\n";
    assert!(output.stdout.ends_with(message), "{output}");
}

#[test]
fn a_missing_description_ends_it_with_code_1() {
    let arguments = ["--proto", "/nowhere/public_input.proto"].map(str::to_owned);
    let output = start("kre-entrypoint", arguments, []).wait().unwrap();

    assert_eq!(output.code(), Some(1));
    assert!(
        output.stdout.contains("no such file or directory"),
        "{output}"
    );
}

#[test]
fn a_request_to_end_changes_nothing() {
    let stage = Stage::new();
    let _node = Node::echoing(&stage);
    let mut entrypoint = Entrypoint::serving(&stage, &[]);
    let id = i32::try_from(entrypoint.running.id()).unwrap();

    kill_process(Pid::from_raw(id).unwrap(), Signal::TERM).unwrap();

    assert_eq!(entrypoint.greet("hello"), "{\"text\":\"hello\"}\n");
    assert!(!entrypoint.running.has_ended().unwrap());
}

#[test]
fn a_slow_start_is_had_on_request() {
    let stage = Stage::without_nats();
    let mut entrypoint = Entrypoint::start(&stage, &[("STAND_IN_SLOW_START", "3600")]);

    std::thread::sleep(Duration::from_secs(1));

    TcpStream::connect(entrypoint.address).unwrap_err();
    assert!(!entrypoint.running.has_ended().unwrap());
}
