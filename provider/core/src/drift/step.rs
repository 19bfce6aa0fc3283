//! One step into an object, as the API server notes it.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use serde_json::Value;

/// One step into an object.
///
/// Values are canonical JSON: equal values are equal texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// To a field of an object, or an entry of a map.
    Field(String),
    /// To the element of a list that has these fields.
    Item(BTreeMap<String, String>),
    /// To the element of a set that is this value.
    Member(String),
    /// To the element of a list at a position.
    Index(usize),
}

impl Step {
    /// Reads a key of `fieldsV1`; `None` for kinds of steps that this release does not know,
    /// which the API server leaves out too.
    pub(super) fn parse(key: &str) -> Option<Self> {
        let (kind, rest) = key.split_once(':')?;
        match kind {
            "f" => Some(Self::Field(rest.to_owned())),
            "k" => {
                let fields: BTreeMap<String, Value> = serde_json::from_str(rest).ok()?;
                let texts = fields
                    .iter()
                    .map(|(name, it)| (name.clone(), canonical(it)));
                Some(Self::Item(texts.collect()))
            }
            "v" => {
                let value: Value = serde_json::from_str(rest).ok()?;
                Some(Self::Member(canonical(&value)))
            }
            "i" => Some(Self::Index(rest.parse().ok()?)),
            _ => None,
        }
    }

    /// Writes it as a key of `fieldsV1`.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Field(name) => format!("f:{name}"),
            Self::Item(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, it)| format!("{}:{it}", Value::from(name.as_str())));
                format!("k:{{{}}}", fields.collect::<Vec<_>>().join(","))
            }
            Self::Member(value) => format!("v:{value}"),
            Self::Index(index) => format!("i:{index}"),
        }
    }

    /// What is there in a value.
    pub(super) fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match self {
            Self::Field(name) => value.get(name),
            Self::Item(fields) => value.as_array()?.iter().find(|item| {
                let mut fields = fields.iter();
                // A key that an element does not have is null.
                fields.all(|(name, it)| canonical(item.get(name).unwrap_or(&Value::Null)) == *it)
            }),
            Self::Member(member) => value.as_array()?.iter().find(|it| canonical(it) == *member),
            Self::Index(index) => value.get(index),
        }
    }

    /// It leads to an element that a list has or has not, whatever else there is to it.
    pub(super) fn is_to_element(&self) -> bool {
        matches!(self, Self::Item(_) | Self::Member(_))
    }
}

/// As the API server writes it where it tells of conflicts: names of fields as they are, dots or
/// not.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Item(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, it)| format!("{name}={}", shown(it)));
                write!(f, "[{}]", fields.collect::<Vec<_>>().join(","))
            }
            Self::Member(value) => write!(f, "[={}]", shown(value)),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// Writes a value so that equal values are equal texts.
pub(super) fn canonical(value: &Value) -> String {
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    sorted.to_string()
}

/// A value as Go shows it: a text in quotes with Go's escapes, anything else as it is.
fn shown(json: &str) -> String {
    let Ok(text) = serde_json::from_str::<String>(json) else {
        return json.to_owned();
    };
    let mut shown = String::with_capacity(json.len());
    shown.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => shown.extend(['\\', character]),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            '\u{7}' => shown.push_str("\\a"),
            '\u{8}' => shown.push_str("\\b"),
            '\u{b}' => shown.push_str("\\v"),
            '\u{c}' => shown.push_str("\\f"),
            // Writing to a string cannot fail.
            '\0'..' ' | '\u{7f}' => {
                let _ = write!(shown, "\\x{:02x}", u32::from(character));
            }
            '\u{80}'..'\u{a0}' => {
                let _ = write!(shown, "\\u{:04x}", u32::from(character));
            }
            _ => shown.push(character),
        }
    }
    shown.push('"');
    shown
}
