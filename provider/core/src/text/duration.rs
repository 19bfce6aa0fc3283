//! Spans of time as Go writes them.

use std::{fmt, str::FromStr, time::Duration};

use regex_lite::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Expression;

/// A span of time: `90s`, `1h30m`.
///
/// Invariant: more than nothing, and at most 2⁶³ − 1 nanoseconds. Two spans are equal if they are
/// equally long, however they are spelled.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend(
    "maxLength" = Self::MAX_LENGTH,
    "pattern" = Self::PATTERN,
    "x-rule" = "be numbers with the units h, m, s, ms, us, ns, one after the other",
    "examples" = ["1h30m"],
))]
pub struct GoDuration {
    text: String,
    span: Duration,
}

/// Why a text is no span of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GoDurationError {
    /// It is not written as spans are.
    #[error("duration must be numbers with units, such as `90s` or `1h30m`: `{0}`")]
    Malformed(String),
    /// It takes no time.
    #[error("duration must be longer than nothing, such as `90s`: `{0}`")]
    Nothing(String),
    /// It is longer than Go counts.
    #[error("duration must be shorter than 292 years, such as `1h30m`: `{0}`")]
    Long(String),
}

impl GoDuration {
    /// What it matches.
    pub const PATTERN: &'static str =
        r"^(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+$";

    /// The most characters.
    pub const MAX_LENGTH: usize = 60;

    /// The text, as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How long it is.
    pub fn span(&self) -> Duration {
        self.span
    }
}

/// [`GoDuration::PATTERN`], compiled.
static EXPRESSION: Expression = Expression::new(|| Regex::new(GoDuration::PATTERN).ok());

impl FromStr for GoDuration {
    type Err = GoDurationError;

    fn from_str(text: &str) -> Result<Self, GoDurationError> {
        let malformed = || GoDurationError::Malformed(text.to_owned());
        if text.chars().count() > Self::MAX_LENGTH || !super::matches(&EXPRESSION, text) {
            return Err(malformed());
        }
        let long = || GoDurationError::Long(text.to_owned());
        let mut nanoseconds: u128 = 0;
        let mut rest = text;
        while !rest.is_empty() {
            let (part, after) = first_part(rest).ok_or_else(malformed)?;
            let part = part.ok_or_else(long)?;
            nanoseconds = nanoseconds.checked_add(part).ok_or_else(long)?;
            rest = after;
        }
        match u64::try_from(nanoseconds) {
            Ok(0) => Err(GoDurationError::Nothing(text.to_owned())),
            Ok(count) if i64::try_from(count).is_ok() => Ok(Self {
                text: text.to_owned(),
                span: Duration::from_nanos(count),
            }),
            _ => Err(long()),
        }
    }
}

/// Takes one number with its unit off a text, in nanoseconds: `None` inside if it is too long.
fn first_part(text: &str) -> Option<(Option<u128>, &str)> {
    let end = text.find(|it: char| !it.is_ascii_digit() && it != '.')?;
    let (number, rest) = text.split_at_checked(end)?;
    let end = rest.find(|it: char| it.is_ascii_digit() || it == '.');
    let (unit, rest) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
    let nanoseconds = match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    };
    Some((length(number, nanoseconds), rest))
}

/// Multiplies a number by a unit; what is finer than a nanosecond is dropped.
fn length(number: &str, unit: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: u128 = format!("0{whole}").parse().ok()?;
    // More places than these are finer than a nanosecond in every unit.
    let fraction: String = fraction.chars().take(18).collect();
    let places = u32::try_from(fraction.len()).ok()?;
    let part: u128 = format!("0{fraction}").parse().ok()?;
    let part = part
        .checked_mul(unit)?
        .checked_div(10_u128.checked_pow(places)?)?;
    whole.checked_mul(unit)?.checked_add(part)
}

impl PartialEq for GoDuration {
    fn eq(&self, other: &Self) -> bool {
        self.span == other.span
    }
}

impl Eq for GoDuration {}

impl fmt::Display for GoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for GoDuration {
    type Error = GoDurationError;

    fn try_from(text: String) -> Result<Self, GoDurationError> {
        text.parse()
    }
}

impl From<GoDuration> for String {
    fn from(duration: GoDuration) -> Self {
        duration.text
    }
}
