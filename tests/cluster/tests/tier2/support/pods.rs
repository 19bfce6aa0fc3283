//! Pods of tests: how they are written, and what is read of their status.

use serde_json::{Value, json};

/// The image of every pod here.
pub(crate) const IMAGE: &str = "busybox:stable";

/// Writes a pod with one container that runs a script.
pub(crate) fn pod(name: &str, script: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "labels": { "app": name } },
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "containers": [{
                "name": "app",
                "image": IMAGE,
                "command": ["sh", "-c", script],
            }],
        },
    })
}

/// Writes a pod that waits for commands.
pub(crate) fn idle(name: &str) -> Value {
    pod(name, "sleep 3600")
}

/// Writes a pod that answers requests at port 8080 with `served by NAME`.
pub(crate) fn server(name: &str) -> Value {
    let script =
        "mkdir /www; echo served by $(hostname) > /www/index.html; exec httpd -f -p 8080 -h /www";
    let mut server = pod(name, script);
    server["spec"]["containers"][0]["readinessProbe"] = json!({
        "httpGet": { "port": 8080, "path": "/" },
        "periodSeconds": 1,
    });
    server
}

/// Puts a pod on a node.
pub(crate) fn on(node: &str, mut pod: Value) -> Value {
    pod["spec"]["nodeSelector"] = json!({ "kubernetes.io/hostname": node });
    pod
}

/// Returns the status of a pod.
pub(crate) fn status(pod: &Value) -> &Value {
    &pod["status"]
}

/// Returns the status of the only container.
pub(crate) fn container(pod: &Value) -> &Value {
    &status(pod)["containerStatuses"][0]
}

/// Returns how often the container was started again.
pub(crate) fn restarts(pod: &Value) -> u64 {
    container(pod)["restartCount"].as_u64().unwrap_or_default()
}

/// Tells whether the pod is ready.
pub(crate) fn is_ready(pod: &Value) -> bool {
    let conditions = status(pod)["conditions"].as_array();
    conditions
        .into_iter()
        .flatten()
        .any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}
