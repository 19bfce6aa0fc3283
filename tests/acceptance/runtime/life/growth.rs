//! Volumes: they grow where their class allows it, and never shrink.

use serde_json::{Value, json};

use super::{ADDRESS, Configuration, edit, mended, update};
use crate::cluster::{ClusterStage, on_cluster};
use crate::runtime::{
    content::{self, ALL},
    demo::{assert_told, object, uid},
};

fn sizes(nats: &str, mongodb: &str) -> Value {
    let storage = |size: &str| json!({ "storage": { "size": size } });
    json!({ "nats": storage(nats), "mongodb": storage(mongodb) })
}

#[test]
fn volumes_grow_and_keep_what_they_hold() {
    on_cluster(&[], |stage| {
        let first = Configuration::of(stage);
        stage.applied(&first.text());
        content::put(stage);
        let before = uids(stage);

        stage.configure(&first.with(&sizes("1500Mi", "2Gi")).text());
        let grown = stage.apply();
        let warning = grown.warnings()[0];
        let restarts = "NATS starts again (`nats.storage.size`)";
        assert!(warning.detail.starts_with(restarts), "{warning}");
        assert!(
            !warning.detail.contains("MongoDB starts again"),
            "{warning}"
        );
        stage.plan().assert_empty();

        let id = stage.id();
        assert_eq!(sizes_of(stage), ["1500Mi", "2Gi"]);
        for (name, size) in [("nats", "1500Mi"), ("mongo", "2Gi")] {
            let workload = object(stage, "StatefulSet", &format!("{id}-{name}"));
            let template = &workload["spec"]["volumeClaimTemplates"][0];
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
            [true, false, false, true, false, true],
            "{before:?} {after:?}"
        );
        assert_eq!(content::look(stage), ALL);

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
        content::put(stage);
        let before = uids(stage);

        let more = json!({ "nats": { "storage": { "size": "2Gi" }, "image": "nats:2.15.1" } });
        stage.configure(&first.with(&more).text());
        let failed = stage.apply_error();
        let claim = format!("PersistentVolumeClaim data-{}-nats-0", stage.id());
        let summary = format!("`{claim}` of runtime `{}` cannot grow", stage.id());
        let parts = [
            "of class `fixed` has 1Gi",
            "Set `nats.storage.size` back to 1Gi",
        ];
        assert_told(&failed, &summary, &parts);
        assert_eq!(sizes_of(stage), ["1Gi", "1Gi"]);
        assert_eq!(uids(stage), before);

        stage.configure(&first.text());
        let plan = stage.plan();
        assert!(!update(&plan).action.replaces(), "{plan}");
        stage.apply_plan(&plan);
        stage.plan().assert_empty();
        assert_eq!(uids(stage), before);
        assert_eq!(content::look(stage), ALL);

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

/// The uids of claim, workload and pod, of NATS and then of MongoDB.
fn uids(stage: &ClusterStage) -> Vec<String> {
    let id = stage.id();
    let uids = ["nats", "mongo"].map(|server| {
        [
            uid(
                stage,
                "PersistentVolumeClaim",
                &format!("data-{id}-{server}-0"),
            ),
            uid(stage, "StatefulSet", &format!("{id}-{server}")),
            uid(stage, "Pod", &format!("{id}-{server}-0")),
        ]
    });
    uids.concat()
}

/// How large the volumes are.
fn sizes_of(stage: &ClusterStage) -> [String; 2] {
    ["nats", "mongo"].map(|name| {
        let claim = format!("data-{}-{name}-0", stage.id());
        let claim = object(stage, "PersistentVolumeClaim", &claim);
        claim["status"]["capacity"]["storage"]
            .as_str()
            .unwrap()
            .to_owned()
    })
}
