//! What becomes of data: kept, adopted, deleted, and never lost by mistake.

use super::{
    content::{self, ALL, NOTHING},
    demo::{
        ADDRESS, ADOPTS, BAD_IMAGE, DELETES, NO_WRITER, assert_told, assert_warned, claims,
        clean_up, password, resource, runtime, status,
    },
};
use crate::cluster::{ClusterStage, on_cluster};

/// What is left of a runtime that retains: it, its volumes, and how to get at them.
fn retained(stage: &ClusterStage) -> Vec<String> {
    let (id, namespace) = (stage.id(), stage.namespace());
    let mut left = vec![
        format!("ConfigMap {namespace}/kre-runtime-{id} is left over"),
        format!("Namespace {namespace} is left over"),
        format!("PersistentVolumeClaim {namespace}/data-{id}-mongo-0 is left over"),
        format!("PersistentVolumeClaim {namespace}/data-{id}-nats-0 is left over"),
        format!("Secret {namespace}/{id}-mongo is left over"),
    ];
    left.sort();
    left
}

/// Returns what is left over, but for volumes: nobody chooses their names.
fn left(stage: &ClusterStage) -> Vec<String> {
    let mut left = stage.differences();
    left.retain(|it| !it.starts_with("PersistentVolume "));
    left
}

fn stays(stage: &ClusterStage) -> String {
    let (id, namespace) = (stage.id(), stage.namespace());
    format!("Data of runtime `{id}` stays in namespace `{namespace}`")
}

fn is_still_there(stage: &ClusterStage) -> String {
    format!("Data of an earlier runtime `{}` is still there", stage.id())
}

#[test]
fn data_outlives_its_runtime_and_is_adopted_with_consent_alone() {
    on_cluster(&[], |stage| {
        let id = stage.id();
        stage.applied(&runtime(stage, &[]));
        content::put(stage);
        assert_eq!(content::look(stage), ALL);
        let (root, volumes) = (password(stage, "mongo"), claims(stage));

        let named = [
            format!("PersistentVolumeClaim data-{id}-nats-0 (1Gi)"),
            format!("PersistentVolumeClaim data-{id}-mongo-0 (1Gi)"),
            format!("Secret {id}-mongo"),
        ];
        let named = named.each_ref().map(String::as_str);
        let destroyed = stage.destroy();
        assert_warned(&destroyed, &stays(stage), &named);
        assert_eq!(left(stage), retained(stage));

        let refused = stage.apply_error();
        assert_told(&refused, &is_still_there(stage), &named);
        let way_out = [" second", " old", "`adopt_retained = true`"];
        assert_told(&refused, &is_still_there(stage), &way_out);
        assert_eq!(left(stage), retained(stage));
        assert_eq!(stage.state().find(ADDRESS), None);

        stage.applied(&runtime(stage, &[ADOPTS, DELETES]));
        assert_eq!(content::look(stage), ALL);
        assert_eq!((password(stage, "mongo"), claims(stage)), (root, volumes));
        stage.plan().assert_empty();

        let destroyed = stage.destroy();
        assert!(destroyed.warnings().is_empty(), "{destroyed}");
        stage.assert_as_before();
    });
}

/// The control of all tests that look for data: it is not found because it is always found.
#[test]
fn data_that_was_deleted_is_not_found_again() {
    on_cluster(&[], |stage| {
        stage.applied(&runtime(stage, &[DELETES, NO_WRITER]));
        content::put(stage);
        stage.destroy();
        stage.assert_as_before();
        stage.applied(&runtime(stage, &[NO_WRITER]));
        assert_eq!(content::look(stage), NOTHING);

        // As if a destroy that retains had deleted claims.
        content::put(stage);
        stage.destroy();
        for component in ["nats", "mongo"] {
            let claim = stage.place(&format!("data-{}-{component}-0", stage.id()));
            stage.objects.delete("PersistentVolumeClaim", &claim);
            stage.objects.until_gone("PersistentVolumeClaim", &claim);
        }
        stage.applied(&runtime(stage, &[ADOPTS, NO_WRITER]));
        assert_eq!(content::look(stage), NOTHING);
        clean_up(stage);
    });
}

