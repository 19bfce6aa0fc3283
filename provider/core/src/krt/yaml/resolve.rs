//! What a scalar is: text, or a number, or nothing.

use super::{Fault, FaultKind, Generation, Mark, timestamp};

/// A scalar's meaning.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Resolved {
    Null,
    Boolean(bool),
    Integer(i64),
    /// A number that only an unsigned integer holds.
    Large(u64),
    Float(f64),
    Timestamp,
    Text,
    /// Text whose tag says that it is written in Base64.
    Binary,
}

impl Resolved {
    /// The short tag of such a value.
    pub(crate) fn tag(&self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Boolean(_) => "!!bool",
            Self::Integer(_) | Self::Large(_) => "!!int",
            Self::Float(_) => "!!float",
            Self::Timestamp => "!!timestamp",
            Self::Text => "!!str",
            Self::Binary => "!!binary",
        }
    }
}

/// Whether a plain word means null.
pub(crate) fn is_null_word(word: &str) -> bool {
    matches!(word, "" | "~" | "null" | "Null" | "NULL")
}

/// A tag as people write it.
pub(super) fn short_tag(tag: String) -> String {
    match tag.strip_prefix("tag:yaml.org,2002:") {
        Some(name) => format!("!!{name}"),
        None => tag,
    }
}

