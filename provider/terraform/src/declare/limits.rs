//! The limits in a JSON schema, as rules.

use std::collections::BTreeSet;

use regex_lite::Regex;
use serde_json::Value as Json;

use crate::{
    bridge,
    declare::{
        Mistake, markdown,
        node::{Kind, Node},
    },
    number::Number,
    schema::Rules,
    types::Type,
};

/// The keyword that says in words what a pattern asks for.
const RULE: &str = "x-rule";

/// Reads the limits of a schema's own values, not those of elements and fields inside.
pub(super) fn rules(node: &Node<'_>, kind: &Kind<'_>) -> (Rules, Vec<Mistake>) {
    let mut limits = Limits {
        node,
        mistakes: unsupported(node, kind),
    };
    let rules = limits.read(kind);
    (rules, limits.mistakes)
}

/// Nothing is dropped silently: whatever limits values has to be a rule.
fn unsupported(node: &Node<'_>, kind: &Kind<'_>) -> Vec<Mistake> {
    let supported: &[&str] = match kind {
        Kind::Any | Kind::Bool => &[],
        Kind::Text => &["minLength", "maxLength", "pattern"],
        Kind::Number => &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
        Kind::List { .. } => &["items", "uniqueItems", "minItems", "maxItems"],
        Kind::Map { .. } => &[
            "additionalProperties",
            "patternProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
        ],
        Kind::Object => &[
            "properties",
            "required",
            "additionalProperties",
            "unevaluatedProperties",
        ],
    };
    let unsupported = node
        .rules()
        .filter(|keyword| *keyword != "type" && !supported.contains(keyword));
    let sorted: BTreeSet<_> = unsupported.collect();
    sorted
        .into_iter()
        .map(|keyword| Mistake::Keyword(keyword.to_owned()))
        .collect()
}

/// The limits of one schema, on the way to rules.
struct Limits<'n> {
    node: &'n Node<'n>,
    mistakes: Vec<Mistake>,
}

