//! How many calls a refresh takes.

use std::time::Instant;

use futures_util::{StreamExt, future::join_all, stream};
use kre_core::desired::{Object, ObjectKey};
use kre_engine::objects::{Expected, Objects};
use serde_json::{Value, json};

use super::{DEPLOYMENT, LABEL, MAP, STAMP, front::Front, object, objects};
use crate::support::soon;

const RUNTIMES: usize = 100;

/// Eight kinds, as many of each as a runtime has.
fn runtime(namespace: &str) -> Vec<Object> {
    let key = ObjectKey::global("v1", "Namespace", namespace);
    let metadata = json!({
        "labels": { LABEL.0: LABEL.1 },
        "annotations": { kre_core::runtime::INSTANCE: STAMP },
    });
    let template = json!({
        "metadata": { "labels": { "app": "a" } },
        "spec": { "containers": [{ "name": "main", "image": "example.invalid/a" }] },
    });
    let workload = json!({ "spec": {
        "replicas": 0,
        "selector": { "matchLabels": { "app": "a" } },
        "template": template,
    } });
    let volume = json!({ "spec": {
        "accessModes": ["ReadWriteOnce"],
        "resources": { "requests": { "storage": "1Gi" } },
    } });
    let service = json!({ "spec": { "clusterIP": "None", "ports": [{ "port": 80 }] } });
    let data = json!({ "data": { "a": "MQ==" } });
    let each = |kind: (&str, &str), fields: &Value, count: usize| {
        let made = (0..count).map(|it| object(kind, namespace, &format!("a-{it}"), fields.clone()));
        made.collect::<Vec<_>>()
    };
    [
        vec![Object::new(key, metadata, json!({}))],
        each(MAP, &data, 2),
        each(("v1", "Secret"), &data, 3),
        each(("v1", "Service"), &service, 3),
        each(("v1", "PersistentVolumeClaim"), &volume, 2),
        each(("apps/v1", "StatefulSet"), &workload, 2),
        each(DEPLOYMENT, &workload, 1),
        each(
            ("networking.k8s.io/v1", "NetworkPolicy"),
            &json!({ "spec": { "podSelector": {} } }),
            1,
        ),
    ]
    .concat()
}

async fn make(objects: &Objects, runtime: &[Object]) {
    for ours in runtime {
        let until = tokio::time::Instant::now() + std::time::Duration::from_mins(2);
        let applied = objects.apply(ours, &Expected::Absent, false, until).await;
        applied.map(drop).unwrap();
    }
}

#[tokio::test]
async fn a_hundred_runtimes_of_eight_kinds_are_found_with_forty_calls() {
    let prefix = format!("counted-{}", std::process::id());
    let runtimes: Vec<_> = (0..RUNTIMES)
        .map(|number| runtime(&format!("{prefix}-{number}")))
        .collect();
    let makers = objects();
    stream::iter(&runtimes)
        .for_each_concurrent(8, |runtime| make(&makers, runtime))
        .await;
    let front = Front::start(true).await;
    let objects = front.objects(None);
    let since = Instant::now();
    let found = join_all(runtimes.iter().map(async |runtime| {
        let keys: Vec<_> = runtime.iter().map(|ours| ours.key().clone()).collect();
        let found = objects.find(&keys, LABEL, soon()).await.unwrap();
        (keys.len(), found.len())
    }));
    let found = found.await;
    let took = since.elapsed();
    assert!(found.iter().all(|(asked, found)| asked == found));
    let calls = front.calls();
    println!("{RUNTIMES} runtimes: {} calls in {took:.0?}", calls.len());
    assert!(calls.len() <= 40, "{calls:#?}");
}
