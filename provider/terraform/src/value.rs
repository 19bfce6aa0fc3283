//! Values as Terraform has them: known, null or unknown, at any depth.

use std::{
    borrow::Cow,
    collections::{BTreeMap, btree_map},
    ops::Deref,
};

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::{number::Number, path::Path, path::Step, types::Type};

/// A value of some type that the schema knows.
///
/// The value alone does not tell its type: null and unknown belong to any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Absent, on purpose or not.
    Null,
    /// Not known before apply, but for what the refinements promise.
    Unknown(Refinements),
    /// A truth value.
    Bool(bool),
    /// An exact number.
    Number(Number),
    /// A text, in Unicode's normal form C when made by [`Value::string`].
    String(String),
    /// Elements of one type, in order.
    List(Vec<Self>),
    /// Elements of one type, without order and without doubles.
    Set(Set),
    /// Elements of one type, by key.
    Map(BTreeMap<String, Self>),
    /// Attributes, exactly those of the object's type.
    Object(BTreeMap<String, Self>),
    /// Elements each of its own type.
    Tuple(Vec<Self>),
    /// A value that brings its type along, where the schema says `dynamic`.
    Dynamic(Type, Box<Self>),
}

/// What is promised of an unknown value. The default promises nothing.
///
/// A promise of a plan is checked after apply, so only what is certain belongs here.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refinements {
    /// `Some(false)`: not null. `Some(true)`: null for certain.
    pub null: Option<bool>,
    /// How a string begins.
    pub prefix: Option<String>,
    /// The least number, and whether it is itself included.
    pub least: Option<(Number, bool)>,
    /// The greatest number, and whether it is itself included.
    pub greatest: Option<(Number, bool)>,
    /// The least number of elements of a collection.
    pub min_length: Option<u64>,
    /// The greatest number of elements of a collection.
    pub max_length: Option<u64>,
}

impl Refinements {
    /// Tells whether nothing is promised.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The elements of a set, in a fixed order. Known elements are there once; each unknown one
/// may turn out to be something else, so they all stay.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Set(Vec<Value>);

impl FromIterator<Value> for Set {
    fn from_iter<I: IntoIterator<Item = Value>>(elements: I) -> Self {
        let mut elements: Vec<_> = elements.into_iter().collect();
        elements.sort();
        elements.dedup_by(|left, right| left == right && left.is_wholly_known());
        Self(elements)
    }
}

impl Deref for Set {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.0
    }
}

impl IntoIterator for Set {
    type Item = Value;
    type IntoIter = std::vec::IntoIter<Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Value {
    /// An unknown value of which nothing is promised.
    pub fn unknown() -> Self {
        Self::Unknown(Refinements::default())
    }

    /// An unknown value that will not be null.
    pub fn unknown_not_null() -> Self {
        Self::Unknown(Refinements {
            null: Some(false),
            ..Refinements::default()
        })
    }

    /// A text in normal form C, as hosts compare texts.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(normal_form(text.into()).into_owned())
    }

    /// A whole number.
    pub fn integer(integer: i64) -> Self {
        Self::Number(integer.into())
    }

    /// A list.
    pub fn list(elements: impl IntoIterator<Item = Self>) -> Self {
        Self::List(elements.into_iter().collect())
    }

    /// A set; order and doubles do not matter.
    pub fn set(elements: impl IntoIterator<Item = Self>) -> Self {
        Self::Set(elements.into_iter().collect())
    }

    /// A map.
    pub fn map<K: Into<String>>(elements: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(
            elements
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }

    /// An object.
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(
            attributes
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect(),
        )
    }

    /// The value without the type that it may bring along.
    pub fn inner(&self) -> &Self {
        match self {
            Self::Dynamic(_, value) => value.inner(),
            value => value,
        }
    }

    /// Tells whether the value is null.
    pub fn is_null(&self) -> bool {
        matches!(self.inner(), Self::Null)
    }

