//! Whether a schema is one that hosts accept.

use std::collections::BTreeSet;

use crate::{
    contract::{Findings, Violation, conform::conforms},
    path::Path,
    schema::{
        Attribute, Attributes, Block, BlockNesting, Count, Mode, NestedBlock, Nesting, Schema,
        Shape, Signature,
    },
    types::Type,
};

/// Root names that the blocks of resources and data sources use for themselves.
const RESERVED: [&str; 7] = [
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "provisioner",
];

/// Root names that the provider block uses for itself.
const RESERVED_IN_PROVIDER: [&str; 8] = [
    "alias",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "locals",
    "source",
    "version",
];

/// What a schema is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaKind {
    /// The provider block.
    Provider,
    /// A managed resource, which alone may have write-only attributes and an identity.
    Managed,
    /// A data source.
    Data,
    /// An ephemeral resource.
    Ephemeral,
}

/// Returns what hosts, or the language, do not allow in a schema.
///
/// Hosts skip some of these checks, above all for the provider block, and then behave strangely.
pub fn schema_violations(schema: &Schema, kind: SchemaKind) -> Vec<Violation> {
    let mut found = Findings::default();
    let reserved: &[&str] = match kind {
        SchemaKind::Provider => &RESERVED_IN_PROVIDER,
        SchemaKind::Managed | SchemaKind::Data | SchemaKind::Ephemeral => &RESERVED,
    };
    let names = schema
        .block
        .attributes
        .keys()
        .chain(schema.block.blocks.keys());
    for name in names.filter(|name| reserved.contains(&name.as_str())) {
        found.add(&path_of(name), "the language reserves this name");
    }
    let place = Place {
        kind,
        at_root: true,
        in_set: false,
    };
    check_block(&schema.block, place, &Path::root(), &mut found);
    found.0
}

/// Returns what hosts do not allow in the signature of a function. Paths name the parameter.
pub fn function_violations(signature: &Signature) -> Vec<Violation> {
    let mut found = Findings::default();
    let mut names = BTreeSet::new();
    for parameter in signature.parameters.iter().chain(&signature.variadic) {
        let path = path_of(&parameter.name);
        if !is_identifier(&parameter.name) {
            found.add(&path, "the name of a parameter must be an identifier");
        }
        if !names.insert(&parameter.name) {
            found.add(&path, "two parameters have the same name");
        }
    }
    found.0
}

/// Where in a schema something stands.
#[derive(Clone, Copy)]
struct Place {
    kind: SchemaKind,
    at_root: bool,
    in_set: bool,
}

impl Place {
    fn below(self, is_set: bool) -> Self {
        Self {
            at_root: false,
            in_set: self.in_set || is_set,
            ..self
        }
    }
}

fn path_of(name: &str) -> Path {
    Path::root().attribute(name)
}

fn check_block(block: &Block, place: Place, path: &Path, found: &mut Findings) {
    check_attributes(&block.attributes, place, path, found);
    for (name, nested) in &block.blocks {
        let path = path.attribute(name);
        check_name(name, &path, found);
        if block.attributes.contains_key(name) {
            found.add(&path, "an attribute and a block have the same name");
        }
        check_nested_block(nested, &path, found);
        let is_set = matches!(nested.nesting, BlockNesting::Set(_));
        check_block(&nested.block, place.below(is_set), &path, found);
    }
}

fn check_attributes(attributes: &Attributes, place: Place, path: &Path, found: &mut Findings) {
    for (name, attribute) in attributes {
        let path = path.attribute(name);
        check_name(name, &path, found);
        check_attribute(attribute, place, &path, found);
    }
}

fn check_name(name: &str, path: &Path, found: &mut Findings) {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.starts_with(|c: char| c.is_ascii_digit())
        || name.is_empty()
        || !name.chars().all(allowed)
    {
        let problem =
            "a name has only lowercase letters, digits and underscores, and no digit first";
        found.add(path, problem);
    }
}

