//! Expressions that mean the same everywhere.

use std::collections::BTreeMap;

use hcl_edit::{
    expr::{Array, Expression, Object, ObjectKey, UnaryOperator},
    template::Element,
};
use terraform::{Number, Type, Value};

/// A literal, as deep as its own brackets: what stands in them may be anything.
pub(super) enum Literal<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    Array(&'a Array),
    Object(&'a Object),
}

/// One attribute of a body or of an object.
pub(super) struct Entry<'a> {
    pub(super) name: String,
    pub(super) value: &'a Expression,
}

/// Returns the entries of an object whose keys are all literals; `None` for anything else.
pub(super) fn entries(expression: &Expression) -> Option<Vec<Entry<'_>>> {
    match literal(expression)? {
        Literal::Object(object) => object_entries(object),
        _ => None,
    }
}

/// Reads a literal with the type that it has by itself.
pub(super) fn dynamic(expression: &Expression) -> Value {
    match inferred(expression) {
        Some((_, Value::Null)) => Value::Null,
        Some((ty, value)) => Value::Dynamic(ty, Box::new(value)),
        None => Value::unknown(),
    }
}

/// Reads a literal and its type; `None` unless everything in it is a literal.
fn inferred(expression: &Expression) -> Option<(Type, Value)> {
    Some(match literal(expression)? {
        Literal::Null => (Type::Dynamic, Value::Null),
        Literal::Bool(truth) => (Type::Bool, truth.into()),
        Literal::Number(number) => (Type::Number, Value::Number(number)),
        Literal::Text(text) => (Type::String, text.into()),
        Literal::Array(array) => {
            let elements: Option<Vec<_>> = array.iter().map(inferred).collect();
            let (types, values) = elements?.into_iter().unzip();
            (Type::Tuple(types), Value::Tuple(values))
        }
        Literal::Object(object) => {
            let mut types = BTreeMap::new();
            let mut values = BTreeMap::new();
            for Entry { name, value } in object_entries(object)? {
                let (ty, value) = inferred(value)?;
                types.insert(name.clone(), ty);
                values.insert(name, value);
            }
            (Type::Object(types), Value::Object(values))
        }
    })
}

/// Returns the entries of an object; `None` unless all keys are literals.
pub(super) fn object_entries(object: &Object) -> Option<Vec<Entry<'_>>> {
    let entries = object.iter().map(|(key, value)| {
        Some(Entry {
            name: object_key(key)?,
            value: value.expr(),
        })
    });
    entries.collect()
}

/// Returns the key of an entry; `None` unless it is a literal.
pub(super) fn object_key(key: &ObjectKey) -> Option<String> {
    match key {
        ObjectKey::Ident(name) => Some(name.as_str().to_owned()),
        ObjectKey::Expression(expression) => match literal(expression)? {
            Literal::Text(text) => Some(text),
            Literal::Number(number) => Some(number.to_string()),
            Literal::Bool(truth) => Some(truth.to_string()),
            Literal::Null | Literal::Array(_) | Literal::Object(_) => None,
        },
    }
}

/// Reads an expression; `None` unless it is a literal.
pub(super) fn literal(expression: &Expression) -> Option<Literal<'_>> {
    match expression {
        Expression::Null(_) => Some(Literal::Null),
        Expression::Bool(truth) => Some(Literal::Bool(*truth.value())),
        Expression::Number(number) => number.to_string().trim().parse().ok().map(Literal::Number),
        Expression::String(text) => Some(Literal::Text(text.value().clone())),
        Expression::Array(array) => Some(Literal::Array(array)),
        Expression::Object(object) => Some(Literal::Object(object)),
        Expression::Parenthesis(inner) => literal(inner.inner()),
        Expression::HeredocTemplate(heredoc) => {
            let parts = heredoc.template.iter().map(|element| match element {
                Element::Literal(text) => Some(text.as_str()),
                Element::Interpolation(_) | Element::Directive(_) => None,
            });
            parts.collect::<Option<String>>().map(Literal::Text)
        }
        Expression::UnaryOp(operation) => match literal(&operation.expr)? {
            Literal::Number(number) if *operation.operator.value() == UnaryOperator::Neg => {
                let negative = format!("-{number}").replace("--", "");
                negative.parse().ok().map(Literal::Number)
            }
            _ => None,
        },
        _ => None,
    }
}

/// Reads a text as a truth value, as hosts do.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}