impl Limits<'_> {
    fn read(&mut self, kind: &Kind<'_>) -> Rules {
        let mut rules = Rules::default();
        match kind {
            Kind::Any | Kind::Bool | Kind::Object => {}
            Kind::Text => {
                rules.min_length = self.count("minLength");
                rules.max_length = self.count("maxLength");
                rules.pattern = self.node.text("pattern").map(str::to_owned);
                self.compile(rules.pattern.as_deref());
                if rules.pattern.is_some() {
                    rules.pattern_says = self.node.text(RULE).map(str::to_owned);
                    rules.example = self.example();
                }
            }
            Kind::Number => self.numbers(&mut rules),
            Kind::List { .. } => {
                rules.min_items = self.count("minItems");
                rules.max_items = self.count("maxItems");
            }
            Kind::Map { pattern, .. } => {
                rules.min_items = self.count("minProperties");
                rules.max_items = self.count("maxProperties");
                rules.keys = self.keys(*pattern).map(Box::new);
            }
        }
        self.choices(&mut rules, kind);
        rules
    }

    fn numbers(&mut self, rules: &mut Rules) {
        rules.integer = self.node.text("type") == Some("integer");
        rules.least = self.number("minimum");
        rules.greatest = self.number("maximum");
        rules.above = self.number("exclusiveMinimum");
        rules.below = self.number("exclusiveMaximum");
        rules.multiple_of = self.number("multipleOf");
        let Some((least, greatest)) = self.node.text("format").and_then(range) else {
            return;
        };
        // What the Rust type cannot hold is out of range, unless a closer limit says so already.
        let lower = rules.least.iter().chain(&rules.above);
        if !lower.into_iter().any(|limit| *limit >= least) {
            rules.least = Some(least);
        }
        let upper = rules.greatest.iter().chain(&rules.below);
        if !upper.into_iter().any(|limit| *limit <= greatest) {
            rules.greatest = Some(greatest);
        }
    }

    fn keys(&mut self, pattern: Option<&str>) -> Option<Rules> {
        self.compile(pattern);
        let mut keys = match self.node.keyword("propertyNames") {
            Some(schema) => self.named(schema)?,
            None => Rules::default(),
        };
        match (&keys.pattern, pattern) {
            (Some(ours), Some(theirs)) if ours != theirs => {
                let keyword = "propertyNames".to_owned();
                self.mistakes.push(Mistake::Contradiction(keyword));
            }
            (None, Some(pattern)) => keys.pattern = Some(pattern.to_owned()),
            _ => {}
        }
        (keys != Rules::default()).then_some(keys)
    }

    /// The rules of keys that a schema of their own limits. They are texts without saying so.
    fn named(&mut self, schema: &Json) -> Option<Rules> {
        let (rules, mut mistakes) = match Node::of(schema) {
            Ok(node) => rules(&node, &Kind::Text),
            Err(mistake) => {
                self.mistakes.push(mistake);
                return None;
            }
        };
        self.mistakes.append(&mut mistakes);
        Some(rules)
    }

    fn choices(&mut self, rules: &mut Rules, kind: &Kind<'_>) {
        let ty = match kind {
            Kind::Text => Type::String,
            Kind::Number => Type::Number,
            Kind::Bool => Type::Bool,
            _ => {
                if !self.node.choices.is_empty() {
                    self.mistakes.push(Mistake::Keyword("enum".to_owned()));
                }
                return;
            }
        };
        for (choice, description) in &self.node.choices {
            match bridge::to_value(choice, &ty) {
                Ok(choice) => rules.one_of.push((choice, markdown::of(description))),
                Err(_) => self.mistakes.push(Mistake::Shapes),
            }
        }
    }

    fn compile(&mut self, pattern: Option<&str>) {
        if let Some(pattern) = pattern.filter(|pattern| Regex::new(pattern).is_err()) {
            self.mistakes.push(Mistake::Pattern(pattern.to_owned()));
        }
    }

    fn example(&self) -> Option<String> {
        let examples = self.node.keyword("examples")?.as_array()?;
        Some(examples.first()?.as_str()?.to_owned())
    }

    fn count(&mut self, keyword: &str) -> Option<u64> {
        let limit = self.node.keyword(keyword)?;
        self.suitable(keyword, limit.as_u64())
    }

    fn number(&mut self, keyword: &str) -> Option<Number> {
        let limit = self.node.keyword(keyword)?;
        let number = limit.as_number().and_then(|it| it.to_string().parse().ok());
        self.suitable(keyword, number)
    }

    fn suitable<T>(&mut self, keyword: &str, limit: Option<T>) -> Option<T> {
        if limit.is_none() {
            self.mistakes.push(Mistake::Limit(keyword.to_owned()));
        }
        limit
    }
}

/// The least and the greatest number of one of Rust's integer types.
fn range(format: &str) -> Option<(Number, Number)> {
    let (least, greatest): (i64, u64) = match format {
        "int8" => (i8::MIN.into(), i8::MAX.unsigned_abs().into()),
        "int16" => (i16::MIN.into(), i16::MAX.unsigned_abs().into()),
        "int32" => (i32::MIN.into(), i32::MAX.unsigned_abs().into()),
        "int64" | "int" => (i64::MIN, i64::MAX.unsigned_abs()),
        "int128" => return wide(&i128::MIN, &i128::MAX),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint64" | "uint" => (0, u64::MAX),
        "uint128" => return wide(&u128::MIN, &u128::MAX),
        _ => return None,
    };
    Some((least.into(), greatest.into()))
}

/// The range of integers that numbers are made of only by their digits.
fn wide(least: &impl ToString, greatest: &impl ToString) -> Option<(Number, Number)> {
    Some((
        least.to_string().parse().ok()?,
        greatest.to_string().parse().ok()?,
    ))
}
