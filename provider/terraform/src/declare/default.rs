//! Serde's defaults as values.

use serde_json::Value as Json;

use crate::{
    bridge, check,
    declare::{Mistake, fields::Fields},
    path::Path,
    schema::Attribute,
    value::Value,
};

impl Fields {
    /// Reads the default of an attribute, which has to be a value that a user could have written.
    pub(super) fn default_value(
        &mut self,
        default: &Json,
        attribute: &Attribute,
        path: &Path,
    ) -> Option<Value> {
        let value = match bridge::to_value(default, &attribute.implied_type()) {
            Ok(value) => value,
            Err(error) => {
                self.report(path, Mistake::Default(error));
                return None;
            }
        };
        for broken in check::attribute(attribute, &value, path) {
            self.report(path, Mistake::BrokenDefault(broken.detail));
        }
        Some(value)
    }
}
