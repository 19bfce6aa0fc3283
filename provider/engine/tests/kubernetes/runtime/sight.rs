//! Looks: what is still seen when something cannot be asked, and whose runtime it is.

use kre_core::anchor::InstanceId;
use kre_engine::runtime::Sight;
use serde_json::json;

use super::stage::{Stage, drifted};

#[tokio::test]
async fn a_look_goes_on_without_mongodb_and_ends_with_the_instance() {
    let stage = Stage::new("look");
    let spec = stage.spec(json!({}));
    let seen = stage.made(&spec).await;
    let seen = stage.looked_at(seen).await;
    assert_eq!(drifted(&seen), [].into());
    stage.objects.scale("StatefulSet", &stage.place("mongo"), 0);
    stage.until_ready("StatefulSet", &stage.place("mongo"), 0);

    let sight = stage.read(seen).await;

    let Sight::There { seen, unseen } = sight else {
        panic!("{sight:?}");
    };
    let unseen = unseen.unwrap().to_string();
    assert_eq!(
        unseen,
        format!("StatefulSet {}-mongo is not ready", stage.id)
    );
    let workload = format!("StatefulSet {}-mongo", stage.id);
    let names: Vec<_> = drifted(&seen).into_keys().collect();
    assert_eq!(names, [workload.as_str()]);
    assert_eq!(seen.findings["MongoDB user client"], "applied");

    let theirs = json!({ "data": { "instance": "ffffffffffffffff" } });
    stage.edit("ConfigMap", &stage.anchor(), theirs);
    let Sight::Gone { superseded_by } = stage.read(*seen).await else {
        panic!("it belongs to somebody else");
    };
    let (_, by) = superseded_by.unwrap();
    assert_eq!(by, InstanceId::existing("ffffffffffffffff"));
}
