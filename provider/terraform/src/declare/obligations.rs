//! What a schema owes to hosts. A breach would fail every command.

use crate::{
    contract::{SchemaKind, schema_violations},
    declare::{Mistake, Problem},
    path::Path,
    schema::{Attributes, Block, Nesting, Schema, Shape},
};

/// Checks a whole schema, as that of a managed resource: those may have the most.
pub(super) fn check(schema: &Schema, problems: &mut Vec<Problem>) {
    let violations = schema_violations(schema, SchemaKind::Managed).into_iter();
    problems.extend(violations.map(|violation| Problem {
        path: violation.path,
        mistake: Mistake::Schema(violation.problem),
    }));
    block(&schema.block, &Path::root(), problems);
}

/// Finds free values in collections of nested attributes: hosts accept them, but only if all
/// elements happen to be of one type.
fn block(block: &Block, path: &Path, problems: &mut Vec<Problem>) {
    attributes(&block.attributes, path, false, problems);
    for (name, nested) in &block.blocks {
        self::block(&nested.block, &path.attribute(name), problems);
    }
}

fn attributes(attributes: &Attributes, path: &Path, inside: bool, problems: &mut Vec<Problem>) {
    for (name, attribute) in attributes {
        match &attribute.shape {
            Shape::Value(ty) if inside && ty.has_dynamic() => problems.push(Problem {
                path: path.attribute(name),
                mistake: Mistake::DynamicInside,
            }),
            Shape::Value(_) => {}
            Shape::Nested(nesting, attributes) => {
                let inside = inside || *nesting != Nesting::Single;
                self::attributes(attributes, &path.attribute(name), inside, problems);
            }
        }
    }
}
