//! How long a verdict takes: 100, 1,000 and 10,000 nodes of each dialect.
//!
//! A thousand nodes are read and checked in 20 ms, and ten times as many take about ten times as
//! long.

use std::{fmt::Write, time::Instant};

use kre_core::krt::{Dialect, Options, judge};

/// How many nodes a workflow has.
const NODES: usize = 20;

const RUNS: u32 = 10;

#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench measures time and prints it"
)]
fn main() {
    for dialect in Dialect::ALL {
        for nodes in [100, 1_000, 10_000] {
            let manifest = manifest(*dialect, nodes);
            let begin = Instant::now();
            for _ in 0..RUNS {
                let verdict = judge(manifest.as_bytes(), &Options::default());
                assert!(verdict.is_accepted(), "{:?}", verdict.problems.first());
            }
            let took = begin.elapsed() / RUNS;
            println!(
                "{dialect}: {nodes} nodes, {} bytes: {took:?}",
                manifest.len()
            );
        }
    }
}

fn manifest(dialect: Dialect, nodes: usize) -> String {
    let mut text = match dialect {
        Dialect::Kai => "version: v1.0.0\ndescription: d\nworkflows:\n".to_owned(),
        _ => "version: v1\ndescription: d\nentrypoint: {proto: a.proto, image: e}\n".to_owned(),
    };
    let workflows = nodes / NODES;
    match dialect {
        Dialect::KreV1 => pool(&mut text, nodes, workflows),
        Dialect::KreV2 => {
            text.push_str("krtVersion: v2\nworkflows:\n");
            for workflow in 0..workflows {
                let last = NODES - 1;
                let _ = write!(
                    text,
                    "- name: w{workflow}\n  entrypoint: M{workflow}\n  exitpoint: n{last}\n  nodes:\n"
                );
                for node in 0..NODES {
                    let before = before(node, "entrypoint");
                    let _ = writeln!(
                        text,
                        "  - name: n{node}\n    image: kre-py:3.4.1\n    src: src/n.py\n    subscriptions: [{before}]"
                    );
                }
            }
        }
        Dialect::Kai => processes(&mut text, workflows),
    }
    text
}

fn pool(text: &mut String, nodes: usize, workflows: usize) {
    text.push_str("nodes:\n");
    for node in 0..nodes {
        let _ = writeln!(
            text,
            "- name: n{node}\n  image: kre-py:2.1.0\n  src: src/n.py"
        );
    }
    text.push_str("workflows:\n");
    for workflow in 0..workflows {
        let _ = write!(
            text,
            "- name: w{workflow}\n  entrypoint: M{workflow}\n  sequential:\n"
        );
        for node in 0..NODES {
            let _ = writeln!(text, "  - n{}", workflow * NODES + node);
        }
    }
}

fn processes(text: &mut String, workflows: usize) {
    for workflow in 0..workflows {
        let _ = write!(text, "- name: w{workflow}\n  type: data\n  processes:\n");
        for node in 0..NODES {
            let kind = match node {
                0 => "trigger",
                _ if node == NODES - 1 => "exit",
                _ => "task",
            };
            let before = before(node, &format!("n{}", NODES - 1));
            let _ = writeln!(
                text,
                "  - name: n{node}\n    type: {kind}\n    image: i\n    subscriptions: [{before}]\n    \
                 resourceLimits:\n      CPU: {{request: 100m}}\n      memory: {{request: 1Gi}}"
            );
        }
    }
}

fn before(node: usize, first: &str) -> String {
    match node.checked_sub(1) {
        Some(before) => format!("n{before}"),
        None => first.to_owned(),
    }
}
