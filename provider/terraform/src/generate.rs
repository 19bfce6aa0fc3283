//! From the state of an imported object to a configuration that plans no change.

use std::collections::BTreeMap;

use crate::{
    schema::{Attribute, Attributes, Block, Mode, Shape, close, open},
    value::Value,
};

/// Returns the configuration that a user would write for an object in this state.
///
/// Left out is what a user cannot write (computed), should not write (deprecated), need not write
/// (the default), and what no state knows (write-only).
pub fn config(block: &Block, state: &Value) -> Value {
    let Value::Object(values) = state else {
        return Value::Null;
    };
    let mut config = attributes(&block.attributes, values);
    for (name, nested) in &block.blocks {
        let blocks = open(nested, values.get(name).unwrap_or(&Value::Null));
        let written = each_object(&blocks, &|state| self::config(&nested.block, state));
        config.insert(name.clone(), close(nested, written));
    }
    Value::Object(config)
}

fn attributes(schema: &Attributes, values: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let written = schema.iter().map(|(name, schema)| {
        let value = values.get(name).unwrap_or(&Value::Null);
        (name.clone(), attribute(schema, value))
    });
    written.collect()
}

fn attribute(attribute: &Attribute, value: &Value) -> Value {
    let Attribute {
        mode,
        write_only,
        deprecated,
        shape,
        ..
    } = attribute;
    let superfluous = match mode {
        Mode::Computed => true,
        Mode::Default(default) => value == default,
        Mode::Required => return inside(shape, value),
        Mode::Optional | Mode::OptionalComputed => false,
    };
    if superfluous || *write_only || deprecated.is_some() {
        return Value::Null;
    }
    inside(shape, value)
}

fn inside(shape: &Shape, value: &Value) -> Value {
    let Shape::Nested(_, nested) = shape else {
        return value.clone();
    };
    each_object(value, &|object| match object {
        Value::Object(values) => Value::Object(attributes(nested, values)),
        other => other.clone(),
    })
}

/// Rewrites an object, or each object of a collection.
fn each_object(value: &Value, rewrite: &impl Fn(&Value) -> Value) -> Value {
    match value {
        Value::Object(_) => rewrite(value),
        Value::List(elements) => Value::list(elements.iter().map(rewrite)),
        Value::Set(elements) => Value::set(elements.iter().map(rewrite)),
        Value::Map(entries) => Value::map(entries.iter().map(|(key, value)| (key, rewrite(value)))),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        schema::{BlockNesting, Count, NestedBlock},
        types::Type,
    };

    #[test]
    fn nothing_computed_is_written_in_blocks_of_several_types() {
        let attribute = |ty, mode| Attribute::new(Shape::Value(ty), mode);
        let attributes = [
            ("value", attribute(Type::Dynamic, Mode::Optional)),
            ("seen", attribute(Type::String, Mode::Computed)),
        ];
        let inside = Block {
            attributes: attributes.map(|(name, it)| (name.to_owned(), it)).into(),
            ..Block::default()
        };
        let nested = NestedBlock {
            nesting: BlockNesting::List(Count::default()),
            block: inside,
            computed: false,
        };
        let block = Block {
            blocks: [("rule".to_owned(), nested)].into(),
            ..Block::default()
        };
        let ty = Type::object([("value", Type::Bool), ("seen", Type::String)]);
        let rules = |seen: Value| {
            let rule = Value::object([("value", true.into()), ("seen", seen)]);
            let rules = Value::Tuple(vec![rule]);
            let ty = Type::Tuple(vec![ty.clone()]);
            Value::object([("rule", Value::Dynamic(ty, Box::new(rules)))])
        };
        assert_eq!(config(&block, &rules("today".into())), rules(Value::Null));
    }
}
