//! Which rules of a schema a configuration breaks: all of them at once, each with its place.
//!
//! A configuration may be unknown in parts. What is unknown breaks no rule yet, and hides no
//! broken rule elsewhere. What the host checks anyway (types) is left to it.

mod computed_blocks;
mod deprecated;
mod given;
mod leaf;
mod nearest;
mod place;
#[cfg(test)]
mod tests;
mod walk;
mod write_only;

use crate::{
    diagnostics::Diagnostics,
    path::Path,
    schema::{Attribute, Block},
    value::Value,
};

use place::Place;
use walk::Walk;

/// Checks every known part of a configuration.
pub fn config(block: &Block, config: &Value) -> Diagnostics {
    let mut walk = Walk::default();
    walk.body(block, config, &Place::root());
    walk.found
}

/// Checks that nothing write-only is set, unless the host is able to keep it out of its state.
pub fn write_only_supported(block: &Block, config: &Value, allowed: bool) -> Diagnostics {
    if allowed {
        return Diagnostics::new();
    }
    write_only::set(block, config)
}

/// Checks that no block is left to the provider, unless the host takes blocks from it.
///
/// Hosts that do not know of computed blocks give an empty list, set or map where there is none,
/// which asks for nothing.
pub fn computed_blocks_supported(block: &Block, config: &Value, allowed: bool) -> Diagnostics {
    if allowed {
        return Diagnostics::new();
    }
    computed_blocks::left_open(block, config)
}

/// Warns of everything deprecated that is set, which Terraform 1.11 and OpenTofu 1.12 do not.
pub fn deprecations(block: &Block, config: &Value) -> Diagnostics {
    deprecated::used(block, config)
}

/// Checks a value for one attribute, wherever it comes from.
pub(crate) fn attribute(attribute: &Attribute, value: &Value, path: &Path) -> Diagnostics {
    let mut walk = Walk::default();
    walk.shape(attribute, value, &Place::at(path.clone()));
    walk.found
}
