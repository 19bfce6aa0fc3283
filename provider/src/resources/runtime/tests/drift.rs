//! Plans that mend, finish, or leave alone what is there.

use super::*;

/// The attributes that a plan changes though the configuration is the same.
async fn planned(change: impl FnOnce(&mut Object)) -> (Object, Value) {
    let runtimes = runtimes().await;
    let mut runtime = created(&runtimes, &minimal()).await;
    change(&mut runtime);
    let planned = runtimes.plan(&runtime, &value(&minimal())).await.unwrap();
    assert_eq!(planned.warnings, Diagnostics::new());
    (runtime, planned.state)
}

fn drift(runtime: &mut Object, object: &str, found: &str) {
    let place = Path::from("objects").key(object);
    assert!(runtime.state.at(&place).is_some(), "{object}");
    runtime.state.set_at(&place, found.into());
}

fn has_all_applied(state: &Value) -> bool {
    let objects = state.attribute("objects").as_entries().unwrap();
    objects.len() > 10 && objects.values().all(|it| *it == Value::from("applied"))
}

#[tokio::test]
async fn what_has_drifted_is_planned_as_applied() {
    for found in ["missing", "changed: spec.replicas (by kubectl-scale)"] {
        let (runtime, planned) =
            planned(|runtime| drift(runtime, "StatefulSet demo-nats", found)).await;
        assert_eq!(changed(&runtime.state, &planned), ["objects", "status"]);
        assert!(planned.attribute("status").is_unknown());
        assert!(has_all_applied(&planned));
    }
}

#[tokio::test]
async fn unfinished_work_is_planned_again() {
    for status in [Status::Error, Status::Starting] {
        let status = Value::from(status.as_str());
        let (runtime, planned) =
            planned(|runtime| runtime.state.set_attribute("status", status)).await;
        assert_eq!(changed(&runtime.state, &planned), ["status"]);
        assert!(planned.attribute("status").is_unknown());
    }
}

#[tokio::test]
async fn a_creation_that_never_saw_the_cluster_learns_its_uid_later() {
    let (runtime, planned) = planned(|runtime| {
        runtime.state.set_attribute("status", "ERROR".into());
        runtime.state.set_attribute("cluster_uid", Value::Null);
    })
    .await;
    assert_eq!(changed(&runtime.state, &planned), ["cluster_uid", "status"]);
}

#[tokio::test]
async fn another_specification_or_rendering_was_applied_last() {
    let spec: RuntimeSpec = serde_json::from_value(minimal()).unwrap();
    let now = record(&spec);
    let other = Record {
        specification: "0000000000000000".to_owned(),
        ..now.clone()
    };
    let older = Record {
        rendering: now.rendering - 1,
        ..now
    };
    for record in [other, older] {
        let (runtime, planned) =
            planned(|runtime| runtime.private = serde_json::to_vec(&record).unwrap()).await;
        assert_eq!(changed(&runtime.state, &planned), ["status"]);
    }
}

#[tokio::test]
async fn where_nothing_is_remembered_nothing_is_planned() {
    let (runtime, planned) = planned(|runtime| runtime.private = Vec::new()).await;
    assert_eq!(planned, runtime.state);
}

#[tokio::test]
async fn another_spelling_is_no_change() {
    let before = set(
        with("nats.storage.size", json!("1Gi")),
        "timeouts",
        json!({ "create": "90m" }),
    );
    let after = set(
        with("nats.storage.size", json!("1024Mi")),
        "timeouts",
        json!({ "create": "1h30m" }),
    );
    let runtimes = runtimes().await;
    let runtime = created(&runtimes, &before).await;
    let planned = runtimes.plan(&runtime, &value(&after)).await.unwrap();
    assert_eq!(planned.state, runtime.state);
    assert_eq!(planned.warnings, Diagnostics::new());
    let elsewhere = set(after, "name", json!("Other"));
    let planned = runtimes.plan(&runtime, &value(&elsewhere)).await.unwrap();
    assert_eq!(changed(&runtime.state, &planned.state), ["name", "status"]);
}

#[tokio::test]
async fn an_update_plans_everything_as_applied_and_the_status_as_open() {
    let planned = update(&minimal(), &with("mongo_writer.enabled", json!(false))).await;
    assert_eq!(
        unknown(&planned.state),
        BTreeSet::from(["status".to_owned()])
    );
    let objects = planned.state.attribute("objects").as_entries().unwrap();
    assert!(!objects.contains_key("Deployment demo-mongo-writer"));
    assert!(objects.contains_key("StatefulSet demo-nats"));
}

#[tokio::test]
async fn a_destruction_plans_nothing_and_says_nothing() {
    let runtimes = runtimes().await;
    let runtime = created(&runtimes, &minimal()).await;
    let planned = runtimes.plan(&runtime, &Value::Null).await.unwrap();
    assert_eq!(planned.state, Value::Null);
    assert_eq!(planned.warnings, Diagnostics::new());
    runtimes.destroy(&runtime).await.unwrap();
}
