//! What users write for a schema.

use proptest::prelude::*;

use crate::{
    arbitrary::schema::values::{entries, gathered, inner, unknown},
    schema::{
        Attribute, Attributes, Block, BlockNesting, Count, Mode, NestedBlock, Nesting, Shape, close,
    },
    types::Type,
    value::Value,
};

pub(super) fn configured(block: &Block, unknowns: bool) -> BoxedStrategy<Value> {
    let attributes = configured_attributes(&block.attributes, unknowns);
    let blocks = block
        .blocks
        .iter()
        .map(|(name, nested)| (name.clone(), configured_blocks(nested, unknowns)));
    entries(attributes.into_iter().chain(blocks))
        .prop_map(Value::Object)
        .boxed()
}

fn configured_attributes(
    attributes: &Attributes,
    unknowns: bool,
) -> Vec<(String, BoxedStrategy<Value>)> {
    let configured = attributes.iter().map(|(name, attribute)| {
        let given = given(attribute, unknowns);
        let strategy = match attribute.mode {
            Mode::Required => given,
            Mode::Computed => Just(Value::Null).boxed(),
            Mode::Optional | Mode::OptionalComputed | Mode::Default(_) => {
                prop_oneof![1 => Just(Value::Null), 2 => given].boxed()
            }
        };
        (name.clone(), strategy)
    });
    configured.collect()
}

/// Values of an attribute that is configured, so never null.
pub(super) fn given(attribute: &Attribute, unknowns: bool) -> BoxedStrategy<Value> {
    let whole = match &attribute.shape {
        Shape::Value(ty) => inner(ty, unknowns),
        Shape::Nested(nesting, attributes) => {
            let objects = entries(configured_attributes(attributes, unknowns));
            gathered(*nesting, objects.prop_map(Value::Object).boxed(), 0..3)
        }
    };
    if !unknowns {
        return whole;
    }
    let unknown = match &attribute.shape {
        Shape::Value(ty) => unknown(ty),
        Shape::Nested(..) => unknown(&Type::Bool),
    };
    prop_oneof![5 => whole, 1 => unknown].boxed()
}

pub(super) fn configured_blocks(nested: &NestedBlock, unknowns: bool) -> BoxedStrategy<Value> {
    let one = configured(&nested.block, unknowns);
    let counted = |count: Count| {
        let most = count.max.unwrap_or(count.min + 2);
        usize::try_from(count.min).unwrap_or(0)..usize::try_from(most).unwrap_or(0) + 1
    };
    let blocks = match nested.nesting {
        BlockNesting::Group | BlockNesting::Single { required: true } => one,
        BlockNesting::Single { required: false } => prop_oneof![Just(Value::Null), one].boxed(),
        BlockNesting::List(count) => gathered(Nesting::List, one, counted(count)),
        BlockNesting::Set(count) => gathered(Nesting::Set, one, counted(count)),
        BlockNesting::Map => gathered(Nesting::Map, one, 0..3),
    };
    let owned = nested.clone();
    let blocks = blocks.prop_map(move |blocks| {
        if owned.computed && blocks.children().is_empty() {
            // Hosts tell the provider by null that it may choose.
            return Value::Null;
        }
        close(&owned, blocks)
    });
    if unknowns && nested.nesting != BlockNesting::Group {
        return prop_oneof![8 => blocks, 1 => Just(Value::unknown())].boxed();
    }
    blocks.boxed()
}
