//! The rules of one value, and of the values inside it.

use std::fmt::Display;

use regex_lite::Regex;

use crate::{
    check::{nearest::nearest, place::Place},
    diagnostics::{Diagnostic, Diagnostics, error},
    number::Number,
    schema::Rules,
    value::Value,
};

/// The most characters of a value that a message shows.
const SHOWN: usize = 80;

/// Lists every rule that a value breaks. Null and unknown break none.
pub(super) fn broken(rules: &Rules, value: &Value, place: &Place) -> Vec<Diagnostic> {
    let mut leaf = Leaf {
        rules,
        place,
        value,
        found: Vec::new(),
    };
    match value.inner() {
        Value::Null | Value::Unknown(_) => return leaf.found,
        Value::String(text) => leaf.text(text),
        Value::Number(number) => leaf.number(number),
        Value::List(_) | Value::Set(_) | Value::Tuple(_) | Value::Map(_) => leaf.collection(),
        Value::Object(_) => leaf.object(),
        Value::Bool(_) | Value::Dynamic(..) => {}
    }
    leaf.one_of();
    leaf.found
}

/// Says that an element is null, where elements cannot be.
pub(super) fn null_element(place: &Place) -> Diagnostic {
    let detail = format!("{place} is null, but needs a value. Give it one, or leave it out.");
    error(summary(place), detail).at(place.path())
}

/// The fewest and the most elements that a collection will have once all of it is known: unknown
/// elements of a set may turn out to be the same.
pub(super) fn size(value: &Value) -> (u64, u64) {
    let elements = value.children();
    let most = elements.len();
    let fewest = match value.inner() {
        Value::Set(_) => {
            let known = elements.iter().filter(|(_, it)| it.is_wholly_known());
            known.count().max(most.min(1))
        }
        _ => most,
    };
    (wide(fewest), wide(most))
}

/// One value, on the way through its rules.
struct Leaf<'a> {
    rules: &'a Rules,
    place: &'a Place,
    value: &'a Value,
    found: Vec<Diagnostic>,
}

