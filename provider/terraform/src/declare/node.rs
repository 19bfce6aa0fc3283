//! A JSON schema with everything that only wraps taken away.

use std::{borrow::Cow, collections::BTreeMap};

use serde_json::{Map, Value as Json};

use crate::declare::Mistake;

/// What says something about a schema, and nothing about values.
const ANNOTATIONS: [&str; 12] = [
    "$comment",
    "$defs",
    "$id",
    "$schema",
    "default",
    "deprecated",
    "description",
    "examples",
    "format",
    "readOnly",
    "title",
    "writeOnly",
];

/// What reading a schema takes away.
const TAKEN: [&str; 5] = ["allOf", "anyOf", "const", "enum", "oneOf"];

/// One JSON schema: no references, no alternatives but null, one type.
///
/// It borrows what the schema says: a copy of each would copy all that is inside once per level.
#[derive(Debug, Clone, Default)]
pub(super) struct Node<'s> {
    said: Option<&'s Map<String, Json>>,
    /// What stands in place of what is said, mostly little or nothing.
    instead: BTreeMap<&'s str, Cow<'s, Json>>,
    /// Null is accepted besides.
    pub(super) nullable: bool,
    /// The only values accepted, with a description for each; empty for any.
    pub(super) choices: Vec<(&'s Json, String)>,
}

/// What the values of a schema look like.
pub(super) enum Kind<'n> {
    /// Like anything.
    Any,
    /// A truth value.
    Bool,
    /// A number.
    Number,
    /// A text.
    Text,
    /// Elements in order, or without order and doubles.
    List { items: &'n Json, unique: bool },
    /// Elements by key, and what keys match.
    Map {
        values: &'n Json,
        pattern: Option<&'n str>,
    },
    /// Named fields.
    Object,
}

impl<'s> Node<'s> {
    pub(super) fn of(schema: &'s Json) -> Result<Self, Mistake> {
        let said = match schema {
            Json::Bool(true) => return Ok(Self::default()),
            Json::Object(said) => said,
            _ => return Err(Mistake::NoValues),
        };
        if said.contains_key("$ref") {
            return Err(Mistake::Recursive);
        }
        let mut node = Self {
            said: Some(said),
            ..Self::default()
        };
        node.take_parts(said.get("allOf"))?;
        node.take_alternatives(said.get("anyOf"))?;
        node.take_alternatives(said.get("oneOf"))?;
        node.take_null()?;
        node.take_choices(said.get("const"), said.get("enum"));
        Ok(node)
    }

    /// What is said about a schema, for values that may be anything.
    pub(super) fn of_annotations(schema: &'s Json) -> Self {
        let said = schema.as_object().into_iter().flatten();
        let annotations = said.filter(|(keyword, _)| is_annotation(keyword));
        Self {
            instead: annotations.map(borrowed).collect(),
            ..Self::default()
        }
    }

    pub(super) fn keyword(&self, keyword: &str) -> Option<&Json> {
        match self.instead.get(keyword) {
            Some(value) => Some(value),
            None => self.said?.get(keyword),
        }
    }

    pub(super) fn text(&self, keyword: &str) -> Option<&str> {
        self.keyword(keyword)?.as_str()
    }

    /// What is said of the values, or else of their elements.
    pub(super) fn description(&self) -> &str {
        let of_elements = || {
            let mut keywords = ["items", "additionalProperties"].into_iter();
            keywords.find_map(|keyword| self.keyword(keyword)?.get("description")?.as_str())
        };
        let own = self.text("description");
        own.or_else(of_elements).unwrap_or_default()
    }

    pub(super) fn holds(&self, keyword: &str) -> bool {
        self.keyword(keyword) == Some(&Json::Bool(true))
    }

    /// The keywords that limit values, whatever their type, in any order and some twice.
    pub(super) fn rules(&self) -> impl Iterator<Item = &str> {
        let said = self.said.into_iter().flatten();
        let said = said.map(|(keyword, _)| keyword.as_str());
        said.chain(self.instead.keys().copied())
            .filter(|keyword| !is_annotation(keyword) && !TAKEN.contains(keyword))
    }

