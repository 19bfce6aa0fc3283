//! What stands between a declaration and its schema.

use std::fmt::Write;

use crate::{bridge::BridgeError, path::Path};

/// Everything that stands in the way of a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("declaration makes no schema: {}", listed(problems))]
pub struct DeclareError {
    /// At least one, in the order of the fields' names.
    pub problems: Vec<Problem>,
}

/// A mistake and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field; empty for the struct itself.
    pub path: Path,
    /// What is wrong with it.
    pub mistake: Mistake,
}

/// A mistake in a declaration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// A declaration that is not a struct.
    #[error("not a struct with named fields")]
    NoStruct,
    /// A struct inside itself.
    #[error("type contains itself")]
    Recursive,
    /// A type without values, or with null alone.
    #[error("type has no values")]
    NoValues,
    /// An enum with content in its variants, or values of several types.
    #[error("values of several shapes are no Terraform type, except with `dynamic`")]
    Shapes,
    /// Elements each of their own type.
    #[error("tuples are no Terraform type of attributes")]
    Tuple,
    /// A collection of anything.
    #[error("elements of any type are no Terraform type, except with `dynamic`")]
    AnyElement,
    /// A struct with a flattened map, or a map with several kinds of keys.
    #[error("fields and free keys cannot be mixed")]
    MixedKeys,
    /// Objects that may be null inside a collection.
    #[error("nested objects in a collection cannot be optional")]
    NullObjects,
    /// A keyword of JSON Schema that no rule stands for.
    #[error("rule is not supported: `{0}`")]
    Keyword(String),
    /// A rule in both the type and the field, and not the same one.
    #[error("rule is given twice and differs: `{0}`")]
    Contradiction(String),
    /// A limit that is not a number of the right kind.
    #[error("limit is not a suitable number: `{0}`")]
    Limit(String),
    /// A pattern that is no regular expression.
    #[error("pattern is not a regular expression: `{0}`")]
    Pattern(String),
    /// A default of another type than its attribute.
    #[error("default is not of the attribute's type")]
    Default(#[source] BridgeError),
    /// A default that breaks the rules of its own attribute.
    #[error("default breaks a rule: {0}")]
    BrokenDefault(String),
    /// A key of `x-terraform` that there is not.
    #[error("x-terraform has no such key: `{0}`")]
    UnknownKey(String),
    /// A value of a key of `x-terraform` that it does not take.
    #[error("x-terraform key `{key}` takes {takes}")]
    KeyValue {
        /// The key.
        key: String,
        /// What it takes.
        takes: &'static str,
    },
    /// A key of `x-terraform` where it has no meaning.
    #[error("x-terraform key means nothing here: `{0}`")]
    Meaningless(String),
    /// Two keys of `x-terraform` that exclude each other.
    #[error("x-terraform keys exclude each other: `{0}` and `{1}`")]
    Exclusive(&'static str, &'static str),
    /// An attribute that the configuration must set and the provider may choose.
    #[error("a required field cannot be computed: make it an `Option`")]
    RequiredComputed,
    /// An attribute with a default that the provider may choose.
    #[error("a field with a default cannot be computed: make it an `Option`")]
    DefaultComputed,
    /// An attribute of different types in the two structs.
    #[error("types differ: a user writes {written}, the provider answers {answered}")]
    Types {
        /// The type in the struct of what a user writes.
        written: String,
        /// The type in the struct of what the provider answers.
        answered: String,
    },
    /// A field that does not have the shape of its kind of block.
    #[error("field cannot be a block of nesting `{0}`")]
    BlockShape(&'static str),
    /// A block inside a nested attribute, or in the struct of what the provider answers.
    #[error("blocks stand in the struct of what a user writes, or in blocks")]
    BlockPlace,
    /// A free value where hosts want elements of one type.
    #[error("a dynamic value cannot stand inside a collection")]
    DynamicInside,
    /// What hosts do not accept of any schema, however it was made.
    #[error("{0}")]
    Schema(String),
}

fn listed(problems: &[Problem]) -> String {
    let mut list = String::new();
    for Problem { path, mistake } in problems {
        let separator = if list.is_empty() { "" } else { "; " };
        let place = match path.steps() {
            [] => String::new(),
            _ => format!("{path}: "),
        };
        let mistake = crate::diagnostics::chain(mistake);
        // Writing to a string cannot fail.
        let _ = write!(list, "{separator}{place}{mistake}");
    }
    list
}
