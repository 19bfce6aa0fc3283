//! A JSON schema with everything that only wraps taken away.

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

/// One JSON schema: no references, no alternatives but null, one type.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    keywords: Map<String, Json>,
    /// Null is accepted besides.
    pub(super) nullable: bool,
    /// The only values accepted, with a description for each; empty for any.
    pub(super) choices: Vec<(Json, String)>,
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

impl Node {
    pub(super) fn of(schema: &Json) -> Result<Self, Mistake> {
        let keywords = match schema {
            Json::Bool(true) => return Ok(Self::default()),
            Json::Object(keywords) => keywords.clone(),
            _ => return Err(Mistake::NoValues),
        };
        if keywords.contains_key("$ref") {
            return Err(Mistake::Recursive);
        }
        let mut node = Self {
            keywords,
            ..Self::default()
        };
        node.take_parts()?;
        node.take_alternatives("anyOf")?;
        node.take_alternatives("oneOf")?;
        node.take_null()?;
        node.take_choices();
        Ok(node)
    }

    /// What is said about a schema, for values that may be anything.
    pub(super) fn of_annotations(schema: &Json) -> Self {
        let keywords = schema.as_object().into_iter().flatten();
        let keywords = keywords.filter(|(keyword, _)| is_annotation(keyword));
        Self {
            keywords: keywords
                .map(|(keyword, value)| (keyword.clone(), value.clone()))
                .collect(),
            ..Self::default()
        }
    }

    pub(super) fn keyword(&self, keyword: &str) -> Option<&Json> {
        self.keywords.get(keyword)
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

    /// The keywords that limit values, whatever their type.
    pub(super) fn rules(&self) -> impl Iterator<Item = &String> {
        self.keywords
            .keys()
            .filter(|keyword| !is_annotation(keyword))
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
            None => match self.rules().next() {
                Some(keyword) => Err(Mistake::Keyword(keyword.clone())),
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

    fn take_parts(&mut self) -> Result<(), Mistake> {
        let Some(Json::Array(parts)) = self.keywords.remove("allOf") else {
            return Ok(());
        };
        let parts = parts.iter().map(Self::of).collect::<Result<Vec<_>, _>>()?;
        self.nullable |= !parts.is_empty() && parts.iter().all(|part| part.nullable);
        parts.into_iter().try_for_each(|part| self.absorb(part))
    }

    fn take_alternatives(&mut self, keyword: &str) -> Result<(), Mistake> {
        let Some(Json::Array(alternatives)) = self.keywords.remove(keyword) else {
            return Ok(());
        };
        let mut rest = Vec::new();
        for alternative in &alternatives {
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
        self.keywords.insert("type".to_owned(), kind.into());
        self.choices = rest.into_iter().flat_map(|node| node.choices).collect();
        Ok(())
    }

    fn take_null(&mut self) -> Result<(), Mistake> {
        if let Some(Json::Array(types)) = self.keywords.get("type") {
            let mut rest = types.iter().filter(|it| **it != "null");
            let (Some(kind), None) = (rest.next(), rest.next()) else {
                return Err(Mistake::Shapes);
            };
            let kind = kind.clone();
            self.nullable = true;
            self.keywords.insert("type".to_owned(), kind);
        }
        Ok(())
    }

    fn take_choices(&mut self) {
        let choices = match (self.keywords.remove("const"), self.keywords.remove("enum")) {
            (Some(choice), _) => vec![choice],
            (None, Some(Json::Array(choices))) => choices,
            _ => return,
        };
        let choices: Vec<_> = choices.into_iter().filter(|it| !it.is_null()).collect();
        if choices.iter().all(Json::is_string) {
            let kind = || "string".into();
            self.keywords.entry("type").or_insert_with(kind);
        }
        self.choices = choices
            .into_iter()
            .map(|choice| (choice, String::new()))
            .collect();
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
    fn absorb(&mut self, inner: Self) -> Result<(), Mistake> {
        if !inner.choices.is_empty() {
            if !self.choices.is_empty() && self.choices != inner.choices {
                return Err(Mistake::Contradiction("enum".to_owned()));
            }
            self.choices = inner.choices;
        }
        for (keyword, theirs) in inner.keywords {
            let both = match self.keywords.get(&keyword) {
                None => theirs,
                Some(ours) if *ours == theirs || is_annotation(&keyword) => continue,
                Some(ours) => joined(&keyword, ours, &theirs)?,
            };
            self.keywords.insert(keyword, both);
        }
        Ok(())
    }
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
