//! Namespaces that belong to a runtime, to somebody else, or to several.

use serde_json::Value;

use super::demo::{
    ADDRESS, DELETES, NO_WRITER, assert_told, assert_warned, clean_up, put_namespace, resource,
    runtime, stranger, uid,
};
use crate::cluster::{ClusterStage, on_cluster};

const EXISTING: &str = "create_namespace = false";

fn namespace(stage: &ClusterStage) -> Value {
    let found = stage.objects.get("Namespace", &stage.namespace());
    assert!(found.is_some(), "the namespace is gone");
    found.unwrap_or_default()
}

/// Fails the test if the namespace says that it is anything of ours.
#[track_caller]
fn assert_free(stage: &ClusterStage) {
    let metadata = namespace(stage)["metadata"].clone();
    for field in ["labels", "annotations"] {
        let text = metadata[field].to_string();
        assert!(!text.contains("konstellation"), "{metadata}");
        assert!(!text.contains("managed-by"), "{metadata}");
    }
}

#[test]
fn runtimes_share_a_namespace_and_do_not_touch_each_other() {
    on_cluster(&[], |stage| {
        let (id, place) = (stage.id(), stage.namespace());
        let second = format!("{id}-b");
        let shared = format!("namespace = {place:?}");
        let arguments = [EXISTING, &shared, DELETES, NO_WRITER];
        let sizes = ["1Gi"; 2];
        let first = resource("demo", id, sizes, &arguments);
        let second = resource("second", &second, sizes, &arguments);

        stage.configure(&first);
        let summary = format!("Namespace `{place}` of runtime `{id}` does not exist");
        assert_told(&stage.apply_error(), &summary, &["`create_namespace`"]);
        stage.assert_as_before();
        put_namespace(stage);
        let version = namespace(stage)["metadata"]["resourceVersion"].clone();
        stage.configure(&runtime(stage, &[DELETES]));
        let summary =
            format!("Namespace `{place}` exists already, and does not belong to runtime `{id}`");
        let told = ["Nothing was touched", "`create_namespace = false`"];
        assert_told(&stage.apply_error(), &summary, &told);
        assert_eq!(stage.differences().len(), 1, "{:?}", stage.differences());

        stage.applied(&format!("{first}{second}"));
        stage.plan().assert_empty();
        let mongo = uid(stage, "StatefulSet", &format!("{id}-b-mongo"));
        stage.applied(&second);
        stage.plan().assert_empty();
        assert_eq!(uid(stage, "StatefulSet", &format!("{id}-b-mongo")), mongo);
        stage.destroy();
        assert_eq!(
            stage.differences(),
            [format!("Namespace {place} is left over")]
        );
        assert_eq!(namespace(stage)["metadata"]["resourceVersion"], version);
        clean_up(stage);
    });
}

#[test]
fn a_namespace_that_was_given_up_stays() {
    on_cluster(&[], |stage| {
        stage.applied(&runtime(stage, &[DELETES, NO_WRITER]));
        stage.applied(&runtime(stage, &[DELETES, NO_WRITER, EXISTING]));
        stage.plan().assert_empty();
        assert_free(stage);
        let objects = stage.state().attribute(ADDRESS, "objects").clone();
        assert!(!objects.to_string().contains("Namespace"), "{objects}");

        let destroyed = stage.destroy();
        assert!(destroyed.warnings().is_empty(), "{destroyed}");
        let left = format!("Namespace {} is left over", stage.namespace());
        assert_eq!(stage.differences(), [left]);
        clean_up(stage);
    });
}

#[test]
fn a_namespace_in_which_others_live_is_left_to_them() {
    on_cluster(&[], |stage| {
        let (id, place) = (stage.id(), stage.namespace());
        stage.applied(&runtime(stage, &[DELETES, NO_WRITER]));
        stage.objects.create(&stranger(&place, "theirs"));

        let destroyed = stage.destroy();
        let summary = format!("Namespace `{place}` of runtime `{id}` stays");
        let told = ["ConfigMap theirs", "kubectl delete namespace"];
        assert_warned(&destroyed, &summary, &told);
        assert_free(stage);
        let left = [
            format!("ConfigMap {place}/theirs is left over"),
            format!("Namespace {place} is left over"),
        ];
        assert_eq!(stage.differences(), left);
        clean_up(stage);
    });
}

#[test]
fn objects_of_others_with_our_names_are_left_alone() {
    on_cluster(&[], |stage| {
        let (id, place) = (stage.id(), stage.namespace());
        put_namespace(stage);
        let mut secret = stranger(&place, &format!("{id}-mongo"));
        secret["kind"] = "Secret".into();
        secret["stringData"]["password"] = "theirs".into();
        stage.objects.create(&secret);
        let before = stage.differences();
        let version = |stage: &ClusterStage| {
            let secret = stage
                .objects
                .get("Secret", &stage.place(&format!("{id}-mongo")));
            secret.unwrap_or_default()["metadata"]["resourceVersion"].clone()
        };
        let was = version(stage);

        stage.configure(&runtime(stage, &[EXISTING, DELETES, NO_WRITER]));
        let summary =
            format!("`Secret {id}-mongo` exists already, and does not belong to runtime `{id}`");
        let told = ["choose another `id` or `namespace`", "describe secret"];
        assert_told(&stage.apply_error(), &summary, &told);
        assert_eq!(stage.differences(), before);
        assert_eq!(version(stage), was);
        assert_eq!(stage.state().find(ADDRESS), None);
        clean_up(stage);
    });
}
