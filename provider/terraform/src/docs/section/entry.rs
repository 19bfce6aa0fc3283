//! One attribute or block as readers see it.

use std::collections::BTreeMap;

use super::{
    Body, Group, Object, anchor,
    tags::{attribute_tags, block_tags, type_name},
};
use crate::{
    docs::{
        limits::limits,
        literal::literal,
        markdown::{Remarks, code},
    },
    schema::{
        Attribute, Attributes, Block, BlockNesting, Equivalence, IdentityAttribute, Mode,
        NestedBlock, OnChange, Rules, Shape,
    },
    types::Type,
};

/// One item of a list.
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    pub(super) group: Group,
    /// What stands in parentheses behind the name.
    pub(super) tags: String,
    pub(super) description: &'a str,
    /// What has a section of its own.
    pub(super) inside: Option<Body<'a>>,
    deprecated: Option<&'a str>,
    attribute: Option<&'a Attribute>,
    rules: Option<&'a Rules>,
}

impl<'a> Entry<'a> {
    pub(super) fn of_attributes(attributes: &'a Attributes) -> impl Iterator<Item = Self> {
        attributes.iter().map(|(name, attribute)| {
            let group = group(&attribute.mode);
            Self {
                description: &attribute.description,
                tags: attribute_tags(attribute),
                inside: match &attribute.shape {
                    Shape::Value(ty) => object_inside(ty, Some(&attribute.rules), group),
                    Shape::Nested(_, attributes) => Some(Body::Attributes(attributes)),
                },
                deprecated: attribute.deprecated.as_deref(),
                attribute: Some(attribute),
                rules: Some(&attribute.rules),
                ..Self::plain(name, group)
            }
        })
    }

    pub(super) fn of_blocks(
        blocks: &'a BTreeMap<String, NestedBlock>,
    ) -> impl Iterator<Item = Self> {
        blocks.iter().map(|(name, nested)| Self {
            description: &nested.block.description,
            tags: block_tags(nested),
            inside: Some(Body::Block(&nested.block)),
            deprecated: nested.block.deprecated.as_deref(),
            ..Self::plain(name, block_group(nested))
        })
    }

    pub(super) fn of_object(object: &'a Object<'_>) -> impl Iterator<Item = Self> {
        object.attributes.iter().map(|(name, ty)| {
            let rules = object
                .rules
                .and_then(|rules| rules.attributes.iter().find(|(of, _)| of == name))
                .map(|(_, rules)| rules);
            Self {
                tags: type_name(ty),
                inside: object_inside(ty, rules, object.group),
                rules,
                ..Self::plain(name, object.group)
            }
        })
    }

    pub(super) fn of_identity(
        name: &'a str,
        group: Group,
        attribute: &'a IdentityAttribute,
    ) -> Self {
        Self {
            description: &attribute.description,
            tags: type_name(&attribute.ty),
            ..Self::plain(name, group)
        }
    }

    fn plain(name: &'a str, group: Group) -> Self {
        Self {
            name,
            group,
            tags: String::new(),
            description: "",
            inside: None,
            deprecated: None,
            attribute: None,
            rules: None,
        }
    }

    /// Says what the description leaves to the schema; `path` is that of the body around.
    pub(super) fn remarks(&self, path: &[&str]) -> Remarks {
        let mut remarks = Remarks::default();
        if let Some(reason) = self.deprecated {
            let sentence = format!("**Deprecated:** {}", sentence(reason));
            remarks.sentences.push(sentence);
        }
        if let Some(attribute) = self.attribute {
            remarks.sentences.extend(origin(attribute));
        }
        if let Some(rules) = self.rules {
            limits(rules, &mut remarks);
        }
        if let Some(attribute) = self.attribute {
            remarks.sentences.extend(behaviour(attribute));
        }
        if let Some(inside) = &self.inside {
            let target = anchor(inside, &[path, &[self.name]].concat());
            let link = format!("(see [below for nested schema](#{target}))");
            remarks.sentences.push(link);
        }
        remarks
    }
}

fn group(mode: &Mode) -> Group {
    match mode {
        Mode::Required => Group::Required,
        Mode::Optional | Mode::Default(_) | Mode::OptionalComputed => Group::Optional,
        Mode::Computed => Group::ReadOnly,
    }
}

fn block_group(nested: &NestedBlock) -> Group {
    match nested.nesting {
        BlockNesting::Single { required: true } => Group::Required,
        BlockNesting::List(count) | BlockNesting::Set(count) if count.min > 0 => Group::Required,
        _ if is_read_only(&nested.block) => Group::ReadOnly,
        _ => Group::Optional,
    }
}

/// Tells whether there is something in a block, and the provider sets all of it.
fn is_read_only(block: &Block) -> bool {
    let computed = |attribute: &Attribute| !attribute.mode.is_configurable();
    let empty = block.attributes.is_empty() && block.blocks.is_empty();
    !empty
        && block.attributes.values().all(computed)
        && block.blocks.values().all(|it| is_read_only(&it.block))
}

/// Says where a value comes from that the configuration does not have.
fn origin(attribute: &Attribute) -> Option<String> {
    match &attribute.mode {
        Mode::Default(value) => Some(format!("Defaults to {}.", code(&literal(value)))),
        Mode::OptionalComputed => Some("The provider chooses it if it is not set.".to_owned()),
        Mode::Required | Mode::Optional | Mode::Computed => None,
    }
}

fn behaviour(attribute: &Attribute) -> Vec<String> {
    let mut sentences = Vec::new();
    sentences.extend(attribute.equivalence.map(|equivalence| match equivalence {
        Equivalence::IgnoreCase => "Upper and lower case mean the same.".to_owned(),
        Equivalence::Json => {
            "JSON, in which spaces and the order of keys do not matter.".to_owned()
        }
    }));
    if attribute.write_only {
        let stored = "Never stored, which takes Terraform or OpenTofu 1.11 or later.";
        sentences.push(stored.to_owned());
    }
    match &attribute.on_change {
        OnChange::Update => {}
        OnChange::Replace => sentences.push("Changing this replaces the object.".to_owned()),
        OnChange::Refuse(instead) => {
            sentences.push(format!("Changing this is refused: {}", sentence(instead)));
        }
    }
    sentences
}

/// Returns a text with a period at the end unless it ends in some such mark already.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) {
        return text.to_owned();
    }
    format!("{text}.")
}

/// Finds the object that a type consists of, behind any collections, with its rules.
fn object_inside<'a>(ty: &'a Type, rules: Option<&'a Rules>, group: Group) -> Option<Body<'a>> {
    match ty {
        Type::Object(attributes) => Some(Body::Object(Object {
            attributes,
            rules,
            group: match group {
                Group::ReadOnly => Group::ReadOnly,
                // A value has all attributes of its type, whoever sets it.
                Group::Required | Group::Optional => Group::Required,
            },
        })),
        Type::List(element) | Type::Set(element) | Type::Map(element) => {
            let rules = rules.and_then(|rules| rules.elements.as_deref());
            object_inside(element, rules, group)
        }
        Type::Bool | Type::Number | Type::String | Type::Dynamic | Type::Tuple(_) => None,
    }
}
