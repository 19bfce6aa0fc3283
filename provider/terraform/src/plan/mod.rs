//! From prior state and configuration to planned state, the same way for every resource.
//!
//! A host asserts afterwards that the plan keeps to the configuration (see [`crate::contract`]):
//! a configured value is planned as it is or stays the prior one, and only what is computed may
//! be chosen.

mod consequences;
mod sets;

use std::collections::BTreeMap;

use crate::{
    schema::{
        Attribute, Attributes, Block, BlockNesting, Mode, NestedBlock, Nesting, Shape, close, open,
    },
    value::{Set, Value},
};

pub use consequences::{Consequences, consequences};

/// Plans everything that the schema alone decides, for a prior state (null to create) and a
/// configuration (null to destroy).
///
/// Defaults are set, write-only values are dropped, other spellings of the prior value stay the
/// prior value. If that changes anything, every computed value becomes unknown, except those that
/// keep their prior one. If it changes nothing, the plan *is* the prior state.
///
/// The host's own proposal is not needed: it is made of the same two values, and takes some
/// elements of sets for new ones and some computed objects for removed ones that are neither.
pub fn plan(block: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() {
        return Value::Null;
    }
    let place = Place { prior, config };
    let steady = Planner::new(Purpose::Stay).block(block, place);
    if steady == *prior {
        return steady;
    }
    Planner::new(Purpose::Change).block(block, place)
}

/// Fills the defaults into a configuration that is no resource's: nothing else is decided there.
pub fn with_defaults(block: &Block, config: &Value) -> Value {
    let place = Place {
        prior: &Value::Null,
        config,
    };
    Planner::new(Purpose::Stay).block(block, place)
}

/// Fills the defaults into one object of a nested attribute.
pub(crate) fn object_with_defaults(attributes: &Attributes, config: &Value) -> Value {
    let place = Place {
        prior: &Value::Null,
        config,
    };
    Value::Object(Planner::new(Purpose::Stay).attributes(attributes, place))
}

/// Returns what was found, with the prior spelling of everything that still means the same: that
/// is no change, neither of the object nor of what refers to it.
pub fn respell(block: &Block, prior: &Value, found: &Value) -> Value {
    match found {
        Value::Object(_) => {
            let config = found;
            Planner::new(Purpose::Find).block(block, Place { prior, config })
        }
        _ => found.clone(),
    }
}

/// Both versions of one place in the object.
#[derive(Clone, Copy)]
struct Place<'a> {
    prior: &'a Value,
    config: &'a Value,
}

impl<'a> Place<'a> {
    fn attribute(self, name: &str) -> Self {
        Self {
            prior: self.prior.attribute(name),
            config: self.config.attribute(name),
        }
    }

    /// The places of the elements of a list, one for each configured element.
    fn elements(self) -> impl Iterator<Item = Self> {
        let element = |value: &'a Value, index: usize| {
            value
                .as_elements()
                .and_then(|elements| elements.get(index))
                .unwrap_or(&Value::Null)
        };
        let configured = self.config.as_elements().unwrap_or_default();
        configured
            .iter()
            .enumerate()
            .map(move |(index, config)| Self {
                prior: element(self.prior, index),
                config,
            })
    }

    /// The places of the elements of a map, one for each configured element.
    fn entries(self) -> impl Iterator<Item = (&'a String, Self)> {
        let configured = self.config.as_entries().into_iter().flatten();
        configured.map(move |(key, config)| {
            let place = Self {
                prior: self.prior.attribute(key),
                config,
            };
            (key, place)
        })
    }
}

struct Planner {
    purpose: Purpose,
}

/// What is planned for, which decides on everything that the configuration leaves open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Nothing changes, so computed values stay.
    Stay,
    /// Something changes, so computed values are open again.
    Change,
    /// There is no configuration: what was found takes its place, and leaves nothing open.
    Find,
}

impl Planner {
    fn new(purpose: Purpose) -> Self {
        Self { purpose }
    }

    fn block(&self, block: &Block, place: Place<'_>) -> Value {
        let mut object = self.attributes(&block.attributes, place);
        for (name, nested) in &block.blocks {
            object.insert(
                name.clone(),
                self.nested_block(nested, place.attribute(name)),
            );
        }
        Value::Object(object)
    }

