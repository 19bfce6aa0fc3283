//! What a function takes and returns.

use crate::types::Type;

/// The signature of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// What it does, in one sentence.
    pub summary: String,
    /// For the reader of the documentation, in Markdown.
    pub description: String,
    /// Why not to use it any more, and what instead; `None` while it may be used.
    pub deprecated: Option<String>,
    /// The arguments, in order.
    pub parameters: Vec<Parameter>,
    /// What any number of further arguments are; `None` if there may be none.
    pub variadic: Option<Parameter>,
    /// The type of the result.
    pub returns: Type,
}

/// One argument of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The name, which only documentation and messages use.
    pub name: String,
    /// For the reader of the documentation, in Markdown.
    pub description: String,
    /// The type.
    pub ty: Type,
    /// Null is handed to the function; otherwise the host refuses it.
    pub allow_null: bool,
    /// Unknown values are handed to the function; otherwise the host takes the result for unknown.
    pub allow_unknown: bool,
}

impl Parameter {
    /// A parameter that takes known, non-null values only.
    pub fn new(name: &str, ty: Type, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            ty,
            allow_null: false,
            allow_unknown: false,
        }
    }
}

impl Signature {
    /// The parameter behind the argument at a position, counted from 0; `None` if there is none.
    pub fn parameter(&self, position: usize) -> Option<&Parameter> {
        self.parameters.get(position).or(self.variadic.as_ref())
    }
}
