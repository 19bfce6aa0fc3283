//! Values as Rust structs and back, by way of serde. Not a codec: no bytes are involved.
//!
//! Reading looks at the value alone, writing at the type as well. What Terraform calls null or
//! unknown is *absent* to a struct: an `Option` becomes `None`, a field with `#[serde(default)]`
//! takes its default, anything else is reported as missing. At apply, where structs are read, an
//! unknown value means that the provider chooses, so absent is what it is.

mod de;
mod key;
mod parts;
mod ser;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    path::{Path, Step},
    types::Type,
    value::Value,
};

/// Why a value is no such struct, or a struct no value of such a type.
///
/// Messages never hold the value itself, which may be a secret. What a type's own `TryFrom` has to
/// say is quoted as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{misfit}", prefix(path))]
pub struct BridgeError {
    /// Where in the value.
    pub path: Path,
    /// What does not fit there.
    pub misfit: Misfit,
}

/// What does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// Null, unknown or not there at all, where a value is needed.
    #[error("a value is required")]
    Missing,
    /// A value of another kind than the struct or the type has there.
    #[error("found {found}, expected {expected}")]
    Kind {
        /// The kind of value that is there.
        found: String,
        /// What should be there.
        expected: String,
    },
    /// The struct has a field that the type has not.
    #[error("the type has no attribute: `{0}`")]
    Attribute(String),
    /// A number that no value can hold.
    #[error("number cannot be kept")]
    Number(#[source] crate::number::NumberError),
    /// What the Rust type itself objects to.
    #[error("{0}")]
    Refused(String),
}

/// Reads a struct from a value.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, BridgeError> {
    T::deserialize(de::Reader::of(value))
}

/// Writes a struct as a value of a type.
///
/// Objects get exactly the attributes of their type: what the struct leaves out is null, and what
/// only the struct has is an error. Where the type says `dynamic`, the value brings along the type
/// that a literal in a configuration would have: objects and tuples.
pub fn to_value<T: Serialize + ?Sized>(it: &T, ty: &Type) -> Result<Value, BridgeError> {
    it.serialize(ser::Writer::of(ty))
}

impl BridgeError {
    fn here(misfit: Misfit) -> Self {
        Self {
            path: Path::root(),
            misfit,
        }
    }

    fn kind(found: impl fmt::Display, expected: impl fmt::Display) -> Self {
        Self::here(Misfit::Kind {
            found: found.to_string(),
            expected: expected.to_string(),
        })
    }

    /// Says in which part of a greater value it happened.
    fn within(self, step: Option<Step>) -> Self {
        let steps = step.into_iter().chain(self.path.steps().iter().cloned());
        Self {
            path: steps.collect(),
            misfit: self.misfit,
        }
    }
}

fn prefix(path: &Path) -> String {
    if path.steps().is_empty() {
        return String::new();
    }
    format!("{path}: ")
}
