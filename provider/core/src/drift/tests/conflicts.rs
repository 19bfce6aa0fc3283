use super::*;

/// As the API server refused an apply.
fn status() -> Value {
    json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "Apply failed with 3 conflicts: …",
        "reason": "Conflict",
        "details": { "causes": [
            {
                "reason": "FieldManagerConflict",
                "message": "conflict with \"kubectl-label\" using apps/v1",
                "field": ".metadata.labels.app.kubernetes.io/managed-by",
            },
            {
                "reason": "FieldManagerConflict",
                "message": "conflict with \"kubectl\" with subresource \"scale\" using apps/v1",
                "field": ".spec.template.spec.containers[name=\"nats\"].ports[containerPort=4222,protocol=\"TCP\"].name",
            },
            {
                "reason": "FieldManagerConflict",
                "message": "conflict with \"odd \\\"man\\\\\"",
                "field": ".data.x",
            },
            { "reason": "FieldValueInvalid", "message": "no", "field": "spec" },
        ] },
        "code": 409,
    })
}

fn conflict(path: &str) -> Conflict {
    Conflict {
        path: FieldPath::parse(path),
        manager: "kubectl-edit".to_owned(),
        since: None,
    }
}

/// Whether force is used where `a` and `b.c` were ours, and then `a` became another's.
#[track_caller]
fn check(conflicting: &[&str], announced: &[&str], expected: bool) {
    let fields = json!({ "f:a": {}, "f:b": { "f:c": {} } });
    let before = object(&json!({ "a": 1, "b": { "c": 1 } }), &[ours(&fields)]);
    let after = object(
        &json!({ "a": 2, "b": { "c": 1 }, "d": 1 }),
        &[theirs(&fields)],
    );
    let conflicts: Vec<_> = conflicting.iter().map(|path| conflict(path)).collect();
    let owned = Owned::of(&before, &seal());
    let forces = may_force(&conflicts, Some(&owned), &after, &seal(), &paths(announced));
    assert_eq!(forces, expected);
}

#[test]
fn conflicts_name_field_and_manager() {
    let found = conflicts(&status());
    let shown: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "metadata.labels.app.kubernetes.io/managed-by (by kubectl-label)",
            "spec.template.spec.containers[name=\"nats\"].ports[containerPort=4222,protocol=\"TCP\"].name (by kubectl)",
            "data.x (by odd \"man\\)",
        ]
    );
}

#[test]
fn the_object_tells_since_when() {
    let live = json!({ "metadata": { "managedFields": [
        { "manager": "kubectl-edit", "operation": "Update", "time": "2026-01-01T00:00:00Z" },
        { "manager": "kubectl-edit", "operation": "Update", "time": "2026-01-02T00:00:00Z" },
        { "manager": "another", "operation": "Update", "time": "2026-01-03T00:00:00Z" },
    ] } });
    let told = conflict("spec.replicas").seen_in(&live).to_string();
    assert_eq!(
        told,
        "spec.replicas (by kubectl-edit since 2026-01-02T00:00:00Z)"
    );
    for unknown in [
        json!(null),
        json!({ "metadata": { "managedFields": [1, {}] } }),
    ] {
        let told = conflict("spec.replicas").seen_in(&unknown).to_string();
        assert_eq!(told, "spec.replicas (by kubectl-edit)");
    }
}

#[test]
fn another_refusal_has_no_conflicts() {
    for status in [
        json!(null),
        json!({}),
        json!({ "details": { "causes": [1, {}] } }),
    ] {
        assert_eq!(conflicts(&status), []);
    }
}

#[test]
fn a_conflict_is_forced_where_the_value_is_still_ours() {
    check(&["b.c"], &[], true);
}

#[test]
fn a_conflict_is_forced_where_the_change_was_announced() {
    check(&["a"], &[], false);
    check(&["a", "b.c"], &["a"], true);
}

#[test]
fn a_conflict_about_a_field_that_was_not_ours_is_never_forced() {
    for path in ["b", "b.c.d", "d", ""] {
        check(&["a", path], &["a", path], false);
    }
}

#[test]
fn no_conflict_is_no_reason_for_force() {
    check(&[], &["a"], false);
}

#[test]
fn a_creation_never_forces() {
    let live = object(&json!({ "a": 1 }), &[theirs(&json!({ "f:a": {} }))]);
    assert!(!may_force(
        &[conflict("a")],
        None,
        &live,
        &seal(),
        &paths(&["a"])
    ));
}

#[test]
fn a_value_that_cannot_be_compared_is_not_forced() {
    let entries = [ours(&json!({ "f:data": { "f:a": {} } }))];
    let mut live = object(&json!({ "data": { "a": "YQ==" } }), &entries);
    live["kind"] = json!("Secret");
    let forces = |of: &Seal, now: &Seal, announced: &[&str]| {
        let owned = Owned::of(&live, of);
        may_force(
            &[conflict("data.a")],
            Some(&owned),
            &live,
            now,
            &paths(announced),
        )
    };
    let without = Seal::without_key();
    assert!(forces(&seal(), &seal(), &[]));
    assert!(!forces(&seal(), &without, &[]));
    assert!(!forces(&without, &seal(), &[]));
    assert!(forces(&without, &without, &["data.a"]));
}
