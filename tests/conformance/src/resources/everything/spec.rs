//! What everything consists of. Values are handled as they are, so nothing is read into this.
#![expect(dead_code, reason = "declares the schema")]

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

/// Uses every type, every nesting and every behaviour that an attribute can have.
#[derive(JsonSchema)]
pub struct Everything {
    /// Name, which no other one has.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9-]*$"), length(min = 1, max = 40))]
    #[schemars(extend("x-terraform" = {"replace": true, "identity": "required"}))]
    name: String,

    /// A truth value that must be given.
    enabled: bool,
    /// A whole number that may be given.
    #[schemars(range(min = 0, max = 1_000), extend("multipleOf" = 5))]
    amount: Option<i64>,
    /// A number between two bounds, both excluded.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 100))]
    percentage: Option<f64>,
    /// A number of any size and precision.
    exact: Option<f64>,
    /// One of a few texts.
    #[serde(default)]
    level: Level,
    /// A text with a default.
    #[serde(default = "standard")]
    text: String,
    /// A text that the provider chooses if it is not given.
    #[schemars(extend("x-terraform" = {"computed": true}))]
    choice: Option<String>,
    /// A value of any type.
    #[schemars(extend("x-terraform" = {"dynamic": true}))]
    anything: Option<serde_json::Value>,

    /// A list of short texts.
    #[schemars(length(max = 5), inner(length(min = 1, max = 20)))]
    list: Option<Vec<String>>,
    /// A list with a default.
    #[serde(default = "standards")]
    list_with_default: Vec<String>,
    /// A set of whole numbers.
    set: Option<BTreeSet<i64>>,
    /// A map to truth values.
    map: Option<BTreeMap<String, bool>>,
    /// A map to lists.
    map_of_lists: Option<BTreeMap<String, Vec<f64>>>,
    /// Rows of objects that are plain values.
    rows: Option<Vec<Vec<Cell>>>,

    /// A text that output does not show.
    #[schemars(extend("x-terraform" = {"sensitive": true}))]
    secret: Option<String>,
    /// A text that only the provider sees.
    #[schemars(extend("x-terraform" = {"write_only": true}))]
    secret_wo: Option<String>,
    /// A text of older days.
    #[schemars(extend("x-terraform" = {"deprecated": "Use `text`."}))]
    outdated: Option<String>,
    /// A text whose change replaces the object.
    #[schemars(extend("x-terraform" = {"replace": true}))]
    zone: Option<String>,
    /// A text that cannot be changed.
    #[schemars(extend("x-terraform" = {"refuse": "Create another object instead."}))]
    frozen: Option<String>,
    /// A text that the provider chooses once.
    #[schemars(extend("x-terraform" = {"computed": true, "keep_prior": true}))]
    address: Option<String>,
    /// A text whose case does not matter.
    #[schemars(extend("x-terraform" = {"equivalence": "ignore_case"}))]
    hostname: Option<String>,
    /// A JSON text, whatever its spaces.
    #[schemars(extend("x-terraform" = {"equivalence": "json"}))]
    document: Option<String>,

    /// A nested object.
    single: Option<Part>,
    /// Nested objects, in order.
    list_of_parts: Option<Vec<Part>>,
    /// Nested objects, without order.
    set_of_parts: Option<BTreeSet<Part>>,
    /// Nested objects, by key.
    map_of_parts: Option<BTreeMap<String, Part>>,

    /// A block that may be there.
    #[schemars(extend("x-terraform" = {"block": "single"}))]
    single_block: Option<Section>,
    /// A block that is always there.
    #[schemars(extend("x-terraform" = {"block": "group"}))]
    group_block: Grouped,
    /// Blocks in order.
    #[schemars(length(max = 3), extend("x-terraform" = {"block": "list"}))]
    list_block: Vec<Section>,
    /// Blocks without order.
    #[schemars(extend("x-terraform" = {"block": "set"}))]
    set_block: BTreeSet<Section>,
    /// Blocks by label.
    #[schemars(extend("x-terraform" = {"block": "map"}))]
    map_block: BTreeMap<String, Section>,
    /// Blocks of different types, because there is a value of any type inside.
    #[schemars(extend("x-terraform" = {"block": "list"}))]
    mixed_block: Vec<Mixed>,
    /// Blocks that the provider fills in if there are none.
    #[schemars(extend("x-terraform" = {"block": "list", "computed_block": true}))]
    computed_block: Vec<Filled>,
}

