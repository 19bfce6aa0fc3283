//! A runtime from the first apply to the destruction, in containers.

use serde_json::{Value, json};

use super::{PODS, beside_others, ready, runtime, status};
use crate::{cluster::ClusterStage, runtime::content};

#[test]
fn a_runtime_runs_as_it_is_rendered_rolls_and_leaves_nothing() {
    beside_others(|stage| {
        stage.applied(&runtime(stage, &[]));
        assert_eq!(status(stage), "READY");
        stage.plan().assert_empty();
        assert_eq!(content::save(stage), r#"{"success":true}"#);
        nothing_is_relaxed(stage);
        insta::assert_snapshot!("policy", policy(stage));

        let before = PODS.map(|pod| ready(stage, pod));
        let nats = r#"{
    storage   = { size = "64Mi" }
    resources = { limits = { memory = "512Mi" } }
  }"#;
        stage.applied(&runtime(stage, &[("nats", nats)]));
        assert_eq!(status(stage), "READY");
        stage.plan().assert_empty();
        let after = PODS.map(|pod| ready(stage, pod));
        assert!(before[0] != after[0] && before[1] == after[1]);

        let destroyed = stage.destroy();
        assert!(destroyed.warnings().is_empty(), "{destroyed}");
        stage.assert_as_before();
    });
}

/// Looks at what pods may, and at what one of them can.
#[track_caller]
fn nothing_is_relaxed(stage: &ClusterStage) {
    let pods = stage.objects.list("Pod", &stage.namespace());
    let mut allowed: Vec<_> = pods.iter().map(allowed).collect();
    allowed.sort();
    let expected = [("mongo-writer", 10001), ("mongodb", 999), ("nats", 1000)];
    assert_eq!(
        allowed,
        expected.map(|(name, user)| format!("{name} as {user}"))
    );

    let script = "id -u; id -g; touch /file 2>&1; grep -E 'CapEff|NoNewPrivs' /proc/self/status";
    let place = stage.place(&format!("{}-mongo-0", stage.id()));
    let executed = stage.objects.execute(&place, &["sh", "-c", script], "");
    let said: Vec<_> = executed.stdout.split_whitespace().collect();
    let expected = "999 999 touch: /file: Read-only file system \
                    CapEff: 0000000000000000 NoNewPrivs: 1";
    assert_eq!(said.join(" "), expected, "{executed}");
}

/// Says who the container of a pod is, if it may do nothing that it need not do.
fn allowed(pod: &Value) -> String {
    let spec = &pod["spec"];
    let (user, container) = (&spec["securityContext"], &spec["containers"][0]);
    let expected = json!({
        "allowPrivilegeEscalation": false,
        "capabilities": { "drop": ["ALL"] },
        "readOnlyRootFilesystem": true,
    });
    assert_eq!(container["securityContext"], expected);
    assert_eq!(user["runAsNonRoot"], true);
    assert_eq!(spec["automountServiceAccountToken"], false);
    // What they need was there before them.
    assert_eq!(pod["status"]["containerStatuses"][0]["restartCount"], 0);
    let name = container["name"].as_str().unwrap();
    format!("{name} as {}", user["runAsUser"])
}

/// Returns the policy as the cluster has it.
fn policy(stage: &ClusterStage) -> String {
    let place = stage.place(&format!("{}-isolated", stage.id()));
    let policy = stage.objects.get("NetworkPolicy", &place).unwrap();
    let policy = serde_json::to_string_pretty(&policy["spec"]).unwrap();
    policy.replace(stage.id(), "demo")
}
