//! What a plan says about its consequences.

use harness::drive::texts;

use super::*;

async fn told(before: &Json, after: &Json) -> String {
    texts(&update(before, after).await.warnings).join("\n\n")
}

#[tokio::test]
async fn pods_that_start_again_and_volumes_that_grow_are_named_in_one_warning() {
    let after = set(
        set(
            with("nats.storage.size", json!("3Gi")),
            "mongodb.image",
            json!("mongo:8.0"),
        ),
        "annotations",
        json!({ "restarted": "today" }),
    );
    insta::assert_snapshot!(told(&minimal(), &after).await);
}

#[tokio::test]
async fn a_volume_that_only_grows_interrupts_nobody() {
    let after = with("mongodb.storage.size", json!("20Gi"));
    insta::assert_snapshot!(told(&minimal(), &after).await);
}

#[tokio::test]
async fn what_no_pod_notices_is_not_worth_a_word() {
    for (place, value) in [
        ("name", json!("Other")),
        ("on_destroy", json!("delete")),
        ("network_policy", json!("none")),
        ("mongo_writer.enabled", json!(false)),
        ("timeouts.create", json!("1h")),
    ] {
        assert_eq!(told(&minimal(), &with(place, value)).await, "", "{place}");
    }
}

#[tokio::test]
async fn a_creation_is_not_worth_a_word() {
    let runtimes = runtimes().await;
    let planned = runtimes.plan(&Object::default(), &value(&minimal())).await;
    assert_eq!(planned.unwrap().warnings, Diagnostics::new());
}

#[tokio::test]
async fn a_replacement_interrupts_nothing_that_stays() {
    let after = set(with("id", json!("other")), "nats.image", json!("nats:2.14"));
    assert_eq!(told(&minimal(), &after).await, "");
}

#[tokio::test]
async fn a_plan_that_is_made_again_does_not_warn_again() {
    let runtimes = runtimes().await;
    let runtime = created(&runtimes, &minimal()).await;
    let after = value(&with("nats.image", json!("nats:2.14")));
    let first = runtimes.plan(&runtime, &after).await.unwrap();
    assert!(!first.warnings.is_empty());
    let again = runtimes.plan_once(&runtime, &after, &first.private).await;
    assert_eq!(again.unwrap().warnings, Diagnostics::new());
}

#[tokio::test]
async fn each_change_that_would_lose_data_is_refused_at_its_place() {
    let shared = || with("create_namespace", json!(false));
    let classed = || with("mongodb.storage.class", json!("fast"));
    let mut messages = Vec::new();
    for (before, place, value) in [
        (minimal(), "nats.storage.size", json!("512Mi")),
        (minimal(), "mongodb.storage.size", json!("1Gi")),
        (minimal(), "nats.storage.class", json!("fast")),
        (classed(), "mongodb.storage.class", json!("slow")),
        (classed(), "mongodb.storage.class", Json::Null),
        (shared(), "create_namespace", json!(true)),
    ] {
        let after = super::value(&set(before.clone(), place, value));
        for told in &refusal(&before, &after).await {
            let pointer = told.path.as_ref().unwrap().to_string();
            assert!(place.starts_with(&pointer), "{pointer}");
            messages.push(format!("{pointer}: {}: {}", told.summary, told.detail));
        }
    }
    insta::assert_snapshot!(messages.join("\n"));
}

#[tokio::test]
async fn all_refused_changes_are_told_at_once() {
    let after = set(
        with("nats.storage.size", json!("512Mi")),
        "mongodb.storage.class",
        json!("fast"),
    );
    assert_eq!(refusal(&minimal(), &value(&after)).await.iter().count(), 2);
}

#[tokio::test]
async fn what_would_be_refused_is_fine_where_the_runtime_is_another_one() {
    let runtimes = runtimes().await;
    let runtime = created(&runtimes, &minimal()).await;
    let smaller = with("nats.storage.size", json!("512Mi"));
    let other = value(&set(smaller.clone(), "id", json!("other")));
    runtimes.plan(&runtime, &other).await.unwrap();
    for place in ["id", "namespace", "engine"] {
        let perhaps = without(&smaller, place);
        let planned = runtimes.plan(&runtime, &perhaps).await;
        assert!(planned.is_ok(), "{place}: {planned:?}");
    }
}

#[tokio::test]
async fn nothing_is_refused_before_it_is_known() {
    let runtimes = runtimes().await;
    let runtime = created(&runtimes, &with("nats.storage.size", json!("5Gi"))).await;
    for place in [
        "nats.storage.size",
        "nats.storage",
        "nats",
        "nats.storage.class",
    ] {
        let config = without(&with("nats.storage.size", json!("5Gi")), place);
        let planned = runtimes.plan(&runtime, &config).await;
        assert!(planned.is_ok(), "{place}: {planned:?}");
    }
}
