//! Imports by identity, which has a schema too.

use hcl_edit::{
    expr::Expression,
    structure::{Attribute, Block},
};
use terraform::{
    Path,
    docs::{Catalogue, Kind},
    schema::{IdentitySchema, InIdentity},
};

use super::{convert, file::is_own, findings::Findings, literal};

/// Checks an `import` block, if it is about one of the provider's resources.
pub(super) fn check(block: &Block, catalogue: &Catalogue, findings: &mut Findings) {
    let target = block.body.get_attribute("to").and_then(target);
    let Some(ty) = target.filter(|ty| is_own(catalogue, ty)) else {
        return;
    };
    let Some(schema) = catalogue.schema(Kind::Resource, ty) else {
        return findings.add(block, format!("unknown resource: `{ty}`"));
    };
    let Some(attribute) = block.body.get_attribute("identity") else {
        return;
    };
    let Some(identity) = schema.identity() else {
        return findings.add(attribute, format!("resource has no identity: `{ty}`"));
    };
    check_identity(&attribute.value, &identity, findings);
}

/// Returns the type of the resource that an import names.
fn target(to: &Attribute) -> Option<&str> {
    let Expression::Traversal(traversal) = &to.value else {
        return None;
    };
    match &traversal.expr {
        Expression::Variable(ty) => Some(ty.as_str()),
        _ => None,
    }
}

fn check_identity(value: &Expression, identity: &IdentitySchema, findings: &mut Findings) {
    let Some(entries) = literal::entries(value) else {
        return;
    };
    let path = Path::from("identity");
    for (name, attribute) in &identity.attributes {
        let missing = !entries.iter().any(|entry| entry.name == *name);
        if missing && attribute.import == InIdentity::Required {
            let path = path.attribute(name.as_str());
            findings.add(value, format!("missing required attribute: `{path}`"));
        }
    }
    for entry in entries {
        let path = path.attribute(entry.name.as_str());
        let Some(attribute) = identity.attributes.get(&entry.name) else {
            findings.add(entry.value, format!("unknown attribute: `{path}`"));
            continue;
        };
        convert::typed(entry.value, &attribute.ty, &path, findings);
    }
}
