//! Which write-only attributes a configuration sets.

use crate::{
    check::{
        given::{Given, walk},
        place::Place,
    },
    diagnostics::{Diagnostic, Diagnostics, error},
    schema::Block,
    value::Value,
};

/// Lists the write-only attributes that are set.
pub(super) fn set(block: &Block, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    walk(block, config, &mut |given, place| {
        let is_write_only = matches!(given, Given::Attribute(attribute) if attribute.write_only);
        if is_write_only {
            found.push(unsupported(place));
        }
        !is_write_only
    });
    found
}

fn unsupported(place: &Place) -> Diagnostic {
    let summary = format!("Write-only attribute \"{}\" is not supported", place.name());
    let detail = format!(
        "{place} is set, but this host cannot keep the values of write-only attributes out of its \
         state. Use Terraform 1.11 or newer, or OpenTofu 1.11 or newer, or leave the attribute out."
    );
    error(summary, detail).at(place.path())
}
