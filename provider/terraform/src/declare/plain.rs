//! Plain types: values without schemas of their own inside.

use serde_json::Value as Json;

use crate::{
    declare::{
        Mistake,
        fields::Fields,
        node::{Kind, Node},
        remarks::KEYWORD,
    },
    path::Path,
    schema::Rules,
    types::Type,
};

impl Fields {
    /// Reads the type of a plain value, and the rules of everything inside.
    pub(super) fn plain(&mut self, node: &Node<'_>, path: &Path) -> (Type, Rules) {
        let kind = match node.kind() {
            Ok(kind) => kind,
            Err(mistake) => return (self.nothing(path, mistake), Rules::default()),
        };
        let mut rules = self.limits(node, &kind, path);
        let ty = match kind {
            Kind::Any => Type::Dynamic,
            Kind::Bool => Type::Bool,
            Kind::Number => Type::Number,
            Kind::Text => Type::String,
            Kind::List { items, unique } => {
                let (element, elements) = self.inside(items, path);
                rules.elements = elements.map(Box::new);
                if unique {
                    Type::set(element)
                } else {
                    Type::list(element)
                }
            }
            Kind::Map { values, .. } => {
                let (element, elements) = self.inside(values, path);
                rules.elements = elements.map(Box::new);
                Type::map(element)
            }
            Kind::Object => self.plain_object(node, path, &mut rules),
        };
        (ty, rules)
    }

    fn plain_object(&mut self, node: &Node<'_>, path: &Path, rules: &mut Rules) -> Type {
        let mut attributes = Vec::new();
        for (name, schema) in node.properties() {
            let (ty, inside) = self.inside(schema, &path.attribute(name));
            attributes.push((name.clone(), ty));
            let required = node.requires(name);
            let mut inside = inside.unwrap_or_default();
            inside.required &= required;
            if inside != Rules::default() {
                rules.attributes.push((name.clone(), inside));
            }
        }
        Type::object(attributes)
    }

    /// Reads the type and the rules of an element, or of a field of a plain object.
    fn inside(&mut self, schema: &Json, path: &Path) -> (Type, Option<Rules>) {
        let node = match Node::of(schema) {
            Ok(node) => node,
            Err(mistake) => return (self.nothing(path, mistake), None),
        };
        if node.keyword(KEYWORD).is_some() {
            self.report(path, Mistake::Meaningless(KEYWORD.to_owned()));
        }
        if matches!(node.kind(), Ok(Kind::Any)) {
            return (self.nothing(path, Mistake::AnyElement), None);
        }
        let (ty, mut rules) = self.plain(&node, path);
        rules.required = !node.nullable;
        (ty, (rules != Rules::default()).then_some(rules))
    }

    /// Stands for a type that could not be read, so that reading can go on. It is one that
    /// nothing else objects to.
    fn nothing(&mut self, path: &Path, mistake: Mistake) -> Type {
        self.report(path, mistake);
        Type::String
    }
}
