//! Objects of which one writer wins.

use kre_engine::objects::ApplyError;
use serde_json::json;

use super::{MAP, create, edit, front::Front, map, namespace, object, objects, read, stamped};
use crate::support::soon;

#[tokio::test]
async fn creating_twice_with_ones_own_stamp_succeeds() {
    let namespace = namespace("own").await;
    let ours = map(namespace.name(), "a", "1");
    let objects = objects();
    let first = objects.create(&ours, soon()).await.unwrap();
    let second = objects.create(&ours, soon()).await.unwrap();
    assert_eq!(first, second);
}

#[tokio::test]
async fn creating_what_has_the_stamp_of_another_fails() {
    let namespace = namespace("other").await;
    let theirs = json!({ "data": { "a": "1" } });
    let theirs = stamped("ff", MAP, namespace.name(), "a", theirs);
    let objects = objects();
    let first = objects.create(&theirs, soon()).await.unwrap();
    let ours = map(namespace.name(), "a", "1");
    let error = objects.create(&ours, soon()).await.unwrap_err();
    let ApplyError::Exists { found } = &error else {
        panic!("{error}")
    };
    assert_eq!(*found, first);
    assert!(
        error.to_string().contains("made by instance `ff`"),
        "{error}"
    );
}

#[tokio::test]
async fn creating_what_has_no_stamp_fails() {
    let namespace = namespace("nobody").await;
    let foreign = json!({ "metadata": { "name": "a" } });
    create(MAP, Some(namespace.name()), foreign).await;
    let ours = map(namespace.name(), "a", "1");
    let error = objects().create(&ours, soon()).await.unwrap_err();
    assert!(error.to_string().contains("not made by us"), "{error}");
}

#[tokio::test]
async fn a_creation_whose_answer_was_lost_has_succeeded() {
    let namespace = namespace("lost").await;
    let front = Front::start(true).await;
    front.lose_one();
    let ours = map(namespace.name(), "a", "1");
    let created = front.objects(None).create(&ours, soon()).await.unwrap();
    assert_eq!(read(ours.key()).await.unwrap(), created);
    let posts = front.calls();
    let posts = posts.iter().filter(|call| call.starts_with("POST"));
    assert_eq!(posts.count(), 1);
}

#[tokio::test]
async fn a_replacement_whose_answer_was_lost_has_succeeded() {
    let namespace = namespace("replied").await;
    let front = Front::start(true).await;
    let objects = front.objects(None);
    let before = map(namespace.name(), "a", "1");
    let before = objects.create(&before, soon()).await.unwrap();
    front.lose_one();
    let now = map(namespace.name(), "a", "2");
    let live = objects.replace(&now, &before, soon()).await.unwrap();
    assert_eq!(live.value()["data"], json!({ "a": "2" }));
}

#[tokio::test]
async fn a_replacement_keeps_what_others_have_added() {
    let namespace = namespace("foreign").await;
    let before = json!({ "data": { "a": "1", "old": "1" } });
    let before = object(MAP, namespace.name(), "a", before);
    let objects = objects();
    objects.create(&before, soon()).await.unwrap();
    let change = json!({
        "metadata": { "labels": { "team": "x" }, "annotations": { "note": "y" } },
        "data": { "theirs": "1" },
    });
    edit(before.key(), change).await;
    let over = read(before.key()).await.unwrap();
    let now = map(namespace.name(), "a", "2");
    let live = objects.replace(&now, &over, soon()).await.unwrap();
    let data = json!({ "a": "2", "theirs": "1" });
    assert_eq!(live.value()["data"], data);
    assert_eq!(live.value()["metadata"]["labels"]["team"], "x");
    assert_eq!(live.value()["metadata"]["annotations"]["note"], "y");
    assert_eq!(live.uid(), over.uid());
}

#[tokio::test]
async fn an_outdated_replacement_fails() {
    let namespace = namespace("outdated").await;
    let ours = map(namespace.name(), "a", "1");
    let objects = objects();
    let over = objects.create(&ours, soon()).await.unwrap();
    edit(ours.key(), json!({ "data": { "theirs": "1" } })).await;
    let now = map(namespace.name(), "a", "2");
    let error = objects.replace(&now, &over, soon()).await.unwrap_err();
    assert!(matches!(&error, ApplyError::Outdated(_)), "{error}");
    let after = read(ours.key()).await.unwrap();
    assert_eq!(after.value()["data"]["a"], "1");
}

#[tokio::test]
async fn a_replacement_of_another_object_of_that_name_fails() {
    let namespace = namespace("renewed").await;
    let ours = map(namespace.name(), "a", "1");
    let objects = objects();
    let over = objects.create(&ours, soon()).await.unwrap();
    let background = kre_engine::objects::Propagation::Background;
    for is_there in [false, true] {
        let current = read(ours.key()).await.unwrap();
        let deleted = objects.delete(ours.key(), current.uid(), background, soon());
        deleted.await.unwrap();
        if is_there {
            objects.create(&ours, soon()).await.unwrap();
        }
        let error = objects.replace(&ours, &over, soon()).await.unwrap_err();
        let ApplyError::Replaced { found, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(found.is_some(), is_there);
        if !is_there {
            objects.create(&ours, soon()).await.unwrap();
        }
    }
}
