//! Server-side apply.

use std::time::Duration;

use kre_core::{desired::ObjectKey, runtime::MANAGER};
use kre_engine::objects::{ApplyError, Expected, Live};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    DEPLOYMENT, MAP, STAMP, create, deployment, edit, map, namespace, object, objects, read,
    stamped, uid,
};
use crate::support::soon;

fn present(live: &Live) -> Expected {
    Expected::Present { uid: uid(live) }
}

#[tokio::test]
async fn an_apply_creates_exactly_our_fields_and_owns_them() {
    let namespace = namespace("creates").await;
    let ours = map(namespace.name(), "a", "1");
    let live = objects()
        .apply(&ours, &Expected::Absent, false, soon())
        .await
        .unwrap();
    assert_eq!(live.key(), *ours.key());
    assert_eq!(live.stamp().unwrap().as_str(), STAMP);
    assert_eq!(live.value()["data"], json!({ "a": "1" }));
    let entries = live.value()["metadata"]["managedFields"]
        .as_array()
        .unwrap();
    let [entry] = entries.as_slice() else {
        panic!("{entries:?}")
    };
    assert_eq!(entry["manager"], MANAGER);
    assert_eq!(entry["operation"], "Apply");
    let expected = json!({
        "f:data": { "f:a": {} },
        "f:metadata": {
            "f:annotations": { "f:kre.konstellation.io/instance": {} },
            "f:labels": { "f:app.kubernetes.io/managed-by": {} },
        },
    });
    assert_eq!(entry["fieldsV1"], expected);
}

#[tokio::test]
async fn the_same_apply_twice_changes_nothing() {
    let namespace = namespace("twice").await;
    for ours in [
        map(namespace.name(), "a", "1"),
        deployment(namespace.name(), "b", "example.invalid/b"),
    ] {
        let objects = objects();
        let first = objects.apply(&ours, &Expected::Absent, false, soon());
        let first = first.await.unwrap();
        // The controller writes its part.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let before = read(ours.key()).await.unwrap();
        let second = objects.apply(&ours, &present(&first), false, soon()).await;
        let second = second.unwrap();
        assert_eq!(second.resource_version(), before.resource_version());
    }
}

#[tokio::test]
async fn a_field_that_is_no_longer_ours_goes() {
    let namespace = namespace("goes").await;
    let before = json!({ "data": { "a": "1", "b": "1" } });
    let before = object(MAP, namespace.name(), "a", before);
    let objects = objects();
    let live = objects.apply(&before, &Expected::Absent, false, soon());
    let live = live.await.unwrap();
    edit(before.key(), json!({ "data": { "theirs": "1" } })).await;
    let now = map(namespace.name(), "a", "1");
    let live = objects.apply(&now, &present(&live), false, soon()).await;
    let data = json!({ "a": "1", "theirs": "1" });
    assert_eq!(live.unwrap().value()["data"], data);
}

#[tokio::test]
async fn a_conflict_names_path_and_manager_and_changes_nothing() {
    let namespace = namespace("conflict").await;
    let ours = deployment(namespace.name(), "a", "example.invalid/a:1");
    let objects = objects();
    let live = objects.apply(&ours, &Expected::Absent, false, soon());
    let live = live.await.unwrap();
    let change = json!({
        "spec": { "template": { "spec": { "containers": [
            { "name": "main", "image": "example.invalid/a:2" },
        ] } } },
    });
    edit(ours.key(), change).await;
    let again = objects.apply(&ours, &present(&live), false, soon()).await;
    let error = again.unwrap_err();
    let ApplyError::Conflicts { conflicts, .. } = &error else {
        panic!("{error}")
    };
    let theirs = read(ours.key()).await.unwrap();
    let seen = conflicts.first().unwrap().clone().seen_in(theirs.value());
    let since = seen.since.unwrap();
    assert!(since.starts_with("20") && since.ends_with('Z'), "{since}");
    assert_eq!(
        error.to_string(),
        format!(
            "Deployment `a` in namespace `{}` has fields that others manage: spec.template.spec.containers[name=\"main\"].image (by kubectl-edit); nothing was changed: have them give the fields up, or leave to them what these are set from",
            namespace.name()
        ),
    );
    let image = |live: &Live| {
        let image = live
            .value()
            .pointer("/spec/template/spec/containers/0/image");
        image.and_then(Value::as_str).map(str::to_owned)
    };
    let after = read(ours.key()).await.unwrap();
    assert_eq!(image(&after).unwrap(), "example.invalid/a:2");
    let forced = objects.apply(&ours, &present(&live), true, soon()).await;
    assert_eq!(image(&forced.unwrap()).unwrap(), "example.invalid/a:1");
}