    /// Tells whether the value as a whole is unknown.
    pub fn is_unknown(&self) -> bool {
        matches!(self.inner(), Self::Unknown(_))
    }

    /// Tells whether nothing at any depth is unknown.
    pub fn is_wholly_known(&self) -> bool {
        !self.is_unknown()
            && self
                .children()
                .iter()
                .all(|(_, child)| child.is_wholly_known())
    }

    /// The text, if this is a known one.
    pub fn as_str(&self) -> Option<&str> {
        match self.inner() {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if this is a known one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.inner() {
            Self::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// The number, if this is a known one.
    pub fn as_number(&self) -> Option<&Number> {
        match self.inner() {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The attributes of an object or the elements of a map, if this is a known one.
    pub fn as_entries(&self) -> Option<&BTreeMap<String, Self>> {
        match self.inner() {
            Self::Object(entries) | Self::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The elements of a list, set or tuple, if this is a known one.
    pub fn as_elements(&self) -> Option<&[Self]> {
        match self.inner() {
            Self::List(elements) | Self::Tuple(elements) => Some(elements),
            Self::Set(elements) => Some(elements),
            _ => None,
        }
    }

    /// An attribute of an object. Null if this is null, unknown if this is unknown, null if there
    /// is no such attribute.
    pub fn attribute(&self, name: &str) -> &Self {
        match self.inner() {
            unknown @ Self::Unknown(_) => unknown,
            Self::Object(entries) | Self::Map(entries) => entries.get(name).unwrap_or(&Self::Null),
            _ => &Self::Null,
        }
    }

    /// Sets an attribute; does nothing to what is not an object.
    pub fn set_attribute(&mut self, name: &str, value: Self) {
        if let Self::Object(attributes) = self {
            attributes.insert(name.to_owned(), value);
        }
    }

    /// The same object with an attribute set; anything else as it is.
    pub fn with(mut self, name: &str, value: impl Into<Self>) -> Self {
        self.set_attribute(name, value.into());
        self
    }

    /// The value at a path, or `None` if the path leads nowhere.
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.steps()
            .iter()
            .try_fold(self, |value, step| match (value.inner(), step) {
                (Self::Object(attributes), Step::Attribute(name)) => attributes.get(name),
                (Self::Map(elements), Step::Key(key)) => elements.get(key),
                (Self::List(elements) | Self::Tuple(elements), Step::Index(index)) => {
                    elements.get(*index)
                }
                _ => None,
            })
    }

    /// Puts a value in the place of the one at a path; does nothing if the path leads nowhere.
    pub fn set_at(&mut self, path: &Path, value: Self) {
        if let Some(place) = self.place(path.steps()) {
            *place = value;
        }
    }

    fn place(&mut self, steps: &[Step]) -> Option<&mut Self> {
        let Some((step, rest)) = steps.split_first() else {
            return Some(self);
        };
        let inside = match (self, step) {
            (Self::Dynamic(_, value), _) => return value.place(steps),
            (Self::Object(attributes), Step::Attribute(name)) => attributes.get_mut(name),
            (Self::Map(elements), Step::Key(key)) => elements.get_mut(key),
            (Self::List(elements) | Self::Tuple(elements), Step::Index(index)) => {
                elements.get_mut(*index)
            }
            _ => None,
        };
        inside?.place(rest)
    }

    /// The values directly inside, with the step to each; `None` for elements of a set.
    pub fn children(&self) -> Vec<(Option<Step>, &Self)> {
        match self.inner() {
            Self::List(elements) | Self::Tuple(elements) => {
                let steps = elements.iter().enumerate();
                steps
                    .map(|(index, value)| (Some(Step::Index(index)), value))
                    .collect()
            }
            Self::Set(elements) => elements.iter().map(|value| (None, value)).collect(),
            Self::Map(elements) => entries(elements, Step::Key),
            Self::Object(attributes) => entries(attributes, Step::Attribute),
            _ => Vec::new(),
        }
    }

    /// The same value with every unknown replaced by null, at any depth.
    pub fn without_unknowns(self) -> Self {
        self.map_leaves(&|leaf| match leaf {
            Self::Unknown(_) => Self::Null,
            leaf => leaf,
        })
    }

    /// The same value with every promise about unknowns dropped: what hosts compare.
    pub fn without_refinements(self) -> Self {
        self.map_leaves(&|leaf| match leaf {
            Self::Unknown(_) => Self::unknown(),
            leaf => leaf,
        })
    }

    /// Replaces everything that has nothing inside.
    fn map_leaves(self, change: &impl Fn(Self) -> Self) -> Self {
        let entries = |entries: BTreeMap<String, Self>| -> BTreeMap<String, Self> {
            entries
                .into_iter()
                .map(|(key, value)| (key, value.map_leaves(change)))
                .collect()
        };
        let elements = |elements: Vec<Self>| -> Vec<Self> {
            elements
                .into_iter()
                .map(|value| value.map_leaves(change))
                .collect()
        };
        match self {
            Self::List(list) => Self::List(elements(list)),
            Self::Set(set) => Self::set(elements(set.0)),
            Self::Tuple(tuple) => Self::Tuple(elements(tuple)),
            Self::Map(map) => Self::Map(entries(map)),
            Self::Object(object) => Self::Object(entries(object)),
            Self::Dynamic(ty, value) => Self::Dynamic(ty, Box::new(value.map_leaves(change))),
            leaf => change(leaf),
        }
    }
}

/// Brings a text into Unicode's normal form C, in which hosts compare texts and keys.
pub(crate) fn normal_form<'text>(text: impl Into<Cow<'text, str>>) -> Cow<'text, str> {
    let text = text.into();
    // Most texts are ASCII, and some are megabytes long.
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text;
    }
    Cow::Owned(text.nfc().collect())
}

fn entries(
    entries: &BTreeMap<String, Value>,
    step: fn(String) -> Step,
) -> Vec<(Option<Step>, &Value)> {
    let entries: btree_map::Iter<'_, String, Value> = entries.iter();
    entries
        .map(|(key, value)| (Some(step(key.clone())), value))
        .collect()
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::string(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Self::integer(integer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_have_neither_order_nor_doubles() {
        let left = Value::set(["b".into(), "a".into(), "b".into()]);
        assert_eq!(left, Value::set(["a".into(), "b".into()]));
    }

    #[test]
    fn unknown_elements_of_a_set_are_never_taken_for_one() {
        let set = Value::set([Value::unknown(), Value::unknown()]);
        assert_eq!(set.as_elements().map(<[_]>::len), Some(2));
    }

    #[test]
    fn strings_are_compared_in_normal_form() {
        assert_eq!(Value::string("e\u{301}"), Value::string("\u{e9}"));
    }

    #[test]
    fn an_attribute_of_an_unknown_object_is_unknown() {
        assert!(Value::unknown().attribute("a").is_unknown());
        assert!(Value::Null.attribute("a").is_null());
    }

    #[test]
    fn a_value_is_put_where_a_path_leads_and_nowhere_else() {
        let ports = |port: i64| Value::list([port.into()]);
        let before = Value::object([("ports", ports(1))]);
        let mut value = before.clone();
        value.set_at(&Path::from("ports").index(0), Value::integer(2));
        assert_eq!(value, Value::object([("ports", ports(2))]));
        let mut value = before.clone();
        value.set_at(&Path::from("ports").index(1), Value::integer(2));
        value.set_at(&Path::from("names"), Value::integer(2));
        assert_eq!(value, before);
    }

    #[test]
    fn unknowns_are_found_at_any_depth() {
        let deep = Value::object([("a", Value::list([Value::map([("k", Value::unknown())])]))]);
        assert!(!deep.is_wholly_known());
        assert!(deep.without_unknowns().is_wholly_known());
    }
}