/// Says what a scalar means, given its tag in short form; without one, it is plain.
///
/// # Errors
///
/// The tag demands a form that the text does not have.
pub(crate) fn resolve(
    generation: Generation,
    tag: &str,
    text: &str,
    mark: Mark,
) -> Result<Resolved, Fault> {
    let found = match tag {
        "" | "!!bool" | "!!int" | "!!float" | "!!null" | "!!timestamp" => {
            plain(generation, tag, text)
        }
        "!!binary" => return Ok(Resolved::Binary),
        _ => return Ok(Resolved::Text),
    };
    match (tag, &found) {
        ("", _) => Ok(found),
        ("!!float", Resolved::Integer(integer)) => Ok(Resolved::Float(float(*integer))),
        _ if tag == found.tag() => Ok(found),
        _ => {
            let message = format!("cannot decode {} `{text}` as a {tag}", found.tag());
            Err(Fault::new(FaultKind::Tag, mark, message))
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the originals' library rounds as well"
)]
fn float(integer: i64) -> f64 {
    integer as f64
}

fn plain(generation: Generation, tag: &str, text: &str) -> Resolved {
    if let Some(word) = word(generation, text) {
        return word;
    }
    match text.bytes().next() {
        Some(b'.') => fraction(text).map_or(Resolved::Text, Resolved::Float),
        Some(b'+' | b'-' | b'0'..=b'9') => {
            if matches!(tag, "" | "!!timestamp") && timestamp::is_timestamp(text) {
                return Resolved::Timestamp;
            }
            number(generation, text)
        }
        _ => Resolved::Text,
    }
}

/// The words that are not text.
fn word(generation: Generation, text: &str) -> Option<Resolved> {
    let is_second = generation == Generation::Second;
    Some(match text {
        _ if is_null_word(text) => Resolved::Null,
        "true" | "True" | "TRUE" => Resolved::Boolean(true),
        "false" | "False" | "FALSE" => Resolved::Boolean(false),
        _ if is_second && is_yes(text) => Resolved::Boolean(true),
        _ if is_second && is_no(text) => Resolved::Boolean(false),
        ".nan" | ".NaN" | ".NAN" => Resolved::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Resolved::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

/// The words for true that only YAML 1.1 knows.
pub(crate) fn is_yes(word: &str) -> bool {
    matches!(word, "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON")
}

/// The words for false that only YAML 1.1 knows.
pub(crate) fn is_no(word: &str) -> bool {
    matches!(word, "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF")
}

fn number(generation: Generation, text: &str) -> Resolved {
    let digits = text.replace('_', "");
    if let Some(integer) = integer(&digits) {
        return integer;
    }
    if let Some(float) = fraction(&digits) {
        return Resolved::Float(float);
    }
    // A second sign is allowed behind a prefix.
    let bases: &[(&str, u32)] = match generation {
        Generation::Second => &[("0b", 2)],
        Generation::Third => &[("0b", 2), ("0o", 8)],
    };
    for (prefix, base) in bases {
        if let Some(rest) = digits.strip_prefix(prefix) {
            return signed(rest, *base).unwrap_or(Resolved::Text);
        }
    }
    Resolved::Text
}

/// An integer with an optional sign and an optional base.
fn integer(digits: &str) -> Option<Resolved> {
    let (is_negative, rest) = match digits.as_bytes().first() {
        Some(b'-') => (true, digits.get(1..)?),
        Some(b'+') => (false, digits.get(1..)?),
        _ => (false, digits),
    };
    let lower = rest.get(..2).unwrap_or_default().to_ascii_lowercase();
    let (base, rest) = match lower.as_str() {
        "0x" => (16, rest.get(2..)?),
        "0b" => (2, rest.get(2..)?),
        "0o" => (8, rest.get(2..)?),
        _ if rest.len() > 1 && rest.starts_with('0') => (8, rest.get(1..)?),
        _ => (10, rest),
    };
    if !rest.starts_with(|first: char| first.is_digit(base)) {
        return None;
    }
    if is_negative {
        let value = i64::from_str_radix(&format!("-{rest}"), base).ok()?;
        return Some(Resolved::Integer(value));
    }
    if let Ok(value) = i64::from_str_radix(rest, base) {
        return Some(Resolved::Integer(value));
    }
    // Unsigned integers have no sign, not even a plus.
    if digits.starts_with('+') {
        return None;
    }
    u64::from_str_radix(rest, base).ok().map(Resolved::Large)
}

fn signed(digits: &str, base: u32) -> Option<Resolved> {
    if let Ok(value) = i64::from_str_radix(digits, base) {
        return Some(Resolved::Integer(value));
    }
    if digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(digits, base).ok().map(Resolved::Large)
}

/// A decimal fraction or a whole number, with an optional exponent.
fn fraction(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_mantissa = match mantissa.split_once('.') {
        Some(("", after)) => !after.is_empty() && are_digits(after),
        Some((before, after)) => are_digits(before) && are_digits(after),
        None => !mantissa.is_empty() && are_digits(mantissa),
    };
    let is_exponent = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && are_digits(digits)
    });
    if !is_mantissa || !is_exponent {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(generation: Generation, text: &str, expected: &Resolved) {
        let found = resolve(generation, "", text, Mark::default()).unwrap();
        assert_eq!(&found, expected, "{text}");
    }

    #[test]
    fn the_generations_differ_in_words_of_yaml_1_1() {
        check(Generation::Second, "yes", &Resolved::Boolean(true));
        check(Generation::Third, "yes", &Resolved::Text);
        check(Generation::Second, "Off", &Resolved::Boolean(false));
    }

    #[test]
    fn integers_have_bases_and_underscores() {
        for (text, value) in [
            ("1_000", 1000),
            ("0x1F", 31),
            ("0o17", 15),
            ("017", 15),
            ("-0b11", -3),
            ("+7", 7),
            ("0b-1", -1),
        ] {
            check(Generation::Second, text, &Resolved::Integer(value));
        }
        check(
            Generation::Second,
            "18446744073709551615",
            &Resolved::Large(u64::MAX),
        );
        check(Generation::Second, "089", &Resolved::Float(89.0));
        check(Generation::Second, "0xg", &Resolved::Text);
    }

    #[test]
    fn sexagesimals_are_text() {
        check(Generation::Second, "12:30:45", &Resolved::Text);
    }

    #[test]
    fn floats_end_where_they_become_infinite() {
        check(Generation::Third, "1e3", &Resolved::Float(1000.0));
        check(Generation::Third, ".5", &Resolved::Float(0.5));
        check(Generation::Third, "1e400", &Resolved::Text);
        check(Generation::Third, "1.2.3", &Resolved::Text);
    }

    #[test]
    fn a_tag_is_a_demand() {
        let of = |tag, text| resolve(Generation::Third, tag, text, Mark::default());
        assert_eq!(of("!!float", "3").unwrap(), Resolved::Float(3.0));
        assert_eq!(of("!!str", "3").unwrap(), Resolved::Text);
        assert!(of("!!int", "abc").is_err());
        assert!(of("!!timestamp", "2001-02-30").is_err());
        assert_eq!(of("!!timestamp", "2001-2-3").unwrap(), Resolved::Timestamp);
    }
}