    /// The fields of an object, by name.
    pub(super) fn properties(&self) -> impl Iterator<Item = (&String, &Json)> {
        let properties = self.keyword("properties").and_then(Json::as_object);
        properties.into_iter().flatten()
    }

    /// Tells whether a field of an object has to be there.
    pub(super) fn requires(&self, name: &str) -> bool {
        let required = self.keyword("required").and_then(Json::as_array);
        required.is_some_and(|required| required.iter().any(|it| it == name))
    }

    pub(super) fn kind(&self) -> Result<Kind<'_>, Mistake> {
        match self.text("type") {
            Some("boolean") => Ok(Kind::Bool),
            Some("number" | "integer") => Ok(Kind::Number),
            Some("string") => Ok(Kind::Text),
            Some("array") => self.list(),
            Some("object") => self.object(),
            Some(_) => Err(Mistake::NoValues),
            None => match self.rules().min() {
                Some(keyword) => Err(Mistake::Keyword(keyword.to_owned())),
                None => Ok(Kind::Any),
            },
        }
    }

    fn list(&self) -> Result<Kind<'_>, Mistake> {
        if self.keyword("prefixItems").is_some() {
            return Err(Mistake::Tuple);
        }
        let unique = self.holds("uniqueItems");
        let items = self.keyword("items").ok_or(Mistake::AnyElement)?;
        Ok(Kind::List { items, unique })
    }

    fn object(&self) -> Result<Kind<'_>, Mistake> {
        let free = ["additionalProperties", "unevaluatedProperties"]
            .into_iter()
            .filter_map(|keyword| self.keyword(keyword))
            .find(|schema| **schema != Json::Bool(false));
        let patterns = self.keyword("patternProperties").and_then(Json::as_object);
        let mut patterns = patterns.into_iter().flatten();
        let has_fields = self.properties().next().is_some();
        match (has_fields, free, patterns.next(), patterns.next()) {
            (_, None, None, _) => Ok(Kind::Object),
            (false, Some(values), None, _) => Ok(Kind::Map {
                values,
                pattern: None,
            }),
            (false, None, Some((pattern, values)), None) => Ok(Kind::Map {
                values,
                pattern: Some(pattern),
            }),
            _ => Err(Mistake::MixedKeys),
        }
    }

    fn take_parts(&mut self, parts: Option<&'s Json>) -> Result<(), Mistake> {
        let Some(Json::Array(parts)) = parts else {
            return Ok(());
        };
        let parts = parts.iter().map(Self::of).collect::<Result<Vec<_>, _>>()?;
        self.nullable |= !parts.is_empty() && parts.iter().all(|part| part.nullable);
        parts.into_iter().try_for_each(|part| self.absorb(part))
    }

    fn take_alternatives(&mut self, alternatives: Option<&'s Json>) -> Result<(), Mistake> {
        let Some(Json::Array(alternatives)) = alternatives else {
            return Ok(());
        };
        let mut rest = Vec::new();
        for alternative in alternatives {
            if alternative.get("type").and_then(Json::as_str) == Some("null") {
                self.nullable = true;
                continue;
            }
            let mut node = Self::of(alternative)?;
            self.nullable |= node.nullable;
            node.describe_choice();
            rest.push(node);
        }
        if rest.len() == 1 {
            return rest.into_iter().try_for_each(|node| self.absorb(node));
        }
        // Variants without content: each is a text or several, perhaps with a description.
        let mut kinds = rest.iter().map(|node| node.text("type"));
        let kind = kinds.next().flatten().map(str::to_owned);
        let same = kinds.all(|other| other == kind.as_deref());
        let (Some(kind), true) = (kind, same) else {
            return Err(Mistake::Shapes);
        };
        if rest.iter().any(|node| node.choices.is_empty()) {
            return Err(Mistake::Shapes);
        }
        self.instead.insert("type", Cow::Owned(kind.into()));
        self.choices = rest.into_iter().flat_map(|node| node.choices).collect();
        Ok(())
    }

    fn take_null(&mut self) -> Result<(), Mistake> {
        if let Some(Json::Array(types)) = self.keyword("type") {
            let mut rest = types.iter().filter(|it| **it != "null");
            let (Some(kind), None) = (rest.next(), rest.next()) else {
                return Err(Mistake::Shapes);
            };
            let kind = kind.clone();
            self.nullable = true;
            self.instead.insert("type", Cow::Owned(kind));
        }
        Ok(())
    }

    fn take_choices(&mut self, only: Option<&'s Json>, several: Option<&'s Json>) {
        let choices = match (only, several) {
            (Some(choice), _) => std::slice::from_ref(choice),
            (None, Some(Json::Array(choices))) => choices,
            _ => return,
        };
        let choices = choices.iter().filter(|it| !it.is_null());
        if choices.clone().all(Json::is_string) && self.keyword("type").is_none() {
            self.instead.insert("type", Cow::Owned("string".into()));
        }
        self.choices = choices.map(|choice| (choice, String::new())).collect();
    }

    /// Lets what is said of an alternative be said of its only value.
    fn describe_choice(&mut self) {
        let said = self.text("description").unwrap_or_default().to_owned();
        if let [(_, description)] = self.choices.as_mut_slice()
            && description.is_empty()
        {
            *description = said;
        }
    }

    /// Takes over what a wrapped schema says. What the wrapper says about it comes first, and
    /// limits of both hold.
    fn absorb(&mut self, mut inner: Self) -> Result<(), Mistake> {
        let choices = std::mem::take(&mut inner.choices);
        if !choices.is_empty() {
            if !self.choices.is_empty() && self.choices != choices {
                return Err(Mistake::Contradiction("enum".to_owned()));
            }
            self.choices = choices;
        }
        for (keyword, theirs) in inner.into_keywords() {
            let both = match self.keyword(keyword) {
                None => theirs,
                Some(ours) if *ours == *theirs || is_annotation(keyword) => continue,
                Some(ours) => Cow::Owned(joined(keyword, ours, &theirs)?),
            };
            self.instead.insert(keyword, both);
        }
        Ok(())
    }

    fn into_keywords(self) -> BTreeMap<&'s str, Cow<'s, Json>> {
        let said = self.said.into_iter().flatten().map(borrowed);
        let mut keywords: BTreeMap<_, _> = said
            .filter(|(keyword, _)| !TAKEN.contains(keyword))
            .collect();
        keywords.extend(self.instead);
        keywords
    }
}

