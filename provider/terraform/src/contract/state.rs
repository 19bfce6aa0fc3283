//! What must hold of every state: conforming, wholly known, without what is write-only.

use crate::{
    contract::{Findings, Violation, arrangement, below, conform::block_conforms, objects, part},
    path::Path,
    schema::{Attributes, Block, BlockNesting, Shape, open},
    value::Value,
};

/// Returns what is wrong with a state that the provider read, upgraded, moved or imported.
///
/// Null, for an object that is gone, is a state without violations.
pub fn read_violations(block: &Block, state: &Value) -> Vec<Violation> {
    let mut found = Findings::default();
    check_state(block, state, &mut found);
    found.0
}

/// The rules of every state. What does not conform is not looked at any further.
pub(super) fn check_state(block: &Block, state: &Value, found: &mut Findings) {
    block_conforms(block, state, found);
    check_write_only(block, state, &Path::root(), found);
    check_known(state, &Path::root(), found);
    if found.is_empty() {
        check_blocks(block, state, &Path::root(), found);
    }
}

/// Finds write-only attributes with a value, which an answer must never have.
pub(super) fn check_write_only(block: &Block, value: &Value, path: &Path, found: &mut Findings) {
    write_only_attributes(&block.attributes, value, path, found);
    for (name, nested) in &block.blocks {
        let blocks = open(nested, part(value, name));
        for (step, object) in objects(arrangement(nested.nesting), &blocks) {
            let path = below(&path.attribute(name), step);
            check_write_only(&nested.block, object, &path, found);
        }
    }
}

fn write_only_attributes(
    attributes: &Attributes,
    object: &Value,
    path: &Path,
    found: &mut Findings,
) {
    if object.is_unknown() {
        return;
    }
    for (name, attribute) in attributes {
        let (value, path) = (part(object, name), path.attribute(name));
        if attribute.write_only && !value.is_null() {
            found.add(&path, "write-only attribute must be null in an answer");
        } else if let Shape::Nested(nesting, attributes) = &attribute.shape {
            for (step, object) in objects(*nesting, value) {
                write_only_attributes(attributes, object, &below(&path, step), found);
            }
        }
    }
}

fn check_known(value: &Value, path: &Path, found: &mut Findings) {
    if value.is_unknown() {
        found.add(path, "must be known once the provider has answered");
    }
    for (step, value) in value.children() {
        check_known(value, &below(path, step), found);
    }
}

/// Finds blocks that are null where "none" is written differently. Hosts mend that in a refresh
/// with a warning in their log, but not after apply.
fn check_blocks(block: &Block, value: &Value, path: &Path, found: &mut Findings) {
    if value.is_null() {
        return;
    }
    for (name, nested) in &block.blocks {
        let (value, path) = (part(value, name), path.attribute(name));
        let nullable = nested.computed || matches!(nested.nesting, BlockNesting::Single { .. });
        if value.is_null() && !nullable {
            found.add(&path, "no blocks must be empty, not null");
        }
        for (step, object) in objects(arrangement(nested.nesting), &open(nested, value)) {
            let path = below(&path, step);
            if object.is_null() {
                found.add(&path, "a block must not be null");
            }
            check_blocks(&nested.block, object, &path, found);
        }
    }
}
