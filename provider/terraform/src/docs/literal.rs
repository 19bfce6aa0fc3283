//! Values as a configuration would have them.

use std::{collections::BTreeMap, fmt::Write};

use crate::value::Value;

/// Writes a value as an expression on one line.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Unknown(_) => "(unknown)".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::List(elements) | Value::Tuple(elements) => array(elements),
        Value::Set(elements) => array(elements),
        Value::Map(entries) | Value::Object(entries) => object(entries),
        Value::Dynamic(_, value) => literal(value),
    }
}

fn array(elements: &[Value]) -> String {
    let elements: Vec<_> = elements.iter().map(literal).collect();
    format!("[{}]", elements.join(", "))
}

fn object(entries: &BTreeMap<String, Value>) -> String {
    if entries.is_empty() {
        return "{}".to_owned();
    }
    let entries: Vec<_> = entries
        .iter()
        .map(|(key, value)| format!("{} = {}", object_key(key), literal(value)))
        .collect();
    format!("{{ {} }}", entries.join(", "))
}

fn object_key(key: &str) -> String {
    let plain = key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && key
            .chars()
            .all(|next| next.is_ascii_alphanumeric() || "_-".contains(next));
    if plain { key.to_owned() } else { quoted(key) }
}

/// Writes a text in quotes, so that nothing in it is taken for an escape or a template.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '$' | '%' if rest.peek() == Some(&'{') => quoted.extend([character, character]),
            control if control.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_written_so_that_it_reads_back() {
        let text = Value::string("a\"b\\c\n${d}%{e}$f\u{1}");
        assert_eq!(literal(&text), r#""a\"b\\c\n$${d}%%{e}$f\u0001""#);
    }

    #[test]
    fn keys_that_are_no_names_are_quoted() {
        let value = Value::map([("a-b", Value::integer(1)), ("c d", true.into())]);
        assert_eq!(literal(&value), r#"{ a-b = 1, "c d" = true }"#);
    }

    #[test]
    fn collections_stay_on_one_line() {
        let value = Value::list([Value::set([Value::Null]), Value::object::<&str>([])]);
        assert_eq!(literal(&value), "[[null], {}]");
    }
}
