//! What is the same in another spelling is no change.

use serde_json::{Value, json};

use super::{ADDRESS, Configuration, edit, mended, update};
use crate::cluster::{ClusterStage, on_cluster};

/// The same amounts in two spellings, neither of them as Kubernetes has it.
fn amounts(memory: &str, processor: &str, volume: &str, span: &str) -> Value {
    let amounts = json!({ "cpu": processor, "memory": memory, "ephemeral_storage": volume });
    let resources = json!({ "requests": amounts, "limits": amounts });
    json!({
        "nats": {
            "storage": { "size": volume },
            "resources": resources,
            "limits": { "max_payload": "1024Ki", "ping_interval": span },
        },
        "mongodb": { "storage": { "size": volume }, "resources": resources },
        "mongo_writer": { "resources": resources },
        "timeouts": { "create": span },
    })
}

#[test]
fn equal_amounts_in_another_spelling_change_nothing() {
    on_cluster(&[], |stage| {
        let first = Configuration::of(stage);
        let one = first.with(&amounts("1024Mi", "1000m", "2048Mi", "90s"));
        stage.applied(&one.text());
        stage.plan().assert_empty();

        let other = first.with(&amounts("1Gi", "1", "2Gi", "1m30s"));
        stage.configure(&other.text());
        stage.plan().assert_empty();
        let size = "0.001953125Ti";
        stage.configure(
            &other
                .with(&json!({ "nats": { "storage": { "size": size } } }))
                .text(),
        );
        stage.plan().assert_empty();

        // With something else, it is still no change of its own.
        stage.configure(&other.with(&json!({ "name": "Another" })).text());
        let plan = stage.plan();
        assert_eq!(update(&plan).changed(), ["name", "status"]);
        stage.apply_plan(&plan);
        stage.plan().assert_empty();

        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn images_that_a_policy_rewrites_are_no_change() {
    on_cluster(&[], |stage| {
        let namespace = stage.namespace();
        let object =
            json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": namespace } });
        stage.objects.create(&object);
        stage.rewrite_images(&namespace, "mirror.example");
        let first = Configuration::of(stage).with(&json!({ "create_namespace": false }));
        stage.applied(&first.text());
        let nats = format!("{}-nats", stage.id());
        assert_eq!(image(stage, &nats), "mirror.example/nats:2.15.2");
        stage.plan().assert_empty();

        stage.applied(
            &first
                .with(&json!({ "nats": { "image": "nats:2.15.1" } }))
                .text(),
        );
        assert_eq!(image(stage, &nats), "mirror.example/nats:2.15.1");
        assert_eq!(
            stage.state().attribute(ADDRESS, "nats")["image"],
            "nats:2.15.1"
        );
        stage.plan().assert_empty();

        edit(stage, "kubectl-edit", ("StatefulSet", &nats), |object| {
            object["spec"]["template"]["spec"]["containers"][0]["image"] = json!("nats:2.10.0");
        });
        let plan = stage.plan();
        let image_of = "spec.template.spec.containers[name=\"nats\"].image";
        let expected =
            format!("StatefulSet {nats}: changed: {image_of} (by kubectl-edit) -> applied");
        assert_eq!(mended(&plan), [expected]);
        stage.apply_plan(&plan);
        stage.plan().assert_empty();

        stage.destroy();
        stage.leave_images(&namespace);
        stage.objects.delete("Namespace", &namespace);
        stage.assert_as_before();
    });
}

fn image(stage: &ClusterStage, workload: &str) -> Value {
    let workload = stage
        .objects
        .get("StatefulSet", &stage.place(workload))
        .unwrap();
    workload["spec"]["template"]["spec"]["containers"][0]["image"].clone()
}
