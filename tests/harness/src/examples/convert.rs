//! Expressions as values of the types that a schema wants, as a host would convert them.

use std::{collections::BTreeMap, ops::Range};

use hcl_edit::{
    Span,
    expr::{Array, Expression, Object},
};
use terraform::{
    Path, Type, Value,
    schema::{Attribute, Attributes, Mode, Nesting, Shape},
};

use super::{
    findings::Findings,
    literal::{Entry, Literal, dynamic, literal, object_entries, object_key, truth},
};

/// Where something stands: in the file, and in the value.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    offset: usize,
    pub(super) path: &'a Path,
}

impl<'a> Place<'a> {
    /// The place where a part of the file begins, which is read as the value at a path.
    pub(super) fn of(part: &impl Span, path: &'a Path) -> Self {
        let offset = part.span().map(|Range { start, .. }| start);
        Self {
            offset: offset.unwrap_or_default(),
            path,
        }
    }
}

impl Span for Place<'_> {
    fn span(&self) -> Option<Range<usize>> {
        Some(self.offset..self.offset)
    }
}

/// Reads the entries as the attributes of an object; absent ones are null.
pub(super) fn attributes(
    entries: &[Entry<'_>],
    schema: &Attributes,
    place: Place<'_>,
    findings: &mut Findings,
) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    for (name, attribute) in schema {
        let entry = entries.iter().find(|entry| entry.name == *name);
        let path = place.path.attribute(name.as_str());
        let value = entry.map(|entry| attribute_value(entry.value, attribute, &path, findings));
        let value = value.unwrap_or(Value::Null);
        if value.is_null() && attribute.mode == Mode::Required {
            findings.add(&place, format!("missing required attribute: `{path}`"));
        }
        values.insert(name.clone(), value);
    }
    for entry in entries {
        if !schema.contains_key(&entry.name) {
            let path = place.path.attribute(entry.name.as_str());
            findings.add(entry.value, format!("unknown attribute: `{path}`"));
        }
    }
    values
}

/// Reads an expression as a value of a type.
pub(super) fn typed(
    expression: &Expression,
    ty: &Type,
    path: &Path,
    findings: &mut Findings,
) -> Value {
    let Some(literal) = literal(expression) else {
        return Value::unknown();
    };
    let converted = match (literal, ty) {
        (Literal::Null, _) => Some(Value::Null),
        (_, Type::Dynamic) => Some(dynamic(expression)),
        (Literal::Bool(truth), Type::Bool) => Some(truth.into()),
        (Literal::Bool(truth), Type::String) => Some(truth.to_string().into()),
        (Literal::Number(number), Type::Number) => Some(Value::Number(number)),
        (Literal::Number(number), Type::String) => Some(number.to_string().into()),
        (Literal::Text(text), Type::String) => Some(text.into()),
        (Literal::Text(text), Type::Number) => text.parse().ok().map(Value::Number),
        (Literal::Text(text), Type::Bool) => truth(&text).map(Value::Bool),
        (Literal::Array(array), Type::List(element)) => {
            Some(Value::list(elements(array, path, |it, path| {
                typed(it, element, path, findings)
            })))
        }
        (Literal::Array(array), Type::Set(element)) => {
            Some(Value::set(elements(array, path, |it, path| {
                typed(it, element, path, findings)
            })))
        }
        (Literal::Array(array), Type::Tuple(types)) if array.len() == types.len() => {
            let mut types = types.iter();
            let values = elements(array, path, |it, path| {
                let ty = types.next().unwrap_or(&Type::Dynamic);
                typed(it, ty, path, findings)
            });
            Some(Value::Tuple(values))
        }
        (Literal::Object(object), Type::Map(element)) => Some(map(object, path, |it, path| {
            typed(it, element, path, findings)
        })),
        (Literal::Object(object), Type::Object(types)) => {
            Some(plain_object(object, types, path, findings))
        }
        _ => None,
    };
    converted.unwrap_or_else(|| mismatch(expression, &ty.to_string(), path, findings))
}

