//! Removals: what stays, and what must not be overlooked.

use harness::proxy::{Fault, Proxy};
use http::StatusCode;
use serde_json::json;

use super::stage::{Stage, world};
use crate::support::machine;

#[tokio::test]
async fn data_stays_though_somebody_has_deleted_the_anchor() {
    let stage = Stage::new("keep");
    let spec = stage.spec(json!({}));
    let seen = stage.made(&spec).await;
    stage.lose("ConfigMap", &stage.anchor());

    let removed = stage.delete(&spec, &seen.record.instance).await.unwrap();

    let kept: Vec<_> = removed.kept.iter().map(|it| it.id.to_string()).collect();
    for part in ["nats", "mongo"] {
        let claim = format!("data-{}-{part}-0", stage.id);
        assert!(
            kept.contains(&format!("PersistentVolumeClaim {claim}")),
            "{kept:?}"
        );
        assert!(stage.has(
            "PersistentVolumeClaim",
            &format!("{}/{claim}", stage.namespace())
        ));
        assert!(!stage.has("StatefulSet", &stage.place(part)));
    }
    assert!(stage.has("Secret", &stage.place("mongo")));
    let anchor = stage.objects.get("ConfigMap", &stage.anchor()).unwrap();
    assert_eq!(anchor["data"]["status"], "retained");

    // Only its data is left: that is no runtime that could be imported.
    let world = world(machine().kubeconfig());
    let runtimes = kre_engine::runtime::Runtimes::new(&world, &stage.terms);
    let found = runtimes.find(&spec.namespace(), &spec.id).await.unwrap();
    assert!(found.is_none());
    // Whoever was not told that it is gone asks again, and nothing more goes.
    let again = stage.delete(&spec, &seen.record.instance).await.unwrap();
    assert_eq!(again.kept, removed.kept);
}

#[tokio::test]
async fn pods_that_have_lost_their_workload_go_too() {
    let stage = Stage::new("orphan");
    let spec = stage.spec(json!({ "on_destroy": "delete" }));
    let seen = stage.made(&spec).await;
    let nats = stage.place("nats");
    stage.objects.delete_alone("StatefulSet", &nats);
    stage.objects.until_gone("StatefulSet", &nats);
    assert!(stage.has("Pod", &stage.place("nats-0")));

    let removed = stage.delete(&spec, &seen.record.instance).await.unwrap();

    assert!(removed.inhabited.is_none(), "{removed:?}");
    assert!(!stage.has("Namespace", &stage.namespace()));
}

#[tokio::test]
async fn a_namespace_of_which_not_everything_may_be_seen_stays() {
    let stage = Stage::new("unseen");
    let hopeless = json!({ "image": "registry.invalid/nats:1", "storage": { "size": "1Gi" } });
    let spec = stage.spec(json!({ "nats": hopeless, "fail_fast": "1s" }));
    let done = stage.create(&spec).await;
    let instance = done.seen.unwrap().record.instance;
    let proxy = Proxy::to(machine().kubeconfig());
    let is_hidden = |call: &harness::proxy::Call| call.sort() == "list podtemplates";
    proxy.inject(Fault::with(StatusCode::FORBIDDEN).only(is_hidden));

    let world = world(&proxy.kubeconfig());
    let removed = stage.delete_in(&world, &spec, &instance).await.unwrap();

    let (name, inhabitants) = removed.inhabited.unwrap();
    assert_eq!(name, stage.namespace());
    assert_eq!(inhabitants, ["podtemplates (may not be listed)"]);
    assert!(stage.has("Namespace", &stage.namespace()));
    assert!(!stage.has("ConfigMap", &stage.anchor()));
}
