//! Which element of a proposed set comes from which configured element.
//!
//! Elements of a set have no address, so they are told by what the configuration says of them.

use std::collections::BTreeMap;

use crate::{
    schema::{Attribute, Attributes, NestedBlock, Shape},
    value::Value,
};

/// What the elements of a set consist of.
#[derive(Clone, Copy)]
pub(super) struct Members<'a> {
    pub(super) attributes: &'a Attributes,
    /// `None` for the elements of a nested attribute, which have no blocks.
    pub(super) blocks: Option<&'a BTreeMap<String, NestedBlock>>,
}

/// Finds for each configured element the proposed one that continues it; each is used once.
pub(super) fn correlate<'a>(
    members: Members<'_>,
    configured: &[Value],
    proposed: &'a Value,
) -> Vec<Option<&'a Value>> {
    let mut open: Vec<&Value> = proposed.as_elements().unwrap_or_default().iter().collect();
    let mut take = |config: &Value| {
        let position = open
            .iter()
            .position(|proposed| continues(members, config, proposed))?;
        Some(open.swap_remove(position))
    };
    configured.iter().map(&mut take).collect()
}

/// Tells whether a proposed element says what the configured one says, whatever was computed.
fn continues(members: Members<'_>, config: &Value, proposed: &Value) -> bool {
    if !matches!((config, proposed), (Value::Object(_), Value::Object(_))) {
        return config == proposed;
    }
    let attributes = members.attributes.iter().all(|(name, attribute)| {
        attribute_continues(attribute, config.attribute(name), proposed.attribute(name))
    });
    let mut blocks = members.blocks.into_iter().flatten();
    attributes
        && blocks.all(|(name, block)| {
            let (config, proposed) = (config.attribute(name), proposed.attribute(name));
            let inner = Members {
                attributes: &block.block.attributes,
                blocks: Some(&block.block.blocks),
            };
            same_shape(inner, config, proposed)
        })
}

fn attribute_continues(attribute: &Attribute, config: &Value, proposed: &Value) -> bool {
    match &attribute.shape {
        _ if config.is_null() => attribute.mode.is_computed() || proposed.is_null(),
        Shape::Value(_) => config == proposed,
        Shape::Nested(_, attributes) => same_shape(
            Members {
                attributes,
                blocks: None,
            },
            config,
            proposed,
        ),
    }
}

/// Compares objects, or collections of objects element by element.
fn same_shape(members: Members<'_>, config: &Value, proposed: &Value) -> bool {
    match (config, proposed) {
        (Value::Object(_), Value::Object(_)) => continues(members, config, proposed),
        (Value::List(config), Value::List(proposed)) => {
            config.len() == proposed.len()
                && config
                    .iter()
                    .zip(proposed)
                    .all(|(left, right)| continues(members, left, right))
        }
        (Value::Map(config), Value::Map(proposed)) => {
            config.keys().eq(proposed.keys())
                && config
                    .values()
                    .zip(proposed.values())
                    .all(|(left, right)| continues(members, left, right))
        }
        (Value::Set(elements), Value::Set(others)) => {
            elements.len() == others.len()
                && correlate(members, elements, proposed)
                    .iter()
                    .all(Option::is_some)
        }
        _ => config == proposed,
    }
}
