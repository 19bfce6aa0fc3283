//! What a resource remembers beside its state, out of the user's way.

use serde::{Serialize, de::DeserializeOwned};
use terraform::{Diagnostics, diagnostics};

/// Bytes that a host stores with an object and hands back with every call.
///
/// They are no secret: whoever can read the state can read them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Private(Vec<u8>);

impl Private {
    /// Remembers a value as JSON.
    pub fn of(value: &impl Serialize) -> Result<Self, Diagnostics> {
        serde_json::to_vec(value).map(Self).map_err(|error| {
            Diagnostics::bug(format!(
                "private state cannot be written: {}",
                diagnostics::chain(&error)
            ))
        })
    }

    /// Reads the remembered value; `None` if nothing was remembered.
    pub fn read<T: DeserializeOwned>(&self) -> Result<Option<T>, Diagnostics> {
        if self.0.is_empty() {
            return Ok(None);
        }
        serde_json::from_slice(&self.0).map(Some).map_err(|error| {
            let cause = diagnostics::chain(&error);
            Diagnostics::error(
                "Private state cannot be read",
                format!("The provider's own notes in the state are not what it wrote: {cause}. Restore the state from a backup, or import the object anew."),
            )
        })
    }
}

impl From<Vec<u8>> for Private {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<Private> for Vec<u8> {
    fn from(private: Private) -> Self {
        private.0
    }
}
