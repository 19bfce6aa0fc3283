use super::*;
use crate::{
    anchor::InstanceId,
    desired::{EntryId, ObjectKey},
};

fn record() -> Record {
    let key = ObjectKey::namespaced("v1", "ConfigMap", "kre-demo", "demo-nats-config");
    let live = object(
        &json!({ "data": { "a": 1 } }),
        &[ours(&json!({ "f:data": { "f:a": {} } }))],
    );
    let mut record = Record::new(
        InstanceId::of_random([7; 8]),
        "0123456789abcdef".to_owned(),
        1,
    );
    let id = EntryId::Object(key).to_string();
    record.announced.insert(id.clone(), paths(&["data.a"]));
    record.objects.insert(id, Owned::of(&live, &seal()));
    let user = EntryId::User {
        database: "admin".to_owned(),
        name: "client".to_owned(),
    };
    let document = Owned::whole(&json!({ "user": "client" }), &seal());
    record.objects.insert(user.to_string(), document);
    record.unfinished = true;
    record
}

#[test]
fn a_record_is_read_as_it_was_written() {
    insta::assert_snapshot!(record().to_json());
    assert_eq!(Record::parse(&record().to_json()).unwrap(), record());
    let again: Record = serde_json::from_str(&record().to_json()).unwrap();
    assert_eq!(again, record());
}

#[test]
fn what_is_usual_is_not_written() {
    let record = Record::new(InstanceId::existing("a"), "b".to_owned(), 3);
    assert_eq!(
        record.to_json(),
        r#"{"version":1,"instance":"a","specification":"b","rendering":3,"objects":{}}"#
    );
    assert_eq!(Record::parse(&record.to_json()).unwrap(), record);
}

#[test]
fn a_record_of_a_newer_release_is_refused() {
    let newer = r#"{"version":2,"objects":7}"#;
    let expected = "record was written by a newer release, which is needed to read it: version `2`";
    assert_eq!(Record::parse(newer).unwrap_err().to_string(), expected);
    let error = serde_json::from_str::<Record>(newer).unwrap_err();
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[test]
fn what_is_no_record_is_refused() {
    let broken = record()
        .to_json()
        .replace("\"data\":{\"a\":\"", "\"data\":{\"a\":\"!");
    for json in ["", "[]", "{}", r#"{"version":1}"#, &broken] {
        let error = Record::parse(json).unwrap_err();
        assert_eq!(error.to_string(), "record cannot be read", "{json}");
    }
}

#[test]
fn a_tree_of_anything_else_is_refused() {
    for json in [
        "2",
        "true",
        "\"short\"",
        r#"{"k:{":1}"#,
        r#"{"a":{".":{}}}"#,
    ] {
        assert!(serde_json::from_str::<Owned>(json).is_err(), "{json}");
    }
}

#[test]
fn things_are_found_by_their_names() {
    let user = EntryId::User {
        database: "admin".to_owned(),
        name: "client".to_owned(),
    };
    let index = EntryId::Index {
        database: "demo".to_owned(),
        collection: "logs".to_owned(),
        name: "date".to_owned(),
    };
    let key = ObjectKey::namespaced("apps/v1", "Deployment", "kre-demo", "demo-mongo-writer");
    assert_eq!(user.to_string(), "MongoDB user client");
    assert_eq!(index.to_string(), "MongoDB index demo.logs date");
    assert_eq!(
        EntryId::Object(key).to_string(),
        "Deployment demo-mongo-writer"
    );
    assert!(record().owned(&user).is_some());
    assert!(record().owned(&index).is_none());
}