/// What the world says of it.
#[derive(JsonSchema)]
pub(super) struct Observed {
    /// The same as `name`.
    id: String,
    /// A nested object that the provider makes.
    result: Outcome,
    /// Nested objects that the provider makes.
    results: Vec<Outcome>,
}

/// One of a few texts.
#[derive(Default, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Level {
    /// Little.
    Low,
    /// Neither little nor much.
    #[default]
    Medium,
    /// Much.
    High,
}

/// A cell of a row.
#[derive(JsonSchema)]
struct Cell {
    /// Where it is.
    column: i64,
    /// What is in it.
    content: Option<String>,
}

/// A nested object.
#[derive(JsonSchema)]
struct Part {
    /// What it is called.
    label: String,
    /// A whole number with a default.
    #[serde(default = "one")]
    size: i64,
    /// A text that may be given.
    note: Option<String>,
    /// A text that the provider chooses if it is not given.
    #[schemars(extend("x-terraform" = {"computed": true}))]
    choice: Option<String>,
    /// A text whose change replaces the object.
    #[schemars(extend("x-terraform" = {"replace": true}))]
    zone: Option<String>,
    /// A text that output does not show.
    #[schemars(extend("x-terraform" = {"sensitive": true}))]
    secret: Option<String>,
    /// A nested object inside.
    single: Option<Leaf>,
    /// Nested objects inside, in order.
    list: Option<Vec<Leaf>>,
    /// Nested objects inside, without order.
    set: Option<BTreeSet<Leaf>>,
    /// Nested objects inside, by key.
    map: Option<BTreeMap<String, Leaf>>,
}

/// A nested object inside a nested object.
#[derive(JsonSchema)]
struct Leaf {
    /// A truth value that must be given.
    on: bool,
    /// A text with a default.
    #[serde(default = "standard")]
    text: String,
    /// Texts, in order.
    texts: Option<Vec<String>>,
    /// A text that the provider makes.
    #[schemars(extend("readOnly" = true))]
    made: Option<String>,
}

/// A block.
#[derive(JsonSchema)]
struct Section {
    /// What it is called.
    title: String,
    /// A whole number with a default.
    #[serde(default = "one")]
    weight: i64,
    /// A text that the provider chooses if it is not given.
    #[schemars(extend("x-terraform" = {"computed": true}))]
    choice: Option<String>,
    /// A nested object inside.
    part: Option<Leaf>,
    /// Blocks inside.
    #[schemars(extend("x-terraform" = {"block": "list"}))]
    inner_block: Vec<Grouped>,
}

/// A block that need not say anything.
#[derive(JsonSchema)]
struct Grouped {
    /// A text that may be given.
    note: Option<String>,
    /// A truth value with a default.
    #[serde(default)]
    strict: bool,
}

/// A block that the provider can fill in.
#[derive(JsonSchema)]
struct Filled {
    /// A text that the provider chooses if it is not given.
    #[schemars(extend("x-terraform" = {"computed": true}))]
    choice: Option<String>,
    /// A truth value with a default.
    #[serde(default)]
    strict: bool,
}

/// A block with a value of any type.
#[derive(JsonSchema)]
struct Mixed {
    /// A value of any type.
    #[schemars(extend("x-terraform" = {"dynamic": true}))]
    value: Option<serde_json::Value>,
    /// A text that the provider chooses if it is not given.
    #[schemars(extend("x-terraform" = {"computed": true}))]
    choice: Option<String>,
}

/// A nested object that the provider makes.
#[derive(JsonSchema)]
struct Outcome {
    /// Whether it is good.
    good: bool,
    /// What there is to say about it.
    remarks: Vec<String>,
}

fn one() -> i64 {
    1
}

fn standard() -> String {
    "standard".to_owned()
}

fn standards() -> Vec<String> {
    vec![standard()]
}
