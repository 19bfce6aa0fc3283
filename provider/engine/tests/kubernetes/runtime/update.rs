//! Updates: what goes, what is taken back from others, and whose work is left alone.

use std::time::Duration;

use kre_core::{
    anchor::InstanceId,
    desired::ObjectKey,
    drift::Record,
    runtime::{Credential, MONGODB_PORT, RENDERING, digest},
    secret::Password,
};
use kre_engine::{
    documents::{Documents, Login},
    forward::{Forwards, Port},
    objects::ApplyError,
    work::Failed,
};
use serde_json::json;
use tokio::time::sleep;

use super::stage::{Stage, drifted, ready};
use crate::support::{by_kubeconfig, cluster, soon};

const OTHER: &str = "ffffffffffffffff";

/// The users that MongoDB knows.
async fn users(stage: &Stage) -> Vec<String> {
    let secret = stage.objects.get("Secret", &stage.place("mongo")).unwrap();
    let password = secret["data"]["password"].as_str().unwrap();
    let password = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, password).unwrap();
    let login = Login {
        credential: Credential {
            username: "root".to_owned(),
            password: Password::existing(String::from_utf8(password).unwrap()),
        },
        secret: format!("{}-mongo", stage.id),
    };
    let server = Port {
        namespace: stage.namespace(),
        pod: format!("{}-mongo-0", stage.id),
        port: MONGODB_PORT,
    };
    let forwards = Forwards::new(cluster(by_kubeconfig()));
    let documents = Documents::open(&forwards, &server, &login, soon());
    let documents = documents.await.unwrap();
    let users = documents.users("admin", soon()).await.unwrap();
    documents.close().await;
    users.into_keys().collect()
}

#[tokio::test]
async fn what_is_not_needed_any_more_goes_if_it_is_ours() {
    let stage = Stage::new("shrink");
    let old = stage.spec(json!({}));
    let seen = stage.made(&old).await;
    assert_eq!(users(&stage).await, ["client", "root", "writer"]);
    stage.stamp("Secret", &stage.place("mongo-writer"), OTHER);

    let new = stage.spec(json!({ "mongo_writer": { "enabled": false } }));
    let seen = ready(stage.update(&old, &new, seen.record).await);

    assert!(!stage.has("Deployment", &stage.place("mongo-writer")));
    assert!(stage.has("Secret", &stage.place("mongo-writer")));
    assert_eq!(users(&stage).await, ["client", "root"]);
    assert_eq!(drifted(&seen), [].into());

    // The same without an anchor: what it named is what the state says.
    stage.lose("Secret", &stage.place("mongo-writer"));
    let seen = ready(stage.update(&new, &old, seen.record).await);
    stage.lose("ConfigMap", &stage.anchor());
    let seen = ready(stage.update(&old, &new, seen.record).await);
    assert!(!stage.has("Deployment", &stage.place("mongo-writer")));
    assert!(!stage.has("Secret", &stage.place("mongo-writer")));
    assert!(stage.has("ConfigMap", &stage.anchor()));
    assert_eq!(drifted(&stage.looked_at(seen).await), [].into());
}

#[tokio::test]
async fn only_what_was_announced_is_taken_back() {
    let stage = Stage::new("force");
    let spec = stage.spec(json!({ "annotations": { "team": "a" } }));
    let seen = stage.made(&spec).await;
    let image = json!([{ "name": "mongo-writer", "image": "registry.example/theirs:1" }]);
    let theirs = json!({ "spec": { "template": { "spec": { "containers": image } } } });
    stage.objects.apply(
        "somebody",
        &json!({
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": { "name": format!("{}-mongo-writer", stage.id), "namespace": stage.namespace() },
            "spec": theirs["spec"],
        }),
    );
    let annotations = json!({ "metadata": { "annotations": { "team": "b" } } });
    stage.edit("Namespace", &stage.namespace(), annotations);

    let refused = stage.update(&spec, &spec, seen.record).await;
    let Some(Failed::Apply(errors)) = refused.error else {
        panic!("{refused:?}");
    };
    let is_of_namespace = |key: &ObjectKey| key.kind == "Namespace";
    assert!(
        matches!(&errors[..], [ApplyError::Conflicts { key, .. }] if is_of_namespace(key)),
        "{errors:?}"
    );

    let seen = stage.looked_at(*refused.seen.unwrap()).await;
    let names: Vec<_> = drifted(&seen).into_keys().map(str::to_owned).collect();
    let deployment = format!("Deployment {}-mongo-writer", stage.id);
    assert_eq!(
        names,
        [deployment, format!("Namespace {}", stage.namespace())]
    );
    let seen = ready(stage.update(&spec, &spec, seen.record).await);

    // What has been taken back is not announced any more: whoever takes it again is asked.
    assert_eq!(seen.record.announced, [].into());
    let namespace = stage.objects.get("Namespace", &stage.namespace()).unwrap();
    assert_eq!(namespace["metadata"]["annotations"]["team"], "a");
    assert_eq!(drifted(&stage.looked_at(seen).await), [].into());
}

