//! What a Terraform host does and asserts around a provider: the oracle of every test.
//!
//! A host merges configuration and prior state into a proposal ([`proposed_new`]), then holds
//! plans ([`plan_violations`]), repeated plans ([`final_plan_violations`]) and results
//! ([`apply_violations`], [`read_violations`]) to rules, and gives up on a provider that breaks
//! one. Every function here returns all violations that it finds; none means fine.
//!
//! Where hosts check less than they mean, these functions check what is meant, and say so.

mod compatible;
mod conform;
mod correlate;
mod plan_valid;
mod promise;
mod proposed;
mod replacement;
mod schema_valid;
mod shown;
mod state;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::{
    path::{Path, Step},
    schema::{BlockNesting, Nesting},
    value::{Refinements, Value},
};

pub use compatible::{apply_violations, final_plan_violations};
pub use conform::conforms;
pub use plan_valid::plan_violations;
pub use proposed::proposed_new;
pub use replacement::replacement_violations;
pub use schema_valid::{SchemaKind, function_violations, schema_violations};
pub use state::read_violations;

/// A rule of the contract that is broken, and where.
///
/// The text may hold values, but none of an attribute that is sensitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where; the root for the object as a whole. In a set, the path ends at the set.
    pub path: Path,
    /// What is wrong there.
    pub problem: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.steps().is_empty() {
            write!(f, "at `{}`: ", self.path)?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for Violation {}

/// The violations found so far.
#[derive(Default)]
struct Findings(Vec<Violation>);

impl Findings {
    fn add(&mut self, path: &Path, problem: impl Into<String>) {
        self.0.push(Violation {
            path: path.clone(),
            problem: problem.into(),
        });
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

static UNKNOWN: Value = Value::Unknown(Refinements {
    null: None,
    prefix: None,
    least: None,
    greatest: None,
    min_length: None,
    max_length: None,
});

/// An attribute or block of an object. What is promised of an unknown object is no promise about
/// its attributes, so those are plainly unknown.
fn part<'a>(object: &'a Value, name: &str) -> &'a Value {
    if object.is_unknown() {
        return &UNKNOWN;
    }
    object.attribute(name)
}

/// An element of a list or map; plainly unknown if the collection is.
fn element<'a>(collection: &'a Value, step: &Step) -> Option<&'a Value> {
    match (collection.inner(), step) {
        (Value::Unknown(_), _) => Some(&UNKNOWN),
        (Value::List(elements) | Value::Tuple(elements), Step::Index(index)) => {
            elements.get(*index)
        }
        (Value::Map(elements), Step::Key(key)) => elements.get(key),
        (Value::Object(attributes), Step::Attribute(name)) => attributes.get(name),
        _ => None,
    }
}

/// The objects that stand in a nested attribute or block, with the step to each; none where it is
/// null or unknown.
fn objects(nesting: Nesting, value: &Value) -> Vec<(Option<Step>, &Value)> {
    match nesting {
        Nesting::Single if value.is_null() || value.is_unknown() => Vec::new(),
        Nesting::Single => vec![(None, value)],
        Nesting::List | Nesting::Set | Nesting::Map => value.children(),
    }
}

/// Goes on into an element; elements of sets have no address.
fn below(path: &Path, step: Option<Step>) -> Path {
    step.map_or_else(|| path.clone(), |step| path.step(step))
}

/// How blocks stand together, without their number.
fn arrangement(nesting: BlockNesting) -> Nesting {
    match nesting {
        BlockNesting::Single { .. } | BlockNesting::Group => Nesting::Single,
        BlockNesting::List(_) => Nesting::List,
        BlockNesting::Set(_) => Nesting::Set,
        BlockNesting::Map => Nesting::Map,
    }
}

/// Tells whether two values are the same but for promises about unknowns.
fn same(left: &Value, right: &Value) -> bool {
    left == right || left.clone().without_refinements() == right.clone().without_refinements()
}
