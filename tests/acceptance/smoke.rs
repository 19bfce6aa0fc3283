//! The stage itself: what stands around a provider when it is tried on a cluster.

use std::collections::BTreeSet;

use harness::matrix::Place;
use serde_json::{Value, json};

use crate::cluster::{ClusterStage, on_cluster, on_cluster_with_each};

#[test]
fn every_host_finds_a_cluster_and_leaves_nothing_there() {
    on_cluster_with_each(&[], |stage| {
        stage.applied(r#"resource "terraform_data" "nothing" {}"#);
        stage.connect_directly_with("");
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn the_provider_is_found_where_it_runs_below_its_host() {
    on_cluster_with_each(&[], |stage| {
        stage.configure(
            r#"
            resource "terraform_data" "long" {
                provisioner "local-exec" { command = "sleep 2" }
            }
            data "kre_krt" "one" {
                path       = "nowhere"
                depends_on = [terraform_data.long]
            }
            "#,
        );
        assert_eq!(stage.prey().ids(), [0_u32; 0]);

        let mut running = stage.start(&["apply", "-auto-approve"]);
        let is_found = running.until(|_| !stage.prey().ids().is_empty());

        assert!(is_found.unwrap());
        stage.wait(running);
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
    let metadata = json!({ "name": namespace, "labels": { "id": stage.id() } });
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

/// Returns who owns something of an object, by what is said of it.
fn managers(object: &Value, path: &str) -> BTreeSet<String> {
    let all = object["metadata"]["managedFields"].as_array().unwrap();
    let own = all
        .iter()
        .filter(|it| it["fieldsV1"].pointer(path).is_some());
    own.filter_map(|it| it["manager"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn mischief_is_done_in_the_name_of_whoever_is_to_be_blamed() {
    on_cluster(&[], |stage| {
        let namespace = put_namespace(stage);
        let (kind, place) = ("Deployment", stage.place("greeter"));
        let mut wanted = deployment(&namespace);
        wanted["spec"]["replicas"] = json!(1);
        stage.objects.apply("me", &wanted);
        let owners = || {
            let found = stage.objects.get(kind, &place).unwrap();
            let of = |path| managers(&found, path).into_iter().collect::<Vec<_>>();
            [of("/f:spec/f:replicas"), of("/f:spec/f:paused")]
        };

        let patch = json!({ "spec": { "paused": true } });
        stage.objects.change("kubectl-edit", kind, &place, patch);
        assert_eq!(owners(), [["me"], ["kubectl-edit"]]);
        stage.objects.scale(kind, &place, 2);
        assert_eq!(owners(), [["kubectl"], ["kubectl-edit"]]);
        // A scale of zero is left out where owners are worked out.
        stage.objects.scale(kind, &place, 0);
        assert_eq!(owners(), [vec![], vec!["kubectl-edit".to_owned()]]);

        if let Some(seen) = stage.kubectl(&["get", "deployment", "greeter", "-n", &namespace]) {
            assert!(seen.stdout.contains("0/0"), "{seen}");
        }
        stage.objects.delete("Namespace", &namespace);
        stage.assert_as_before();
    });
}
