//! What tests of messages share: a runtime to write down, and what was told about it.

use std::time::{Duration, Instant};

use harness::host::{Diagnostic, Outcome};

use crate::cluster::ClusterStage;

/// A data service with nothing but what has to be said.
pub(super) const DATA: &str = r#"{ storage = { size = "64Mi" } }"#;

/// What a runtime has where a test says nothing else. It waits in vain for some seconds only, in
/// which all that is wrong shows.
const DEFAULTS: [(&str, &str); 5] = [
    ("name", r#""Reports""#),
    ("nats", DATA),
    ("mongodb", DATA),
    ("fail_fast", r#""4s""#),
    ("on_destroy", r#""delete""#),
];

/// The prefix of annotations that tell the nodes of the cluster what befalls a pod.
pub(super) const FATE: &str = "devcluster.kre.konstellation.io";

/// Writes a runtime of the stage with these arguments, each with its value.
pub(super) fn runtime(stage: &ClusterStage, arguments: &[(&str, &str)]) -> String {
    let is_said = |name: &str| arguments.iter().any(|(said, _)| *said == name);
    let defaults = DEFAULTS.iter().filter(|(name, _)| !is_said(name));
    let lines = defaults.chain(arguments);
    let lines: Vec<_> = lines
        .map(|(name, value)| format!("  {name} = {value}"))
        .collect();
    let (id, lines) = (stage.id(), lines.join("\n"));
    format!("resource \"kre_runtime\" \"it\" {{\n  id = \"{id}\"\n{lines}\n}}\n")
}

/// Writes annotations that have all pods meet a fate.
pub(super) fn fate(fate: &str, log: &str) -> String {
    format!("{{ \"{FATE}/fate\" = \"{fate}\", \"{FATE}/log\" = \"{log}\" }}")
}

/// Applies a configuration in vain: it fails long before a timeout, and at the right resource.
#[track_caller]
pub(super) fn refused(stage: &ClusterStage, configuration: &str) -> Outcome {
    stage.configure(configuration);
    let since = Instant::now();
    let failed = stage.apply_error();
    let took = since.elapsed();
    assert!(took < Duration::from_mins(1), "it took {took:?}\n{failed}");
    for error in failed.errors() {
        assert_eq!(error.address, "kre_runtime.it", "{failed}");
    }
    failed
}

/// Destroys in vain; returns the only error.
#[track_caller]
pub(super) fn stays(stage: &ClusterStage) -> Outcome {
    let failed = stage.try_apply(&["-destroy"]);
    failed.assert_failure();
    failed
}

/// Returns the errors as a user reads them, with what is another each time replaced.
pub(super) fn told(stage: &ClusterStage, outcome: &Outcome) -> String {
    let errors = outcome.errors();
    let texts: Vec<_> = errors.into_iter().map(Diagnostic::to_string).collect();
    steady(&texts.join("\n\n---\n\n").replace(stage.id(), "demo"))
}

/// Replaces numbers that are others each time.
pub(super) fn steady(text: &str) -> String {
    let once = |text: String, count: u32| {
        let times = format!("started again {count} times");
        let waited = format!("after {count} seconds of waiting");
        let left = format!("still there after {count} second");
        let text = text.replace(&times, "started again once");
        let text = text.replace(&waited, "after some seconds of waiting");
        text.replace(&format!("{left}s"), &left)
            .replace(&left, "still there after some seconds")
    };
    (1..10).fold(text.to_owned(), once)
}
