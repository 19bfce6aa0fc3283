//! Verdicts on manifests.

mod kai;
mod kre_v1;
mod kre_v2;
mod properties;
mod reading;
mod recognition;

use super::{Dialect, Options, Verdict, judge};

/// A manifest of KRE's first dialect in which nothing is wrong.
pub(super) const V1: &str = "\
version: greeter-v1
description: Says hello
entrypoint:
  proto: public_input.proto
  image: konstellation/kre-entrypoint:1.8.0
config:
  variables: [GREETING]
  files: [MODEL]
nodes:
  - name: one
    image: konstellation/kre-py:2.1.0
    src: src/one.py
  - name: two
    image: konstellation/kre-py:2.1.0
    src: src/two.py
workflows:
  - name: greet
    entrypoint: Greet
    sequential: [one, two]
";

/// A manifest of KRE's second dialect in which nothing is wrong.
pub(super) const V2: &str = "\
krtVersion: v2
version: greeter-v1
description: Says hello
entrypoint:
  proto: public_input.proto
  image: konstellation/kre-entrypoint:3.3.6
config:
  variables: [GREETING]
  files: [MODEL]
workflows:
  - name: greet
    entrypoint: Greet
    exitpoint: joiner
    nodes:
      - name: splitter
        image: konstellation/kre-py:3.4.1
        src: src/splitter.py
        subscriptions: [entrypoint]
      - name: joiner
        image: konstellation/kre-go:4.5.1
        src: bin/joiner
        replicas: 2
        objectStore: {name: models, scope: workflow}
        subscriptions: [splitter, splitter.fast]
";

/// A manifest of KAI in which nothing is wrong.
pub(super) const KAI: &str = "\
version: v1.0.0
description: Counts things
workflows:
  - name: counting
    type: serving
    processes:
      - name: door
        type: trigger
        image: kai/rest-trigger:0.3.1
        subscriptions: [last]
        networking: {targetPort: 8080, destinationPort: 80}
        resourceLimits: &limits
          CPU: {request: 100m, limit: 200m}
          memory: {request: 100M}
      - name: middle
        type: task
        image: x/middle
        subscriptions: [door]
        objectStore: {name: shelf, scope: workflow}
        nodeSelectors: {zone: a}
        resourceLimits: *limits
      - name: last
        type: exit
        image: x/last
        subscriptions: [middle]
        resourceLimits: *limits
";

pub(super) fn strictly(dialect: Dialect, text: &str) -> Verdict {
    let options = Options {
        dialect: Some(dialect),
        strict: true,
        ..Options::default()
    };
    judge(text.as_bytes(), &options)
}

pub(super) fn by_default(text: &str) -> Verdict {
    judge(text.as_bytes(), &Options::default())
}

/// The rules that are broken, with the line: `rule:line`.
pub(super) fn found(verdict: &Verdict) -> Vec<String> {
    let problems = verdict.problems.iter();
    problems
        .map(|problem| format!("{}:{}", problem.rule, problem.line))
        .collect()
}

/// Replaces one part of a manifest, which must be there.
#[track_caller]
pub(super) fn with(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not in the manifest");
    text.replacen(from, to, 1)
}

#[test]
fn nothing_is_wrong_with_the_examples() {
    for (dialect, text) in [(Dialect::KreV2, V2), (Dialect::Kai, KAI)] {
        assert_eq!(found(&by_default(text)), Vec::<String>::new());
        assert_eq!(by_default(text).dialect, dialect);
    }
    assert_eq!(found(&by_default(V1)), ["dialect-outdated:1"]);
    assert_eq!(found(&strictly(Dialect::KreV1, V1)), Vec::<String>::new());
}
