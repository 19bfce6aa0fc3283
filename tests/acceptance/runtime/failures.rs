//! Why an apply or a destroy failed, as whoever has to mend it reads it.

use std::time::{Duration, Instant};

use harness::host::{Diagnostic, Outcome};

use crate::cluster::{ClusterStage, on_cluster};

/// A runtime that waits in vain for two seconds only, with more arguments.
fn runtime(stage: &ClusterStage, arguments: &str) -> String {
    let defaults = [
        ("name", "\"Reports\""),
        ("nats", "{ storage = { size = \"64Mi\" } }"),
        ("mongodb", "{ storage = { size = \"64Mi\" } }"),
        ("fail_fast", "\"2s\""),
        ("on_destroy", "\"delete\""),
    ];
    let names: Vec<&str> = arguments
        .lines()
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.trim()))
        .collect();
    let mut lines: Vec<String> = defaults
        .iter()
        .filter(|(name, _)| !names.contains(name))
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    lines.push(arguments.to_owned());
    let id = stage.id();
    let lines = lines.join("\n");
    format!("resource \"kre_runtime\" \"it\" {{\nid = \"{id}\"\n{lines}\n}}\n")
}

/// Everything that was told, with the id of the runtime replaced.
fn told(stage: &ClusterStage, outcome: &Outcome) -> String {
    let texts: Vec<_> = outcome.diagnostics.iter().map(Diagnostic::to_string).collect();
    texts.join("\n\n---\n\n").replace(stage.id(), "demo")
}

#[track_caller]
fn fails_soon(stage: &ClusterStage, configuration: &str) -> Outcome {
    let since = Instant::now();
    stage.configure(configuration);
    let failed = stage.apply_error();
    let took = since.elapsed();
    assert!(took < Duration::from_mins(1), "it took {took:?}");
    eprintln!("=== {took:?}\n{}\n", told(stage, &failed));
    failed
}

#[test]
fn a_new() {
    on_cluster(&[], |stage| {
        fails_soon(
            stage,
            &runtime(
                stage,
                "nats = { storage = { size = \"64Mi\" }, image = \"registry.invalid/nats:1\" }\nmongodb = { storage = { size = \"64Mi\", class = \"no-such\" } }",
            ),
        );
        stage.applied(&runtime(stage, ""));
        assert!(stage.plan().is_empty());
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn b_unschedulable() {
    on_cluster(&[], |stage| {
        fails_soon(
            stage,
            &runtime(
                stage,
                "nats = { storage = { size = \"64Mi\" }, node_selector = { disk = \"fast\" } }\nmongodb = { storage = { size = \"64Mi\" }, resources = { requests = { memory = \"9000Gi\" } } }",
            ),
        );
        stage.applied(&runtime(stage, ""));
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn c_fates() {
    on_cluster(&[], |stage| {
        stage.applied(&runtime(stage, ""));
        for fate in ["crash-loop", "exits-zero", "oom-killed", "pull-error"] {
            let prefix = "devcluster.kre.konstellation.io";
            fails_soon(
                stage,
                &runtime(
                    stage,
                    &format!("annotations = {{ \"{prefix}/fate\" = \"{fate}\", \"{prefix}/log\" = \"first\\nsecond\" }}"),
                ),
            );
        }
        stage.applied(&runtime(stage, ""));
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn d_never_ready() {
    on_cluster(&[], |stage| {
            let prefix = "devcluster.kre.konstellation.io";
        fails_soon(
            stage,
            &runtime(
                stage,
                &format!("annotations = {{ \"{prefix}/fate\" = \"never-ready\" }}\ntimeouts = {{ create = \"5s\" }}"),
            ),
        );
        stage.destroy();
        stage.assert_as_before();
    });
}
