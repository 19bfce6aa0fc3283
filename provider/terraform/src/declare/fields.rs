//! The fields of a struct as attributes and nested blocks.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::{
    declare::{
        Mistake, Problem, limits, markdown,
        node::{Kind, Node},
        remarks::{KEYWORD, Remarks},
    },
    path::Path,
    schema::{Attribute, Attributes, Block, Mode, Nesting, Rules, Shape},
    types::Type,
};

/// What is said of a deprecated field that does not say more itself.
pub(super) const DEPRECATED: &str = "No longer recommended: see its description.";

/// Reads fields, and collects what is wrong with them.
#[derive(Default)]
pub(super) struct Fields {
    /// They hold what the provider answers, which nobody writes.
    answered: bool,
    pub(super) problems: Vec<Problem>,
}

/// One field.
pub(super) struct Field<'s> {
    pub(super) path: Path,
    pub(super) node: Node<'s>,
    pub(super) remarks: Remarks,
    /// A value has to be there.
    pub(super) required: bool,
}

impl Fields {
    /// Fields of what the provider answers.
    pub(super) fn answered() -> Self {
        Self {
            answered: true,
            problems: Vec::new(),
        }
    }

    /// Reads the struct of a whole declaration.
    pub(super) fn root(&mut self, schema: &Json) -> Block {
        let root = Path::root();
        match Node::of(schema) {
            Ok(node) if matches!(node.kind(), Ok(Kind::Object)) => self.block(&node, &root),
            Ok(_) => {
                self.report(&root, Mistake::NoStruct);
                Block::default()
            }
            Err(mistake) => {
                self.report(&root, mistake);
                Block::default()
            }
        }
    }

    pub(super) fn report(&mut self, path: &Path, mistake: Mistake) {
        let path = path.clone();
        self.problems.push(Problem { path, mistake });
    }

    pub(super) fn limits(&mut self, node: &Node<'_>, kind: &Kind<'_>, path: &Path) -> Rules {
        let (rules, mistakes) = limits::rules(node, kind);
        for mistake in mistakes {
            self.report(path, mistake);
        }
        rules
    }

    pub(super) fn block(&mut self, node: &Node<'_>, path: &Path) -> Block {
        self.limits(node, &Kind::Object, path);
        let mut block = Block {
            description: markdown::of(node.text("description").unwrap_or_default()),
            deprecated: node.holds("deprecated").then(|| DEPRECATED.to_owned()),
            ..Block::default()
        };
        for (name, schema) in node.properties() {
            let Some(field) = self.field(node, name, schema, path) else {
                continue;
            };
            if let Some(kind) = field.remarks.block {
                if let Some(nested) = self.nested_block(&field, kind) {
                    block.blocks.insert(name.clone(), nested);
                }
                continue;
            }
            let attribute = self.attribute(field);
            block.attributes.insert(name.clone(), attribute);
        }
        block
    }

    fn attributes(&mut self, node: &Node<'_>, path: &Path) -> Attributes {
        let mut attributes = BTreeMap::new();
        for (name, schema) in node.properties() {
            let Some(field) = self.field(node, name, schema, path) else {
                continue;
            };
            if field.remarks.block.is_some() {
                self.report(&field.path, Mistake::BlockPlace);
            }
            attributes.insert(name.clone(), self.attribute(field));
        }
        attributes
    }

