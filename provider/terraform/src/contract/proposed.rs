//! The proposal: what the configuration asks for, completed from the prior state.

use std::collections::BTreeMap;

use crate::{
    contract::{arrangement, element, objects, part, same},
    path::Step,
    schema::{
        Attribute, Attributes, Block, BlockNesting, NestedBlock, Nesting, Shape, close, open,
    },
    types::Type,
    value::Value,
};

/// Returns what a host sends as the proposed new state.
///
/// Null, to destroy, where the configuration is null. Otherwise the configuration, in which each
/// computed attribute that is not configured has its prior value: null on creation. Nested objects
/// correspond by index in lists, by key in maps, and in sets if what is configured is equal.
/// Write-only attributes are as configured. A computed block that the configuration leaves to the
/// provider, by null, is as it was.
///
/// Both values must conform to the schema, and the prior state must be wholly known.
pub fn proposed_new(block: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() {
        return Value::Null;
    }
    Inside::Block(block).propose(prior, config)
}

/// What there is if the configuration of a block is empty.
pub(crate) fn empty(block: &Block) -> Value {
    let attributes = block.attributes.keys().map(|name| (name, Value::Null));
    let blocks = block.blocks.iter().map(|(name, nested)| {
        let none = match nested.nesting {
            _ if nested.computed => Value::Null,
            BlockNesting::Single { .. } => Value::Null,
            BlockNesting::Group => empty(&nested.block),
            BlockNesting::List(_) => Value::list([]),
            BlockNesting::Set(_) => Value::set([]),
            BlockNesting::Map => Value::Map(BTreeMap::new()),
        };
        (name, close(nested, none))
    });
    Value::object(attributes.chain(blocks))
}

/// What is inside a block or a nested attribute: the two ways to nest objects.
#[derive(Clone, Copy)]
enum Inside<'a> {
    Block(&'a Block),
    Attributes(&'a Attributes),
}

impl Inside<'_> {
    /// Completes one object.
    fn propose(self, prior: &Value, config: &Value) -> Value {
        match self {
            _ if config.is_null() && prior.is_null() => Value::Null,
            Inside::Block(block) if prior.is_null() => self.propose(&empty(block), config),
            Inside::Block(_) if config.is_null() || config.is_unknown() => prior.clone(),
            Inside::Block(block) => merge_block(block, prior, config),
            Inside::Attributes(_) if config.is_null() => Value::Null,
            Inside::Attributes(attributes) => {
                Value::Object(merge_attributes(attributes, prior, config))
            }
        }
    }

    /// Completes each object of a collection that has one to correspond to.
    fn propose_all(self, nesting: Nesting, prior: &Value, config: &Value) -> Value {
        if config.is_null() || config.is_unknown() {
            return config.clone();
        }
        let merge = |step: Step, config: &Value| match element(prior, &step) {
            Some(prior) => self.propose(prior, config),
            None => config.clone(),
        };
        match (nesting, config) {
            (Nesting::Single, config) => self.propose(prior, config),
            (Nesting::List, Value::List(elements)) => {
                let elements = elements.iter().enumerate();
                Value::list(elements.map(|(index, config)| merge(Step::Index(index), config)))
            }
            (Nesting::Map, Value::Map(elements)) => {
                let elements = elements.iter();
                Value::map(
                    elements.map(|(key, config)| (key, merge(Step::Key(key.clone()), config))),
                )
            }
            (Nesting::Set, Value::Set(elements)) => self.propose_set(prior, elements),
            (_, config) => config.clone(),
        }
    }

    /// Completes each element from the first prior one, not yet used, that may be what became of
    /// the same configuration.
    fn propose_set(self, prior: &Value, elements: &[Value]) -> Value {
        let mut before: Vec<&Value> = prior.as_elements().unwrap_or_default().iter().collect();
        let elements = elements.iter().map(|config| {
            let found = before.iter().position(|prior| self.may_be(prior, config));
            let prior = found.map_or(&Value::Null, |position| before.remove(position));
            self.propose(prior, config)
        });
        Value::set(elements)
    }

    /// Tells whether an object of the prior state may be what became of a configured one: whether
    /// they differ only in what is computed and not configured.
    fn may_be(self, prior: &Value, config: &Value) -> bool {
        if same(prior, config) {
            return true;
        }
        let Some(before) = prior.as_entries() else {
            return true;
        };
        if config.is_null() {
            return before.is_empty();
        }
        let attributes = match self {
            Inside::Block(block) => &block.attributes,
            Inside::Attributes(attributes) => attributes,
        };
        let mut attributes = attributes.iter();
        attributes.all(|(name, it)| attribute_may_be(it, part(prior, name), part(config, name)))
            && self.blocks_may_be(prior, config)
    }

    fn blocks_may_be(self, prior: &Value, config: &Value) -> bool {
        let Inside::Block(block) = self else {
            return true;
        };
        block.blocks.iter().all(|(name, nested)| {
            let prior = open(nested, part(prior, name));
            let config = open(nested, part(config, name));
            Inside::Block(&nested.block).all_may_be(arrangement(nested.nesting), &prior, &config)
        })
    }

    /// As [`Self::may_be`], for a whole collection. Sets cannot be told apart any further.
    fn all_may_be(self, nesting: Nesting, prior: &Value, config: &Value) -> bool {
        if same(prior, config) {
            return true;
        }
        match nesting {
            Nesting::Single => self.may_be(prior, config),
            Nesting::Set => false,
            Nesting::List | Nesting::Map => prior.children().into_iter().all(|(step, prior)| {
                let config = step.and_then(|step| element(config, &step));
                config.is_some_and(|config| self.may_be(prior, config))
            }),
        }
    }
}

