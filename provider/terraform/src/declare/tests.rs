#![expect(dead_code, reason = "structs that only declare are never made")]

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::*;
use crate::{
    bridge, check,
    path::Path,
    schema::{Attribute, Mode, Shape},
    types::Type,
    value::Value,
};

/// A volume, with everything
/// that can be said of one.
///
/// See [`Mount`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Volume {
    /// The name.
    #[schemars(extend("x-terraform" = {"replace": true, "identity": "required"}))]
    name: Name,
    /// Where it is mounted.
    mount: Option<Mount>,
    /// How it is used.
    #[serde(default)]
    usage: Usage,
    /// How it is kept.
    keep: Option<Keep>,
    /// How large.
    #[schemars(range(min = 1), extend("multipleOf" = 4))]
    size: u32,
    /// How full it may get.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 1))]
    ratio: Option<f64>,
    /// Whether it is encrypted.
    #[serde(default = "yes")]
    encrypted: bool,
    /// Its labels.
    #[schemars(extend("propertyNames" = {"maxLength": 63}, "maxProperties" = 8))]
    labels: BTreeMap<String, String>,
    /// Who may use it.
    #[schemars(length(min = 1), inner(pattern(r"^[a-z]+$")))]
    users: BTreeSet<String>,
    /// Where it is copied, by order of preference.
    #[serde(default)]
    zones: Vec<Option<String>>,
    /// What is copied there, by zone.
    parts: Option<BTreeMap<String, Vec<Part>>>,
    /// Its parts.
    tree: Option<Vec<Part>>,
    /// Its parts, unordered.
    forest: Option<BTreeSet<Part>>,
    /// Its parts, by name.
    #[schemars(extend("x-terraform" = {"sensitive": true}))]
    named: Option<BTreeMap<Name, Part>>,
    /// The password.
    #[schemars(extend("x-terraform" = {"write_only": true}))]
    password: Option<String>,
    /// Its class.
    #[schemars(extend("x-terraform" = {
        "computed": true,
        "keep_prior": true,
        "refuse": "Create another volume.",
        "equivalence": "ignore_case",
    }))]
    class: Option<String>,
    /// The policy.
    #[schemars(extend("x-terraform" = {"equivalence": "json"}))]
    policy: Option<String>,
    /// Anything.
    anything: Option<serde_json::Value>,
    /// Anything of a certain form.
    #[schemars(extend("x-terraform" = {"dynamic": true}))]
    tuple: Option<(String, u8)>,
    /// The old size.
    #[schemars(extend("x-terraform" = {"deprecated": "Use `size`."}))]
    old_size: Option<i8>,
    /// Snapshots to take.
    #[serde(default)]
    #[schemars(length(max = 3), extend("x-terraform" = {"block": "list"}))]
    snapshot: Vec<Snapshot>,
    /// How long operations may take.
    #[schemars(extend("x-terraform" = {"block": "single"}))]
    timeouts: Option<Timeouts>,
    #[serde(flatten)]
    more: More,
}

