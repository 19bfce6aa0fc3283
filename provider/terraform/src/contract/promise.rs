//! Whether a value keeps what was promised of an unknown.

use std::ops::RangeInclusive;

use crate::{
    number::Number,
    value::{Refinements, Value},
};

/// A bound of a range, and whether it is itself included.
type Bound = Option<(Number, bool)>;

/// Tells whether a value may be what became of an unknown. A value that is unknown itself may,
/// unless the promises exclude each other.
pub(super) fn is_kept(promised: &Refinements, value: &Value) -> bool {
    let Refinements {
        null,
        prefix,
        least,
        greatest,
        min_length,
        max_length,
    } = promised;
    if value.is_null() || *null == Some(true) {
        return value.is_null() && *null != Some(false);
    }
    if let (Some(prefix), Some(text)) = (prefix, value.as_str())
        && !text.starts_with(prefix.as_str())
    {
        return false;
    }
    let (value_least, value_greatest) = bounds(value);
    if passes(least, &value_greatest) || passes(&value_least, greatest) {
        return false;
    }
    let promises_length = min_length.is_some() || max_length.is_some();
    let length = lengths(value);
    !promises_length
        || (min_length.is_none_or(|min| *length.end() >= min)
            && max_length.is_none_or(|max| *length.start() <= max))
}

/// How many elements a collection may turn out to have. Unknown elements of a set may turn out
/// equal to others, and count once then.
pub(super) fn lengths(value: &Value) -> RangeInclusive<u64> {
    if let Value::Unknown(promised) = value.inner() {
        return promised.min_length.unwrap_or(0)..=promised.max_length.unwrap_or(u64::MAX);
    }
    let length = value.children().len() as u64;
    let may_shrink = matches!(value.inner(), Value::Set(_)) && !value.is_wholly_known();
    let least = if may_shrink { length.min(1) } else { length };
    least..=length
}

fn bounds(value: &Value) -> (Bound, Bound) {
    match value.inner() {
        Value::Number(number) => (Some((number.clone(), true)), Some((number.clone(), true))),
        Value::Unknown(promised) => (promised.least.clone(), promised.greatest.clone()),
        _ => (None, None),
    }
}

/// Tells whether nothing lies from the one bound up to the other.
fn passes(least: &Bound, greatest: &Bound) -> bool {
    let (Some((least, from)), Some((greatest, to))) = (least, greatest) else {
        return false;
    };
    least > greatest || (least == greatest && !(*from && *to))
}
