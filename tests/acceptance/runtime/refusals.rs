//! What the cluster refuses: to make room, to admit, to let go.

use serde_json::{Value, json};

use super::reports::{refused, runtime, stays, told};
use crate::cluster::{ClusterStage, on_cluster};

/// Makes a namespace that is there before the runtime, and stays.
fn put_namespace(stage: &ClusterStage) -> String {
    let namespace = stage.namespace();
    let metadata = json!({ "name": namespace });
    let object = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata });
    stage.objects.create(&object);
    namespace
}

fn quota(namespace: &str, hard: &Value) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": { "name": "small", "namespace": namespace },
        "spec": { "hard": hard },
    })
}

const SHARED: (&str, &str) = ("create_namespace", "false");

#[test]
fn a_quota_that_is_exceeded_is_told_with_what_was_asked_for() {
    on_cluster(&[], |stage| {
        let namespace = put_namespace(stage);
        let configuration = runtime(stage, &[SHARED]);

        let set = |hard: &Value| {
            stage.objects.apply("test", &quota(&namespace, hard));
            let place = ("ResourceQuota", &*format!("{namespace}/small"));
            stage.objects.until("the quota holds", place, |quota| {
                (quota["status"]["hard"] == *hard).then_some(())
            });
        };
        set(&json!({ "requests.storage": "10Mi" }));
        insta::assert_snapshot!(
            "quota_of_storage",
            told(stage, &refused(stage, &configuration))
        );
        set(&json!({ "requests.memory": "100Mi" }));
        insta::assert_snapshot!(
            "quota_of_memory",
            told(stage, &refused(stage, &configuration))
        );
        set(&json!({ "requests.memory": "2Gi" }));
        stage.applied(&configuration);
        stage.destroy();
        stage.objects.delete("Namespace", &namespace);
        stage.assert_as_before();
    });
}

/// Writes a policy that admits none of these in a namespace, and its binding.
fn policy(namespace: &str, (group, plural): (&str, &str)) -> [Value; 2] {
    let rules = json!([{
        "apiGroups": [group],
        "apiVersions": ["v1"],
        "operations": ["CREATE", "UPDATE"],
        "resources": [plural],
    }]);
    let object = |kind: &str, spec: &Value| {
        json!({
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": kind,
            "metadata": { "name": namespace },
            "spec": spec,
        })
    };
    let message = "every object needs the annotation example.com/owner";
    let expression =
        "has(object.metadata.annotations) && 'example.com/owner' in object.metadata.annotations";
    let policy = json!({
        "failurePolicy": "Fail",
        "matchConstraints": { "resourceRules": rules },
        "validations": [{ "expression": expression, "message": message }],
    });
    let selector = json!({ "matchLabels": { "kubernetes.io/metadata.name": namespace } });
    let binding = json!({
        "policyName": namespace,
        "validationActions": ["Deny"],
        "matchResources": { "namespaceSelector": selector },
    });
    [
        object("ValidatingAdmissionPolicy", &policy),
        object("ValidatingAdmissionPolicyBinding", &binding),
    ]
}

/// Waits until a policy holds for an object that breaks it.
fn until_denied(stage: &ClusterStage, object: &Value) {
    harness::patience::eventually("the policy holds", || {
        let tried = stage.objects.is_admitted(object);
        if tried { Err("it is admitted") } else { Ok(()) }
    });
}

#[test]
fn what_a_policy_does_not_admit_is_told_in_its_words() {
    on_cluster(&[], |stage| {
        let namespace = put_namespace(stage);
        let configuration = runtime(stage, &[SHARED]);
        let metadata = json!({ "name": "trial", "namespace": namespace });
        let labels = json!({ "app": "trial" });
        let pod = json!({ "containers": [{ "name": "a", "image": "a" }] });
        let set = json!({
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": metadata,
            "spec": {
                "selector": { "matchLabels": labels },
                "serviceName": "trial",
                "template": { "metadata": { "labels": labels }, "spec": pod },
            },
        });
        let pod = json!({ "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod });

        for (of, trial, name) in [
            (("apps", "statefulsets"), &set, "denied_workload"),
            (("", "pods"), &pod, "denied_pod"),
        ] {
            for object in policy(&namespace, of) {
                stage.objects.apply("test", &object);
            }
            until_denied(stage, trial);
            insta::assert_snapshot!(name, told(stage, &refused(stage, &configuration)));
        }
        let owner = r#"{ "example.com/owner" = "me" }"#;
        stage.applied(&runtime(stage, &[SHARED, ("annotations", owner)]));
        stage.destroy();
        for object in policy(&namespace, ("", "pods")) {
            stage
                .objects
                .delete(object["kind"].as_str().unwrap(), &namespace);
        }
        stage.objects.delete("Namespace", &namespace);
        stage.assert_as_before();
    });
}

#[test]
fn what_holds_a_namespace_back_is_named() {
    on_cluster(&[], |stage| {
        stage.applied(&runtime(stage, &[("timeouts", r#"{ delete = "8s" }"#)]));
        let hold = |kind: &str, name: &str, finalizers: &Value| {
            let patch = json!({ "metadata": { "finalizers": finalizers } });
            stage
                .objects
                .change("test", kind, &stage.place(name), patch);
        };
        let keeper = json!(["example.com/keeper"]);
        let configuration = format!("{}-nats-config", stage.id());
        hold("ConfigMap", &configuration, &keeper);
        insta::assert_snapshot!("stuck_object", told(stage, &stays(stage)));
        // Nobody else lives there: whoever has a lease only says that he is alive.
        let lease = json!({
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": { "name": "alive", "namespace": stage.namespace() },
        });
        stage.objects.create(&lease);
        hold("Lease", "alive", &keeper);
        hold("ConfigMap", &configuration, &Value::Null);
        insta::assert_snapshot!("stuck_namespace", told(stage, &stays(stage)));
        hold("Lease", "alive", &Value::Null);
        stage.destroy();
        stage.assert_as_before();
    });
}