fn check_attribute(attribute: &Attribute, place: Place, path: &Path, found: &mut Findings) {
    if attribute.write_only {
        check_write_only(attribute, place, path, found);
    }
    let chosen = matches!(attribute.mode, Mode::OptionalComputed | Mode::Computed);
    if attribute.keep_prior && !chosen {
        found.add(path, "only a computed attribute can keep its prior value");
    }
    if attribute.equivalence.is_some() && attribute.shape != Shape::Value(Type::String) {
        found.add(path, "only texts have other spellings");
    }
    if attribute.identity.is_some() {
        check_identity(attribute, place, path, found);
    }
    check_default(attribute, path, found);
    if let Shape::Nested(nesting, attributes) = &attribute.shape {
        let is_set = *nesting == Nesting::Set;
        if is_set && attribute.implied_type().has_dynamic() {
            found.add(path, "a set must not have `any` inside");
        }
        check_attributes(attributes, place.below(is_set), path, found);
    }
}

fn check_write_only(attribute: &Attribute, place: Place, path: &Path, found: &mut Findings) {
    if !matches!(attribute.mode, Mode::Required | Mode::Optional) {
        found.add(path, "a write-only attribute must not be computed");
    }
    if place.in_set {
        found.add(path, "a write-only attribute must not be in a set");
    }
    if place.kind != SchemaKind::Managed {
        let problem = "only managed resources have write-only attributes";
        found.add(path, problem);
    }
}

fn check_identity(attribute: &Attribute, place: Place, path: &Path, found: &mut Findings) {
    if !place.at_root {
        found.add(
            path,
            "only attributes of the root can be part of an identity",
        );
    }
    if place.kind != SchemaKind::Managed {
        found.add(path, "only managed resources have an identity");
    }
    let primitive = |ty: &Type| matches!(ty, Type::Bool | Type::Number | Type::String);
    let allowed = match &attribute.shape {
        Shape::Value(Type::List(element)) => primitive(element),
        Shape::Value(ty) => primitive(ty),
        Shape::Nested(..) => false,
    };
    if !allowed {
        let problem = "part of an identity must be a primitive or a list of primitives";
        found.add(path, problem);
    }
}

fn check_default(attribute: &Attribute, path: &Path, found: &mut Findings) {
    let Mode::Default(default) = &attribute.mode else {
        return;
    };
    if !default.is_wholly_known() {
        found.add(path, "the default must be known");
    }
    for violation in conforms(&attribute.implied_type(), default) {
        found.add(path, format!("the default does not conform: {violation}"));
    }
}

fn check_nested_block(nested: &NestedBlock, path: &Path, found: &mut Findings) {
    if let BlockNesting::List(Count { min, max }) | BlockNesting::Set(Count { min, max }) =
        nested.nesting
    {
        if max.is_some_and(|max| max < min) {
            found.add(path, "fewer blocks allowed than demanded");
        }
        if max == Some(0) {
            found.add(path, "hosts take a maximum of no blocks for any number");
        }
    }
    let is_set = matches!(nested.nesting, BlockNesting::Set(_));
    if is_set && nested.block.implied_type().has_dynamic() {
        found.add(path, "a set must not have `any` inside");
    }
    if nested.computed {
        check_computed_block(nested, path, found);
    }
}

fn check_computed_block(nested: &NestedBlock, path: &Path, found: &mut Findings) {
    match nested.nesting {
        BlockNesting::Group => found.add(path, "a group of attributes cannot be a computed block"),
        BlockNesting::Single { required: true }
        | BlockNesting::List(Count { min: 1.., .. })
        | BlockNesting::Set(Count { min: 1.., .. }) => {
            found.add(path, "a computed block must not be demanded");
        }
        _ => {}
    }
    for (name, attribute) in &nested.block.attributes {
        if !attribute.mode.is_computed() {
            let problem = "everything in a computed block must be computed";
            found.add(&path.attribute(name), problem);
        }
    }
    for (name, inner) in &nested.block.blocks {
        if !inner.computed {
            let problem = "everything in a computed block must be computed";
            found.add(&path.attribute(name), problem);
        }
    }
}

/// Tells whether a name is an identifier of the language. Identifiers beyond ASCII are legal too,
/// but nobody can type them.
fn is_identifier(name: &str) -> bool {
    let start = |c: char| c.is_ascii_alphabetic() || c == '_';
    name.starts_with(start)
        && name
            .chars()
            .all(|c| start(c) || c.is_ascii_digit() || c == '-')
}
