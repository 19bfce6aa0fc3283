use std::collections::BTreeMap;

use super::*;
use crate::{
    schema::{BlockNesting, Count, Mode, NestedBlock, Nesting, Rules, Shape},
    types::Type,
};

fn attribute(ty: Type, rules: Rules) -> Attribute {
    Attribute {
        rules,
        ..Attribute::new(Shape::Value(ty), Mode::Optional)
    }
}

fn nested<const N: usize>(nesting: Nesting, attributes: [(&str, Attribute); N]) -> Attribute {
    Attribute::new(Shape::Nested(nesting, named(attributes)), Mode::Optional)
}

fn named<T, const N: usize>(items: [(&str, T); N]) -> BTreeMap<String, T> {
    items.map(|(name, it)| (name.to_owned(), it)).into()
}

fn body<const N: usize>(attributes: [(&str, Attribute); N]) -> Block {
    Block {
        attributes: named(attributes),
        ..Block::default()
    }
}

fn of_mode(mode: Mode) -> Attribute {
    Attribute::new(Shape::Value(Type::String), mode)
}

fn short() -> Rules {
    Rules {
        max_length: Some(3),
        ..Rules::default()
    }
}

fn lines(found: &Diagnostics) -> Vec<String> {
    let path = |it: &crate::Diagnostic| it.path.as_ref().map(Path::to_string).unwrap_or_default();
    found
        .iter()
        .map(|it| format!("{} | {} | {}", path(it), it.summary, it.detail))
        .collect()
}

#[track_caller]
fn check(block: &Block, config: &Value, expected: &[&str]) {
    assert_eq!(lines(&super::config(block, config)), expected);
}

