use crate::{
    contract::{apply_violations, final_plan_violations, tests::*},
    value::Refinements,
};

/// Checks what became of a planned value of `b`.
#[track_caller]
fn check(block: &Block, planned: Value, actual: Value, expected: &[&str]) {
    let found = apply_violations(block, &b(planned), &b(actual));
    assert_eq!(texts(&found), expected);
}

fn of(ty: Type) -> Block {
    block([(
        "b",
        Attribute::new(Shape::Value(ty), Mode::OptionalComputed),
    )])
}

fn promised(refinements: Refinements) -> Value {
    Value::Unknown(refinements)
}

fn unpromised() -> Refinements {
    Refinements::default()
}

const BROKEN: &str = "at `b`: is not what was promised of the unknown: ";

#[test]
fn the_object_is_there_if_it_was_planned() {
    let schema = of(Type::String);
    let value = b("x".into());
    let found = |planned, actual| texts(&apply_violations(&schema, planned, actual));
    assert!(found(&Value::Null, &Value::Null).is_empty());
    let absent = ["was there in the plan, but is absent now"];
    assert_eq!(found(&value, &Value::Null), absent);
    let there = ["was absent in the plan, but is there now"];
    assert_eq!(found(&Value::Null, &value), there);
}

#[test]
fn what_was_known_stays() {
    let schema = of(Type::String);
    check(&schema, "x".into(), "x".into(), &[]);
    check(
        &schema,
        "x".into(),
        "y".into(),
        &[r#"at `b`: was planned as `"x"`, but now is `"y"`"#],
    );
    check(
        &schema,
        "x".into(),
        Value::Null,
        &[r#"at `b`: was planned as `"x"`, but now is `null`"#],
    );
    check(
        &schema,
        Value::Null,
        "x".into(),
        &[r#"at `b`: was planned as `null`, but now is `"x"`"#],
    );
}

#[test]
fn what_was_unknown_may_be_anything() {
    check(&of(Type::String), Value::unknown(), "x".into(), &[]);
    check(&of(Type::String), Value::unknown(), Value::Null, &[]);
}

#[test]
fn a_state_breaks_the_rules_of_states_first() {
    check(
        &of(Type::String),
        "x".into(),
        Value::unknown(),
        &["at `b`: must be known once the provider has answered"],
    );
    check(
        &block([("b", write_only())]),
        Value::Null,
        "secret".into(),
        &["at `b`: write-only attribute must be null in an answer"],
    );
    check(
        &of(Type::String),
        "x".into(),
        true.into(),
        &["at `b`: must be `string`, not a bool"],
    );
}

#[test]
fn sensitive_values_stay_out_of_texts() {
    let inside = Attribute {
        sensitive: true,
        ..text(Mode::Optional)
    };
    let shape = Shape::Nested(Nesting::List, attributes([("s", inside)]));
    let schema = block([("b", Attribute::new(shape, Mode::Optional))]);
    let value = |text: &str| Value::list([object([("s", text.into())])]);
    let expected = ["at `b`: is not what was planned (values are sensitive)"];
    check(&schema, value("secret"), value("other"), &expected);
}

#[test]
fn promises_of_nullness_are_kept() {
    let schema = of(Type::String);
    check(&schema, Value::unknown_not_null(), "x".into(), &[]);
    let expected = format!("{BROKEN}`null`");
    check(
        &schema,
        Value::unknown_not_null(),
        Value::Null,
        &[&expected],
    );
    let null = Refinements {
        null: Some(true),
        ..unpromised()
    };
    check(&schema, promised(null.clone()), Value::Null, &[]);
    let expected = format!("{BROKEN}`\"x\"`");
    check(&schema, promised(null), "x".into(), &[&expected]);
}

#[test]
fn promises_of_a_prefix_are_kept() {
    let schema = of(Type::String);
    let prefixed = promised(Refinements {
        prefix: Some("ab".to_owned()),
        ..unpromised()
    });
    check(&schema, prefixed.clone(), "abc".into(), &[]);
    check(&schema, prefixed.clone(), Value::Null, &[]);
    let expected = format!("{BROKEN}`\"a\"`");
    check(&schema, prefixed, "a".into(), &[&expected]);
}

#[test]
fn promises_of_a_range_are_kept() {
    let schema = of(Type::Number);
    let ranged = promised(Refinements {
        least: Some((1_i64.into(), true)),
        greatest: Some((3_i64.into(), false)),
        ..unpromised()
    });
    for inside in [1, 2] {
        check(&schema, ranged.clone(), inside.into(), &[]);
    }
    for outside in [0, 3, 4] {
        let expected = format!("{BROKEN}`{outside}`");
        check(&schema, ranged.clone(), outside.into(), &[&expected]);
    }
}

#[test]
fn promises_of_a_length_are_kept() {
    let schema = of(Type::list(Type::Bool));
    let sized = promised(Refinements {
        min_length: Some(1),
        max_length: Some(1),
        ..unpromised()
    });
    check(&schema, sized.clone(), Value::list([true.into()]), &[]);
    let expected = format!("{BROKEN}`[]`");
    check(&schema, sized.clone(), Value::list([]), &[&expected]);
    let expected = format!("{BROKEN}`[true, true]`");
    check(
        &schema,
        sized,
        Value::list([true.into(), true.into()]),
        &[&expected],
    );
}

#[test]
fn elements_of_lists_neither_vanish_nor_appear() {
    let schema = of(Type::list(Type::String));
    let planned = Value::list([Value::unknown(), "b".into()]);
    check(
        &schema,
        planned.clone(),
        Value::list(["a".into(), "b".into()]),
        &[],
    );
    let shorter = Value::list(["a".into()]);
    let expected = ["at `b[1]`: was planned, but has vanished"];
    check(&schema, planned, shorter.clone(), &expected);
    let expected = ["at `b[0]`: was not planned, but has appeared"];
    check(&schema, Value::list([]), shorter, &expected);
}

#[test]
fn elements_of_maps_neither_vanish_nor_appear() {
    let schema = of(Type::map(Type::String));
    let of = |key: &str, value: Value| Value::map([(key, value)]);
    check(&schema, of("k", Value::unknown()), of("k", "x".into()), &[]);
    check(
        &schema,
        of("k", "x".into()),
        of("l", "x".into()),
        &[
            "at `b[\"k\"]`: was planned, but has vanished",
            "at `b[\"l\"]`: was not planned, but has appeared",
        ],
    );
}

#[test]
fn attributes_of_objects_are_compared_one_by_one() {
    let schema = block([("b", nested(Nesting::Single, Mode::Optional))]);
    check(&schema, pair(Value::unknown(), "a"), pair("1", "a"), &[]);
    check(
        &schema,
        pair(Value::unknown(), "a"),
        pair("1", "x"),
        &[r#"at `b.name`: was planned as `"a"`, but now is `"x"`"#],
    );
}

#[test]
fn elements_of_sets_correlate_both_ways() {
    let schema = of(Type::set(Type::String));
    let planned = Value::set([Value::unknown_not_null(), "b".into()]);
    check(
        &schema,
        planned.clone(),
        Value::set(["a".into(), "b".into()]),
        &[],
    );
    check(
        &schema,
        planned,
        Value::set(["a".into(), "c".into()]),
        &[r#"at `b`: no element of the set is the planned one: `"b"`"#],
    );
    check(
        &schema,
        Value::set([promised(Refinements {
            prefix: Some("a".to_owned()),
            ..unpromised()
        })]),
        Value::set(["a".into(), "c".into()]),
        &[
            r#"at `b`: element of the set was not planned: `"c"`"#,
            "at `b`: the set grew from 1 to 2 elements",
        ],
    );
}

#[test]
fn elements_of_sets_may_turn_out_to_be_the_same() {
    let schema = of(Type::set(Type::String));
    let planned = Value::set([Value::unknown(), Value::unknown(), "a".into()]);
    check(&schema, planned, Value::set(["a".into()]), &[]);
}

#[test]
fn one_planned_element_does_not_become_several() {
    let schema = of(Type::set(Type::String));
    let anything = Value::unknown();
    let prefixed = promised(Refinements {
        prefix: Some("a".to_owned()),
        ..unpromised()
    });
    let planned = Value::set([anything, prefixed, "ab".into()]);
    let shared = ["at `b`: several elements of the set were planned as only one"];
    check(
        &schema,
        planned.clone(),
        Value::set(["ab".into(), "x".into()]),
        &[],
    );
    check(
        &schema,
        planned,
        Value::set(["ab".into(), "x".into(), "y".into()]),
        &shared,
    );
}

#[test]
fn dynamic_values_keep_the_type_that_was_planned() {
    let schema = of(Type::Dynamic);
    let typed = |ty: Type, value: Value| Value::Dynamic(ty, Box::new(value));
    check(
        &schema,
        Value::unknown(),
        typed(Type::Bool, true.into()),
        &[],
    );
    let text = typed(Type::String, Value::unknown());
    check(&schema, text.clone(), typed(Type::String, "x".into()), &[]);
    let wrong = typed(Type::Bool, true.into());
    let expected = ["at `b`: was planned as `string`, but now is `bool`"];
    check(&schema, text.clone(), wrong, &expected);
    let expected = ["at `b`: was planned as `string`, but now is of no type"];
    check(&schema, text, Value::Null, &expected);
}

#[test]
fn single_blocks_are_there_if_they_were_planned() {
    let schema = named_blocks(SINGLE);
    check(&schema, Value::Null, Value::Null, &[]);
    check(&schema, Value::unknown(), Value::Null, &[]);
    check(&schema, Value::unknown(), pair("1", "a"), &[]);
    let expected = ["at `b`: was there in the plan, but is absent now"];
    check(&schema, pair("1", "a"), Value::Null, &expected);
}

#[test]
fn blocks_of_lists_and_maps_neither_vanish_nor_appear() {
    let planned = Value::list([pair(Value::unknown(), "a")]);
    let schema = named_blocks(LIST);
    check(&schema, planned.clone(), Value::list([pair("1", "a")]), &[]);
    check(
        &schema,
        Value::unknown(),
        Value::list([pair("1", "a")]),
        &[],
    );
    let expected = ["at `b[0]`: was planned, but has vanished"];
    check(&schema, planned, Value::list([]), &expected);
    let schema = named_blocks(BlockNesting::Map);
    let blocks = |key: &str, name: &str| Value::map([(key, pair("1", name))]);
    check(
        &schema,
        blocks("k", "a"),
        blocks("l", "a"),
        &[
            "at `b[\"k\"]`: was planned, but has vanished",
            "at `b[\"l\"]`: was not planned, but has appeared",
        ],
    );
    let expected = [r#"at `b["k"].name`: was planned as `"a"`, but now is `"x"`"#];
    check(&schema, blocks("k", "a"), blocks("k", "x"), &expected);
}

#[test]
fn blocks_of_sets_correlate_both_ways() {
    let schema = named_blocks(SET);
    let planned = Value::set([pair(Value::unknown(), "a"), pair(Value::unknown(), "b")]);
    check(
        &schema,
        planned.clone(),
        Value::set([pair("1", "a"), pair("2", "b")]),
        &[],
    );
    check(
        &schema,
        planned,
        Value::set([pair("1", "a")]),
        &[r#"at `b`: no element of the set is the planned one: `{id = unknown, name = "b"}`"#],
    );
}

#[test]
fn blocks_with_dynamic_inside_are_compared_too() {
    let schema = around(LIST, [("o", any(Mode::Optional))]);
    let blocks = |ty: Type, value: Value| {
        let ty = Type::Tuple(vec![Type::object([("o", ty)])]);
        Value::Dynamic(ty, Box::new(Value::Tuple(vec![object([("o", value)])])))
    };
    let planned = blocks(Type::Dynamic, Value::unknown());
    check(&schema, planned, blocks(Type::Bool, true.into()), &[]);
    check(
        &schema,
        blocks(Type::String, "x".into()),
        blocks(Type::Bool, true.into()),
        &["at `b[0].o`: was planned as `string`, but now is `bool`"],
    );
}

#[test]
fn a_second_plan_may_know_more_but_not_less() {
    let schema = of(Type::String);
    let found = |first, second| texts(&final_plan_violations(&schema, &b(first), &b(second)));
    assert!(found(Value::unknown(), "x".into()).is_empty());
    assert!(found(Value::unknown(), Value::unknown()).is_empty());
    let expected = ["at `b`: was known in the plan, but is unknown now"];
    assert_eq!(found("x".into(), Value::unknown()), expected);
}

#[test]
fn promises_of_two_plans_do_not_exclude_each_other() {
    let schema = of(Type::Number);
    let least = |least: i64| {
        promised(Refinements {
            least: Some((least.into(), true)),
            ..unpromised()
        })
    };
    let greatest = promised(Refinements {
        greatest: Some((3_i64.into(), true)),
        ..unpromised()
    });
    let found = |second| {
        texts(&final_plan_violations(
            &schema,
            &b(greatest.clone()),
            &b(second),
        ))
    };
    assert!(found(least(3)).is_empty());
    assert_eq!(found(least(4)), [format!("{BROKEN}`unknown`")]);
}