#[tokio::test]
async fn an_object_that_took_the_place_of_ours_is_not_touched() {
    let namespace = namespace("replaced").await;
    let stranger = json!({ "metadata": { "name": "a" }, "data": { "theirs": "1" } });
    let stranger = create(MAP, Some(namespace.name()), stranger).await;
    let ours = map(namespace.name(), "a", "1");
    let other = Expected::Present {
        uid: "00000000-0000-0000-0000-000000000000".to_owned(),
    };
    for force in [false, true] {
        let error = objects().apply(&ours, &other, force, soon()).await;
        let error = error.unwrap_err();
        let ApplyError::Replaced { found, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(uid(found.as_ref().unwrap()), stranger["metadata"]["uid"]);
        assert!(
            error
                .to_string()
                .contains("another one has taken its place"),
            "{error}"
        );
    }
    let after = read(ours.key()).await.unwrap();
    assert_eq!(
        after.resource_version(),
        stranger["metadata"]["resourceVersion"]
    );
}

#[tokio::test]
async fn an_object_that_is_gone_is_not_made_again() {
    let namespace = namespace("vanished").await;
    let ours = map(namespace.name(), "a", "1");
    let other = Expected::Present {
        uid: "00000000-0000-0000-0000-000000000000".to_owned(),
    };
    let error = objects().apply(&ours, &other, false, soon()).await;
    let error = error.unwrap_err();
    assert!(
        matches!(&error, ApplyError::Replaced { found: None, .. }),
        "{error}"
    );
    assert!(read(ours.key()).await.is_none());
}

#[tokio::test]
async fn what_others_made_is_not_touched_where_nothing_is_expected() {
    let namespace = namespace("exists").await;
    let foreign = json!({ "metadata": { "name": "a" }, "data": { "a": "theirs" } });
    create(MAP, Some(namespace.name()), foreign).await;
    let fields = json!({ "spec": { "ports": [{ "port": 80 }] } });
    let service = stamped(
        "ff",
        ("v1", "Service"),
        namespace.name(),
        "b",
        fields.clone(),
    );
    let objects = objects();
    let theirs = objects.apply(&service, &Expected::Absent, false, soon());
    theirs.await.unwrap();
    let ours = object(("v1", "Service"), namespace.name(), "b", fields);
    for (ours, owner) in [
        (map(namespace.name(), "a", "1"), "not made by us"),
        (ours, "made by instance `ff`"),
    ] {
        let before = read(ours.key()).await.unwrap();
        let error = objects.apply(&ours, &Expected::Absent, false, soon());
        let error = error.await.unwrap_err();
        assert!(matches!(&error, ApplyError::Exists { .. }), "{error}");
        assert!(error.to_string().contains(owner), "{error}");
        assert_eq!(read(ours.key()).await.unwrap(), before);
    }
}

#[tokio::test]
async fn what_an_interrupted_call_made_is_gone_on_with() {
    let namespace = namespace("interrupted").await;
    let objects = objects();
    let first = map(namespace.name(), "a", "1");
    let first = objects.apply(&first, &Expected::Absent, false, soon());
    let first = first.await.unwrap();
    let second = map(namespace.name(), "a", "2");
    let second = objects.apply(&second, &Expected::Absent, false, soon());
    let second = second.await.unwrap();
    assert_eq!(second.uid(), first.uid());
    assert_eq!(second.value()["data"], json!({ "a": "2" }));
}

#[tokio::test]
async fn an_object_that_goes_is_not_taken_for_applied() {
    let namespace = namespace("terminating").await;
    let held = json!({ "metadata": { "name": "a", "finalizers": ["example.com/hold"] } });
    create(MAP, Some(namespace.name()), held).await;
    let ours = map(namespace.name(), "a", "1");
    let before = read(ours.key()).await.unwrap();
    let objects = objects();
    let deleted = objects.delete(
        ours.key(),
        before.uid(),
        kre_engine::objects::Propagation::Background,
        soon(),
    );
    deleted.await.unwrap();
    for expected in [Expected::Absent, present(&before)] {
        let error = objects.apply(&ours, &expected, false, soon()).await;
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("being deleted, held by `example.com/hold`"),
            "{error}"
        );
    }
    edit(ours.key(), json!({ "metadata": { "finalizers": null } })).await;
}

#[tokio::test]
async fn two_who_apply_the_same_at_once_make_one_object() {
    let namespace = namespace("race").await;
    let ours = map(namespace.name(), "a", "1");
    let (one, other) = (objects(), objects());
    let (one, other) = tokio::join!(
        one.apply(&ours, &Expected::Absent, false, soon()),
        other.apply(&ours, &Expected::Absent, false, soon()),
    );
    assert_eq!(one.unwrap().uid(), other.unwrap().uid());
}

#[tokio::test]
async fn a_namespace_is_applied_like_everything_else() {
    let name = format!("applied-{}", std::process::id());
    let key = ObjectKey::global("v1", "Namespace", &name);
    let ours = kre_core::desired::Object::new(key, json!({ "labels": { "a": "b" } }), json!({}));
    let objects = objects();
    let live = objects.apply(&ours, &Expected::Absent, false, soon());
    let live = live.await.unwrap();
    let again = objects.apply(&ours, &present(&live), false, soon()).await;
    assert_eq!(again.unwrap().uid(), live.uid());
    let until = Instant::now() + Duration::from_secs(20);
    let background = kre_engine::objects::Propagation::Background;
    let deleted = objects.delete(ours.key(), live.uid(), background, until);
    deleted.await.unwrap();
}

#[tokio::test]
async fn a_deployment_keeps_what_its_controller_writes() {
    let namespace = namespace("controller").await;
    let ours = deployment(namespace.name(), "a", "example.invalid/a");
    let objects = objects();
    let live = objects.apply(&ours, &Expected::Absent, false, soon());
    live.await.unwrap();
    let read = objects.get(ours.key(), soon()).await.unwrap().unwrap();
    assert_eq!(read.key().api_version, DEPLOYMENT.0);
    assert_eq!(read.value()["spec"]["progressDeadlineSeconds"], 600);
}