#[tokio::test]
async fn what_goes_already_is_waited_for_and_made_anew() {
    let stage = Stage::new("wait");
    let spec = stage.spec(json!({}));
    let seen = stage.made(&spec).await;
    let place = stage.place("nats-config");
    let hold = |finalizers: &[&str]| {
        let change = json!({ "metadata": { "finalizers": finalizers } });
        stage.edit("ConfigMap", &place, change);
    };
    hold(&["example.com/hold"]);
    let before = stage.objects.get("ConfigMap", &place).unwrap();
    stage.objects.delete("ConfigMap", &place);

    let releasing = async {
        sleep(Duration::from_secs(1)).await;
        hold(&[]);
    };
    let (done, ()) = tokio::join!(stage.update(&spec, &spec, seen.record), releasing);

    ready(done);
    let after = stage.objects.get("ConfigMap", &place).unwrap();
    assert_ne!(before["metadata"]["uid"], after["metadata"]["uid"]);
}

#[tokio::test]
async fn whoever_takes_over_in_the_middle_is_noticed() {
    let stage = Stage::new("taken");
    let old = stage.spec(json!({}));
    let seen = stage.made(&old).await;
    let slow = json!({ "devcluster.kre.konstellation.io/delay": "3s" });
    let new = stage.spec(json!({ "annotations": slow }));

    let taking = async {
        let is_updating = || {
            let anchor = stage.objects.get("ConfigMap", &stage.anchor()).unwrap();
            anchor["data"]["status"] == "updating"
        };
        while !is_updating() {
            sleep(Duration::from_millis(50)).await;
        }
        let theirs = json!({ "data": { "instance": OTHER } });
        stage.edit("ConfigMap", &stage.anchor(), theirs);
    };
    let record = seen.record.clone();
    let (done, ()) = tokio::join!(stage.update(&old, &new, record), taking);

    let Some(Failed::Superseded { by, .. }) = done.error else {
        panic!("{done:?}");
    };
    assert_eq!(by, InstanceId::existing(OTHER));
    let anchor = stage.objects.get("ConfigMap", &stage.anchor()).unwrap();
    assert_eq!(anchor["data"]["instance"], OTHER);

    // The next one is told before it writes anything.
    let done = stage.update(&new, &new, seen.record).await;
    assert!(matches!(done.error, Some(Failed::Superseded { .. })));
    assert!(done.seen.is_none());
}

#[tokio::test]
async fn a_namespace_that_somebody_else_has_made_is_not_taken_over() {
    let stage = Stage::new("ground");
    let metadata = json!({ "name": stage.namespace() });
    let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata });
    stage.objects.create(&namespace);
    let spec = stage.spec(json!({}));
    let instance = InstanceId::existing("0011223344556677");
    let record = Record::new(instance, digest(&spec), RENDERING);

    let done = stage.update(&spec, &spec, record).await;

    assert!(
        matches!(done.error, Some(Failed::ForeignNamespace(_))),
        "{done:?}"
    );
    assert!(done.seen.is_none());
    assert!(!stage.has("ConfigMap", &stage.anchor()));
}

#[tokio::test]
async fn a_namespace_that_was_given_up_stays_when_the_runtime_goes() {
    let stage = Stage::new("given");
    let old = stage.spec(json!({ "on_destroy": "delete" }));
    let seen = stage.made(&old).await;
    let new = stage.spec(json!({ "on_destroy": "delete", "create_namespace": false }));

    let seen = ready(stage.update(&old, &new, seen.record).await);

    let namespace = stage.objects.get("Namespace", &stage.namespace()).unwrap();
    assert!(
        namespace["metadata"]["annotations"].is_null(),
        "{namespace}"
    );
    let seen = stage.looked_at(seen).await;
    assert_eq!(drifted(&seen), [].into());
    let instance = &seen.record.instance;
    let removed = stage.delete(&new, instance).await.unwrap();
    assert!(removed.kept.is_empty() && removed.inhabited.is_none());
    assert!(stage.has("Namespace", &stage.namespace()));
    assert!(!stage.has("ConfigMap", &stage.anchor()));
}
