//! Which known values an attribute accepts, and which spellings mean the same.

use serde_json::Value as Json;

use crate::{number::Number, value::Value};

/// The limits of an attribute's values. The default accepts everything of the right type.
///
/// Limits of elements and keys apply to each element of a list, set or map.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    /// Null is refused. Only elements of collections and attributes of plain objects need it: of
    /// an attribute, its mode says so.
    pub required: bool,
    /// The only values accepted, with a description for each; empty for any value.
    pub one_of: Vec<(Value, String)>,
    /// What a text must match somewhere; anchors are part of the pattern.
    pub pattern: Option<String>,
    /// What the pattern asks for in words, after "must".
    pub pattern_says: Option<String>,
    /// A text that the pattern accepts.
    pub example: Option<String>,
    /// The fewest characters of a text.
    pub min_length: Option<u64>,
    /// The most characters of a text.
    pub max_length: Option<u64>,
    /// The number must have no fraction.
    pub integer: bool,
    /// The least number, itself included.
    pub least: Option<Number>,
    /// The greatest number, itself included.
    pub greatest: Option<Number>,
    /// The number must exceed this one.
    pub above: Option<Number>,
    /// The number must stay below this one.
    pub below: Option<Number>,
    /// The number must be a multiple of this one.
    pub multiple_of: Option<Number>,
    /// The fewest elements of a collection.
    pub min_items: Option<u64>,
    /// The most elements of a collection.
    pub max_items: Option<u64>,
    /// Limits of each key of a map.
    pub keys: Option<Box<Self>>,
    /// Limits of each element of a collection of values.
    pub elements: Option<Box<Self>>,
    /// Limits of the attributes of an object that is a plain value, by name.
    pub attributes: Vec<(String, Self)>,
}

/// Which other spellings of a value mean the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Equivalence {
    /// Texts that differ in upper and lower case only.
    IgnoreCase,
    /// JSON texts that differ in spaces and order of keys only.
    Json,
}

impl Equivalence {
    /// Tells whether two known values mean the same.
    pub fn holds(self, left: &Value, right: &Value) -> bool {
        let (Some(left), Some(right)) = (left.as_str(), right.as_str()) else {
            return left == right;
        };
        match self {
            Self::IgnoreCase => left.to_lowercase() == right.to_lowercase(),
            Self::Json => match (json(left), json(right)) {
                (Some(left), Some(right)) => left == right,
                _ => left == right,
            },
        }
    }
}

fn json(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}
