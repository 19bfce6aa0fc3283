//! Amounts as Kubernetes writes them.

use std::{cmp::Ordering, fmt, str::FromStr};

use regex_lite::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Expression;

/// An amount: `500m`, `1.5`, `2Gi`.
///
/// Invariant: not negative, and at most 2⁶³ − 1. Two amounts are equal if they mean the same,
/// however they are spelled.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend(
    "maxLength" = Self::MAX_LENGTH,
    "pattern" = Self::PATTERN,
    "x-rule" = "be a number, with or without one of the suffixes m, k, M, G, T, P, E, Ki, Mi, Gi, Ti, Pi, Ei",
    "examples" = ["2Gi"],
))]
pub struct Quantity {
    text: String,
    /// Billionths, rounded up: the finest that Kubernetes tells apart.
    billionths: u128,
}

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// It is not written as amounts are.
    #[error(
        "amount must be a number, perhaps with a suffix of Kubernetes, such as `500m` or `2Gi`: `{0}`"
    )]
    Malformed(String),
    /// It is more than Kubernetes counts.
    #[error("amount must be less than 2^63, such as `2Gi`: `{0}`")]
    Large(String),
}

const BILLION: u128 = 1_000_000_000;

/// The greatest amount, in billionths.
const MOST: u128 = (i64::MAX as u128) * BILLION;

impl Quantity {
    /// What it matches.
    pub const PATTERN: &'static str =
        r"^(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[numkMGTPE]|[KMGTPE]i|[eE][-+]?[0-9]{1,2})?$";

    /// The most characters.
    pub const MAX_LENGTH: usize = 40;

    /// The text, as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The amount in whole units, rounded up: bytes of memory, cores of a processor.
    pub fn units(&self) -> u64 {
        // The invariant keeps it below 2⁶³.
        u64::try_from(self.billionths.div_ceil(BILLION)).unwrap_or(u64::MAX)
    }

    /// Makes an amount of so many mebibytes.
    pub(crate) fn mebibytes(count: u32) -> Self {
        let text = match count % 1024 {
            0 => format!("{}Gi", count / 1024),
            _ => format!("{count}Mi"),
        };
        Self {
            text,
            billionths: u128::from(count) * (1 << 20) * BILLION,
        }
    }

    /// Makes an amount of so many thousandths.
    pub(crate) fn thousandths(count: u32) -> Self {
        Self {
            text: format!("{count}m"),
            billionths: u128::from(count) * (BILLION / 1000),
        }
    }
}

/// [`Quantity::PATTERN`], compiled.
static EXPRESSION: Expression = Expression::new(|| Regex::new(Quantity::PATTERN).ok());

impl FromStr for Quantity {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let malformed = || QuantityError::Malformed(text.to_owned());
        if text.len() > Self::MAX_LENGTH || !super::matches(&EXPRESSION, text) {
            return Err(malformed());
        }
        let end = text.find(|it: char| !it.is_ascii_digit() && it != '.');
        let (number, suffix) = text
            .split_at_checked(end.unwrap_or(text.len()))
            .ok_or_else(malformed)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits: u128 = format!("0{whole}{fraction}")
            .parse()
            .map_err(|_| malformed())?;
        let places = i32::try_from(fraction.len()).map_err(|_| malformed())?;
        let (factor, power) = scale(suffix).ok_or_else(malformed)?;
        digits
            .checked_mul(factor)
            .and_then(|amount| shifted(amount, power.saturating_add(9).saturating_sub(places)))
            .filter(|billionths| *billionths <= MOST)
            .map(|billionths| Self {
                text: text.to_owned(),
                billionths,
            })
            .ok_or_else(|| QuantityError::Large(text.to_owned()))
    }
}

/// What a suffix stands for: a factor and a power of ten.
fn scale(suffix: &str) -> Option<(u128, i32)> {
    if let Some(exponent) = suffix
        .strip_prefix(['e', 'E'])
        .filter(|it| !it.is_empty() && *it != "i")
    {
        return Some((1, exponent.parse().ok()?));
    }
    Some(match suffix {
        "" => (1, 0),
        "n" => (1, -9),
        "u" => (1, -6),
        "m" => (1, -3),
        "k" => (1, 3),
        "M" => (1, 6),
        "G" => (1, 9),
        "T" => (1, 12),
        "P" => (1, 15),
        "E" => (1, 18),
        "Ki" => (1 << 10, 0),
        "Mi" => (1 << 20, 0),
        "Gi" => (1 << 30, 0),
        "Ti" => (1 << 40, 0),
        "Pi" => (1 << 50, 0),
        "Ei" => (1 << 60, 0),
        _ => return None,
    })
}

/// Multiplies by a power of ten, rounding up; `None` if the result is too large.
fn shifted(amount: u128, power: i32) -> Option<u128> {
    if amount == 0 {
        return Some(0);
    }
    match 10_u128.checked_pow(power.unsigned_abs()) {
        Some(factor) if power >= 0 => amount.checked_mul(factor),
        Some(divisor) => Some(amount.div_ceil(divisor)),
        None if power >= 0 => None,
        None => Some(1),
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.billionths == other.billionths
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.billionths.cmp(&other.billionths)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for Quantity {
    type Error = QuantityError;

    fn try_from(text: String) -> Result<Self, QuantityError> {
        text.parse()
    }
}

impl From<Quantity> for String {
    fn from(quantity: Quantity) -> Self {
        quantity.text
    }
}