/// Checks one attribute `a` of a type.
#[track_caller]
fn rule(ty: Type, rules: Rules, value: impl Into<Value>, expected: &str) {
    let block = body([("a", attribute(ty, rules))]);
    let found = lines(&super::config(
        &block,
        &Value::object([("a", value.into())]),
    ));
    let details: Vec<_> = found
        .iter()
        .map(|line| {
            line.strip_prefix("a | Invalid value for \"a\" | ")
                .unwrap_or(line)
        })
        .collect();
    assert_eq!(details.join("\n"), expected);
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

#[test]
fn a_required_attribute_has_to_be_set_at_any_depth() {
    let size = ("size", of_mode(Mode::Required));
    let block = body([("disk", nested(Nesting::Single, [size]))]);
    let disk = Value::object([("size", Value::Null)]);
    check(
        &block,
        &Value::object([("disk", disk)]),
        &[
            "disk.size | Missing required attribute | `disk.size` has no value, but needs one. \
             Set it to a value that is not null.",
        ],
    );
    check(&block, &Value::object([("disk", Value::Null)]), &[]);
}

#[test]
fn an_attribute_of_the_provider_cannot_be_set() {
    check(
        &body([("status", of_mode(Mode::Computed))]),
        &Value::object([("status", "x")].map(|(name, it)| (name, it.into()))),
        &[
            "status | Read-only attribute \"status\" is set | `status` is set, but only the \
             provider decides its value. Remove it from the configuration.",
        ],
    );
}

#[test]
fn a_text_has_a_least_length() {
    let rules = Rules {
        min_length: Some(3),
        ..Rules::default()
    };
    rule(
        Type::String,
        rules,
        "ab",
        "`a` is \"ab\", which has 2 characters, but must have at least 3 characters. \
         Add at least 1 character.",
    );
}

#[test]
fn a_text_has_a_greatest_length() {
    rule(
        Type::String,
        short(),
        "abcde",
        "`a` is \"abcde\", which has 5 characters, but must have at most 3 characters. \
         Remove at least 2 characters.",
    );
}

#[test]
fn length_counts_characters_not_bytes() {
    rule(Type::String, short(), "äöü", "");
}

#[test]
fn long_texts_are_shortened_in_messages() {
    let block = body([("a", attribute(Type::String, short()))]);
    let config = Value::object([("a", "x".repeat(10_000).into())]);
    let found = super::config(&block, &config);
    let longest = found.iter().map(|it| it.detail.len()).max();
    assert!(longest < Some(300), "{longest:?}");
}

#[test]
fn a_text_matches_a_pattern() {
    let rules = || Rules {
        pattern: Some("^[a-z]+$".to_owned()),
        ..Rules::default()
    };
    rule(
        Type::String,
        rules(),
        "A1",
        "`a` is \"A1\", but must match the pattern `^[a-z]+$`. Write it as the pattern asks.",
    );
    rule(Type::String, rules(), "abc", "");
}

#[test]
fn a_pattern_is_told_in_words_where_there_are_any() {
    let rules = Rules {
        pattern: Some("^[a-z]+$".to_owned()),
        pattern_says: Some("be lower-case letters".to_owned()),
        example: Some("abc".to_owned()),
        ..Rules::default()
    };
    rule(
        Type::String,
        rules,
        "A1",
        "`a` is \"A1\", but must be lower-case letters. Write it like \"abc\".",
    );
}

#[test]
fn a_pattern_that_is_none_is_a_bug() {
    let rules = Rules {
        pattern: Some("(".to_owned()),
        ..Rules::default()
    };
    let block = body([("a", attribute(Type::String, rules))]);
    let found = super::config(&block, &Value::object([("a", "x".into())]));
    let summaries: Vec<_> = found.iter().map(|it| it.summary.as_str()).collect();
    assert_eq!(summaries, ["Bug in the provider"]);
}

#[test]
fn a_value_is_one_of_a_list() {
    let rules = || Rules {
        one_of: vec![
            ("interest".into(), String::new()),
            ("limits".into(), String::new()),
        ],
        ..Rules::default()
    };
    rule(
        Type::String,
        rules(),
        "intrest",
        "`a` is \"intrest\", but must be one of \"interest\", \"limits\". \
         Did you mean \"interest\"?",
    );
    rule(
        Type::String,
        rules(),
        "workqueue",
        "`a` is \"workqueue\", but must be one of \"interest\", \"limits\". Choose one of them.",
    );
    rule(Type::String, rules(), "limits", "");
}

#[test]
fn a_number_is_whole() {
    let rules = Rules {
        integer: true,
        ..Rules::default()
    };
    rule(
        Type::Number,
        rules,
        number("1.5"),
        "`a` is 1.5, but must be a whole number. Remove the fraction.",
    );
}

#[test]
fn a_number_has_bounds_that_it_may_reach() {
    let rules = || Rules {
        least: Some(1_i64.into()),
        greatest: Some(5_i64.into()),
        ..Rules::default()
    };
    rule(
        Type::Number,
        rules(),
        0,
        "`a` is 0, but must be at least 1. Raise it to 1 or more.",
    );
    rule(
        Type::Number,
        rules(),
        6,
        "`a` is 6, but must be at most 5. Lower it to 5 or less.",
    );
    rule(Type::Number, rules(), 1, "");
    rule(Type::Number, rules(), 5, "");
}

#[test]
fn a_number_has_bounds_that_it_may_not_reach() {
    let rules = || Rules {
        above: Some(1_i64.into()),
        below: Some(5_i64.into()),
        ..Rules::default()
    };
    rule(
        Type::Number,
        rules(),
        1,
        "`a` is 1, but must be more than 1. Raise it above 1.",
    );
    rule(
        Type::Number,
        rules(),
        5,
        "`a` is 5, but must be less than 5. Lower it below 5.",
    );
}

#[test]
fn a_number_is_a_multiple() {
    let rules = Rules {
        multiple_of: Some("0.5".parse().unwrap()),
        ..Rules::default()
    };
    rule(
        Type::Number,
        rules,
        number("0.7"),
        "`a` is 0.7, but must be a multiple of 0.5. Round it to a multiple of 0.5.",
    );
}

#[test]
fn a_collection_has_a_size() {
    let rules = || Rules {
        min_items: Some(2),
        max_items: Some(3),
        ..Rules::default()
    };
    let list = |size: i64| Value::list((0..size).map(Value::integer));
    let ty = || Type::list(Type::Number);
    rule(
        ty(),
        rules(),
        list(1),
        "`a` has 1 element, but must have at least 2 elements. Add at least 1 element.",
    );
    rule(
        ty(),
        rules(),
        list(5),
        "`a` has 5 elements, but must have at most 3 elements. Remove at least 2 elements.",
    );
    rule(
        ty(),
        rules(),
        Value::list([Value::unknown(), Value::unknown()]),
        "",
    );
}

#[test]
fn unknown_elements_of_a_set_may_turn_out_to_be_the_same() {
    let at_most = |max| Rules {
        max_items: Some(max),
        ..Rules::default()
    };
    let set = || Value::set(["x".into(), Value::unknown(), Value::unknown()]);
    rule(Type::set(Type::String), at_most(1), set(), "");
    rule(
        Type::set(Type::String),
        at_most(0),
        set(),
        "`a` has 1 element, but must have at most 0 elements. Remove at least 1 element.",
    );
}

#[test]
fn keys_of_maps_have_rules() {
    let rules = Rules {
        keys: Some(Box::new(short())),
        ..Rules::default()
    };
    rule(
        Type::map(Type::Bool),
        rules,
        Value::map([("long", true.into())]),
        "a | Invalid key in \"a\" | A key of `a` is \"long\", which has 4 characters, but must \
         have at most 3 characters. Remove at least 1 character.",
    );
}

#[test]
fn elements_have_rules_and_an_address() {
    let elements = Rules {
        required: true,
        ..short()
    };
    let rules = Rules {
        elements: Some(Box::new(elements)),
        ..Rules::default()
    };
    rule(
        Type::map(Type::String),
        rules,
        Value::map([("k", "long".into()), ("l", Value::Null)]),
        "a[\"k\"] | Invalid value for \"a\" | `a[\"k\"]` is \"long\", which has 4 characters, but \
         must have at most 3 characters. Remove at least 1 character.\n\
         a[\"l\"] | Invalid value for \"a\" | `a[\"l\"]` is null, but needs a value. \
         Give it one, or leave it out.",
    );
}

#[test]
fn attributes_of_plain_objects_have_rules() {
    let rules = Rules {
        attributes: vec![("b".to_owned(), short())],
        ..Rules::default()
    };
    rule(
        Type::object([("b", Type::String)]),
        rules,
        Value::object([("b", "long".into())]),
        "a.b | Invalid value for \"b\" | `a.b` is \"long\", which has 4 characters, but must have \
         at most 3 characters. Remove at least 1 character.",
    );
}

#[test]
fn paths_end_at_a_set() {
    let name = ("name", attribute(Type::String, short()));
    let block = body([("ports", nested(Nesting::Set, [name]))]);
    let port = Value::object([("name", "long".into())]);
    check(
        &block,
        &Value::object([("ports", Value::set([port]))]),
        &[
            "ports | Invalid value for \"name\" | `name` in an element of `ports` is \"long\", \
             which has 4 characters, but must have at most 3 characters. \
             Remove at least 1 character.",
        ],
    );
}

#[test]
fn objects_in_lists_and_maps_are_checked_each() {
    for (nesting, wrap, place) in [
        (
            Nesting::List,
            (|it| Value::list([Value::Null, it])) as fn(Value) -> Value,
            ["a[0]", "a[1].b"],
        ),
        (
            Nesting::Map,
            |it| Value::map([("k", Value::Null), ("l", it)]),
            [r#"a["k"]"#, r#"a["l"].b"#],
        ),
    ] {
        let block = body([("a", nested(nesting, [("b", of_mode(Mode::Required))]))]);
        let config = Value::object([("a", wrap(Value::object([("b", Value::Null)])))]);
        let found = super::config(&block, &config);
        let paths: Vec<_> = found.iter().filter_map(|it| it.path.as_ref()).collect();
        assert_eq!(
            paths.iter().map(ToString::to_string).collect::<Vec<_>>(),
            place
        );
    }
}

#[test]
fn blocks_have_a_count_and_rules_inside() {
    let inner = body([("b", attribute(Type::String, short()))]);
    let nested = |nesting| NestedBlock {
        nesting,
        block: inner.clone(),
        computed: false,
    };
    let block = Block {
        blocks: named([
            (
                "few",
                nested(BlockNesting::List(Count { min: 2, max: None })),
            ),
            (
                "many",
                nested(BlockNesting::Set(Count {
                    min: 0,
                    max: Some(0),
                })),
            ),
            ("one", nested(BlockNesting::Single { required: true })),
            ("tagged", nested(BlockNesting::Map)),
        ]),
        ..Block::default()
    };
    let object = || Value::object([("b", "long".into())]);
    let config = Value::object([
        ("few", Value::list([object()])),
        ("many", Value::set([object()])),
        ("one", Value::Null),
        ("tagged", Value::map([("k", object())])),
    ]);
    let found = super::config(&block, &config);
    let heads: Vec<_> = lines(&found)
        .into_iter()
        .map(|line| line.rsplit_once(" | ").unwrap().0.to_owned())
        .collect();
    assert_eq!(
        heads,
        [
            "few | Too few \"few\" blocks",
            "few[0].b | Invalid value for \"b\"",
            "many | Too many \"many\" blocks",
            "many | Invalid value for \"b\"",
            "one | Missing required block",
            "tagged[\"k\"].b | Invalid value for \"b\"",
        ]
    );
}

#[test]
fn unknown_leaves_do_not_hide_problems_of_others() {
    let block = body([
        ("a", attribute(Type::String, short())),
        ("b", attribute(Type::String, short())),
        ("c", of_mode(Mode::Required)),
    ]);
    let config = Value::object([
        ("a", Value::unknown()),
        ("b", "long".into()),
        ("c", Value::Null),
    ]);
    let found = super::config(&block, &config);
    let paths: Vec<_> = found.iter().filter_map(|it| it.path.clone()).collect();
    assert_eq!(paths, [Path::from("b"), Path::from("c")]);
}

#[test]
fn an_unknown_configuration_breaks_no_rule() {
    check(
        &body([("a", of_mode(Mode::Required))]),
        &Value::unknown(),
        &[],
    );
}

#[test]
fn secrets_are_not_shown() {
    let hidden = |change: fn(&mut Attribute)| {
        let rules = Rules {
            min_length: Some(30),
            max_length: Some(3),
            pattern: Some("^x".to_owned()),
            one_of: vec![("hunter".into(), String::new())],
            keys: Some(Box::new(short())),
            ..Rules::default()
        };
        let elements = Rules {
            elements: Some(Box::new(rules.clone())),
            ..rules.clone()
        };
        let mut plain = attribute(Type::String, rules);
        change(&mut plain);
        let mut map = attribute(Type::map(Type::String), elements);
        change(&mut map);
        body([("map", map), ("plain", plain)])
    };
    let config = Value::object([
        ("map", Value::map([("hunter-key", "hunter2".into())])),
        ("plain", "hunter2".into()),
    ]);
    for block in [
        hidden(|it| it.sensitive = true),
        hidden(|it| it.write_only = true),
    ] {
        let found = super::config(&block, &config);
        assert!(found.iter().count() > 6);
        for line in lines(&found) {
            assert!(
                !line.contains("hunter2") && !line.contains("hunter-key"),
                "{line}"
            );
        }
    }
}

#[test]
fn a_secret_that_breaks_a_rule_is_told_the_rule() {
    let mut password = attribute(Type::String, short());
    password.sensitive = true;
    check(
        &body([("password", password)]),
        &Value::object([("password", "long".into())]),
        &[
            "password | Invalid value for \"password\" | `password` must have at most 3 \
             characters. Its value is sensitive and not shown. Choose a shorter text.",
        ],
    );
}

#[test]
fn write_only_values_need_a_host_that_knows_them() {
    let secret = || Attribute {
        write_only: true,
        ..of_mode(Mode::Optional)
    };
    let block = body([
        ("nested", nested(Nesting::List, [("secret", secret())])),
        ("other", secret()),
        ("password", secret()),
    ]);
    let element = Value::object([("secret", "hunter2".into())]);
    let config = Value::object([
        ("nested", Value::list([element])),
        ("other", Value::Null),
        ("password", Value::unknown()),
    ]);
    assert!(write_only_supported(&block, &config, true).is_empty());
    let found = lines(&write_only_supported(&block, &config, false));
    assert_eq!(
        found,
        [
            "nested[0].secret | Write-only attribute \"secret\" is not supported | \
             `nested[0].secret` is set, but this host cannot keep the values of write-only \
             attributes out of its state. Use Terraform 1.11 or newer, or OpenTofu 1.11 or newer, \
             or leave the attribute out.",
            "password | Write-only attribute \"password\" is not supported | `password` is set, \
             but this host cannot keep the values of write-only attributes out of its state. Use \
             Terraform 1.11 or newer, or OpenTofu 1.11 or newer, or leave the attribute out.",
        ]
    );
}

#[test]
fn an_unknown_block_sets_nothing_write_only() {
    let secret = Attribute {
        write_only: true,
        ..of_mode(Mode::Optional)
    };
    let nested = NestedBlock {
        nesting: BlockNesting::Single { required: false },
        block: body([("secret", secret)]),
        computed: false,
    };
    let block = Block {
        blocks: named([("one", nested)]),
        ..Block::default()
    };
    let config = Value::object([("one", Value::unknown())]);
    assert!(write_only_supported(&block, &config, false).is_empty());
}

#[test]
fn blocks_are_left_to_the_provider_if_the_host_takes_them() {
    let computed = |nesting| NestedBlock {
        nesting,
        block: Block::default(),
        computed: true,
    };
    let list = BlockNesting::List(crate::schema::Count::default());
    let single = BlockNesting::Single { required: false };
    let block = Block {
        blocks: named([("few", computed(list)), ("one", computed(single))]),
        ..Block::default()
    };
    let config = Value::object([("few", Value::list([])), ("one", Value::Null)]);
    assert!(computed_blocks_supported(&block, &config, true).is_empty());
    let found = lines(&computed_blocks_supported(&block, &config, false));
    assert_eq!(
        found,
        [
            "one | Block \"one\" is needed | `one` is left to the provider, but this host takes no \
             blocks from providers. Use Terraform 1.16 or newer, or write the block out."
        ]
    );
}

#[test]
fn what_is_deprecated_is_a_warning_only_where_it_is_set() {
    let old = |reason: &str| Attribute {
        deprecated: Some(reason.to_owned()),
        ..of_mode(Mode::Optional)
    };
    let nested = |nesting, name: &str| NestedBlock {
        nesting,
        block: Block {
            deprecated: Some(format!("No more `{name}`.")),
            ..body([("note", old("No more notes."))])
        },
        computed: false,
    };
    let list = BlockNesting::List(Count { min: 0, max: None });
    let block = Block {
        blocks: named([
            ("group", nested(BlockNesting::Group, "group")),
            ("list", nested(list, "list")),
        ]),
        deprecated: Some("Use another one.".to_owned()),
        ..body([("set", old("Use `unset`.")), ("unset", old("Use `set`."))])
    };
    let empty = || Value::object([("note", Value::Null)]);
    let config = Value::object([
        ("set", "a".into()),
        ("unset", Value::Null),
        ("group", empty()),
        ("list", Value::list([empty(), empty().with("note", "a")])),
    ]);
    let found = deprecations(&block, &config);
    assert_eq!(
        lines(&found),
        [
            " | Deprecated resource | Use another one.",
            "set | Deprecated attribute \"set\" | Use `unset`.",
            "list[0] | Deprecated block \"list\" | No more `list`.",
            "list[1] | Deprecated block \"list\" | No more `list`.",
            "list[1].note | Deprecated attribute \"note\" | No more notes.",
        ]
    );
    assert!(!found.has_errors());
    assert!(deprecations(&block, &Value::Null).is_empty());
}

#[test]
fn elements_that_their_defaults_make_equal_are_refused() {
    let size = Attribute::new(Shape::Value(Type::Number), Mode::Default(1.into()));
    let parts = Shape::Nested(Nesting::Set, named([("size", size)]));
    let block = body([("parts", Attribute::new(parts, Mode::Optional))]);
    let part = |size: Value| Value::object([("size", size)]);
    let parts = |other: i64| {
        Value::object([("parts", Value::set([part(Value::Null), part(other.into())]))])
    };
    assert!(config(&block, &parts(2)).is_empty());
    assert_eq!(
        lines(&config(&block, &parts(1))),
        [
            "parts | Equal elements in \"parts\" | Two elements of `parts` are the same once the \
             defaults of what they leave out are filled in. Remove one, or set what makes them \
             differ."
        ]
    );
}
