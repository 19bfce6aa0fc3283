//! What a host keeps of an object, from one step of a run to the next.

use terraform::{Diagnostics, Path, Value};

/// An object in a host's state; the default is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Its state; null if there is no object.
    pub state: Value,
    /// What the provider remembers with it.
    pub private: Vec<u8>,
    /// Its identity; null if its type has none, or none is known yet.
    pub identity: Value,
}

impl Default for Object {
    fn default() -> Self {
        Self {
            state: Value::Null,
            private: Vec::new(),
            identity: Value::Null,
        }
    }
}

/// A plan that breaks no rule.
#[derive(Debug, Clone)]
pub struct Planned {
    /// What the object is to be; null for a destruction.
    pub state: Value,
    /// What the provider wants to be told when it applies.
    pub private: Vec<u8>,
    /// The planned identity.
    pub identity: Value,
    /// The attributes for whose change the object is replaced; empty if it is not.
    pub replace: Vec<Path>,
    /// What the user is told.
    pub warnings: Diagnostics,
}

/// What an apply left, and what the user is told. Errors are among it: there may be an object
/// nevertheless.
#[derive(Debug, Clone)]
pub struct Applied {
    /// What the host saves.
    pub object: Object,
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
}

/// What a look at an object found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The object; its state is null if it is gone.
    pub object: Object,
    /// What the user is told.
    pub warnings: Diagnostics,
}
