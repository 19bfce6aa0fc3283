//! What hosts demand of a schema, whoever made it. A breach would fail every command.

use crate::{
    declare::{Mistake, Problem},
    path::Path,
    schema::{Attribute, Block, BlockNesting, Count, Mode, NestedBlock, Nesting, Shape},
    types::Type,
};

/// Names of the root that a host never delivers to a provider.
const RESERVED: [&str; 7] = [
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "provisioner",
];

/// Checks a whole body.
pub(super) fn check(block: &Block, problems: &mut Vec<Problem>) {
    let names = block.attributes.keys().chain(block.blocks.keys());
    for name in names.filter(|name| RESERVED.contains(&name.as_str())) {
        let path = Path::from(name.as_str());
        let mistake = Mistake::ReservedName;
        problems.push(Problem { path, mistake });
    }
    let inside = Inside::default();
    Obligations { problems }.body(block, &Path::root(), inside);
}

/// What surrounds a part of a schema.
#[derive(Debug, Clone, Copy, Default)]
struct Inside {
    nested: bool,
    set: bool,
    collection: bool,
}

struct Obligations<'p> {
    problems: &'p mut Vec<Problem>,
}

impl Obligations<'_> {
    fn report(&mut self, path: &Path, mistake: Mistake) {
        let path = path.clone();
        self.problems.push(Problem { path, mistake });
    }

    fn body(&mut self, block: &Block, path: &Path, inside: Inside) {
        for (name, attribute) in &block.attributes {
            self.attribute(name, attribute, path, inside);
        }
        for (name, nested) in &block.blocks {
            self.nested_block(name, nested, path, inside);
        }
    }

    fn attribute(&mut self, name: &str, attribute: &Attribute, path: &Path, inside: Inside) {
        let path = &path.attribute(name);
        if !is_name(name) {
            self.report(path, Mistake::Name);
        }
        self.write_only(attribute, path, inside);
        self.behaviour(attribute, path);
        if attribute.identity.is_some() {
            self.identity(attribute, path, inside);
        }
        match &attribute.shape {
            Shape::Value(ty) => {
                if inside.collection && ty.has_dynamic() {
                    self.report(path, Mistake::DynamicInside);
                }
            }
            Shape::Nested(nesting, attributes) => {
                let inside = Inside {
                    nested: true,
                    set: inside.set || *nesting == Nesting::Set,
                    collection: inside.collection || *nesting != Nesting::Single,
                };
                for (name, attribute) in attributes {
                    self.attribute(name, attribute, path, inside);
                }
            }
        }
    }

    fn write_only(&mut self, attribute: &Attribute, path: &Path, inside: Inside) {
        if !attribute.write_only {
            return;
        }
        if attribute.mode.is_computed() {
            self.report(path, Mistake::WriteOnlyComputed);
        }
        let is_set = matches!(attribute.shape, Shape::Nested(Nesting::Set, _));
        if inside.set || is_set {
            self.report(path, Mistake::WriteOnlyInSet);
        }
    }

    fn behaviour(&mut self, attribute: &Attribute, path: &Path) {
        let provider_chooses = matches!(attribute.mode, Mode::OptionalComputed | Mode::Computed);
        if attribute.keep_prior && !provider_chooses {
            self.report(path, Mistake::KeepPrior);
        }
        if attribute.equivalence.is_some() && attribute.shape != Shape::Value(Type::String) {
            self.report(path, Mistake::Equivalence);
        }
    }

    fn identity(&mut self, attribute: &Attribute, path: &Path, inside: Inside) {
        if inside.nested {
            return self.report(path, Mistake::IdentityInside);
        }
        let accepted = match &attribute.shape {
            Shape::Value(Type::List(element)) => is_primitive(element),
            Shape::Value(ty) => is_primitive(ty),
            Shape::Nested(..) => false,
        };
        if !accepted {
            self.report(path, Mistake::IdentityType);
        }
    }

    fn nested_block(&mut self, name: &str, nested: &NestedBlock, path: &Path, inside: Inside) {
        let path = &path.attribute(name);
        if !is_name(name) {
            self.report(path, Mistake::Name);
        }
        let is_set = matches!(nested.nesting, BlockNesting::Set(_));
        if let BlockNesting::List(count) | BlockNesting::Set(count) = nested.nesting {
            self.count(count, path);
        }
        if nested.computed && !may_be_computed(nested) {
            self.report(path, Mistake::ComputedBlock);
        }
        // Lists and maps of blocks may differ in type: hosts take them for tuples and objects.
        let inside = Inside {
            nested: true,
            set: inside.set || is_set,
            collection: inside.collection || is_set,
        };
        self.body(&nested.block, path, inside);
    }

    fn count(&mut self, count: Count, path: &Path) {
        if count.max.is_some_and(|max| count.min > max) {
            self.report(path, Mistake::BlockCount);
        }
    }
}

fn may_be_computed(nested: &NestedBlock) -> bool {
    let counted = match nested.nesting {
        BlockNesting::Single { required } => !required,
        BlockNesting::Group => false,
        BlockNesting::List(count) | BlockNesting::Set(count) => count.min == 0,
        BlockNesting::Map => true,
    };
    let NestedBlock { block, .. } = nested;
    counted
        && block.attributes.values().all(|it| it.mode.is_computed())
        && block.blocks.values().all(|it| it.computed)
}

fn is_primitive(ty: &Type) -> bool {
    matches!(ty, Type::Bool | Type::Number | Type::String)
}

fn is_name(name: &str) -> bool {
    let starts = name.starts_with(|it: char| it.is_ascii_lowercase() || it == '_');
    let goes_on = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
    starts && name.chars().all(goes_on)
}
