//! Whether a value has the type that the schema says.

use crate::{
    contract::{Findings, Violation, arrangement, below, objects, part},
    path::{Path, Step},
    schema::{Block, NestedBlock, Nesting, open},
    types::Type,
    value::{Refinements, Value},
};

/// Returns where a value does not have the type, which a host would fail to decode.
///
/// An object has exactly the attributes of its type, elements of a collection are all of one type,
/// and only what the type allows is promised of an unknown.
pub fn conforms(ty: &Type, value: &Value) -> Vec<Violation> {
    let mut found = Findings::default();
    check(ty, value, &Path::root(), &mut found);
    found.0
}

/// As [`conforms`], but for the value of a block, whose lists and maps of blocks with `dynamic`
/// inside must conform to the schema too although their type does not say so.
pub(super) fn block_conforms(block: &Block, value: &Value, found: &mut Findings) {
    check(&block.implied_type(), value, &Path::root(), found);
    if found.is_empty() {
        dynamic_blocks(block, value, &Path::root(), found);
    }
}

/// Tells whether values of one type may stand where the other is wanted.
pub(super) fn fits(given: &Type, wanted: &Type) -> bool {
    match (given, wanted) {
        (_, Type::Dynamic) => true,
        (Type::List(given), Type::List(wanted))
        | (Type::Set(given), Type::Set(wanted))
        | (Type::Map(given), Type::Map(wanted)) => fits(given, wanted),
        (Type::Object(given), Type::Object(wanted)) => {
            given.len() == wanted.len()
                && given
                    .iter()
                    .zip(wanted)
                    .all(|((name, given), (other, wanted))| name == other && fits(given, wanted))
        }
        (Type::Tuple(given), Type::Tuple(wanted)) => {
            given.len() == wanted.len()
                && given
                    .iter()
                    .zip(wanted)
                    .all(|(given, wanted)| fits(given, wanted))
        }
        (given, wanted) => given == wanted,
    }
}

fn check(ty: &Type, value: &Value, path: &Path, found: &mut Findings) {
    match (ty, value) {
        (_, Value::Null)
        | (Type::Bool, Value::Bool(_))
        | (Type::Number, Value::Number(_))
        | (Type::String, Value::String(_)) => {}
        (ty, Value::Unknown(promised)) => promises(ty, promised, path, found),
        (Type::Dynamic, Value::Dynamic(carried, _)) if *carried == Type::Dynamic => {
            found.add(
                path,
                "the type that the value brings along must not be `any`",
            );
        }
        (Type::Dynamic, Value::Dynamic(carried, inner)) => check(carried, inner, path, found),
        (Type::Dynamic, _) => found.add(path, "the value must bring its type along"),
        (Type::List(ty), Value::List(_))
        | (Type::Set(ty), Value::Set(_))
        | (Type::Map(ty), Value::Map(_)) => collection(ty, value, path, found),
        (Type::Tuple(types), Value::Tuple(elements)) => {
            if types.len() != elements.len() {
                let (wanted, given) = (types.len(), elements.len());
                found.add(path, format!("must have {wanted} elements, not {given}"));
            }
            for (index, (ty, value)) in types.iter().zip(elements).enumerate() {
                check(ty, value, &path.index(index), found);
            }
        }
        (Type::Object(types), Value::Object(attributes)) => {
            for (name, ty) in types {
                match attributes.get(name) {
                    Some(value) => check(ty, value, &path.attribute(name), found),
                    None => found.add(path, format!("attribute is missing: `{name}`")),
                }
            }
            for name in attributes.keys().filter(|name| !types.contains_key(*name)) {
                found.add(path, format!("attribute is not in the schema: `{name}`"));
            }
        }
        (ty, value) => {
            let kind = kind(value);
            found.add(path, format!("must be `{ty}`, not {kind}"));
        }
    }
}

fn collection(ty: &Type, value: &Value, path: &Path, found: &mut Findings) {
    for (step, element) in value.children() {
        check(ty, element, &below(path, step), found);
    }
    if !ty.has_dynamic() {
        return;
    }
    let mut types: Vec<_> = value
        .children()
        .iter()
        .map(|(_, element)| concrete(ty, element))
        .filter(|ty| *ty != Type::Dynamic)
        .collect();
    types.sort();
    types.dedup();
    if types.len() > 1 {
        found.add(path, "the elements must all be of one type");
    }
}

