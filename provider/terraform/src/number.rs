//! Numbers as Terraform has them: decimal, exact, of any size that a configuration would hold.

use std::{fmt, str::FromStr};

use bigdecimal::{BigDecimal, FromPrimitive, ToPrimitive, Zero};

/// The most decimal places, before or after the point, that a number may need when written out.
///
/// A double needs 1,074; the limit keeps `1e999999999` from becoming a gigabyte of digits.
const MAX_PLACES: i64 = 4_096;

/// An exact decimal number.
///
/// Equal numbers are equal values however they were written: `1.50` and `15e-1` do not differ.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(BigDecimal);

/// Why a text or a float is no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// The text does not follow the syntax of a decimal number.
    #[error("not a number: `{0}`")]
    Syntax(String),
    /// The number has more places than the limit.
    #[error("number needs more than {MAX_PLACES} decimal places")]
    Places,
    /// Infinity, or not a number at all.
    #[error("number is not finite")]
    NotFinite,
}

impl Number {
    /// Takes a float for exactly what its bits say: 0.1 becomes 0.1000000000000000055….
    ///
    /// This is how a float on the wire has to be read; hosts send one only if it is exact.
    pub fn from_exact_f64(float: f64) -> Result<Self, NumberError> {
        let exact = BigDecimal::from_f64(float).ok_or(NumberError::NotFinite)?;
        Self::bounded(&exact)
    }

    /// Takes a float for the shortest decimal that reads back as it: 0.1 stays 0.1.
    ///
    /// This is what a person, a configuration or an API means by it.
    pub fn from_shortest_f64(float: f64) -> Result<Self, NumberError> {
        if !float.is_finite() {
            return Err(NumberError::NotFinite);
        }
        format!("{float:e}").parse()
    }

    /// Returns the number as an integer, or `None` if it has a fraction or does not fit.
    pub fn as_i64(&self) -> Option<i64> {
        self.is_integer().then(|| self.0.to_i64()).flatten()
    }

    /// Returns the number as an unsigned integer, or `None` if it does not fit.
    pub fn as_u64(&self) -> Option<u64> {
        self.is_integer().then(|| self.0.to_u64()).flatten()
    }

    /// Returns the nearest float.
    pub fn to_f64(&self) -> f64 {
        // The detour through text is correctly rounded, which the library's own conversion is not.
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// Returns the number as a float, or `None` if a float would change it.
    pub fn as_exact_f64(&self) -> Option<f64> {
        let float = self.to_f64();
        (Self::from_exact_f64(float).as_ref() == Ok(self)).then_some(float)
    }

    /// Tells whether the number has no fraction.
    pub fn is_integer(&self) -> bool {
        self.0.is_integer()
    }

    /// Tells whether the number divided by the other leaves no rest. Zero has one multiple: zero.
    pub fn is_multiple_of(&self, other: &Self) -> bool {
        if other.0.is_zero() {
            return self.0.is_zero();
        }
        (&self.0 % &other.0).is_zero()
    }

    fn bounded(number: &BigDecimal) -> Result<Self, NumberError> {
        let number = number.normalized();
        let (digits, scale) = (number.digits(), number.fractional_digit_count());
        let whole = i64::try_from(digits)
            .unwrap_or(i64::MAX)
            .saturating_sub(scale);
        if scale > MAX_PLACES || whole > MAX_PLACES {
            return Err(NumberError::Places);
        }
        Ok(Self(number))
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self(BigDecimal::from(integer).normalized())
    }
}

impl From<u64> for Number {
    fn from(integer: u64) -> Self {
        Self(BigDecimal::from(integer).normalized())
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let syntax = || NumberError::Syntax(text.chars().take(64).collect());
        let plain = text.strip_prefix(['-', '+']).unwrap_or(text);
        let written = plain
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
        if !written || text.len() > 2 * usize::try_from(MAX_PLACES).unwrap_or(usize::MAX) {
            return Err(syntax());
        }
        Self::bounded(&text.parse().map_err(|_| syntax())?)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_plain_string())
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn spelling_does_not_matter_to_equality() {
        assert_eq!(number("1.50"), number("15e-1"));
        assert_eq!(number("-0"), number("0"));
        assert_eq!(number("1e3"), Number::from(1000_i64));
    }

    #[test]
    fn integers_of_any_size_keep_every_digit() {
        let text = "1234567890123456789012345678901234567890";
        assert_eq!(number(text).to_string(), text);
    }

    #[test]
    fn a_float_on_the_wire_is_what_its_bits_say() {
        assert_ne!(Number::from_exact_f64(0.1).unwrap(), number("0.1"));
        assert_eq!(Number::from_shortest_f64(0.1).unwrap(), number("0.1"));
        assert_eq!(Number::from_exact_f64(0.5).unwrap(), number("0.5"));
    }

    #[test]
    fn only_exact_floats_are_floats() {
        assert_eq!(number("0.1").as_exact_f64(), None);
        assert_eq!(number("0.25").as_exact_f64(), Some(0.25));
        assert_eq!(
            number("9223372036854775808").as_exact_f64(),
            Some(9_223_372_036_854_775_808.0)
        );
        assert_eq!(number("9223372036854775808").as_i64(), None);
        assert_eq!(number("9223372036854775807").as_i64(), Some(i64::MAX));
    }

    #[test]
    fn the_smallest_and_largest_floats_survive() {
        for float in [f64::MIN_POSITIVE, 5e-324, f64::MAX, f64::MIN] {
            assert_eq!(
                Number::from_exact_f64(float).unwrap().as_exact_f64(),
                Some(float)
            );
        }
    }

    #[test]
    fn multiples_are_exact() {
        assert!(number("0.3").is_multiple_of(&number("0.1")));
        assert!(!number("0.35").is_multiple_of(&number("0.1")));
        assert!(number("-6").is_multiple_of(&number("3")));
        assert!(number("1e4000").is_multiple_of(&number("1e-4000")));
        assert!(!number("1").is_multiple_of(&number("0")));
    }

    #[test]
    fn absurd_exponents_are_refused_without_being_written_out() {
        assert_eq!("1e999999999".parse::<Number>(), Err(NumberError::Places));
        assert_eq!("1e-999999999".parse::<Number>(), Err(NumberError::Places));
        assert!("1e99999999999999999999".parse::<Number>().is_err());
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        for text in ["", "-", ".", "e5", "0x10", "1_000", "NaN", "inf", "1 "] {
            assert!(text.parse::<Number>().is_err(), "{text} was accepted");
        }
        assert_eq!(
            Number::from_exact_f64(f64::NAN),
            Err(NumberError::NotFinite)
        );
        assert_eq!(
            Number::from_shortest_f64(f64::INFINITY),
            Err(NumberError::NotFinite)
        );
    }
}
