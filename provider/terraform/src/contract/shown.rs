//! Values in the text of a violation.

use std::fmt;

use crate::{
    schema::{Attribute, Shape},
    value::Value,
};

/// The most characters of a value that a text shows.
const MAX_SHOWN: usize = 120;

/// Writes a value much as an expression has it, cut off where it gets long.
pub(super) struct Shown<'a>(pub(super) &'a Value);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        write(self.0, &mut text);
        let mut characters = text.chars();
        let shown: String = characters.by_ref().take(MAX_SHOWN).collect();
        let rest = if characters.next().is_some() {
            "…"
        } else {
            ""
        };
        write!(f, "`{shown}{rest}`")
    }
}

/// Tells whether anything of an attribute must stay out of texts.
pub(super) fn is_secret(attribute: &Attribute) -> bool {
    attribute.sensitive
        || matches!(&attribute.shape, Shape::Nested(_, inside) if inside.values().any(is_secret))
}

fn write(value: &Value, text: &mut String) {
    // Nobody sees what is written past the limit.
    if text.len() > 4 * MAX_SHOWN {
        return;
    }
    match value {
        Value::Null => text.push_str("null"),
        Value::Unknown(_) => text.push_str("unknown"),
        Value::Bool(truth) => text.push_str(&truth.to_string()),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::String(string) => {
            text.push('"');
            text.extend(string.escape_debug());
            text.push('"');
        }
        Value::List(elements) | Value::Tuple(elements) => sequence(elements, text),
        Value::Set(elements) => {
            text.push_str("set");
            sequence(elements, text);
        }
        Value::Map(entries) | Value::Object(entries) => {
            text.push('{');
            for (position, (key, value)) in entries.iter().enumerate() {
                separate(position, text);
                text.push_str(key);
                text.push_str(" = ");
                write(value, text);
            }
            text.push('}');
        }
        Value::Dynamic(_, value) => write(value, text),
    }
}

fn sequence(elements: &[Value], text: &mut String) {
    text.push('[');
    for (position, value) in elements.iter().enumerate() {
        separate(position, text);
        write(value, text);
    }
    text.push(']');
}

fn separate(position: usize, text: &mut String) {
    if position > 0 {
        text.push_str(", ");
    }
}