#[test]
fn adopted_data_outlives_a_runtime_that_was_never_ready() {
    on_cluster(&[], |stage| {
        stage.applied(&runtime(stage, &[NO_WRITER]));
        content::put(stage);
        let volumes = claims(stage);
        stage.destroy();

        stage.configure(&runtime(stage, &[ADOPTS, DELETES, BAD_IMAGE]));
        stage.apply_error();
        assert_eq!(status(stage), "ERROR");
        let destroyed = stage.destroy();
        assert_warned(&destroyed, &stays(stage), &["data-", "(1Gi)"]);
        assert_eq!(left(stage), retained(stage));
        assert_eq!(claims(stage), volumes);

        stage.configure(&runtime(stage, &[DELETES, NO_WRITER]));
        assert_told(&stage.apply_error(), &is_still_there(stage), &[]);
        stage.applied(&runtime(stage, &[ADOPTS, DELETES, NO_WRITER]));
        assert_eq!(content::look(stage), ALL);
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn adopted_volumes_grow_and_do_not_shrink() {
    on_cluster(&[], |stage| {
        let id = stage.id();
        let sized = |sizes| resource("demo", id, sizes, &[ADOPTS, DELETES, NO_WRITER]);
        stage.applied(&runtime(stage, &[NO_WRITER]));
        content::put(stage);
        let volumes = claims(stage);
        stage.destroy();

        stage.configure(&sized(["1Gi", "512Mi"]));
        let refused = stage.apply_error();
        let summary =
            format!("`mongodb.storage.size` does not fit the data of an earlier runtime `{id}`");
        let told = ["cannot shrink", "Nothing was touched", "`1Gi` or more"];
        assert_told(&refused, &summary, &told);
        let code = r#"{ storage = { size = "512Mi" } }"#;
        assert_eq!(refused.only_error().code, code);
        assert_eq!(left(stage), retained(stage));
        assert_eq!(stage.state().find(ADDRESS), None);

        stage.applied(&sized(["2Gi", "1024Mi"]));
        assert_eq!(content::look(stage), ALL);
        assert_eq!(claims(stage), volumes);
        stage.plan().assert_empty();
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn a_creation_that_failed_is_simply_applied_again() {
    on_cluster(&[], |stage| {
        let broken = |stage: &ClusterStage| {
            let failed = stage.apply_error();
            let told = failed.only_error();
            assert!(told.detail.contains("registry.invalid"), "{told}");
            assert_eq!(status(stage), "ERROR");
        };
        stage.configure(&runtime(stage, &[BAD_IMAGE]));
        broken(stage);
        assert!(stage.state().is_tainted(ADDRESS));
        stage.applied(&runtime(stage, &[]));
        assert_eq!(status(stage), "READY");
        stage.plan().assert_empty();
        content::put(stage);

        stage.configure(&runtime(stage, &[BAD_IMAGE]));
        broken(stage);
        assert!(!stage.state().is_tainted(ADDRESS));
        assert!(stage.plan().change(ADDRESS).is_unknown("status"));
        broken(stage);
        stage.applied(&runtime(stage, &[DELETES]));
        assert_eq!(status(stage), "READY");
        assert_eq!(content::look(stage), ALL);
        stage.plan().assert_empty();
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn a_creation_that_failed_leaves_nothing() {
    on_cluster(&[], |stage| {
        stage.configure(&runtime(stage, &[BAD_IMAGE]));
        stage.apply_error();
        let destroyed = stage.destroy();
        assert!(destroyed.warnings().is_empty(), "{destroyed}");
        stage.assert_as_before();
    });
}
