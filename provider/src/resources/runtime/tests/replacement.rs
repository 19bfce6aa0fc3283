//! Runtimes that are replaced by others.

use super::*;

fn places(planned: &Planned) -> Vec<String> {
    planned.replace.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn another_id_is_another_runtime_with_other_names() {
    let planned = update(&minimal(), &with("id", json!("other"))).await;
    assert_eq!(places(&planned), ["id", "namespace"]);
    let state = &planned.state;
    assert_eq!(state.attribute("namespace"), &"kre-other".into());
    assert_eq!(state.attribute("ref").attribute("id"), &"other".into());
    assert!(state.attribute("cluster_uid").is_unknown());
    let objects = state.attribute("objects").as_entries().unwrap();
    assert!(objects.keys().all(|name| !name.contains("demo")));
}

#[tokio::test]
async fn an_id_that_is_unknown_may_be_another_one() {
    let runtimes = runtimes().await;
    let runtime = created(&runtimes, &minimal()).await;
    let planned = runtimes.plan(&runtime, &without(&minimal(), "id")).await;
    assert_eq!(places(&planned.unwrap()), ["id", "namespace"]);
}

#[tokio::test]
async fn without_a_namespace_the_configuration_means_the_default_one() {
    let planned = update(&with("namespace", json!("other")), &minimal()).await;
    assert_eq!(places(&planned), ["namespace"]);
    assert_eq!(planned.state.attribute("namespace"), &"kre-demo".into());
    let planned = update(&with("namespace", json!("kre-demo")), &minimal()).await;
    assert_eq!(places(&planned), [""; 0]);
}

#[tokio::test]
async fn a_replacement_is_carried_out() {
    let runtimes = runtimes().await;
    let runtime = created(&runtimes, &minimal()).await;
    let config = value(&with("id", json!("other")));
    let runtime = runtimes.change(&runtime, &config).await.unwrap();
    assert_eq!(runtime.identity.attribute("id"), &"other".into());
    runtimes.settled(&runtime, &config).await.unwrap();
}

/// Hosts plan the new runtime with what the plan of the old one remembered; those from 1.16 hand
/// that back before the apply, when nothing else is left of it.
#[tokio::test]
async fn a_creation_is_told_which_runtime_it_replaces() {
    let runtimes = runtimes().await;
    let old = created(&runtimes, &minimal()).await;
    let config = value(&minimal());
    let nothing = Object::default();
    let remembered = Object {
        private: old.private.clone(),
        ..nothing.clone()
    };
    let planned = runtimes.plan_once(&remembered, &config, &[]).await.unwrap();
    assert_eq!(planned.private, old.private);
    let again = runtimes
        .plan_once(&nothing, &config, &planned.private)
        .await;
    assert_eq!(again.unwrap().private, old.private);
    let older = runtimes.plan_once(&nothing, &config, &[]).await;
    assert_eq!(older.unwrap().private, Vec::<u8>::new());
}
