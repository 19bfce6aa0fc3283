//! From values to the structs that schemas are declared by.

use serde::de::DeserializeOwned;
use terraform::{Diagnostics, Value, bridge, diagnostics};

/// Reads a struct from a value whose schema the struct declared, so that it has to fit.
pub(crate) fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Diagnostics> {
    bridge::from_value(value).map_err(|error| {
        Diagnostics::bug(format!(
            "a value does not fit the struct that declared it: {}",
            diagnostics::chain(&error)
        ))
    })
}