/// The type of a value that conforms to a type which may leave something open.
fn concrete(ty: &Type, value: &Value) -> Type {
    match (ty, value) {
        (Type::Dynamic, Value::Dynamic(carried, _)) => carried.clone(),
        (Type::List(ty), Value::List(_)) => Type::list(concrete_element(ty, value)),
        (Type::Set(ty), Value::Set(_)) => Type::set(concrete_element(ty, value)),
        (Type::Map(ty), Value::Map(_)) => Type::map(concrete_element(ty, value)),
        (Type::Tuple(types), Value::Tuple(elements)) => {
            let pairs = types.iter().zip(elements);
            Type::Tuple(pairs.map(|(ty, value)| concrete(ty, value)).collect())
        }
        (Type::Object(types), Value::Object(_)) => Type::object(
            types
                .iter()
                .map(|(name, ty)| (name, concrete(ty, part(value, name)))),
        ),
        (ty, _) => ty.clone(),
    }
}

fn concrete_element(ty: &Type, collection: &Value) -> Type {
    let children = collection.children();
    let mut types = children.iter().map(|(_, element)| concrete(ty, element));
    types
        .find(|element| element != ty)
        .unwrap_or_else(|| ty.clone())
}

fn promises(ty: &Type, promised: &Refinements, path: &Path, found: &mut Findings) {
    let Refinements {
        null: _,
        prefix,
        least,
        greatest,
        min_length,
        max_length,
    } = promised;
    // Hosts ignore whatever is promised of a value whose type is unknown as well.
    if *ty == Type::Dynamic {
        return;
    }
    let sized = matches!(ty, Type::List(_) | Type::Set(_) | Type::Map(_));
    if prefix.is_some() && *ty != Type::String {
        found.add(path, format!("a prefix is promised of an unknown `{ty}`"));
    }
    if (least.is_some() || greatest.is_some()) && *ty != Type::Number {
        found.add(path, format!("a range is promised of an unknown `{ty}`"));
    }
    if (min_length.is_some() || max_length.is_some()) && !sized {
        found.add(path, format!("a length is promised of an unknown `{ty}`"));
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Unknown(_) => "unknown",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::List(_) => "a list",
        Value::Set(_) => "a set",
        Value::Map(_) => "a map",
        Value::Object(_) => "an object",
        Value::Tuple(_) => "a tuple",
        Value::Dynamic(..) => "a value that brings its type along",
    }
}

fn dynamic_blocks(block: &Block, value: &Value, path: &Path, found: &mut Findings) {
    for (name, nested) in &block.blocks {
        let (value, path) = (part(value, name), path.attribute(name));
        if !dynamic_block_fits(nested, value) {
            let wanted = nested.block.implied_type();
            found.add(&path, format!("each block must be `{wanted}`"));
            continue;
        }
        for (step, object) in objects(arrangement(nested.nesting), &open(nested, value)) {
            dynamic_blocks(&nested.block, object, &below(&path, step), found);
        }
    }
}

/// Tells whether the type that blocks bring along is one that their schema allows.
fn dynamic_block_fits(nested: &NestedBlock, value: &Value) -> bool {
    let Value::Dynamic(carried, inner) = value else {
        return true;
    };
    if nested.implied_type() != Type::Dynamic || matches!(**inner, Value::Null | Value::Unknown(_))
    {
        return true;
    }
    let wanted = nested.block.implied_type();
    match (arrangement(nested.nesting), carried) {
        (Nesting::List, Type::Tuple(types)) => types.iter().all(|given| fits(given, &wanted)),
        (Nesting::Map, Type::Object(types)) => types.values().all(|given| fits(given, &wanted)),
        _ => false,
    }
}

/// The type of what is inside a value of a type, one step on.
pub(super) fn inside<'a>(ty: &'a Type, step: &Step) -> &'a Type {
    match (ty, step) {
        (Type::List(element) | Type::Map(element), _) => element,
        (Type::Tuple(types), Step::Index(index)) => types.get(*index).unwrap_or(&Type::Dynamic),
        (Type::Object(types), Step::Attribute(name)) => types.get(name).unwrap_or(&Type::Dynamic),
        _ => &Type::Dynamic,
    }
}
