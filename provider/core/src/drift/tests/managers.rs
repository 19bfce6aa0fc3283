use super::*;

/// Who is named for the field `a`, which was ours and is another now.
#[track_caller]
fn check(entries: &[Value], expected: Option<&str>) {
    let before = object(&json!({ "a": 1 }), &[ours(&json!({ "f:a": {} }))]);
    let after = object(&json!({ "a": 2 }), entries);
    let differences = Owned::of(&before, &seal()).differences(&after, &seal());
    let by: Vec<_> = differences.iter().map(|it| it.by.as_deref()).collect();
    assert_eq!(by, [expected]);
}

fn owner(manager: &str, time: &str) -> Value {
    entry(manager, time, &json!({ "f:a": {} }))
}

#[test]
fn who_took_a_field_last_is_named() {
    let entries = [
        owner("late", "2026-01-03T00:00:00Z"),
        owner("later", "2026-01-04T00:00:00Z"),
        owner("early", "2026-01-02T00:00:00Z"),
    ];
    check(&entries, Some("later"));
}

#[test]
fn of_two_at_once_the_one_that_is_not_us_is_named() {
    let time = "2026-01-01T00:00:00Z";
    let us = owner(crate::runtime::MANAGER, time);
    check(&[owner("other", time), us], Some("other"));
}

#[test]
fn whoever_changed_it_under_our_name_is_us() {
    check(
        &[ours(&json!({ "f:a": {} }))],
        Some("terraform-provider-kre"),
    );
}

#[test]
fn who_left_no_time_is_named_if_nobody_else_is() {
    let mut scaler = owner("kubectl", "");
    scaler.as_object_mut().unwrap().remove("time");
    scaler["subresource"] = json!("scale");
    check(std::slice::from_ref(&scaler), Some("kubectl"));
    check(
        &[scaler, owner("other", "2026-01-02T00:00:00Z")],
        Some("other"),
    );
}

#[test]
fn nobody_is_named_if_nobody_owns_it() {
    check(&[], None);
    check(
        &[entry(
            "other",
            "2026-01-02T00:00:00Z",
            &json!({ "f:b": {} }),
        )],
        None,
    );
}

#[test]
fn every_entry_of_ours_counts() {
    let mut update = ours(&json!({ "f:b": {} }));
    update["apiVersion"] = json!("v2");
    update["operation"] = json!("Update");
    let entries = [ours(&json!({ "f:a": {} })), update];
    let before = object(&json!({ "a": 1, "b": 1 }), &entries);
    let after = object(&json!({ "a": 2, "b": 2 }), &entries);
    assert_eq!(
        found(&before, &after),
        "changed: a, b (by terraform-provider-kre)"
    );
}

#[test]
fn a_status_is_not_ours() {
    let mut status = ours(&json!({ "f:status": { "f:a": {} } }));
    status["subresource"] = json!("status");
    let before = object(
        &json!({ "status": { "a": 1 } }),
        std::slice::from_ref(&status),
    );
    let after = object(&json!({ "status": { "a": 2 } }), &[status]);
    assert_eq!(found(&before, &after), "applied");
}

#[test]
fn what_a_newer_server_notes_is_left_out() {
    let fields = json!({ "f:a": { "r:new": {} }, "q:b": {}, "f:c": 1 });
    let entries = [
        json!(null),
        json!({}),
        json!({ "fieldsV1": [] }),
        ours(&fields),
    ];
    let before = object(&json!({ "a": 1, "c": 1 }), &entries);
    let after = object(&json!({ "a": 2, "c": 2 }), &entries);
    assert_eq!(
        found(&before, &after),
        "changed: a (by terraform-provider-kre)"
    );
}
