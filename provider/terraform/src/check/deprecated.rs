//! Which deprecated things a configuration uses.

use crate::{
    check::{
        given::{Given, walk},
        place::Place,
    },
    diagnostics::{Diagnostic, Diagnostics, warning},
    schema::Block,
    value::Value,
};

/// Lists the deprecated attributes and blocks that are set.
pub(super) fn used(block: &Block, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    walk(block, config, &mut |given, place| {
        if let Some(reason) = reason(&given) {
            found.push(remark(&given, place, reason));
        }
        true
    });
    found
}

fn reason<'a>(given: &Given<'a>) -> Option<&'a str> {
    let reason = match given {
        Given::Body(block) => &block.deprecated,
        Given::Attribute(attribute) => &attribute.deprecated,
    };
    reason.as_deref()
}

fn remark(given: &Given<'_>, place: &Place, reason: &str) -> Diagnostic {
    let path = place.path();
    if path.steps().is_empty() {
        return warning("Deprecated resource", reason);
    }
    let what = match given {
        Given::Body(_) => "block",
        Given::Attribute(_) => "attribute",
    };
    warning(format!("Deprecated {what} \"{}\"", place.name()), reason).at(path)
}
