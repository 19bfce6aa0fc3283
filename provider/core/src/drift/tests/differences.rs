use super::*;

#[track_caller]
fn check(fields: &Value, before: &Value, after: &Value, expected: &str) {
    let entries = [ours(fields)];
    assert_eq!(
        found(&object(before, &entries), &object(after, &entries)),
        expected
    );
}

#[test]
fn an_atomic_list_is_one_value() {
    let fields = json!({ "f:spec": { "f:args": {} } });
    let args = |args: Value| json!({ "spec": { "args": args } });
    check(
        &fields,
        &args(json!(["a", "b"])),
        &args(json!(["a", "b"])),
        "applied",
    );
    let expected = "changed: spec.args (by terraform-provider-kre)";
    check(
        &fields,
        &args(json!(["a", "b"])),
        &args(json!(["b", "a"])),
        expected,
    );
    check(
        &fields,
        &args(json!(["a", "b"])),
        &args(json!([])),
        expected,
    );
}

#[test]
fn the_order_of_fields_is_none_of_the_value() {
    let fields = json!({ "f:spec": { "f:selector": {} } });
    let before = serde_json::from_str(r#"{"spec":{"selector":{"a":1,"b":{"c":1,"d":2}}}}"#);
    let after = serde_json::from_str(r#"{"spec":{"selector":{"b":{"d":2,"c":1},"a":1}}}"#);
    check(&fields, &before.unwrap(), &after.unwrap(), "applied");
}

#[test]
fn the_order_of_elements_with_keys_is_no_difference() {
    let fields = json!({ "f:ports": {
        r#"k:{"port":1,"protocol":"TCP"}"#: { ".": {}, "f:port": {}, "f:protocol": {} },
        r#"k:{"port":1,"protocol":"UDP"}"#: { ".": {}, "f:port": {}, "f:protocol": {} },
    } });
    let [tcp, udp] = ["TCP", "UDP"].map(|it| json!({ "port": 1, "protocol": it }));
    check(
        &fields,
        &json!({ "ports": [tcp, udp] }),
        &json!({ "ports": [udp, tcp] }),
        "applied",
    );
}

#[test]
fn an_element_that_is_gone_is_told_once() {
    let fields = json!({ "f:ports": {
        r#"k:{"port":1,"protocol":"TCP"}"#: { ".": {}, "f:port": {}, "f:protocol": {} },
    } });
    let before = json!({ "ports": [{ "port": 1, "protocol": "TCP" }] });
    let after = json!({ "ports": [{ "port": 1, "protocol": "UDP" }] });
    let expected = "changed: ports[port=1,protocol=\"TCP\"] (by terraform-provider-kre)";
    check(&fields, &before, &after, expected);
}

#[test]
fn of_an_element_that_is_ours_alone_only_its_presence_counts() {
    let fields = json!({ "f:owners": { r#"k:{"uid":"1"}"#: {} } });
    let before = json!({ "owners": [{ "uid": "1", "name": "a" }] });
    let after = json!({ "owners": [{ "uid": "1", "name": "b" }] });
    check(&fields, &before, &after, "applied");
}

#[test]
fn an_element_of_a_set_is_there_or_not() {
    let fields = json!({ "f:finalizers": { r#"v:"a""#: {} } });
    let set = |set: Value| json!({ "finalizers": set });
    check(
        &fields,
        &set(json!(["a"])),
        &set(json!(["b", "a"])),
        "applied",
    );
    let expected = "changed: finalizers[=\"a\"] (by terraform-provider-kre)";
    check(&fields, &set(json!(["a"])), &set(json!(["b"])), expected);
}

#[test]
fn an_element_at_a_position_is_a_value() {
    let fields = json!({ "f:list": { "i:1": {} } });
    let list = |list: Value| json!({ "list": list });
    check(
        &fields,
        &list(json!([1, 2])),
        &list(json!([0, 2, 3])),
        "applied",
    );
    let expected = "changed: list[1] (by terraform-provider-kre)";
    check(
        &fields,
        &list(json!([1, 2])),
        &list(json!([1, 3])),
        expected,
    );
}

#[test]
fn a_number_is_not_the_text_of_it() {
    let fields = json!({ "f:port": {} });
    let expected = "changed: port (by terraform-provider-kre)";
    check(
        &fields,
        &json!({ "port": 80 }),
        &json!({ "port": "80" }),
        expected,
    );
}

#[test]
fn what_others_put_into_an_empty_collection_is_theirs() {
    let fields = json!({ "f:emptyDir": {} });
    let (empty, full) = (
        json!({ "emptyDir": {} }),
        json!({ "emptyDir": { "sizeLimit": "1Gi" } }),
    );
    check(&fields, &empty, &full, "applied");
    let ours = [ours(&fields)];
    let theirs = theirs(&json!({ "f:emptyDir": { "f:sizeLimit": {} } }));
    let both = [ours[0].clone(), theirs];
    assert_eq!(
        found(&object(&empty, &ours), &object(&full, &both)),
        "applied"
    );
    assert_eq!(
        found(&object(&full, &both), &object(&empty, &ours)),
        "applied"
    );
    // It was there before ours, and nobody had said whose it was.
    assert_eq!(
        found(&object(&full, &ours), &object(&empty, &both)),
        "applied"
    );
}

#[test]
fn a_collection_that_is_gone_is_a_difference() {
    let fields = json!({ "f:emptyDir": {} });
    let expected = "changed: emptyDir (by terraform-provider-kre)";
    check(&fields, &json!({ "emptyDir": {} }), &json!({}), expected);
}

#[test]
fn a_map_that_is_ours_with_entries_is_there_or_not() {
    let fields = json!({ "f:labels": { ".": {}, "f:a": {} } });
    let before = json!({ "labels": { "a": "1" } });
    check(
        &fields,
        &before,
        &json!({ "labels": { "a": "1", "b": "2" } }),
        "applied",
    );
    let expected = "changed: labels (by terraform-provider-kre)";
    check(&fields, &before, &json!({}), expected);
}

#[test]
fn what_the_server_leaves_out_is_nothing_until_it_is_something() {
    let fields = json!({ "f:spec": { "f:paused": {} } });
    let paused = |it: Value| json!({ "spec": { "paused": it } });
    check(&fields, &json!({ "spec": {} }), &json!({}), "applied");
    check(
        &fields,
        &json!({ "spec": {} }),
        &paused(Value::Null),
        "applied",
    );
    let expected = "changed: spec.paused (by terraform-provider-kre)";
    check(
        &fields,
        &json!({ "spec": {} }),
        &paused(json!(true)),
        expected,
    );
}

#[test]
fn a_field_that_we_never_set_is_no_difference() {
    let fields = json!({ "f:a": {} });
    check(
        &fields,
        &json!({ "a": 1, "b": 1 }),
        &json!({ "a": 1, "b": 2, "c": 3 }),
        "applied",
    );
}

#[test]
fn a_field_that_is_not_ours_any_more_is_a_difference() {
    let before = object(&json!({ "a": 1 }), &[ours(&json!({ "f:a": {} }))]);
    let taken = object(&json!({ "a": 1 }), &[theirs(&json!({ "f:a": {} }))]);
    assert_eq!(found(&before, &taken), "changed: a (by kubectl-edit)");
    let dropped = object(&json!({ "a": 1 }), &[]);
    assert_eq!(found(&before, &dropped), "changed: a");
}

#[test]
fn a_field_that_is_ours_too_is_none() {
    let mine = ours(&json!({ "f:a": {} }));
    let before = object(&json!({ "a": 1 }), std::slice::from_ref(&mine));
    let shared = object(&json!({ "a": 1 }), &[mine, theirs(&json!({ "f:a": {} }))]);
    assert_eq!(found(&before, &shared), "applied");
}

#[test]
fn the_keys_of_an_element_say_nothing_that_it_does_not() {
    let fields = json!({ "f:env": { r#"k:{"name":"a"}"#: {
        ".": {}, "f:name": {}, "f:value": {},
    } } });
    let env = json!({ "env": [{ "name": "a", "value": "1" }] });
    let taken = object(&env, &[theirs(&fields)]);
    assert_eq!(
        found(&object(&env, &[ours(&fields)]), &taken),
        "changed: env[name=\"a\"], env[name=\"a\"].value (by kubectl-edit)"
    );
}
