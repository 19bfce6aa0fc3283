//! Whether a result is what was planned, completed.

use crate::{
    contract::{
        Findings, Violation, arrangement,
        conform::{block_conforms, fits, inside},
        correlate::check_set,
        element, part,
        promise::is_kept,
        shown::{Shown, is_secret},
        state::{check_state, check_write_only},
    },
    path::{Path, Step},
    schema::{Attribute, Block, NestedBlock, Nesting, open},
    types::Type,
    value::Value,
};

/// Returns what a host rejects in the state after apply.
///
/// The state conforms to the schema, is wholly known, and its write-only attributes are null.
/// What was known in the plan is unchanged, and what was unknown keeps what was promised of it.
/// After a deletion, which is planned as null, the state is null.
pub fn apply_violations(block: &Block, planned: &Value, actual: &Value) -> Vec<Violation> {
    let mut found = Findings::default();
    check_state(block, actual, &mut found);
    check_unless_broken(block, planned, actual, found)
}

/// Returns what a host rejects in the plan that it asks for again before apply.
///
/// The second plan may know more than the first, but must not contradict it.
pub fn final_plan_violations(block: &Block, first: &Value, second: &Value) -> Vec<Violation> {
    let mut found = Findings::default();
    block_conforms(block, second, &mut found);
    check_write_only(block, second, &Path::root(), &mut found);
    check_unless_broken(block, first, second, found)
}

/// Compares unless something is wrong already, as hosts do.
fn check_unless_broken(
    block: &Block,
    planned: &Value,
    actual: &Value,
    mut found: Findings,
) -> Vec<Violation> {
    if found.is_empty() {
        check_object(block, (planned, actual), &Path::root(), &mut found);
    }
    found.0
}

/// What was planned, and what there is.
type Pair<'a> = (&'a Value, &'a Value);

fn check_object(block: &Block, (planned, actual): Pair<'_>, path: &Path, found: &mut Findings) {
    match (planned.is_null(), actual.is_null()) {
        (true, true) => return,
        (true, false) => return found.add(path, "was absent in the plan, but is there now"),
        (false, true) => return found.add(path, "was there in the plan, but is absent now"),
        (false, false) => {}
    }
    for (name, attribute) in &block.attributes {
        let pair = (part(planned, name), part(actual, name));
        check_attribute(attribute, pair, &path.attribute(name), found);
    }
    for (name, nested) in &block.blocks {
        let pair = (part(planned, name), part(actual, name));
        check_blocks(nested, pair, &path.attribute(name), found);
    }
}

fn check_attribute(attribute: &Attribute, pair: Pair<'_>, path: &Path, found: &mut Findings) {
    let mut inside = Findings::default();
    check_value(&attribute.implied_type(), pair, path, &mut inside);
    if !is_secret(attribute) {
        found.0.extend(inside.0);
    } else if !inside.is_empty() {
        found.add(path, "is not what was planned (values are sensitive)");
    }
}

fn check_blocks(nested: &NestedBlock, pair: Pair<'_>, path: &Path, found: &mut Findings) {
    let (planned, actual) = (&open(nested, pair.0), &open(nested, pair.1));
    // Blocks that were unknown may have become any number.
    if planned.is_unknown() {
        return;
    }
    let nesting = arrangement(nested.nesting);
    if nesting == Nesting::Single {
        return check_object(&nested.block, (planned, actual), path, found);
    }
    if planned.is_null() || actual.is_null() || actual.is_unknown() {
        return;
    }
    if let (Value::Set(planned), Value::Set(actual)) = (planned, actual) {
        let becomes = |planned: &Value, actual: &Value| {
            let mut inside = Findings::default();
            check_object(&nested.block, (planned, actual), path, &mut inside);
            inside.is_empty()
        };
        return check_set(planned, actual, becomes, path, found);
    }
    check_keys((planned, actual), path, found, |step, pair, found| {
        check_object(&nested.block, pair, &path.step(step.clone()), found);
    });
}

/// Compares two lists, maps or objects element by element; none may vanish or appear.
fn check_keys(
    (planned, actual): Pair<'_>,
    path: &Path,
    found: &mut Findings,
    check: impl Fn(&Step, Pair<'_>, &mut Findings),
) {
    for (step, planned) in planned.children() {
        let Some(step) = step else { continue };
        match element(actual, &step) {
            Some(actual) => check(&step, (planned, actual), found),
            None => found.add(&path.step(step), "was planned, but has vanished"),
        }
    }
    for (step, _) in actual.children() {
        let Some(step) = step else { continue };
        if element(planned, &step).is_none() {
            found.add(&path.step(step), "was not planned, but has appeared");
        }
    }
}

fn check_value(ty: &Type, (planned, actual): Pair<'_>, path: &Path, found: &mut Findings) {
    if *ty == Type::Dynamic {
        return check_dynamic((planned, actual), path, found);
    }
    if let Value::Unknown(promised) = planned {
        if !is_kept(promised, actual) {
            let problem = format!("is not what was promised of the unknown: {}", Shown(actual));
            found.add(path, problem);
        }
        return;
    }
    if planned.is_null() != actual.is_null() {
        return changed((planned, actual), path, found);
    }
    if actual.is_unknown() {
        return found.add(path, "was known in the plan, but is unknown now");
    }
    match (planned, actual) {
        (Value::Set(planned), Value::Set(actual)) => {
            let becomes = |planned: &Value, actual: &Value| {
                let mut found = Findings::default();
                let ty = match ty {
                    Type::Set(element) => element,
                    other => other,
                };
                check_value(ty, (planned, actual), path, &mut found);
                found.is_empty()
            };
            check_set(planned, actual, becomes, path, found);
        }
        (
            Value::List(_) | Value::Tuple(_) | Value::Map(_) | Value::Object(_),
            Value::List(_) | Value::Tuple(_) | Value::Map(_) | Value::Object(_),
        ) => check_keys((planned, actual), path, found, |step, pair, found| {
            check_value(inside(ty, step), pair, &path.step(step.clone()), found);
        }),
        (planned, actual) if planned == actual => {}
        pair => changed(pair, path, found),
    }
}

/// Compares where any type may be: the type of the plan stays, if the plan has one.
fn check_dynamic((planned, actual): Pair<'_>, path: &Path, found: &mut Findings) {
    let Value::Dynamic(wanted, planned) = planned else {
        return;
    };
    match actual {
        Value::Dynamic(given, actual) if fits(given, wanted) => {
            check_value(wanted, (planned, actual), path, found);
        }
        Value::Dynamic(given, _) => {
            found.add(
                path,
                format!("was planned as `{wanted}`, but now is `{given}`"),
            );
        }
        _ => found.add(
            path,
            format!("was planned as `{wanted}`, but now is of no type"),
        ),
    }
}

fn changed((planned, actual): Pair<'_>, path: &Path, found: &mut Findings) {
    let (planned, actual) = (Shown(planned), Shown(actual));
    found.add(
        path,
        format!("was planned as {planned}, but now is {actual}"),
    );
}