fn merge_block(block: &Block, prior: &Value, config: &Value) -> Value {
    let mut merged = merge_attributes(&block.attributes, prior, config);
    for (name, nested) in &block.blocks {
        let value = merge_blocks(nested, part(prior, name), part(config, name));
        merged.insert(name.clone(), value);
    }
    Value::Object(merged)
}

fn merge_blocks(nested: &NestedBlock, prior: &Value, config: &Value) -> Value {
    if nested.computed && config.is_null() {
        return prior.clone();
    }
    let inside = Inside::Block(&nested.block);
    let nesting = arrangement(nested.nesting);
    let merged = inside.propose_all(nesting, &open(nested, prior), &open(nested, config));
    if merged.is_unknown() {
        // Whole, with whatever is promised of it.
        return config.clone();
    }
    close(nested, merged)
}

fn merge_attributes(
    attributes: &Attributes,
    prior: &Value,
    config: &Value,
) -> BTreeMap<String, Value> {
    let attributes = attributes.iter().map(|(name, attribute)| {
        let merged = merge_attribute(attribute, part(prior, name), part(config, name));
        (name.clone(), merged)
    });
    attributes.collect()
}

fn merge_attribute(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
    if attribute.mode.is_computed() && config.is_null() {
        let forget = attribute.mode.is_configurable() && was_configured(&attribute.shape, prior);
        return if forget { config } else { prior }.clone();
    }
    match &attribute.shape {
        Shape::Value(_) => config.clone(),
        Shape::Nested(nesting, attributes) => {
            Inside::Attributes(attributes).propose_all(*nesting, prior, config)
        }
    }
}

/// Tells whether a prior value has something that only a configuration can have put there, so that
/// the configuration which no longer has it takes it away.
fn was_configured(shape: &Shape, prior: &Value) -> bool {
    let Shape::Nested(nesting, attributes) = shape else {
        return false;
    };
    objects(*nesting, prior).into_iter().any(|(_, object)| {
        attributes.iter().any(|(name, attribute)| {
            let value = part(object, name);
            !value.is_null()
                && (!attribute.mode.is_computed() || was_configured(&attribute.shape, value))
        })
    })
}

fn attribute_may_be(attribute: &Attribute, prior: &Value, config: &Value) -> bool {
    if same(prior, config) {
        return true;
    }
    let is_set = matches!(attribute.implied_type(), Type::Set(_))
        || matches!(config, Value::Dynamic(Type::Set(_), _));
    match &attribute.shape {
        _ if is_set => false,
        Shape::Value(_) => attribute.mode.is_computed() && config.is_null(),
        Shape::Nested(nesting, attributes) => {
            Inside::Attributes(attributes).all_may_be(*nesting, prior, config)
        }
    }
}