/// The name of something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
struct Name(#[schemars(length(max = 19), pattern(r"^[a-z][a-z0-9-]*$"))] String);

/// A place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Mount {
    /// The path.
    path: String,
    /// The options.
    #[serde(default)]
    options: BTreeMap<String, bool>,
    /// The device.
    #[schemars(extend("readOnly" = true))]
    device: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Usage {
    /// For one reader
    /// or writer.
    #[default]
    Exclusive,
    /// For many.
    Shared,
    ReadOnly,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
enum Keep {
    #[serde(rename = "for-ever")]
    ForEver,
    Never,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
struct Part {
    /// Where it begins.
    offset: u64,
    /// What it is for.
    #[schemars(length(min = 1))]
    purpose: Option<String>,
}

/// A copy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Snapshot {
    /// When.
    at: String,
    /// How often.
    #[schemars(extend("x-terraform" = {"block": "set"}))]
    repeat: Vec<Repeat>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Repeat {
    /// In days.
    days: u16,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Timeouts {
    /// Of creation.
    create: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct More {
    /// A remark.
    #[deprecated]
    remark: Option<String>,
}

/// What a volume has become.
#[derive(Serialize, JsonSchema)]
struct VolumeStatus {
    /// The id.
    #[schemars(extend("x-terraform" = {"identity": "optional"}))]
    id: String,
    /// Its state.
    state: State,
    /// Its copies.
    copies: Vec<Replica>,
    /// Said differently.
    policy: String,
}

#[derive(Serialize, JsonSchema)]
enum State {
    Ready,
    Broken,
}

#[derive(Serialize, JsonSchema)]
struct Replica {
    /// Where.
    zone: String,
    /// How it is reached.
    #[schemars(extend("x-terraform" = {"sensitive": true}))]
    key: Option<String>,
}

fn yes() -> bool {
    true
}

fn volume() -> Schema {
    Declaration::of::<Volume>()
        .computed::<VolumeStatus>()
        .version(2)
        .identity_version(1)
        .build()
        .unwrap()
}

/// The schema without what is as it is by default.
fn essence(schema: &Schema) -> String {
    let defaults = [
        ": None,",
        ": false,",
        ": [],",
        ": {},",
        ": \"\",",
        "on_change: Update,",
    ];
    let text = format!("{schema:#?}").replace("rules: Rules {\n", "rules: {\n");
    let lines: Vec<_> = text
        .lines()
        .filter(|line| !defaults.iter().any(|default| line.ends_with(default)))
        .collect();
    lines.join("\n")
}

fn attribute(schema: &Schema, name: &str) -> Attribute {
    schema.block.attributes[name].clone()
}

#[track_caller]
fn refused<T: JsonSchema>(expected: &[&str]) {
    let error = Declaration::of::<T>().build().unwrap_err().to_string();
    let problems = error.strip_prefix("declaration makes no schema: ").unwrap();
    assert_eq!(problems.split("; ").collect::<Vec<_>>(), expected);
}

#[test]
fn a_struct_that_uses_everything_becomes_a_schema() {
    insta::assert_snapshot!(essence(&volume()));
}

#[test]
fn what_is_declared_reads_as_the_struct() {
    let volume = Volume {
        name: Name("a".to_owned()),
        mount: Some(Mount {
            path: "/".to_owned(),
            options: BTreeMap::from([("x".to_owned(), true)]),
            device: None,
        }),
        usage: Usage::Shared,
        keep: Some(Keep::ForEver),
        size: 4,
        ratio: Some(0.1),
        encrypted: false,
        labels: BTreeMap::new(),
        users: BTreeSet::from(["me".to_owned()]),
        zones: vec![None],
        parts: Some(BTreeMap::from([("z".to_owned(), vec![part()])])),
        tree: Some(vec![part()]),
        forest: Some(BTreeSet::from([part()])),
        named: Some(BTreeMap::from([(Name("n".to_owned()), part())])),
        password: None,
        class: Some("Fast".to_owned()),
        policy: None,
        anything: Some(serde_json::json!({"a": [1, null]})),
        tuple: Some(("x".to_owned(), 1)),
        old_size: Some(-1),
        snapshot: vec![Snapshot {
            at: "noon".to_owned(),
            repeat: vec![Repeat { days: 3 }],
        }],
        timeouts: None,
        more: More {
            #[expect(deprecated, reason = "what is deprecated still has to work")]
            remark: Some("!".to_owned()),
        },
    };
    let block = Declaration::of::<Volume>().build().unwrap().block;
    let value = bridge::to_value(&volume, &block.implied_type()).unwrap();
    assert_eq!(check::config(&block, &value), crate::Diagnostics::new());
    assert_eq!(bridge::from_value::<Volume>(&value), Ok(volume));
}

fn part() -> Part {
    Part {
        offset: 1,
        purpose: None,
    }
}

#[test]
fn serdes_defaults_are_values_of_the_attributes_type() {
    let schema = volume();
    let mode = |name| attribute(&schema, name).mode;
    assert_eq!(mode("encrypted"), Mode::Default(true.into()));
    assert_eq!(mode("usage"), Mode::Default("exclusive".into()));
    assert_eq!(mode("zones"), Mode::Default(Value::list([])));
    assert_eq!(mode("ratio"), Mode::Optional);
}

#[test]
fn a_default_of_a_nested_struct_is_an_object() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Outer {
        #[serde(default)]
        inner: Inner,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(default)]
    struct Inner {
        size: u8,
        name: Option<String>,
    }
    impl Default for Inner {
        fn default() -> Self {
            let name = None;
            Self { size: 3, name }
        }
    }
    let schema = Declaration::of::<Outer>().build().unwrap();
    let default = Value::object([("size", Value::integer(3)), ("name", Value::Null)]);
    assert_eq!(attribute(&schema, "inner").mode, Mode::Default(default));
}

#[test]
fn a_field_in_both_structs_is_optional_and_computed() {
    let policy = attribute(&volume(), "policy");
    assert_eq!(policy.mode, Mode::OptionalComputed);
    assert_eq!(policy.description, "The policy.");
}

#[test]
fn everything_that_the_provider_answers_is_computed() {
    let Shape::Nested(_, attributes) = attribute(&volume(), "copies").shape else {
        panic!("the copies are not nested");
    };
    assert!(attributes.values().all(|it| it.mode == Mode::Computed));
    assert!(attributes["key"].sensitive);
}

#[test]
fn deep_collections_are_plain_types() {
    let parts = attribute(&volume(), "parts");
    let part = Type::object([("offset", Type::Number), ("purpose", Type::String)]);
    assert_eq!(parts.shape, Shape::Value(Type::map(Type::list(part))));
    let elements = parts.rules.elements.unwrap().elements.unwrap();
    let (name, purpose) = &elements.attributes[1];
    assert_eq!((name.as_str(), purpose.min_length), ("purpose", Some(1)));
    assert!(elements.required && elements.attributes[0].1.required && !purpose.required);
}

#[test]
fn integers_are_no_wider_than_the_rust_type() {
    let schema = volume();
    let size = attribute(&schema, "size").rules;
    assert!(size.integer);
    assert_eq!(size.least, Some(1_i64.into()));
    assert_eq!(size.greatest, Some(u64::from(u32::MAX).into()));
    let old = attribute(&schema, "old_size").rules;
    assert_eq!(old.least, Some((-128_i64).into()));
}

#[test]
fn the_description_can_be_replaced() {
    let schema = Declaration::of::<Timeouts>().description("New.").build();
    assert_eq!(schema.unwrap().block.description, "New.");
}

#[test]
fn every_problem_is_listed_with_its_field() {
    #[derive(JsonSchema)]
    struct Wrong {
        #[schemars(extend("x-terraform" = {"secret": true, "sensitive": 1, "block": "grid"}))]
        a: Option<String>,
        #[schemars(extend("x-terraform" = {"replace": true, "refuse": ""}))]
        b: Option<String>,
        #[schemars(extend("x-terraform" = "sensitive"))]
        c: String,
        d: Option<Inner>,
    }
    #[derive(JsonSchema)]
    struct Inner {
        #[schemars(extend("minLength" = "many", "contains" = {}), pattern("("))]
        e: String,
    }
    refused::<Wrong>(&[
        "a: x-terraform key `block` takes `single`, `group`, `list`, `set` or `map`",
        "a: x-terraform has no such key: `secret`",
        "a: x-terraform key `sensitive` takes true or false",
        "b: x-terraform key `refuse` takes a text",
        "b: x-terraform keys exclude each other: `replace` and `refuse`",
        "c: x-terraform key `x-terraform` takes an object",
        "d.e: rule is not supported: `contains`",
        "d.e: limit is not a suitable number: `minLength`",
        "d.e: pattern is not a regular expression: `(`",
    ]);
}

#[test]
fn types_that_terraform_does_not_have_are_refused() {
    #[derive(JsonSchema)]
    struct Wrong {
        any: Vec<serde_json::Value>,
        mixed: Mixed,
        nulls: Vec<Option<Timeouts>>,
        nothing: (),
        recursive: Option<Box<Recursive>>,
        tuple: (u8, u8),
        union: Union,
    }
    #[derive(JsonSchema)]
    struct Mixed {
        #[schemars(extend("x-terraform" = {"sensitive": true}))]
        key: String,
        #[serde(flatten)]
        rest: BTreeMap<String, String>,
    }
    #[derive(JsonSchema)]
    struct Recursive {
        next: Option<Box<Self>>,
    }
    #[derive(JsonSchema)]
    enum Union {
        Text(String),
        Number(u8),
    }
    refused::<Wrong>(&[
        "any: elements of any type are no Terraform type, except with `dynamic`",
        "mixed: fields and free keys cannot be mixed",
        "nothing: type has no values",
        "nulls: nested objects in a collection cannot be optional",
        "recursive.next: type contains itself",
        "tuple: tuples are no Terraform type of attributes",
        "union: values of several shapes are no Terraform type, except with `dynamic`",
    ]);
}

#[test]
fn only_structs_declare() {
    refused::<String>(&["not a struct with named fields"]);
    refused::<BTreeMap<String, String>>(&["not a struct with named fields"]);
}

#[test]
fn secrets_inside_plain_values_are_refused() {
    #[derive(JsonSchema)]
    struct Wrong {
        deep: Vec<Vec<Secret>>,
    }
    #[derive(JsonSchema)]
    struct Secret {
        #[schemars(extend("x-terraform" = {"sensitive": true}))]
        key: String,
    }
    refused::<Wrong>(&["deep.key: x-terraform key means nothing here: `x-terraform`"]);
}

#[test]
fn a_default_obeys_the_rules_of_its_attribute() {
    #[derive(Deserialize, JsonSchema)]
    struct Wrong {
        #[serde(default)]
        #[schemars(length(min = 1))]
        name: String,
        #[serde(default)]
        #[schemars(with = "String")]
        size: u8,
    }
    refused::<Wrong>(&[
        "name: default breaks a rule: `name` is \"\", which has 0 characters, but must have at \
         least 1 character. Add at least 1 character.",
        "size: default is not of the attribute's type: found a number, expected string",
    ]);
}

#[test]
fn what_the_provider_chooses_has_to_be_left_out_by_somebody() {
    #[derive(Deserialize, JsonSchema)]
    struct Wrong {
        #[serde(default)]
        #[schemars(extend("x-terraform" = {"computed": true}))]
        a: u8,
        #[schemars(extend("x-terraform" = {"computed": true}))]
        b: String,
        c: String,
        d: Option<u8>,
        #[schemars(extend("x-terraform" = {"keep_prior": true}))]
        e: Option<u8>,
    }
    #[derive(JsonSchema)]
    struct Answer {
        c: String,
        d: String,
    }
    let declaration = Declaration::of::<Wrong>().computed::<Answer>();
    let problems = declaration.build().unwrap_err().problems;
    let expected = [
        ("a", Mistake::DefaultComputed),
        ("b", Mistake::RequiredComputed),
        ("c", Mistake::RequiredComputed),
        (
            "d",
            Mistake::Types {
                written: "number".to_owned(),
                answered: "string".to_owned(),
            },
        ),
        (
            "e",
            Mistake::Schema("only a computed attribute can keep its prior value".to_owned()),
        ),
    ];
    let expected = expected.map(|(name, mistake)| Problem {
        path: Path::from(name),
        mistake,
    });
    assert_eq!(problems, expected);
}

#[test]
fn what_hosts_demand_of_attributes_is_checked() {
    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    struct Wrong {
        count: Option<u8>,
        camel_case: Option<u8>,
        #[schemars(extend("x-terraform" = {"equivalence": "json"}))]
        number: Option<u8>,
        #[schemars(extend("x-terraform" = {"identity": "required"}))]
        map: Option<BTreeMap<String, String>>,
        nested: Option<BTreeSet<Inner>>,
        #[serde(default)]
        #[schemars(extend("x-terraform" = {"write_only": true}))]
        secret: String,
    }
    #[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
    struct Inner {
        anything: Option<()>,
        #[schemars(extend("x-terraform" = {"dynamic": true}))]
        free: Option<u8>,
        #[schemars(extend("x-terraform" = {"write_only": true, "identity": "optional"}))]
        secret: Option<String>,
    }
    refused::<Wrong>(&[
        "nested.anything: type has no values",
        "count: the language reserves this name",
        "camelCase: a name has only lowercase letters, digits and underscores, and no digit first",
        "map: part of an identity must be a primitive or a list of primitives",
        "nested: a set must not have `any` inside",
        "nested.secret: a write-only attribute must not be in a set",
        "nested.secret: only attributes of the root can be part of an identity",
        "number: only texts have other spellings",
        "secret: a write-only attribute must not be computed",
        "nested.free: a dynamic value cannot stand inside a collection",
    ]);
}

#[test]
fn what_hosts_demand_of_blocks_is_checked() {
    #[derive(JsonSchema)]
    struct Wrong {
        #[schemars(extend("x-terraform" = {"block": "list", "computed_block": true}))]
        a: Vec<Timeouts>,
        #[schemars(length(min = 2, max = 1), extend("x-terraform" = {"block": "set"}))]
        b: Vec<Timeouts>,
        #[schemars(extend("x-terraform" = {"block": "map", "sensitive": true}))]
        c: BTreeMap<String, Timeouts>,
        #[schemars(extend("x-terraform" = {"block": "single"}))]
        d: Vec<Timeouts>,
        e: Option<Inner>,
        #[schemars(extend("x-terraform" = {"computed_block": true}))]
        f: Option<String>,
    }
    #[derive(JsonSchema)]
    struct Inner {
        #[schemars(extend("x-terraform" = {"block": "single"}))]
        g: Timeouts,
    }
    refused::<Wrong>(&[
        "c: x-terraform key means nothing here: `sensitive`",
        "d: field cannot be a block of nesting `single`",
        "e.g: blocks stand in the struct of what a user writes, or in blocks",
        "f: x-terraform key means nothing here: `computed_block`",
        "a.create: everything in a computed block must be computed",
        "b: fewer blocks allowed than demanded",
    ]);
}

#[test]
fn limits_of_a_type_and_of_its_use_both_hold() {
    #[derive(JsonSchema)]
    struct Named {
        #[schemars(length(min = 3, max = 30))]
        name: Option<Name>,
    }
    // The derive of a field replaces limits of its type; wrapped limits are joined.
    let schema = Declaration::of::<Named>().build().unwrap();
    assert_eq!(attribute(&schema, "name").rules.min_length, Some(3));

    let wrapped = serde_json::json!({
        "type": "string",
        "minLength": 3,
        "maxLength": 30,
        "allOf": [{"type": "string", "minLength": 1, "maxLength": 19}, {"pattern": "^a"}],
    });
    let node = node::Node::of(&wrapped).unwrap();
    let kind = node.kind().unwrap();
    let (rules, mistakes) = limits::rules(&node, &kind);
    assert_eq!(mistakes, []);
    assert_eq!((rules.min_length, rules.max_length), (Some(3), Some(19)));
    assert_eq!(rules.pattern.as_deref(), Some("^a"));
}

#[test]
fn limits_that_contradict_each_other_are_refused() {
    let wrapped = serde_json::json!({
        "pattern": "^a",
        "allOf": [{"type": "string", "pattern": "^b"}],
    });
    let mistake = node::Node::of(&wrapped).unwrap_err();
    assert_eq!(mistake, Mistake::Contradiction("pattern".to_owned()));
}

#[test]
fn a_field_without_a_description_has_that_of_its_type() {
    #[derive(JsonSchema)]
    struct Terse {
        mount: Option<Mount>,
        mounts: Vec<Mount>,
    }
    let schema = Declaration::of::<Terse>().build().unwrap();
    assert_eq!(attribute(&schema, "mount").description, "A place.");
    assert_eq!(attribute(&schema, "mounts").description, "A place.");
}

#[test]
fn optional_enums_have_the_choices_of_the_enum() {
    /// The only way.
    #[derive(JsonSchema)]
    enum Only {
        Way,
    }
    #[derive(JsonSchema)]
    struct Wrapper(Usage);
    #[derive(JsonSchema)]
    struct Optional {
        only: Option<Only>,
        /// How.
        #[schemars(extend("x-terraform" = {"computed": true}))]
        usage: Option<Usage>,
        wrapped: Option<Wrapper>,
    }
    let schema = Declaration::of::<Optional>().build().unwrap();
    let usage = attribute(&schema, "usage");
    assert_eq!(usage.mode, Mode::OptionalComputed);
    assert_eq!(usage.description, "How.");
    let described: Vec<_> = usage
        .rules
        .one_of
        .iter()
        .map(|(choice, description)| (choice.as_str().unwrap(), description.as_str()))
        .collect();
    assert_eq!(
        described,
        [
            ("read_only", ""),
            ("exclusive", "For one reader or writer."),
            ("shared", "For many."),
        ]
    );
    assert_eq!(attribute(&schema, "wrapped").rules, usage.rules);
    let only = attribute(&schema, "only");
    assert_eq!(only.description, "The only way.");
    assert_eq!(only.rules.one_of, [("Way".into(), String::new())]);
}

#[test]
fn keys_may_be_numbers_or_variants() {
    #[derive(PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    enum Side {
        Left,
        Right,
    }
    #[derive(JsonSchema)]
    struct Keyed {
        ports: BTreeMap<u16, String>,
        sides: BTreeMap<Side, bool>,
    }
    let schema = Declaration::of::<Keyed>().build().unwrap();
    let ports = attribute(&schema, "ports");
    assert_eq!(ports.shape, Shape::Value(Type::map(Type::String)));
    assert_eq!(ports.rules.keys.unwrap().pattern.as_deref(), Some(r"^\d+$"));
    let sides = attribute(&schema, "sides").implied_type();
    let expected = Type::object([("left", Type::Bool), ("right", Type::Bool)]);
    assert_eq!(sides, expected);
}

#[test]
fn a_pattern_comes_with_its_words_and_an_example() {
    /// A word.
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "declares the schema")]
    struct Word {
        /// Its letters.
        #[schemars(extend("pattern" = "^[a-z]+$", "x-rule" = "be lower-case letters", "examples" = ["abc"]))]
        letters: Option<String>,
    }
    let schema = Declaration::of::<Word>().build().unwrap();
    let rules = &schema.block.attributes["letters"].rules;
    assert_eq!(rules.pattern_says.as_deref(), Some("be lower-case letters"));
    assert_eq!(rules.example.as_deref(), Some("abc"));
}
