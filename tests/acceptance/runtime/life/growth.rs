//! Volumes: they grow where their class allows it, and never shrink.

use mongodb::bson::doc;
use serde_json::{Value, json};

use super::{ADDRESS, Configuration, edit, mended, services, update};
use crate::cluster::{ClusterStage, on_cluster};

fn sizes(nats: &str, mongodb: &str) -> Value {
    let storage = |size: &str| json!({ "storage": { "size": size } });
    json!({ "nats": storage(nats), "mongodb": storage(mongodb) })
}

#[test]
fn volumes_grow_and_keep_what_they_hold() {
    on_cluster(&[], |stage| {
        let first = Configuration::of(stage);
        stage.applied(&first.text());
        write_something(stage);
        let before = uids(stage);

        stage.configure(&first.with(&sizes("1500Mi", "2Gi")).text());
        let plan = stage.plan();
        stage.apply_plan(&plan);
        stage.plan().assert_empty();

        let id = stage.id();
        assert_eq!(sizes_of(stage), ["1500Mi", "2Gi"]);
        for (name, size) in [("nats", "1500Mi"), ("mongo", "2Gi")] {
            let workload = stage
                .objects
                .get("StatefulSet", &stage.place(&format!("{id}-{name}")));
            let template = &workload.unwrap()["spec"]["volumeClaimTemplates"][0];
            assert_eq!(template["spec"]["resources"]["requests"]["storage"], size);
        }
        // The workloads are others now; the claims are not, nor is the pod whose content is the same.
        let after = uids(stage);
        let same: Vec<_> = before
            .iter()
            .zip(&after)
            .map(|(one, other)| one == other)
            .collect();
        assert_eq!(
            same,
            [true, true, false, false, false, true],
            "{before:?} {after:?}"
        );
        still_holds_something(stage);

        stage.configure(&first.with(&sizes("1Gi", "2Gi")).text());
        let refused = stage.plan_error();
        let refused = refused.only_error();
        assert_eq!(refused.summary, "`nats.storage.size` cannot be changed so");
        assert!(
            refused.detail.contains("Leave it at `1500Mi` or more"),
            "{refused}"
        );

        stage.configure(&first.with(&sizes("1500Mi", "2Gi")).text());
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn a_volume_that_cannot_grow_stays_and_so_does_everything_else() {
    on_cluster(&[], |stage| {
        let fixed = json!({ "nats": { "storage": { "class": "fixed" } } });
        let first = Configuration::of(stage).with(&fixed);
        stage.applied(&first.text());
        write_something(stage);
        let before = uids(stage);

        let more = json!({ "nats": { "storage": { "size": "2Gi" }, "image": "nats:2.15.1" } });
        stage.configure(&first.with(&more).text());
        let failed = stage.apply_error();
        let error = failed.only_error();
        assert!(error.detail.contains("fixed"), "{error}");
        assert_eq!(error.code, "", "{error}");
        assert_eq!(sizes_of(stage), ["1Gi", "1Gi"]);
        assert_eq!(uids(stage), before);

        stage.configure(&first.text());
        let plan = stage.plan();
        assert!(!update(&plan).action.replaces(), "{plan}");
        stage.apply_plan(&plan);
        stage.plan().assert_empty();
        assert_eq!(uids(stage), before);
        still_holds_something(stage);

        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn a_volume_that_others_have_grown_is_taken_into_the_configuration() {
    on_cluster(&[], |stage| {
        let first = Configuration::of(stage);
        stage.applied(&first.text());
        let claim = format!("data-{}-mongo-0", stage.id());
        edit(
            stage,
            "kubectl-edit",
            ("PersistentVolumeClaim", &claim),
            |object| {
                object["spec"]["resources"]["requests"]["storage"] = json!("3Gi");
            },
        );

        let refused = stage.plan_error();
        let refused = refused.only_error();
        assert_eq!(
            refused.summary,
            "`mongodb.storage.size` cannot be changed so"
        );
        assert!(
            refused.detail.contains("Leave it at `3Gi` or more"),
            "{refused}"
        );

        stage.configure(&first.with(&sizes("1Gi", "3Gi")).text());
        let plan = stage.plan();
        let field = "spec.resources.requests.storage";
        let expected =
            format!("PersistentVolumeClaim {claim}: changed: {field} (by kubectl-edit) -> applied");
        assert_eq!(mended(&plan), [expected]);
        stage.apply_plan(&plan);
        stage.plan().assert_empty();
        assert_eq!(
            stage.state().attribute(ADDRESS, "mongodb")["storage"]["size"],
            "3Gi"
        );

        stage.destroy();
        stage.assert_as_before();
    });
}

fn write_something(stage: &ClusterStage) {
    let stream = json!({ "name": "some", "subjects": ["some"], "storage": "file" });
    let created = services::ask_nats(stage, "$JS.API.STREAM.CREATE.some", &stream.to_string());
    assert_eq!(created.get("error"), None, "{created}");
    let stored = services::ask_nats(stage, "some", "thing");
    assert_eq!(stored["seq"], 1, "{stored}");
    let insert = doc! { "insert": "some", "documents": [{ "_id": 1, "is": "thing" }] };
    services::command(stage, &format!("{}-mongo", stage.id()), insert);
}

fn still_holds_something(stage: &ClusterStage) {
    let stream = services::ask_nats(stage, "$JS.API.STREAM.INFO.some", "");
    assert_eq!(stream["state"]["messages"], 1, "{stream}");
    let count = doc! { "count": "some" };
    let counted = services::command(stage, &format!("{}-mongo", stage.id()), count);
    assert_eq!(counted.get_i32("n").ok(), Some(1), "{counted}");
}

/// The uids of claims, workloads and pods, each of NATS and then of MongoDB.
fn uids(stage: &ClusterStage) -> Vec<String> {
    let id = stage.id();
    let names = ["PersistentVolumeClaim data-?-0", "StatefulSet ?", "Pod ?-0"];
    let uid = |(kind, name): (&str, &str), server: &str| {
        let name = name.replace('?', &format!("{id}-{server}"));
        let object = stage.objects.get(kind, &stage.place(&name)).unwrap();
        object["metadata"]["uid"].as_str().unwrap().to_owned()
    };
    let named = names.iter().map(|name| name.split_once(' ').unwrap());
    named
        .flat_map(|name| ["nats", "mongo"].map(|server| uid(name, server)))
        .collect()
}

/// How large the volumes are.
fn sizes_of(stage: &ClusterStage) -> [String; 2] {
    ["nats", "mongo"].map(|name| {
        let claim = stage.place(&format!("data-{}-{name}-0", stage.id()));
        let claim = stage.objects.get("PersistentVolumeClaim", &claim).unwrap();
        claim["status"]["capacity"]["storage"]
            .as_str()
            .unwrap()
            .to_owned()
    })
}
