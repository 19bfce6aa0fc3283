use crate::{
    contract::{SchemaKind, function_violations, schema_violations, tests::*},
    schema::{InIdentity, Parameter, Schema, Signature},
};

#[track_caller]
fn check(kind: SchemaKind, block: Block, expected: &[&str]) {
    let schema = Schema {
        block,
        ..Schema::default()
    };
    assert_eq!(texts(&schema_violations(&schema, kind)), expected);
}

#[track_caller]
fn managed(block: Block, expected: &[&str]) {
    check(SchemaKind::Managed, block, expected);
}

#[test]
fn names_have_lowercase_letters_digits_and_underscores() {
    const WRONG: &str =
        "a name has only lowercase letters, digits and underscores, and no digit first";
    managed(block([("a_1", text(Mode::Required))]), &[]);
    managed(
        block([("A", text(Mode::Required))]),
        &[&format!("at `A`: {WRONG}")],
    );
    managed(
        around(LIST, [("a-b", text(Mode::Required))]),
        &[&format!("at `b.a-b`: {WRONG}")],
    );
    let mut block = around(LIST, []);
    let nested = block.blocks.remove("b").unwrap();
    block.blocks.insert("B".to_owned(), nested);
    managed(block, &[&format!("at `B`: {WRONG}")]);
}

#[test]
fn names_that_the_language_uses_are_reserved_at_the_root() {
    const WRONG: &str = "the language reserves this name";
    managed(
        block([
            ("count", text(Mode::Required)),
            ("version", text(Mode::Required)),
        ]),
        &[&format!("at `count`: {WRONG}")],
    );
    check(
        SchemaKind::Provider,
        block([
            ("provider", text(Mode::Required)),
            ("version", text(Mode::Required)),
        ]),
        &[&format!("at `version`: {WRONG}")],
    );
    managed(around(LIST, [("count", text(Mode::Required))]), &[]);
}

#[test]
fn attributes_and_blocks_share_their_names() {
    let mut schema = around(LIST, []);
    managed(schema.clone(), &[]);
    schema.attributes = attributes([("b", text(Mode::Required))]);
    managed(
        schema,
        &["at `b`: an attribute and a block have the same name"],
    );
}

#[test]
fn sets_have_nothing_dynamic_inside() {
    let expected = ["at `b`: a set must not have `any` inside"];
    managed(around(LIST, [("a", any(Mode::Required))]), &[]);
    managed(around(SET, [("a", any(Mode::Required))]), &expected);
    let nested = |nesting| {
        let shape = Shape::Nested(nesting, attributes([("a", any(Mode::Required))]));
        block([("b", Attribute::new(shape, Mode::Required))])
    };
    managed(nested(Nesting::List), &[]);
    managed(nested(Nesting::Set), &expected);
}

#[test]
fn sets_have_nothing_write_only_inside() {
    let wrong = |path: &str| format!("at `{path}`: a write-only attribute must not be in a set");
    managed(around(LIST, [("w", write_only())]), &[]);
    managed(around(SET, [("w", write_only())]), &[&wrong("b.w")]);
    let inside = Shape::Nested(Nesting::Single, attributes([("w", write_only())]));
    let deep = around(SET, [("a", Attribute::new(inside, Mode::Optional))]);
    managed(deep, &[&wrong("b.a.w")]);
}

#[test]
fn write_only_attributes_are_configured() {
    for mode in [
        Mode::Computed,
        Mode::OptionalComputed,
        Mode::Default("x".into()),
    ] {
        let attribute = Attribute {
            mode,
            ..write_only()
        };
        let expected = ["at `w`: a write-only attribute must not be computed"];
        managed(block([("w", attribute)]), &expected);
    }
    let required = Attribute {
        mode: Mode::Required,
        ..write_only()
    };
    managed(block([("w", required)]), &[]);
}

#[test]
fn only_managed_resources_have_write_only_attributes() {
    for kind in [
        SchemaKind::Provider,
        SchemaKind::Data,
        SchemaKind::Ephemeral,
    ] {
        let expected = ["at `w`: only managed resources have write-only attributes"];
        check(kind, block([("w", write_only())]), &expected);
    }
}