    fn attributes(&self, attributes: &Attributes, place: Place<'_>) -> BTreeMap<String, Value> {
        let planned = attributes.iter().map(|(name, attribute)| {
            (
                name.clone(),
                self.attribute(attribute, place.attribute(name)),
            )
        });
        planned.collect()
    }

    fn attribute(&self, attribute: &Attribute, place: Place<'_>) -> Value {
        if attribute.write_only {
            return Value::Null;
        }
        match (place.config.inner(), &attribute.mode) {
            (Value::Null, _) if self.purpose == Purpose::Find => place.config.clone(),
            (Value::Null, Mode::Default(default)) => default.clone(),
            (Value::Null, Mode::Required | Mode::Optional) => Value::Null,
            (Value::Null, Mode::OptionalComputed | Mode::Computed) => {
                self.computed(place, attribute.keep_prior)
            }
            (Value::Unknown(_), _) => place.config.clone(),
            _ => self.configured(attribute, place),
        }
    }

    /// Plans a value that the provider chooses.
    fn computed(&self, place: Place<'_>, keep_prior: bool) -> Value {
        if self.purpose == Purpose::Stay || (keep_prior && !place.prior.is_null()) {
            return place.prior.clone();
        }
        Value::unknown()
    }

    /// Plans a value that the configuration has.
    fn configured(&self, attribute: &Attribute, place: Place<'_>) -> Value {
        match &attribute.shape {
            Shape::Value(_) => match attribute.equivalence {
                Some(same) if !place.prior.is_null() && same.holds(place.config, place.prior) => {
                    place.prior.clone()
                }
                _ => place.config.clone(),
            },
            Shape::Nested(nesting, attributes) => {
                let object = |place: Place<'_>| match place.config {
                    Value::Object(_) => Value::Object(self.attributes(attributes, place)),
                    null_or_unknown => null_or_unknown.clone(),
                };
                match nesting {
                    Nesting::Single => object(place),
                    Nesting::List => Value::list(place.elements().map(object)),
                    Nesting::Map => Value::map(place.entries().map(|(key, at)| (key, object(at)))),
                    Nesting::Set => {
                        let block = sets::Members {
                            attributes,
                            blocks: None,
                        };
                        Value::Set(set(block, place, object))
                    }
                }
            }
        }
    }

    fn nested_block(&self, nested: &NestedBlock, place: Place<'_>) -> Value {
        match place.config {
            Value::Null if nested.computed && self.purpose != Purpose::Find => {
                self.computed(place, false)
            }
            Value::Null | Value::Unknown(_) => place.config.clone(),
            Value::Dynamic(..) => {
                let [prior, config] =
                    [place.prior, place.config].map(|blocks| open(nested, blocks));
                let opened = Place {
                    prior: &prior,
                    config: &config,
                };
                close(nested, self.blocks(nested, opened))
            }
            _ => self.blocks(nested, place),
        }
    }

    fn blocks(&self, nested: &NestedBlock, place: Place<'_>) -> Value {
        let object = |place: Place<'_>| match place.config {
            Value::Object(_) => self.block(&nested.block, place),
            null_or_unknown => null_or_unknown.clone(),
        };
        match nested.nesting {
            BlockNesting::Single { .. } | BlockNesting::Group => object(place),
            BlockNesting::List(_) => Value::list(place.elements().map(object)),
            BlockNesting::Map => Value::map(place.entries().map(|(key, at)| (key, object(at)))),
            BlockNesting::Set(_) => {
                let Block {
                    attributes, blocks, ..
                } = &nested.block;
                Value::Set(set(
                    sets::Members {
                        attributes,
                        blocks: Some(blocks),
                    },
                    place,
                    object,
                ))
            }
        }
    }
}

/// Plans the elements of a set, each beside the prior element that it continues, if there is one.
fn set(members: sets::Members<'_>, place: Place<'_>, plan: impl Fn(Place<'_>) -> Value) -> Set {
    let configured = place.config.as_elements().unwrap_or_default();
    let prior = place.prior.as_elements().unwrap_or_default();
    let continued = sets::correlate(members, configured, prior);
    let elements = configured.iter().zip(continued).map(|(config, continued)| {
        let prior = continued.unwrap_or(&Value::Null);
        plan(Place { prior, config })
    });
    elements.collect()
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
