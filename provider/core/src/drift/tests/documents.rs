use super::*;

#[track_caller]
fn check(before: &Value, after: &Value, expected: &str) {
    let owned = Owned::whole(before, &seal());
    assert_eq!(
        Finding::of(&owned, Some(after), &seal()).to_string(),
        expected
    );
    let json = serde_json::to_string(&owned).unwrap();
    assert_eq!(serde_json::from_str::<Owned>(&json).unwrap(), owned);
}

fn user() -> Value {
    json!({
        "_id": "admin.client",
        "user": "client",
        "db": "admin",
        "roles": [{ "role": "read", "db": "demo" }],
        "customData": { "team": { "name": "a" } },
    })
}

#[test]
fn a_document_is_as_it_was() {
    check(&user(), &user(), "applied");
}

#[test]
fn a_list_is_one_value() {
    let mut after = user();
    after["roles"] = json!([{ "role": "read", "db": "demo" }, { "role": "root", "db": "admin" }]);
    check(&user(), &after, "changed: roles");
}

#[test]
fn fields_are_compared_at_every_depth() {
    let mut after = user();
    after["customData"]["team"]["name"] = json!("b");
    check(&user(), &after, "changed: customData.team.name");
    after["customData"] = json!("b");
    check(&user(), &after, "changed: customData.team.name");
}

#[test]
fn a_field_that_was_not_there_is_a_difference() {
    let mut after = user();
    after["mechanisms"] = json!(["SCRAM-SHA-1"]);
    after["customData"]["age"] = json!(1);
    after["nothing"] = Value::Null;
    check(&user(), &after, "changed: customData.age, mechanisms");
    check(&json!({}), &json!({ "a": 1 }), "changed: a");
    check(
        &json!({ "a": {} }),
        &json!({ "a": { "b": 1 } }),
        "changed: a",
    );
}

#[test]
fn a_field_that_is_gone_is_a_difference() {
    check(
        &json!({ "a": 1, "b": {}, "c": [] }),
        &json!({}),
        "changed: a, b, c",
    );
}

#[test]
fn a_document_with_fields_of_any_name_is_read_back() {
    let odd = json!({ "*": 1, ".": 2, "f:a": 3, "k:{}": { "v:1": 4, "i:0": 5 }, "": 6 });
    check(&odd, &odd, "applied");
}
