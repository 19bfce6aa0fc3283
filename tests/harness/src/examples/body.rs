//! The body of a block against the schema of it.

use std::collections::BTreeMap;

use hcl_edit::structure::{Block as HclBlock, BlockLabel, Body};
use terraform::{
    Block, Path, Value,
    schema::{BlockNesting, Count, NestedBlock},
};

use super::{
    convert::{Place, attributes},
    findings::Findings,
    literal::Entry,
};

/// What hosts themselves accept in a body, whatever the schema.
#[derive(Clone, Copy)]
pub(super) struct Meta {
    attributes: &'static [&'static str],
    blocks: &'static [&'static str],
}

impl Meta {
    /// In resources, data sources and ephemeral resources.
    pub(super) const RESOURCE: Self = Self {
        attributes: &["count", "depends_on", "for_each", "provider"],
        blocks: &["connection", "lifecycle", "provisioner"],
    };

    /// In provider blocks.
    pub(super) const PROVIDER: Self = Self {
        attributes: &["alias", "for_each", "version"],
        blocks: &[],
    };

    /// In nested blocks.
    const NONE: Self = Self {
        attributes: &[],
        blocks: &[],
    };
}

/// Nested blocks of one type, as far as they can be known.
#[derive(Default)]
struct Found {
    blocks: Vec<(String, Value)>,
    /// A `dynamic` block makes any number of further ones.
    dynamic: bool,
}

/// Checks a block that stands at the root of a file, and returns its value.
pub(super) fn check(
    block: &HclBlock,
    schema: &Block,
    meta: Meta,
    findings: &mut Findings,
) -> Value {
    let path = Path::root();
    let place = Place::of(block, &path);
    read(&block.body, schema, (place, meta), findings)
}

/// Reads a body as a value of a block's type.
pub(super) fn value(body: &Body, schema: &Block, findings: &mut Findings) -> Value {
    let path = Path::root();
    let place = Place::of(body, &path);
    read(body, schema, (place, Meta::RESOURCE), findings)
}

fn read(
    body: &Body,
    schema: &Block,
    (place, meta): (Place<'_>, Meta),
    findings: &mut Findings,
) -> Value {
    let mut entries = Vec::new();
    for attribute in body.attributes() {
        let name = attribute.key.as_str();
        if meta.attributes.contains(&name) {
            continue;
        }
        if schema.blocks.contains_key(name) {
            let path = place.path.attribute(name);
            findings.add(
                attribute,
                format!("block is written as attribute: `{path}`"),
            );
            continue;
        }
        entries.push(Entry {
            name: name.to_owned(),
            value: &attribute.value,
        });
    }
    let mut values = attributes(&entries, &schema.attributes, place, findings);
    let mut found = BTreeMap::new();
    for block in body.blocks() {
        if !meta.blocks.contains(&block.ident.as_str()) {
            nested(block, schema, place.path, &mut found, findings);
        }
    }
    for (name, nested) in &schema.blocks {
        let found = found.remove(name.as_str()).unwrap_or_default();
        let path = place.path.attribute(name.as_str());
        count(&found, nested.nesting, (place, &path), findings);
        values.insert(name.clone(), together(found, nested));
    }
    Value::Object(values)
}

/// Reads a nested block and puts it to those of the same type.
fn nested(
    block: &HclBlock,
    schema: &Block,
    path: &Path,
    found: &mut BTreeMap<String, Found>,
    findings: &mut Findings,
) {
    let dynamic = block.has_ident("dynamic") && !schema.blocks.contains_key("dynamic");
    let label = block.labels.first().map(BlockLabel::as_str);
    let name = match label {
        Some(label) if dynamic => label,
        _ => block.ident.as_str(),
    };
    let path = path.attribute(name);
    let Some(nested) = schema.blocks.get(name) else {
        let message = if schema.attributes.contains_key(name) {
            format!("attribute is written as block: `{path}`")
        } else {
            format!("unknown block: `{path}`")
        };
        return findings.add(block, message);
    };
    let found = found.entry(name.to_owned()).or_default();
    if dynamic {
        found.dynamic = true;
        return dynamic_block(block, nested, &path, findings);
    }
    match (nested.nesting, block.labels.len()) {
        (BlockNesting::Map, 1) => {}
        (BlockNesting::Map, _) => findings.add(block, format!("block has one label: `{path}`")),
        (_, 0) => {}
        _ => findings.add(block, format!("block has no label: `{path}`")),
    }
    let label = label.unwrap_or_default().to_owned();
    let place = Place::of(block, &path);
    let value = read(&block.body, &nested.block, (place, Meta::NONE), findings);
    found.blocks.push((label, value));
}

/// Checks the template of a `dynamic` block.
fn dynamic_block(block: &HclBlock, nested: &NestedBlock, path: &Path, findings: &mut Findings) {
    if !block.body.has_attribute("for_each") {
        findings.add(block, format!("dynamic block without `for_each`: `{path}`"));
    }
    let contents: Vec<_> = block.body.get_blocks("content").collect();
    let [content] = contents.as_slice() else {
        let message = format!("dynamic block needs one `content`: `{path}`");
        return findings.add(block, message);
    };
    let place = Place::of(*content, path);
    read(&content.body, &nested.block, (place, Meta::NONE), findings);
}

fn count(
    found: &Found,
    nesting: BlockNesting,
    (around, path): (Place<'_>, &Path),
    findings: &mut Findings,
) {
    let one = |min| Count { min, max: Some(1) };
    let Count { min, max } = match nesting {
        BlockNesting::Single { required } => one(u32::from(required)),
        BlockNesting::Group => one(0),
        BlockNesting::List(count) | BlockNesting::Set(count) => count,
        BlockNesting::Map => Count::default(),
    };
    let number = u32::try_from(found.blocks.len()).unwrap_or(u32::MAX);
    if number < min && !found.dynamic {
        findings.add(&around, format!("fewer than {min} blocks: `{path}`"));
    }
    if let Some(max) = max.filter(|max| number > *max) {
        findings.add(&around, format!("more than {max} blocks: `{path}`"));
    }
}

/// Makes one value of all nested blocks of a type.
fn together(found: Found, nested: &NestedBlock) -> Value {
    // Blocks whose values differ in type make a value whose type depends on each of them.
    let typed_by_value = nested.implied_type() == terraform::Type::Dynamic;
    if found.dynamic || typed_by_value {
        return Value::unknown();
    }
    let mut values = found.blocks.into_iter();
    match nested.nesting {
        BlockNesting::Single { .. } => values.next().map_or(Value::Null, |(_, value)| value),
        BlockNesting::Group => match values.next() {
            Some((_, value)) => value,
            None => value(&Body::new(), &nested.block, &mut Findings::default()),
        },
        BlockNesting::List(_) => Value::list(values.map(|(_, value)| value)),
        BlockNesting::Set(_) => Value::set(values.map(|(_, value)| value)),
        BlockNesting::Map => Value::map(values),
    }
}
