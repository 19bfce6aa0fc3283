mod compatible;
mod conform;
mod plan_valid;
mod properties;
mod proposed;
mod schema_valid;

use crate::{
    contract::Violation,
    schema::{
        Attribute, Attributes, Block, BlockNesting, Count, Mode, NestedBlock, Nesting, Shape,
    },
    types::Type,
    value::Value,
};

const ANY_NUMBER: Count = Count { min: 0, max: None };
const LIST: BlockNesting = BlockNesting::List(ANY_NUMBER);
const SET: BlockNesting = BlockNesting::Set(ANY_NUMBER);
const SINGLE: BlockNesting = BlockNesting::Single { required: false };

fn text(mode: Mode) -> Attribute {
    Attribute::new(Shape::Value(Type::String), mode)
}

fn any(mode: Mode) -> Attribute {
    Attribute::new(Shape::Value(Type::Dynamic), mode)
}

fn write_only() -> Attribute {
    Attribute {
        write_only: true,
        ..text(Mode::Optional)
    }
}

fn attributes<const N: usize>(attributes: [(&str, Attribute); N]) -> Attributes {
    attributes
        .into_iter()
        .map(|(name, it)| (name.to_owned(), it))
        .collect()
}

/// An attribute of objects with a name from the configuration and an id from the provider.
fn nested(nesting: Nesting, mode: Mode) -> Attribute {
    Attribute::new(Shape::Nested(nesting, named()), mode)
}

fn named() -> Attributes {
    attributes([("id", text(Mode::Computed)), ("name", text(Mode::Optional))])
}

fn block<const N: usize>(these: [(&str, Attribute); N]) -> Block {
    Block {
        attributes: attributes(these),
        ..Block::default()
    }
}

/// A block `b` around blocks with the given attributes.
fn around<const N: usize>(nesting: BlockNesting, these: [(&str, Attribute); N]) -> Block {
    let nested = NestedBlock {
        nesting,
        block: block(these),
        computed: false,
    };
    Block {
        blocks: [("b".to_owned(), nested)].into(),
        ..Block::default()
    }
}

/// Blocks with a name from the configuration and an id from the provider.
fn named_blocks(nesting: BlockNesting) -> Block {
    let mut block = around(nesting, []);
    if let Some(nested) = block.blocks.get_mut("b") {
        nested.block.attributes = named();
    }
    block
}

fn computed(mut block: Block) -> Block {
    for nested in block.blocks.values_mut() {
        nested.computed = true;
    }
    block
}

fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
    Value::object(attributes)
}

/// An object of `b` alone.
fn b(value: Value) -> Value {
    object([("b", value)])
}

/// An object with an id and a name.
fn pair(id: impl Into<Value>, name: impl Into<Value>) -> Value {
    object([("id", id.into()), ("name", name.into())])
}

fn texts(violations: &[Violation]) -> Vec<String> {
    violations.iter().map(ToString::to_string).collect()
}
