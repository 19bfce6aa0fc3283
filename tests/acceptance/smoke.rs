//! The stage itself: what stands around a provider when it is tried on a cluster.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::cluster::{ClusterStage, on_cluster, on_cluster_with_each};

#[test]
fn every_host_finds_a_cluster_and_leaves_nothing_there() {
    on_cluster_with_each(&[], |stage| {
        stage.applied(r#"resource "terraform_data" "nothing" {}"#);
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn what_is_left_over_is_named() {
    on_cluster(&[], |stage| {
        let namespace = put_namespace(stage);
        let metadata = json!({ "name": "a", "namespace": namespace });
        let map = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata });
        stage.objects.create(&map);

        let expected = [
            format!("ConfigMap {namespace}/a is left over"),
            format!("Namespace {namespace} is left over"),
        ];
        assert_eq!(stage.differences(), expected);
        stage.objects.delete("Namespace", &namespace);
        stage.assert_as_before();
    });
}

/// Writes a workload of one container.
fn deployment(namespace: &str) -> Value {
    let labels = json!({ "app": "greeter" });
    let containers = json!([{ "name": "app", "image": "registry.example/app:1" }]);
    let template =
        json!({ "metadata": { "labels": labels }, "spec": { "containers": containers } });
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": "greeter", "namespace": namespace },
        "spec": { "selector": { "matchLabels": labels }, "template": template },
    })
}

fn put_namespace(stage: &ClusterStage) -> String {
    let namespace = stage.namespace();
    let metadata = json!({ "name": namespace });
    let object = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata });
    stage.objects.create(&object);
    namespace
}

#[test]
fn images_are_rewritten_where_a_test_wants_it() {
    on_cluster(&[], |stage| {
        let namespace = put_namespace(stage);
        stage.rewrite_images(&namespace, "mirror.example");

        let applied = stage.objects.apply("me", &deployment(&namespace));

        let image = &applied["spec"]["template"]["spec"]["containers"][0]["image"];
        assert_eq!(image, "mirror.example/registry.example/app:1");
        stage.leave_images(&namespace);
        stage.objects.delete("Namespace", &namespace);
        stage.assert_as_before();
    });
}

#[test]
fn mischief_is_done_in_the_name_of_whoever_is_to_be_blamed() {
    on_cluster(&[], |stage| {
        let namespace = put_namespace(stage);
        let (kind, place) = ("Deployment", stage.place("greeter"));
        stage.objects.apply("me", &deployment(&namespace));

        stage.objects.scale(kind, &place, 0);
        let patch = json!({ "spec": { "paused": true } });
        stage.objects.change("kubectl-edit", kind, &place, patch);

        let found = stage.objects.get(kind, &place).unwrap();
        assert_eq!(found["spec"]["replicas"], 0);
        assert_eq!(found["spec"]["paused"], true);
        let managers = found["metadata"]["managedFields"].as_array().unwrap();
        let names: BTreeSet<_> = managers
            .iter()
            .filter_map(|it| it["manager"].as_str())
            .collect();
        assert!(
            names.is_superset(&["kubectl", "kubectl-edit", "me"].into()),
            "{names:?}"
        );
        if let Some(seen) = stage.kubectl(&["get", "deployment", "greeter", "-n", &namespace]) {
            assert!(seen.stdout.contains("0/0"), "{seen}");
        }
        stage.objects.delete("Namespace", &namespace);
        stage.assert_as_before();
    });
}
