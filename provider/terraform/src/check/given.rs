//! A walk over what a configuration sets, whatever the values are.

use crate::{
    check::place::Place,
    schema::{Attribute, Attributes, Block, BlockNesting, Nesting, Shape},
    value::Value,
};

/// Something that a configuration sets.
pub(super) enum Given<'a> {
    /// A body: the outermost one, or a block inside.
    Body(&'a Block),
    /// An attribute. An unknown one may become a value, so it counts.
    Attribute(&'a Attribute),
}

/// Shows everything that is set to `see`, which tells whether to go on inside.
pub(super) fn walk(block: &Block, config: &Value, see: &mut dyn FnMut(Given<'_>, &Place) -> bool) {
    body(block, config, &Place::root(), see);
}

type See<'a> = dyn FnMut(Given<'_>, &Place) -> bool + 'a;

fn body(block: &Block, value: &Value, place: &Place, see: &mut See<'_>) {
    if !value.is_null() && !value.is_unknown() && see(Given::Body(block), place) {
        inside(block, value, place, see);
    }
}

fn inside(block: &Block, value: &Value, place: &Place, see: &mut See<'_>) {
    attributes(&block.attributes, value, place, see);
    for (name, nested) in &block.blocks {
        let (value, place) = (value.attribute(name), place.attribute(name));
        match nested.nesting {
            BlockNesting::Single { .. } => body(&nested.block, value, &place, see),
            // A group is always there, whether the configuration has it or not.
            BlockNesting::Group => inside(&nested.block, value, &place, see),
            BlockNesting::List(_) | BlockNesting::Set(_) | BlockNesting::Map => {
                for (step, element) in value.children() {
                    body(&nested.block, element, &place.block(step), see);
                }
            }
        }
    }
}

fn attributes(attributes: &Attributes, object: &Value, place: &Place, see: &mut See<'_>) {
    if object.is_null() || object.is_unknown() {
        return;
    }
    for (name, attribute) in attributes {
        let (value, place) = (object.attribute(name), place.attribute(name));
        if value.is_null() || !see(Given::Attribute(attribute), &place) {
            continue;
        }
        match &attribute.shape {
            Shape::Value(_) => {}
            Shape::Nested(Nesting::Single, inside) => {
                self::attributes(inside, value, &place, see);
            }
            Shape::Nested(_, inside) => {
                for (step, element) in value.children() {
                    self::attributes(inside, element, &place.element(step), see);
                }
            }
        }
    }
}
