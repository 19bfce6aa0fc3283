//! The three dialects, and how one is recognised.

use std::fmt;

use serde::Serialize;

use super::yaml::{Document, Kind, Mark, NodeId};

/// A dialect of KRT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// KRE up to 7: nodes in a pool, workflows as sequences.
    KreV1,
    /// KRE from 8: nodes within workflows, connected by subscriptions.
    KreV2,
    /// KAI: processes within workflows.
    Kai,
}

impl Dialect {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::KreV1, Self::KreV2, Self::Kai];

    /// The name that is printed and given: `kre-v1`, `kre-v2` or `kai`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KreV1 => "kre-v1",
            Self::KreV2 => "kre-v2",
            Self::Kai => "kai",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text names no dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no such dialect, only `kre-v1`, `kre-v2` and `kai`: `{0}`")]
pub struct UnknownDialect(String);

impl std::str::FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, UnknownDialect> {
        let named = Self::ALL.iter().find(|dialect| dialect.as_str() == text);
        named
            .copied()
            .ok_or_else(|| UnknownDialect(text.to_owned()))
    }
}

/// A dialect, and why it may be another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recognised {
    pub(super) dialect: Dialect,
    /// What speaks for something else, and where it stands.
    pub(super) doubt: Option<(String, Mark)>,
}

impl Recognised {
    /// A dialect that nothing speaks against.
    pub(super) fn surely(dialect: Dialect) -> Self {
        Self {
            dialect,
            doubt: None,
        }
    }
}

/// Keys that only one dialect has, in the order in which they decide.
const SIGNS: &[(&str, Level, Dialect)] = &[
    ("krtVersion", Level::Top, Dialect::KreV2),
    ("processes", Level::Workflow, Dialect::Kai),
    ("sequential", Level::Workflow, Dialect::KreV1),
    ("exitpoint", Level::Workflow, Dialect::KreV2),
    ("nodes", Level::Workflow, Dialect::KreV2),
    ("nodes", Level::Top, Dialect::KreV1),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Top,
    Workflow,
}

/// Recognises a dialect by its keys.
pub(super) fn recognise(document: &Document) -> Recognised {
    let top = document
        .root()
        .map(|root| keys(document, root))
        .unwrap_or_default();
    let workflows = value(document, &top, "workflows").map(|list| items(document, list));
    let workflows = workflows.unwrap_or_default();
    let within = workflows
        .iter()
        .flat_map(|workflow| keys(document, *workflow));
    let within: Vec<_> = within.collect();
    let find = |(key, level, dialect): &(&'static str, Level, Dialect)| {
        let keys = if *level == Level::Top { &top } else { &within };
        let (_, _, mark) = keys.iter().find(|(name, _, _)| name == key)?;
        Some((*key, *dialect, *mark))
    };
    let mut signs = SIGNS.iter().filter_map(find);
    let Some((first, dialect, _)) = signs.next() else {
        return without_signs(&top);
    };
    let first_dialect = declared(document, &top).unwrap_or(dialect);
    let other = signs.find(|(_, dialect, _)| *dialect != first_dialect);
    let doubt = other.map(|(key, other, mark)| {
        let doubt = format!(
            "`{first}` belongs to {first_dialect}, but `{key}` belongs to {other}; the file is read as {first_dialect}"
        );
        (doubt, mark)
    });
    Recognised {
        dialect: first_dialect,
        doubt,
    }
}

/// What `krtVersion` says, if it names a dialect.
fn declared(document: &Document, top: &[(&str, NodeId, Mark)]) -> Option<Dialect> {
    let id = value(document, top, "krtVersion")?;
    match &document.node(id)?.kind {
        Kind::Scalar { value, .. } if value == "v1" => Some(Dialect::KreV1),
        Kind::Scalar { value, .. } if value == "v2" => Some(Dialect::KreV2),
        _ => None,
    }
}

/// Nothing that only one dialect has: what remains is a guess.
fn without_signs(top: &[(&str, NodeId, Mark)]) -> Recognised {
    let entrypoint = top.iter().find(|(key, _, _)| *key == "entrypoint");
    let (dialect, mark) = match entrypoint {
        Some((_, _, mark)) => (Dialect::KreV2, *mark),
        None => (Dialect::KreV2, Mark::default()),
    };
    let doubt = format!(
        "nothing in the file says which dialect it is (`krtVersion` for kre-v2, `sequential` for kre-v1, `processes` for kai); it is read as {dialect}"
    );
    Recognised {
        dialect,
        doubt: Some((doubt, mark)),
    }
}

/// Recognises the dialect of a text that is no YAML by the words in it.
pub(super) fn guess(bytes: &[u8]) -> Dialect {
    let text = String::from_utf8_lossy(bytes);
    let has_key = |key: &str| {
        text.lines().any(|line| {
            let line = line.trim_start_matches([' ', '\t', '-', '"', '\'', '\u{feff}']);
            line.starts_with(key)
        })
    };
    let sign = SIGNS.iter().find(|(key, _, _)| has_key(key));
    sign.map_or(Dialect::KreV2, |(_, _, dialect)| *dialect)
}

fn resolved(document: &Document, id: NodeId) -> Option<&Kind> {
    match &document.node(id)?.kind {
        Kind::Alias { target, .. } => document.node(*target).map(|node| &node.kind),
        kind => Some(kind),
    }
}

/// The keys of a mapping that are texts, with their values and places.
fn keys(document: &Document, id: NodeId) -> Vec<(&str, NodeId, Mark)> {
    let Some(Kind::Mapping(pairs)) = resolved(document, id) else {
        return Vec::new();
    };
    let text = |(key, value): &(NodeId, NodeId)| {
        let node = document.node(*key)?;
        match &node.kind {
            Kind::Scalar { value: text, .. } => Some((text.as_str(), *value, node.mark)),
            _ => None,
        }
    };
    pairs.iter().filter_map(text).collect()
}

fn value(document: &Document, keys: &[(&str, NodeId, Mark)], key: &str) -> Option<NodeId> {
    let found = keys.iter().find(|(name, _, _)| *name == key);
    found
        .map(|(_, id, _)| *id)
        .filter(|id| document.node(*id).is_some())
}

fn items(document: &Document, id: NodeId) -> Vec<NodeId> {
    match resolved(document, id) {
        Some(Kind::Sequence(items)) => items.clone(),
        _ => Vec::new(),
    }
}