fn borrowed<'s>((keyword, value): (&'s String, &'s Json)) -> (&'s str, Cow<'s, Json>) {
    (keyword, Cow::Borrowed(value))
}

fn is_annotation(keyword: &str) -> bool {
    ANNOTATIONS.contains(&keyword) || keyword.starts_with("x-")
}

/// Joins what two schemas say by one keyword, so that both hold.
fn joined(keyword: &str, ours: &Json, theirs: &Json) -> Result<Json, Mistake> {
    let contradiction = || Mistake::Contradiction(keyword.to_owned());
    match (keyword, ours, theirs) {
        ("required", Json::Array(ours), Json::Array(theirs)) => {
            Ok(ours.iter().chain(theirs).cloned().collect())
        }
        ("properties", Json::Object(ours), Json::Object(theirs)) => {
            if ours.keys().any(|name| theirs.contains_key(name)) {
                return Err(contradiction());
            }
            let both = ours.iter().chain(theirs);
            Ok(both.map(|(name, it)| (name.clone(), it.clone())).collect())
        }
        (_, Json::Number(left), Json::Number(right)) => {
            let ours_is_less = left.as_f64() < right.as_f64();
            let takes_less = match keyword {
                "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => true,
                "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => {
                    false
                }
                _ => return Err(contradiction()),
            };
            let tighter = if ours_is_less == takes_less {
                ours
            } else {
                theirs
            };
            Ok(tighter.clone())
        }
        _ => Err(contradiction()),
    }
}