impl Leaf<'_> {
    fn text(&mut self, text: &str) {
        let length = wide(text.chars().count());
        let which = format!(", which has {}", counted(length, "character"));
        if let Some(min) = self.rules.min_length.filter(|min| length < *min) {
            let more = counted(min - length, "character");
            let remedy = self.told("Choose a longer text", format!("Add at least {more}"));
            let rule = format!("have at least {}", counted(min, "character"));
            self.report(&which, &rule, &remedy);
        }
        if let Some(max) = self.rules.max_length.filter(|max| length > *max) {
            let less = counted(length - max, "character");
            let remedy = self.told("Choose a shorter text", format!("Remove at least {less}"));
            let rule = format!("have at most {}", counted(max, "character"));
            self.report(&which, &rule, &remedy);
        }
        if let Some(pattern) = &self.rules.pattern {
            self.pattern(pattern, text);
        }
    }

    fn pattern(&mut self, pattern: &str, text: &str) {
        let Ok(expression) = Regex::new(pattern) else {
            let what = format!(
                "The pattern of `{}` is broken: `{pattern}`.",
                self.place.name()
            );
            return self.found.extend(Diagnostics::bug(what));
        };
        if !expression.is_match(text) {
            let rule = match &self.rules.pattern_says {
                Some(rule) => rule.clone(),
                None => format!("match the pattern `{pattern}`"),
            };
            let remedy = match &self.rules.example {
                Some(example) => format!("Write it like {example:?}"),
                None => "Write it as the pattern asks".to_owned(),
            };
            self.report("", &rule, &remedy);
        }
    }

    fn number(&mut self, number: &Number) {
        let rules = self.rules;
        if rules.integer && !number.is_integer() {
            self.report("", "be a whole number", "Remove the fraction");
        }
        if let Some(least) = rules.least.as_ref().filter(|least| number < least) {
            let rule = format!("be at least {least}");
            self.report("", &rule, &format!("Raise it to {least} or more"));
        }
        if let Some(above) = rules.above.as_ref().filter(|above| number <= above) {
            let rule = format!("be more than {above}");
            self.report("", &rule, &format!("Raise it above {above}"));
        }
        if let Some(greatest) = rules.greatest.as_ref().filter(|most| number > most) {
            let rule = format!("be at most {greatest}");
            self.report("", &rule, &format!("Lower it to {greatest} or less"));
        }
        if let Some(below) = rules.below.as_ref().filter(|below| number >= below) {
            let rule = format!("be less than {below}");
            self.report("", &rule, &format!("Lower it below {below}"));
        }
        if let Some(factor) = &rules.multiple_of
            && !number.is_multiple_of(factor)
        {
            let rule = format!("be a multiple of {factor}");
            self.report("", &rule, &format!("Round it to a multiple of {factor}"));
        }
    }

    fn collection(&mut self) {
        let (fewest, most) = size(self.value);
        if let Some(min) = self.rules.min_items.filter(|min| most < *min) {
            let rule = format!("have at least {}", counted(min, "element"));
            let remedy = format!("Add at least {}", counted(min - most, "element"));
            self.sized(most, &rule, &remedy);
        }
        if let Some(max) = self.rules.max_items.filter(|max| fewest > *max) {
            let rule = format!("have at most {}", counted(max, "element"));
            let remedy = format!("Remove at least {}", counted(fewest - max, "element"));
            self.sized(fewest, &rule, &remedy);
        }
        if let (Some(keys), Value::Map(elements)) = (&self.rules.keys, self.value.inner()) {
            for key in elements.keys() {
                self.key(keys, key);
            }
        }
        let Some(rules) = &self.rules.elements else {
            return;
        };
        for (step, element) in self.value.children() {
            self.inside(rules, element, &self.place.element(step));
        }
    }

    fn object(&mut self) {
        for (name, rules) in &self.rules.attributes {
            let place = self.place.attribute(name);
            self.inside(rules, self.value.attribute(name), &place);
        }
    }

    fn inside(&mut self, rules: &Rules, value: &Value, place: &Place) {
        if rules.required && value.is_null() {
            return self.found.push(null_element(place));
        }
        self.found.extend(broken(rules, value, place));
    }

    /// A key is checked as a text of its own, and spoken of as a key.
    fn key(&mut self, rules: &Rules, key: &str) {
        let found = broken(rules, &Value::string(key), self.place);
        self.found.extend(found.into_iter().map(|mut diagnostic| {
            let detail = diagnostic.detail.replacen("An element", "an element", 1);
            diagnostic.detail = format!("A key of {detail}");
            diagnostic.summary = format!("Invalid key in \"{}\"", self.place.name());
            diagnostic
        }));
    }

    fn one_of(&mut self) {
        let choices = &self.rules.one_of;
        if choices.is_empty()
            || choices
                .iter()
                .any(|(choice, _)| choice == self.value.inner())
        {
            return;
        }
        let list: Vec<_> = choices.iter().map(|(choice, _)| shown(choice)).collect();
        let rule = format!("be one of {}", list.join(", "));
        let texts = choices.iter().filter_map(|(choice, _)| choice.as_str());
        let meant = self.value.as_str().and_then(|text| nearest(text, texts));
        match meant.filter(|_| !self.place.is_hidden()) {
            Some(meant) => self.report("", &rule, &format!("Did you mean {meant:?}?")),
            None => self.report("", &rule, "Choose one of them"),
        }
    }

    fn told(&self, hidden: &str, shown: String) -> String {
        if self.place.is_hidden() {
            return hidden.to_owned();
        }
        shown
    }

    fn report(&mut self, which: &str, rule: &str, remedy: &str) {
        let place = self.place;
        let end = if remedy.ends_with('?') { "" } else { "." };
        let detail = if place.is_hidden() {
            format!("{place} must {rule}. Its value is sensitive and not shown. {remedy}{end}")
        } else {
            let value = shown(self.value);
            format!("{place} is {value}{which}, but must {rule}. {remedy}{end}")
        };
        self.found
            .push(error(summary(place), detail).at(place.path()));
    }

    fn sized(&mut self, size: u64, rule: &str, remedy: &str) {
        let place = self.place;
        let size = counted(size, "element");
        let detail = format!("{place} has {size}, but must {rule}. {remedy}.");
        self.found
            .push(error(summary(place), detail).at(place.path()));
    }
}

fn summary(place: &Place) -> String {
    format!("Invalid value for \"{}\"", place.name())
}

/// Writes a value as a configuration has it, shortened if need be.
fn shown(value: &Value) -> String {
    match value.inner() {
        Value::String(text) => format!("{:?}", shortened(text)),
        Value::Number(number) => shortened(&number.to_string()),
        Value::Bool(truth) => truth.to_string(),
        _ => "a value of several parts".to_owned(),
    }
}

fn shortened(text: &str) -> String {
    let mut characters = text.chars();
    let mut short: String = characters.by_ref().take(SHOWN).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

fn counted(count: u64, noun: impl Display) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

fn wide(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}
