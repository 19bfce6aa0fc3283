//! Which write-only attributes a configuration sets.

use crate::{
    check::place::Place,
    diagnostics::{Diagnostics, error},
    schema::{Attributes, Block, BlockNesting, Nesting, Shape},
    value::Value,
};

/// Lists the write-only attributes that are not null. An unknown one may become a value, so it
/// counts.
pub(super) fn set(block: &Block, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    body(block, config, &Place::root(), &mut found);
    found
}

fn body(block: &Block, value: &Value, place: &Place, found: &mut Diagnostics) {
    if value.is_null() || value.is_unknown() {
        return;
    }
    attributes(&block.attributes, value, place, found);
    for (name, nested) in &block.blocks {
        let (value, place) = (value.attribute(name), place.attribute(name));
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

fn attributes(attributes: &Attributes, object: &Value, place: &Place, found: &mut Diagnostics) {
    if object.is_null() || object.is_unknown() {
        return;
    }
    for (name, attribute) in attributes {
        let (value, place) = (object.attribute(name), place.attribute(name));
        if value.is_null() {
            continue;
        }
        if attribute.write_only {
            report(&place, found);
            continue;
        }
        match &attribute.shape {
            Shape::Value(_) => {}
            Shape::Nested(Nesting::Single, inside) => {
                self::attributes(inside, value, &place, found);
            }
            Shape::Nested(_, inside) => {
                for (step, element) in value.children() {
                    self::attributes(inside, element, &place.element(step), found);
                }
            }
        }
    }
}

fn report(place: &Place, found: &mut Diagnostics) {
    let summary = format!("Write-only attribute \"{}\" is not supported", place.name());
    let detail = format!(
        "{place} is set, but this host cannot keep the values of write-only attributes out of its \
         state. Use Terraform 1.11 or newer, or OpenTofu 1.11 or newer, or leave the attribute out."
    );
    found.push(error(summary, detail).at(place.path()));
}
