//! Which computed blocks a configuration leaves to the provider.

use crate::{
    check::place::Place,
    diagnostics::{Diagnostics, error},
    schema::{Block, BlockNesting},
    value::Value,
};

/// Lists the computed blocks that are null, which asks the provider to fill them in.
pub(super) fn left_open(block: &Block, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    body(block, config, &Place::root(), &mut found);
    found
}

fn body(block: &Block, value: &Value, place: &Place, found: &mut Diagnostics) {
    if value.is_null() || value.is_unknown() {
        return;
    }
    for (name, nested) in &block.blocks {
        let (value, place) = (value.attribute(name), place.attribute(name));
        if nested.computed && value.is_null() {
            report(&place, found);
            continue;
        }
        match nested.nesting {
            BlockNesting::Single { .. } | BlockNesting::Group => {
                body(&nested.block, value, &place, found);
            }
            BlockNesting::List(_) | BlockNesting::Set(_) | BlockNesting::Map => {
                for (step, element) in value.children() {
                    body(&nested.block, element, &place.block(step), found);
                }
            }
        }
    }
}

fn report(place: &Place, found: &mut Diagnostics) {
    let summary = format!("Block \"{}\" is needed", place.name());
    let detail = format!(
        "{place} is left to the provider, but this host takes no blocks from providers. Use \
         Terraform 1.16 or newer, or write the block out."
    );
    found.push(error(summary, detail).at(place.path()));
}
