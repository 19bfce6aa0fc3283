use serde_json::json;

use super::*;

fn item(name: &str) -> Item {
    Item {
        id: EntryId::Object(ObjectKey::namespaced("v1", "Secret", "kre-demo", name)),
        holds_data: false,
    }
}

fn inventory(names: &[&str]) -> Inventory {
    Inventory::new(names.iter().map(|name| item(name)))
}

#[test]
fn a_union_has_the_old_order_and_then_what_is_new() {
    let union = inventory(&["a", "b"]).union(&inventory(&["c", "b"]));
    assert_eq!(union, inventory(&["a", "b", "c"]));
}

#[test]
fn what_holds_data_once_holds_data_in_the_union() {
    let holding = Inventory::new([Item {
        holds_data: true,
        ..item("a")
    }]);
    assert_eq!(inventory(&["a"]).union(&holding), holding);
}

#[test]
fn a_difference_names_the_last_applied_first() {
    let gone = inventory(&["a", "b", "c"]).difference(&inventory(&["b"]));
    assert_eq!(gone, vec![item("c"), item("a")]);
}

#[test]
fn an_inventory_is_read_as_it_was_written() {
    let written = Inventory::new([
        Item {
            holds_data: true,
            ..item("a")
        },
        Item {
            id: EntryId::User {
                database: "admin".to_owned(),
                name: "demo".to_owned(),
            },
            holds_data: false,
        },
        Item {
            id: EntryId::Index {
                database: "demo".to_owned(),
                collection: "logs".to_owned(),
                name: "date".to_owned(),
            },
            holds_data: false,
        },
        Item {
            id: EntryId::Object(ObjectKey::global("v1", "Namespace", "kre-demo")),
            holds_data: false,
        },
    ]);
    insta::assert_snapshot!(written.to_json());
    assert_eq!(Inventory::parse(&written.to_json()).unwrap(), written);
}

#[test]
fn an_inventory_of_a_newer_release_is_refused() {
    let error = Inventory::parse(r#"{"version":2,"things":[]}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "inventory was written by a newer release, in version `2`"
    );
}

#[test]
fn fields_that_are_null_are_not_ours() {
    let key = ObjectKey::global("v1", "Namespace", "a");
    let object = Object::new(
        key,
        json!({ "labels": null }),
        json!({ "spec": [{ "a": null }] }),
    );
    let expected = json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": { "name": "a" },
        "spec": [{}],
    });
    assert_eq!(object.content(), &expected);
}

#[test]
fn a_secret_is_shown_without_its_values() {
    let key = ObjectKey::namespaced("v1", "Secret", "a", "b");
    let object = Object::new(
        key,
        json!({}),
        json!({ "data": { "password": "c2VjcmV0" } }),
    );
    let shown = format!("{object:?}");
    assert!(
        shown.contains("password") && !shown.contains("c2VjcmV0"),
        "{shown}"
    );
}