    fn field<'s>(
        &mut self,
        of: &Node<'_>,
        name: &str,
        schema: &'s Json,
        path: &Path,
    ) -> Option<Field<'s>> {
        let path = path.attribute(name);
        // What takes anything need not be of a type that Terraform has.
        let outer = Remarks::of(schema.get(KEYWORD));
        let node = if outer.dynamic {
            Node::of_annotations(schema)
        } else {
            match Node::of(schema) {
                Ok(node) => node,
                Err(mistake) => {
                    self.report(&path, mistake);
                    return None;
                }
            }
        };
        let mut remarks = Remarks::of(node.keyword(KEYWORD));
        for mistake in std::mem::take(&mut remarks.mistakes) {
            self.report(&path, mistake);
        }
        Some(Field {
            path,
            required: of.requires(name) && !node.nullable,
            node,
            remarks,
        })
    }

    fn attribute(&mut self, field: Field<'_>) -> Attribute {
        let (shape, rules) = self.shape(&field);
        if field.remarks.computed_block {
            let key = "computed_block".to_owned();
            self.report(&field.path, Mistake::Meaningless(key));
        }
        let mut attribute = Attribute {
            description: markdown::of(field.node.description()),
            rules,
            ..Attribute::new(shape, Mode::Optional)
        };
        attribute.mode = self.mode(&field, &attribute);
        let Remarks {
            sensitive,
            write_only,
            on_change,
            keep_prior,
            equivalence,
            identity,
            deprecated,
            ..
        } = field.remarks;
        attribute.deprecated = deprecated.or_else(|| {
            field
                .node
                .holds("deprecated")
                .then(|| DEPRECATED.to_owned())
        });
        attribute.sensitive = sensitive;
        attribute.on_change = on_change;
        attribute.keep_prior = keep_prior;
        attribute.equivalence = equivalence;
        attribute.identity = identity;
        if write_only {
            write_only_throughout(&mut attribute);
        }
        attribute
    }

    fn mode(&mut self, field: &Field<'_>, attribute: &Attribute) -> Mode {
        if self.answered || field.node.holds("readOnly") {
            return Mode::Computed;
        }
        let default = field.node.keyword("default").filter(|it| !it.is_null());
        match (field.remarks.computed, default) {
            (true, _) if field.required => {
                self.report(&field.path, Mistake::RequiredComputed);
                Mode::OptionalComputed
            }
            (true, Some(_)) => {
                self.report(&field.path, Mistake::DefaultComputed);
                Mode::OptionalComputed
            }
            (true, None) => Mode::OptionalComputed,
            (false, Some(default)) => self
                .default_value(default, attribute, &field.path)
                .map_or(Mode::Optional, Mode::Default),
            (false, None) if field.required => Mode::Required,
            (false, None) => Mode::Optional,
        }
    }

    /// Objects, and collections of objects, have attributes; everything else is a plain value.
    fn shape(&mut self, field: &Field<'_>) -> (Shape, Rules) {
        let (node, path) = (&field.node, &field.path);
        if field.remarks.dynamic {
            return (Shape::Value(Type::Dynamic), Rules::default());
        }
        let nested = match node.kind() {
            Ok(Kind::Object) => Some((Nesting::Single, node.clone())),
            Ok(Kind::List { items, unique }) => {
                let nesting = if unique { Nesting::Set } else { Nesting::List };
                objects(items).map(|element| (nesting, element))
            }
            Ok(Kind::Map { values, .. }) => objects(values).map(|element| (Nesting::Map, element)),
            _ => None,
        };
        let (Some((nesting, element)), Ok(kind)) = (nested, node.kind()) else {
            let (ty, rules) = self.plain(node, path);
            return (Shape::Value(ty), rules);
        };
        let rules = self.limits(node, &kind, path);
        if nesting != Nesting::Single {
            self.element(&element, path);
        }
        (
            Shape::Nested(nesting, self.attributes(&element, path)),
            rules,
        )
    }

    /// Checks the objects of a collection as such.
    pub(super) fn element(&mut self, element: &Node<'_>, path: &Path) {
        self.limits(element, &Kind::Object, path);
        if element.nullable {
            self.report(path, Mistake::NullObjects);
        }
        if element.keyword(KEYWORD).is_some() {
            self.report(path, Mistake::Meaningless(KEYWORD.to_owned()));
        }
    }
}

/// The schema of a collection's elements, if they are objects.
pub(super) fn objects(element: &Json) -> Option<Node<'_>> {
    let node = Node::of(element).ok()?;
    matches!(node.kind(), Ok(Kind::Object)).then_some(node)
}

/// What is inside a write-only attribute is write-only.
fn write_only_throughout(attribute: &mut Attribute) {
    attribute.write_only = true;
    if let Shape::Nested(_, attributes) = &mut attribute.shape {
        attributes.values_mut().for_each(write_only_throughout);
    }
}
