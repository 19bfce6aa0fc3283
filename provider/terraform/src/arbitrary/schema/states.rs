//! What becomes of a configuration.

use proptest::prelude::*;

use crate::{
    arbitrary::schema::{
        configs::{configured_blocks, given},
        values::{completed, entries, mapped},
    },
    schema::{
        Attribute, Attributes, Block, BlockNesting, Mode, NestedBlock, Nesting, Shape, close, open,
    },
    value::Value,
};

/// States that a configuration or a plan may lead to: what is known stays, what is unknown or
/// left to the provider is filled in, and what is write-only is null.
pub fn state_for(block: &Block, config: &Value) -> BoxedStrategy<Value> {
    let attributes = state_attributes(&block.attributes, config);
    let blocks = block.blocks.iter().map(|(name, nested)| {
        let state = state_blocks(nested, config.attribute(name));
        (name.clone(), state)
    });
    entries(attributes.into_iter().chain(blocks))
        .prop_map(Value::Object)
        .boxed()
}

fn state_attributes(
    attributes: &Attributes,
    config: &Value,
) -> Vec<(String, BoxedStrategy<Value>)> {
    let states = attributes.iter().map(|(name, attribute)| {
        let state = state_attribute(attribute, config.attribute(name));
        (name.clone(), state)
    });
    states.collect()
}

fn state_attribute(attribute: &Attribute, config: &Value) -> BoxedStrategy<Value> {
    if attribute.write_only {
        return Just(Value::Null).boxed();
    }
    match (&attribute.mode, &attribute.shape, config) {
        (Mode::Default(default), _, Value::Null) => Just(default.clone()).boxed(),
        (mode, _, Value::Null) if mode.is_computed() => {
            prop_oneof![1 => Just(Value::Null), 2 => fresh(attribute)].boxed()
        }
        (_, Shape::Value(ty), config) => completed(ty, config),
        (_, Shape::Nested(..), Value::Unknown(promised)) if promised.null == Some(false) => {
            fresh(attribute)
        }
        (_, Shape::Nested(..), Value::Unknown(_)) => {
            prop_oneof![1 => Just(Value::Null), 2 => fresh(attribute)].boxed()
        }
        (_, Shape::Nested(nesting, attributes), config) => mapped(*nesting, config, |object| {
            entries(state_attributes(attributes, object))
                .prop_map(Value::Object)
                .boxed()
        }),
    }
}

/// Values of an attribute that the provider chooses, never null.
fn fresh(attribute: &Attribute) -> BoxedStrategy<Value> {
    let owned = attribute.clone();
    given(attribute, false)
        .prop_flat_map(move |config| match &owned.shape {
            Shape::Value(_) => Just(config).boxed(),
            Shape::Nested(..) => state_attribute(&owned, &config),
        })
        .boxed()
}

fn state_blocks(nested: &NestedBlock, config: &Value) -> BoxedStrategy<Value> {
    let chosen = config.is_unknown() || (nested.computed && config.is_null());
    let single = matches!(nested.nesting, BlockNesting::Single { .. });
    if chosen && !(single && config.is_null()) {
        let owned = NestedBlock {
            computed: false,
            ..nested.clone()
        };
        return configured_blocks(&owned, false)
            .prop_flat_map(move |config| state_blocks(&owned, &config))
            .boxed();
    }
    let nesting = match nested.nesting {
        BlockNesting::Single { .. } | BlockNesting::Group => Nesting::Single,
        BlockNesting::List(_) => Nesting::List,
        BlockNesting::Set(_) => Nesting::Set,
        BlockNesting::Map => Nesting::Map,
    };
    let owned = nested.clone();
    mapped(nesting, &open(nested, config), |object| {
        state_for(&nested.block, object)
    })
    .prop_map(move |blocks| close(&owned, blocks))
    .boxed()
}