/// Reads an expression as the value of an attribute, which may have a schema for what is inside.
fn attribute_value(
    expression: &Expression,
    attribute: &Attribute,
    path: &Path,
    findings: &mut Findings,
) -> Value {
    if attribute.mode == Mode::Computed {
        findings.add(expression, format!("attribute cannot be set: `{path}`"));
        return Value::Null;
    }
    match &attribute.shape {
        Shape::Value(ty) => typed(expression, ty, path, findings),
        Shape::Nested(nesting, inner) => nested(expression, (*nesting, inner), path, findings),
    }
}

fn nested(
    expression: &Expression,
    (nesting, schema): (Nesting, &Attributes),
    path: &Path,
    findings: &mut Findings,
) -> Value {
    let Some(literal) = literal(expression) else {
        return Value::unknown();
    };
    match (literal, nesting) {
        (Literal::Null, _) => Value::Null,
        (Literal::Object(object), Nesting::Single) => {
            let Some(entries) = object_entries(object) else {
                return Value::unknown();
            };
            let place = Place::of(expression, path);
            Value::object(attributes(&entries, schema, place, findings))
        }
        (Literal::Array(array), Nesting::List) => {
            Value::list(elements(array, path, |element, path| {
                nested(element, (Nesting::Single, schema), path, findings)
            }))
        }
        (Literal::Array(array), Nesting::Set) => {
            Value::set(elements(array, path, |element, path| {
                nested(element, (Nesting::Single, schema), path, findings)
            }))
        }
        (Literal::Object(object), Nesting::Map) => map(object, path, |element, path| {
            nested(element, (Nesting::Single, schema), path, findings)
        }),
        (_, Nesting::Single) => mismatch(expression, "an object", path, findings),
        (_, Nesting::List | Nesting::Set) => {
            mismatch(expression, "a list of objects", path, findings)
        }
        (_, Nesting::Map) => mismatch(expression, "a map of objects", path, findings),
    }
}

/// Reads an object that is a plain value: it has all attributes of its type.
fn plain_object(
    object: &Object,
    types: &BTreeMap<String, Type>,
    path: &Path,
    findings: &mut Findings,
) -> Value {
    let Some(entries) = object_entries(object) else {
        return Value::unknown();
    };
    let optional = |ty: &Type| Attribute::new(Shape::Value(ty.clone()), Mode::Optional);
    let schema: Attributes = types
        .iter()
        .map(|(name, ty)| (name.clone(), optional(ty)))
        .collect();
    for name in types.keys() {
        if !entries.iter().any(|entry| entry.name == *name) {
            let path = path.attribute(name.as_str());
            findings.add(object, format!("missing required attribute: `{path}`"));
        }
    }
    let place = Place::of(object, path);
    Value::object(attributes(&entries, &schema, place, findings))
}

fn elements(
    array: &Array,
    path: &Path,
    mut read: impl FnMut(&Expression, &Path) -> Value,
) -> Vec<Value> {
    let elements = array.iter().enumerate();
    elements
        .map(|(index, element)| read(element, &path.index(index)))
        .collect()
}

/// Reads the elements of a map, which is unknown if one of its keys is.
fn map(object: &Object, path: &Path, mut read: impl FnMut(&Expression, &Path) -> Value) -> Value {
    let mut known = true;
    let mut elements = BTreeMap::new();
    for (key, value) in object {
        let name = object_key(key);
        known &= name.is_some();
        let name = name.unwrap_or_default();
        let value = read(value.expr(), &path.key(name.as_str()));
        elements.insert(name, value);
    }
    if known {
        Value::map(elements)
    } else {
        Value::unknown()
    }
}

fn mismatch(
    expression: &Expression,
    expected: &str,
    path: &Path,
    findings: &mut Findings,
) -> Value {
    findings.add(expression, format!("value is not {expected}: `{path}`"));
    Value::unknown()
}
