//! The limits of a value, spelled out for readers.

use std::fmt::Display;

use crate::{
    docs::{
        literal::literal,
        markdown::{Remarks, code},
    },
    schema::Rules,
};

/// Adds what the rules demand of a value, of its keys and of its elements.
///
/// Limits of an object's attributes are left out: they stand with the attributes.
pub(super) fn limits(rules: &Rules, remarks: &mut Remarks) {
    for phrase in phrases(rules) {
        remarks.sentences.push(format!("{}.", capitalised(&phrase)));
    }
    choices("One of", rules, remarks);
    parts(rules, "", remarks);
}

/// Adds what the rules demand of keys and elements, at any depth; `of` says of which.
fn parts(rules: &Rules, of: &str, remarks: &mut Remarks) {
    let named = [("key", &rules.keys), ("element", &rules.elements)];
    for (name, part) in named {
        let Some(part) = part else { continue };
        let subject = format!("each {name}{of}");
        let phrases = phrases(part);
        if !phrases.is_empty() {
            let sentence = format!("{}: {}.", capitalised(&subject), phrases.join("; "));
            remarks.sentences.push(sentence);
        }
        let announcement = format!("{} is one of", capitalised(&subject));
        choices(&announcement, part, remarks);
        parts(part, &format!(" of {subject}"), remarks);
    }
}

fn choices(announcement: &str, rules: &Rules, remarks: &mut Remarks) {
    if rules.one_of.is_empty() {
        return;
    }
    let described = rules.one_of.iter().any(|(_, text)| !text.trim().is_empty());
    let values: Vec<_> = rules
        .one_of
        .iter()
        .map(|(value, text)| (code(&literal(value)), text.trim()))
        .collect();
    if !described {
        let values: Vec<_> = values.into_iter().map(|(value, _)| value).collect();
        let sentence = format!("{announcement} {}.", values.join(", "));
        remarks.sentences.push(sentence);
        return;
    }
    let list = values.into_iter().map(|(value, text)| match text {
        "" => value,
        text => format!("{value}: {text}"),
    });
    let list = list.collect();
    remarks.choices.push((format!("{announcement}:"), list));
}

fn phrases(rules: &Rules) -> Vec<String> {
    let length = between(rules.min_length.as_ref(), rules.max_length.as_ref());
    let items = between(rules.min_items.as_ref(), rules.max_items.as_ref());
    let pattern = rules.pattern.as_ref();
    let multiple = rules.multiple_of.as_ref();
    [
        length.map(|(amount, one)| format!("{amount} {} long", plural("character", one))),
        pattern.map(|pattern| match &rules.pattern_says {
            Some(rule) => format!("must {rule}"),
            None => format!("must match {}", code(pattern)),
        }),
        range(rules),
        multiple.map(|number| format!("a multiple of {number}")),
        items.map(|(amount, one)| format!("{amount} {}", plural("element", one))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Says how many, and whether the last number named is one.
fn between(min: Option<&u64>, max: Option<&u64>) -> Option<(String, bool)> {
    match (min, max) {
        (Some(min), Some(max)) if min == max => Some((format!("exactly {min}"), *max == 1)),
        (None | Some(0), Some(max)) => Some((format!("at most {max}"), *max == 1)),
        (Some(min), Some(max)) => Some((format!("{min} to {max}"), *max == 1)),
        (None | Some(0), None) => None,
        (Some(min), None) => Some((format!("at least {min}"), *min == 1)),
    }
}

fn range(rules: &Rules) -> Option<String> {
    if let (Some(least), Some(greatest), None, None) =
        (&rules.least, &rules.greatest, &rules.above, &rules.below)
    {
        return Some(format!("from {least} to {greatest}"));
    }
    let bounds = [
        ("at least", &rules.least),
        ("more than", &rules.above),
        ("at most", &rules.greatest),
        ("less than", &rules.below),
    ];
    let bounds: Vec<_> = bounds
        .into_iter()
        .filter_map(|(words, bound)| Some(format!("{words} {}", bound.as_ref()?)))
        .collect();
    (!bounds.is_empty()).then(|| bounds.join(" and "))
}

fn plural(noun: impl Display, one: bool) -> String {
    let ending = if one { "" } else { "s" };
    format!("{noun}{ending}")
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next();
    first
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(characters)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rules: &Rules, expected: &str) {
        let mut remarks = Remarks::default();
        limits(rules, &mut remarks);
        assert_eq!(remarks.sentences.join(" "), expected);
    }

    #[test]
    fn lengths_are_told_in_characters() {
        let rules = |min_length, max_length| Rules {
            min_length,
            max_length,
            ..Rules::default()
        };
        check(&rules(Some(1), Some(20)), "1 to 20 characters long.");
        check(&rules(Some(24), Some(24)), "Exactly 24 characters long.");
        check(&rules(Some(1), None), "At least 1 character long.");
        check(&rules(Some(0), Some(1)), "At most 1 character long.");
        check(&rules(Some(0), None), "");
    }

    #[test]
    fn ranges_say_which_bound_is_included() {
        let rules = Rules {
            least: Some(1_i64.into()),
            below: Some(5_i64.into()),
            multiple_of: Some(2_i64.into()),
            ..Rules::default()
        };
        check(&rules, "At least 1 and less than 5. A multiple of 2.");
        let rules = Rules {
            least: Some((-1_i64).into()),
            greatest: Some(5_i64.into()),
            ..Rules::default()
        };
        check(&rules, "From -1 to 5.");
    }

    #[test]
    fn a_pattern_is_told_in_words_where_there_are_any() {
        let rules = Rules {
            pattern: Some("^[a-z]+$".to_owned()),
            pattern_says: Some("be lower-case letters".to_owned()),
            ..Rules::default()
        };
        check(&rules, "Must be lower-case letters.");
    }

    #[test]
    fn keys_and_elements_have_a_sentence_each() {
        let key = Rules {
            max_length: Some(63),
            pattern: Some("^[a-z|]+$".to_owned()),
            ..Rules::default()
        };
        let element = Rules {
            min_items: Some(1),
            elements: Some(Box::new(Rules {
                one_of: vec![("a".into(), String::new()), ("b".into(), String::new())],
                ..Rules::default()
            })),
            ..Rules::default()
        };
        let rules = Rules {
            keys: Some(Box::new(key)),
            elements: Some(Box::new(element)),
            ..Rules::default()
        };
        check(
            &rules,
            "Each key: at most 63 characters long; must match `^[a-z|]+$`. \
             Each element: at least 1 element. \
             Each element of each element is one of `\"a\"`, `\"b\"`.",
        );
    }

    #[test]
    fn described_choices_become_a_list() {
        let rules = Rules {
            one_of: vec![("a".into(), "The first.".into()), ("b".into(), " ".into())],
            ..Rules::default()
        };
        let mut remarks = Remarks::default();
        limits(&rules, &mut remarks);
        let list = vec!["`\"a\"`: The first.".to_owned(), "`\"b\"`".to_owned()];
        assert_eq!(remarks.choices, [("One of:".to_owned(), list)]);
    }
}
