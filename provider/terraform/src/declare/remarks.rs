//! What Terraform alone needs to know of a field: its `x-terraform`.

use serde_json::{Map, Value as Json};

use crate::{
    declare::Mistake,
    schema::{Equivalence, InIdentity, OnChange},
};

/// The keyword of JSON Schema that holds it.
pub(super) const KEYWORD: &str = "x-terraform";

/// The remarks on one field.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own")]
pub(super) struct Remarks {
    pub(super) computed: bool,
    pub(super) sensitive: bool,
    pub(super) write_only: bool,
    pub(super) on_change: OnChange,
    pub(super) keep_prior: bool,
    pub(super) equivalence: Option<Equivalence>,
    pub(super) identity: Option<InIdentity>,
    pub(super) deprecated: Option<String>,
    pub(super) block: Option<BlockKind>,
    pub(super) computed_block: bool,
    pub(super) dynamic: bool,
    pub(super) mistakes: Vec<Mistake>,
}

/// Which kind of block a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    Single,
    Group,
    List,
    Set,
    Map,
}

impl BlockKind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Group => "group",
            Self::List => "list",
            Self::Set => "set",
            Self::Map => "map",
        }
    }
}

impl Remarks {
    /// Reads the remarks in a schema's keyword, if it has any.
    pub(super) fn of(keyword: Option<&Json>) -> Self {
        let mut remarks = Self::default();
        match keyword {
            None => {}
            Some(Json::Object(keys)) => remarks.read(keys),
            Some(_) => remarks.refuse(KEYWORD, "an object"),
        }
        remarks
    }

    fn read(&mut self, keys: &Map<String, Json>) {
        for (key, value) in keys {
            self.read_key(key, value);
        }
        let has = |key| keys.contains_key(key);
        if has("replace") && has("refuse") {
            self.mistakes.push(Mistake::Exclusive("replace", "refuse"));
        }
    }

    fn read_key(&mut self, key: &str, value: &Json) {
        match key {
            "computed" => self.computed = self.truth(key, value),
            "sensitive" => self.sensitive = self.truth(key, value),
            "write_only" => self.write_only = self.truth(key, value),
            "keep_prior" => self.keep_prior = self.truth(key, value),
            "computed_block" => self.computed_block = self.truth(key, value),
            "dynamic" => self.dynamic = self.truth(key, value),
            "replace" => {
                if self.truth(key, value) {
                    self.on_change = OnChange::Replace;
                }
            }
            "refuse" => {
                if let Some(text) = self.sentence(key, value) {
                    self.on_change = OnChange::Refuse(text);
                }
            }
            "deprecated" => self.deprecated = self.sentence(key, value),
            "equivalence" => match value.as_str() {
                Some("json") => self.equivalence = Some(Equivalence::Json),
                Some("ignore_case") => self.equivalence = Some(Equivalence::IgnoreCase),
                _ => self.refuse(key, "`json` or `ignore_case`"),
            },
            "identity" => match value.as_str() {
                Some("required") => self.identity = Some(InIdentity::Required),
                Some("optional") => self.identity = Some(InIdentity::Optional),
                _ => self.refuse(key, "`required` or `optional`"),
            },
            "block" => self.read_block(key, value),
            _ => self.mistakes.push(Mistake::UnknownKey(key.to_owned())),
        }
    }

    fn read_block(&mut self, key: &str, value: &Json) {
        self.block = match value.as_str() {
            Some("single") => Some(BlockKind::Single),
            Some("group") => Some(BlockKind::Group),
            Some("list") => Some(BlockKind::List),
            Some("set") => Some(BlockKind::Set),
            Some("map") => Some(BlockKind::Map),
            _ => return self.refuse(key, "`single`, `group`, `list`, `set` or `map`"),
        };
    }

    fn truth(&mut self, key: &str, value: &Json) -> bool {
        value.as_bool().unwrap_or_else(|| {
            self.refuse(key, "true or false");
            false
        })
    }

    fn sentence(&mut self, key: &str, value: &Json) -> Option<String> {
        let text = value.as_str().filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.refuse(key, "a text");
        }
        text.map(str::to_owned)
    }

    fn refuse(&mut self, key: &str, takes: &'static str) {
        let key = key.to_owned();
        self.mistakes.push(Mistake::KeyValue { key, takes });
    }
}