#[test]
fn only_computed_attributes_keep_their_prior_value() {
    let keeping = |mode| Attribute {
        keep_prior: true,
        ..text(mode)
    };
    managed(block([("a", keeping(Mode::OptionalComputed))]), &[]);
    managed(
        block([("a", keeping(Mode::Optional))]),
        &["at `a`: only a computed attribute can keep its prior value"],
    );
}

#[test]
fn defaults_conform_and_are_known() {
    managed(block([("a", text(Mode::Default("x".into())))]), &[]);
    managed(
        block([("a", text(Mode::Default(true.into())))]),
        &["at `a`: the default does not conform: must be `string`, not a bool"],
    );
    managed(
        block([("a", text(Mode::Default(Value::unknown())))]),
        &["at `a`: the default must be known"],
    );
}

#[test]
fn no_more_blocks_are_demanded_than_allowed() {
    let counted = |min, max| around(BlockNesting::List(Count { min, max }), []);
    managed(counted(2, Some(2)), &[]);
    managed(counted(2, None), &[]);
    managed(
        counted(2, Some(1)),
        &["at `b`: fewer blocks allowed than demanded"],
    );
    managed(
        counted(0, Some(0)),
        &["at `b`: hosts take a maximum of no blocks for any number"],
    );
}

#[test]
fn everything_in_a_computed_block_is_computed() {
    let schema = |mode| computed(around(LIST, [("a", text(mode))]));
    managed(schema(Mode::OptionalComputed), &[]);
    managed(
        schema(Mode::Optional),
        &["at `b.a`: everything in a computed block must be computed"],
    );
    let mut outer = computed(around(LIST, []));
    let inner = around(LIST, []);
    outer.blocks.get_mut("b").unwrap().block.blocks = inner.blocks;
    managed(
        outer,
        &["at `b.b`: everything in a computed block must be computed"],
    );
}

#[test]
fn computed_blocks_are_not_demanded() {
    let expected = ["at `b`: a computed block must not be demanded"];
    let demanding = BlockNesting::List(Count { min: 1, max: None });
    managed(computed(around(demanding, [])), &expected);
    let demanding = BlockNesting::Single { required: true };
    managed(computed(around(demanding, [])), &expected);
    managed(
        computed(around(BlockNesting::Group, [])),
        &["at `b`: a group of attributes cannot be a computed block"],
    );
    managed(computed(around(SINGLE, [])), &[]);
}

#[test]
fn identities_are_made_of_primitives_and_lists_of_them() {
    let identifying = |ty| Attribute {
        identity: Some(InIdentity::Required),
        ..Attribute::new(Shape::Value(ty), Mode::Required)
    };
    managed(block([("a", identifying(Type::list(Type::Bool)))]), &[]);
    for ty in [
        Type::map(Type::String),
        Type::list(Type::list(Type::Bool)),
        Type::Dynamic,
    ] {
        managed(
            block([("a", identifying(ty))]),
            &["at `a`: part of an identity must be a primitive or a list of primitives"],
        );
    }
    managed(
        around(LIST, [("a", identifying(Type::String))]),
        &["at `b.a`: only attributes of the root can be part of an identity"],
    );
    check(
        SchemaKind::Data,
        block([("a", identifying(Type::String))]),
        &["at `a`: only managed resources have an identity"],
    );
}

#[test]
fn parameters_are_named_by_identifiers_that_differ() {
    let signature = |names: [&str; 2], variadic: &str| {
        let parameter = |name: &str| Parameter::new(name, Type::String, "");
        Signature {
            summary: String::new(),
            description: String::new(),
            deprecated: None,
            parameters: names.map(parameter).to_vec(),
            variadic: Some(parameter(variadic)),
            returns: Type::String,
        }
    };
    assert!(function_violations(&signature(["a-b", "_c1"], "D")).is_empty());
    assert_eq!(
        texts(&function_violations(&signature(["1a", ""], "x y"))),
        [
            "at `1a`: the name of a parameter must be an identifier",
            "at ``: the name of a parameter must be an identifier",
            "at `x y`: the name of a parameter must be an identifier",
        ]
    );
    assert_eq!(
        texts(&function_violations(&signature(["a", "b"], "a"))),
        ["at `a`: two parameters have the same name"]
    );
}
