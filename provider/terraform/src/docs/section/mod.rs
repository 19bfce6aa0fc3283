//! The sections that list attributes and blocks, with one more for each object inside another.

mod entry;
mod tags;

use std::collections::BTreeMap;

use crate::{
    docs::markdown::{code, item},
    schema::{Attributes, Block, IdentitySchema, InIdentity, Rules},
    types::Type,
};

use entry::Entry;
pub(super) use tags::type_name;

/// Who sets something, which is how readers look for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Required,
    Optional,
    ReadOnly,
}

/// What has a list of its own.
enum Body<'a> {
    Block(&'a Block),
    Attributes(&'a Attributes),
    Object(Object<'a>),
}

/// An object that is a plain value: nothing is known of its attributes but type and limits.
struct Object<'a> {
    attributes: &'a BTreeMap<String, Type>,
    rules: Option<&'a Rules>,
    group: Group,
}

/// Adds the lists of a schema and the sections of everything nested in it.
pub(super) fn schema(block: &Block, page: &mut Vec<String>) {
    page.push("## Schema".to_owned());
    lists(&Body::Block(block), &[], page);
}

/// Adds the lists of an identity.
pub(super) fn identity(identity: &IdentitySchema, page: &mut Vec<String>) {
    page.push("## Identity Schema".to_owned());
    page.push("An `import` block finds an object by its `identity`, which has:".to_owned());
    let groups = [
        (InIdentity::Required, Group::Required),
        (InIdentity::Optional, Group::Optional),
    ];
    for (import, group) in groups {
        let attributes = identity.attributes.iter();
        let entries: Vec<_> = attributes
            .filter(|(_, attribute)| attribute.import == import)
            .map(|(name, attribute)| Entry::of_identity(name, group, attribute))
            .collect();
        list(&entries, group, &[], page);
    }
}

impl Body<'_> {
    fn entries(&self) -> Vec<Entry<'_>> {
        match self {
            Self::Block(block) => Entry::of_attributes(&block.attributes)
                .chain(Entry::of_blocks(&block.blocks))
                .collect(),
            Self::Attributes(attributes) => Entry::of_attributes(attributes).collect(),
            Self::Object(object) => Entry::of_object(object).collect(),
        }
    }

    /// The first word of links to the section, as other generators have it.
    const fn anchor(&self) -> &'static str {
        match self {
            Self::Block(_) => "nestedblock",
            Self::Attributes(_) | Self::Object(_) => "nestedatt",
        }
    }
}

impl Group {
    const ALL: [Self; 3] = [Self::Required, Self::Optional, Self::ReadOnly];

    const fn title(self) -> &'static str {
        match self {
            Self::Required => "Required",
            Self::Optional => "Optional",
            Self::ReadOnly => "Read-Only",
        }
    }
}

/// Adds the lists of a body, then the section of each body in it.
fn lists(body: &Body<'_>, path: &[&str], page: &mut Vec<String>) {
    let entries = body.entries();
    if entries.is_empty() {
        page.push("There is nothing to set and nothing to read.".to_owned());
    }
    for group in Group::ALL {
        list(&entries, group, path, page);
    }
    for group in Group::ALL {
        for entry in entries.iter().filter(|entry| entry.group == group) {
            let Some(inside) = &entry.inside else {
                continue;
            };
            let path = [path, &[entry.name]].concat();
            let title = format!("### Nested Schema for {}", code(&path.join(".")));
            page.push(format!("<a id=\"{}\"></a>\n{title}", anchor(inside, &path)));
            lists(inside, &path, page);
        }
    }
}

fn list(entries: &[Entry<'_>], group: Group, path: &[&str], page: &mut Vec<String>) {
    let entries: Vec<_> = entries
        .iter()
        .filter(|entry| entry.group == group)
        .map(|entry| {
            let head = format!("{} ({})", code(entry.name), entry.tags);
            item("-", &head, entry.description, &entry.remarks(path))
        })
        .collect();
    if entries.is_empty() {
        return;
    }
    page.push(match path {
        [] => format!("### {}", group.title()),
        _ => format!("{}:", group.title()),
    });
    page.push(entries.join("\n"));
}

fn anchor(body: &Body<'_>, path: &[&str]) -> String {
    format!("{}--{}", body.anchor(), path.join("--"))
}
