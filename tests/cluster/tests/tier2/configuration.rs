//! What a pod is told: settings, secrets, and who and where it is.

use serde_json::{Value, json};

use crate::support::Stage;
use crate::support::pods::idle;

/// Writes a pod that is told everything, in variables and in files.
fn informed() -> Value {
    let field = |path: &str| json!({ "fieldRef": { "fieldPath": path } });
    let mut pod = idle("informed");
    pod["metadata"]["annotations"] = json!({ "mood": "fine" });
    pod["spec"]["volumes"] = json!([
        { "name": "map", "configMap": { "name": "settings" } },
        { "name": "secret", "secret": { "secretName": "keys", "defaultMode": 0o400 } },
        { "name": "self", "downwardAPI": { "items": [
            { "path": "mood", "fieldRef": { "fieldPath": "metadata.annotations['mood']" } },
        ] } },
    ]);
    let container = &mut pod["spec"]["containers"][0];
    container["resources"] = json!({ "limits": { "memory": "64Mi" } });
    container["env"] = json!([
        { "name": "COLOUR", "valueFrom": { "configMapKeyRef": { "name": "settings", "key": "colour" } } },
        { "name": "KEY", "valueFrom": { "secretKeyRef": { "name": "keys", "key": "front" } } },
        { "name": "NAME", "valueFrom": field("metadata.name") },
        { "name": "NODE", "valueFrom": field("spec.nodeName") },
        { "name": "ADDRESS", "valueFrom": field("status.podIP") },
        { "name": "LIMIT", "valueFrom": { "resourceFieldRef": { "resource": "limits.memory" } } },
        { "name": "GREETING", "value": "I am $(NAME)" },
    ]);
    container["volumeMounts"] = json!([
        { "name": "map", "mountPath": "/map" },
        { "name": "secret", "mountPath": "/secret" },
        { "name": "self", "mountPath": "/self" },
        { "name": "map", "mountPath": "/one/colour", "subPath": "colour" },
    ]);
    pod
}

#[tokio::test]
async fn a_pod_knows_what_it_was_told_and_what_it_is() {
    let Some(stage) = Stage::new("told").await else {
        return;
    };
    stage.create(json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": { "name": "settings" }, "data": { "colour": "green" },
    }));
    stage.create(json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": { "name": "keys" }, "stringData": { "front": "brass" },
    }));
    stage.create(informed());
    stage.ready(&["informed"]);
    let node = stage.until("it has a node", "informed", |pod| {
        Some(pod["spec"]["nodeName"].as_str()?.to_owned())
    });

    let variables = "echo $COLOUR $KEY $NAME $NODE $ADDRESS $LIMIT $GREETING";
    let expected = format!(
        "green brass informed {node} {} 67108864 I am informed\n",
        stage.address("informed")
    );
    assert_eq!(stage.run("informed", variables).stdout, expected);
    let files =
        "cat /map/colour /secret/front /self/mood /one/colour; stat -Lc ' %a' /secret/front";
    assert_eq!(
        stage.run("informed", files).stdout,
        "greenbrassfinegreen 400\n"
    );
}
