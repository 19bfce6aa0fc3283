//! Contents for what a plan left open: always the same ones for a type.

use std::collections::BTreeMap;

use terraform::{Type, Value};

/// Replaces everything unknown, at any depth.
pub(super) fn complete(ty: &Type, value: Value) -> Value {
    let all = |ty: &Type, elements: Vec<Value>| -> Vec<Value> {
        let elements = elements.into_iter();
        elements.map(|element| complete(ty, element)).collect()
    };
    match (ty, value) {
        (ty, Value::Unknown(_)) => sample(ty),
        (_, Value::Dynamic(ty, value)) => {
            let value = Box::new(complete(&ty, *value));
            Value::Dynamic(ty, value)
        }
        (Type::List(ty), Value::List(elements)) => Value::List(all(ty, elements)),
        (Type::Set(ty), Value::Set(elements)) => {
            Value::set(all(ty, elements.into_iter().collect()))
        }
        (Type::Map(ty), Value::Map(entries)) => Value::map(
            entries
                .into_iter()
                .map(|(key, value)| (key, complete(ty, value))),
        ),
        (Type::Object(types), Value::Object(attributes)) => {
            Value::Object(completed(types, attributes))
        }
        (Type::Tuple(types), Value::Tuple(elements)) => {
            let elements = types.iter().zip(elements);
            Value::Tuple(elements.map(|(ty, value)| complete(ty, value)).collect())
        }
        (_, value) => value,
    }
}

fn completed(
    types: &BTreeMap<String, Type>,
    attributes: BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let attributes = attributes.into_iter().map(|(name, value)| {
        let ty = types.get(&name).unwrap_or(&Type::Dynamic);
        let value = complete(ty, value);
        (name, value)
    });
    attributes.collect()
}

fn sample(ty: &Type) -> Value {
    match ty {
        Type::Bool => true.into(),
        Type::Number => 42.into(),
        Type::String => "chosen".into(),
        Type::Dynamic => Value::Dynamic(Type::String, Box::new("chosen".into())),
        Type::List(element) => Value::list([sample(element)]),
        Type::Set(element) => Value::set([sample(element)]),
        Type::Map(element) => Value::map([("chosen", sample(element))]),
        Type::Object(attributes) => {
            Value::object(attributes.iter().map(|(name, ty)| (name, sample(ty))))
        }
        Type::Tuple(elements) => Value::Tuple(elements.iter().map(sample).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unknown_becomes_known_at_any_depth() {
        let ty = Type::object([("list", Type::list(Type::Bool)), ("any", Type::Dynamic)]);
        let open = Value::object([
            ("list", Value::list([Value::unknown()])),
            ("any", Value::unknown()),
        ]);
        let complete = complete(&ty, open);
        assert!(complete.is_wholly_known());
        assert_eq!(complete.attribute("list"), &Value::list([true.into()]));
    }

    #[test]
    fn what_is_known_stays() {
        let value = Value::list([1.into(), Value::Null]);
        assert_eq!(complete(&Type::list(Type::Number), value.clone()), value);
    }
}
