//! Which element of a prior set a configured element continues.
//!
//! Elements of a set have no address, so they are told by what the configuration says of them.

use std::collections::BTreeMap;

use crate::{
    matching::matching,
    schema::{Attribute, Attributes, Mode, NestedBlock, Shape},
    value::Value,
};

/// What the elements of a set consist of.
#[derive(Clone, Copy)]
pub(super) struct Members<'a> {
    pub(super) attributes: &'a Attributes,
    /// `None` for the elements of a nested attribute, which have no blocks.
    pub(super) blocks: Option<&'a BTreeMap<String, NestedBlock>>,
}

/// Finds for each configured element the prior one that it continues, for as many as possible.
pub(super) fn correlate<'a>(
    members: Members<'_>,
    configured: &[Value],
    prior: &'a [Value],
) -> Vec<Option<&'a Value>> {
    let sources = |config: &Value| {
        let prior = prior.iter().enumerate();
        let continued = prior.filter(|(_, prior)| continues(members, config, prior));
        continued.map(|(position, _)| position).collect()
    };
    let sources: Vec<Vec<usize>> = configured.iter().map(sources).collect();
    let mut continued = vec![None; configured.len()];
    for (source, element) in matching(&sources) {
        if let Some(slot) = continued.get_mut(element) {
            *slot = prior.get(source);
        }
    }
    continued
}

/// Tells whether a prior element says what the configured one says, whatever was computed.
fn continues(members: Members<'_>, config: &Value, prior: &Value) -> bool {
    if !matches!((config, prior), (Value::Object(_), Value::Object(_))) {
        return config == prior;
    }
    let attributes = members.attributes.iter().all(|(name, attribute)| {
        attribute_continues(attribute, config.attribute(name), prior.attribute(name))
    });
    let mut blocks = members.blocks.into_iter().flatten();
    attributes
        && blocks.all(|(name, block)| {
            let (config, prior) = (config.attribute(name), prior.attribute(name));
            let inner = Members {
                attributes: &block.block.attributes,
                blocks: Some(&block.block.blocks),
            };
            (block.computed && config.is_null()) || same_shape(inner, config, prior)
        })
}

fn attribute_continues(attribute: &Attribute, config: &Value, prior: &Value) -> bool {
    match (&attribute.shape, &attribute.mode) {
        _ if attribute.write_only => true,
        (_, Mode::Default(default)) if config.is_null() => prior == default,
        (_, mode) if config.is_null() => mode.is_computed() || prior.is_null(),
        (Shape::Value(_), _) => match attribute.equivalence {
            Some(same) => same.holds(config, prior),
            None => config == prior,
        },
        (Shape::Nested(_, attributes), _) => same_shape(
            Members {
                attributes,
                blocks: None,
            },
            config,
            prior,
        ),
    }
}

/// Compares objects, or collections of objects element by element.
fn same_shape(members: Members<'_>, config: &Value, prior: &Value) -> bool {
    match (config, prior) {
        (Value::Object(_), Value::Object(_)) => continues(members, config, prior),
        (Value::List(config), Value::List(prior)) => {
            config.len() == prior.len()
                && config
                    .iter()
                    .zip(prior)
                    .all(|(left, right)| continues(members, left, right))
        }
        (Value::Map(config), Value::Map(prior)) => {
            config.keys().eq(prior.keys())
                && config
                    .values()
                    .zip(prior.values())
                    .all(|(left, right)| continues(members, left, right))
        }
        (Value::Set(elements), Value::Set(others)) => {
            elements.len() == others.len()
                && correlate(members, elements, others)
                    .iter()
                    .all(Option::is_some)
        }
        _ => config == prior,
    }
}
