//! Texts that cannot be wrong: each type is had by parsing alone.

mod duration;
mod escape;
mod image;
mod name;
mod quantity;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use regex_lite::Regex;

pub use duration::{GoDuration, GoDurationError};
pub use escape::escaped;
pub use image::ImageReference;
pub use name::{
    AnnotationKey, Description, DisplayName, DomainName, LabelKey, LabelValue, NamespaceName,
    ObjectName, TolerationKey,
};
pub use quantity::{Quantity, QuantityError};

/// Why a text is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must {rule}, such as `{example}`: `{text}`")]
pub struct Malformed {
    /// What it should be.
    pub what: &'static str,
    /// The rule that it breaks, after "must".
    pub rule: &'static str,
    /// One that would be accepted.
    pub example: &'static str,
    /// What it is.
    pub text: String,
}

/// A pattern of ours, compiled when it is first needed. A test compiles every one.
pub(crate) type Expression = LazyLock<Option<Regex>>;

/// Tells whether a text matches a pattern of ours.
pub(crate) fn matches(expression: &Expression, text: &str) -> bool {
    expression.as_ref().is_some_and(|it| it.is_match(text))
}

/// Declares a type of texts that match a pattern and have a length in characters.
///
/// The schema that it derives says the same as the parser.
macro_rules! text {
    (
        $(#[$documentation:meta])*
        $name:ident,
        what: $what:literal,
        length: $least:literal ..= $most:literal,
        pattern: $pattern:expr,
        rule: $rule:literal,
        example: $example:literal $(,)?
    ) => {
        $(#[$documentation])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        #[serde(try_from = "String", into = "String")]
        #[schemars(extend(
            "minLength" = $least,
            "maxLength" = $most,
            "pattern" = Self::PATTERN,
            "x-rule" = $rule,
            "examples" = [$example],
        ))]
        pub struct $name(String);

        impl $name {
            /// What it matches.
            pub const PATTERN: &'static str = $pattern;

            /// The schema of keys of a map.
            #[allow(dead_code, clippy::allow_attributes, reason = "not every type is one of keys")]
            pub(crate) fn keys() -> serde_json::Value {
                serde_json::json!({
                    "minLength": $least,
                    "maxLength": $most,
                    "pattern": Self::PATTERN,
                    "x-rule": $rule,
                    "examples": [$example],
                })
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Takes a text that the caller has made according to the rules.
            #[allow(dead_code, clippy::allow_attributes, reason = "not every type needs it")]
            pub(crate) fn known(text: impl Into<String>) -> Self {
                Self(text.into())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::Malformed;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                static EXPRESSION: $crate::text::Expression =
                    $crate::text::Expression::new(|| regex_lite::Regex::new($name::PATTERN).ok());
                let length = text.chars().count();
                if ($least..=$most).contains(&length) && $crate::text::matches(&EXPRESSION, text) {
                    return Ok(Self(text.to_owned()));
                }
                Err($crate::text::Malformed {
                    what: $what,
                    rule: $rule,
                    example: $example,
                    text: text.to_owned(),
                })
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::text::Malformed;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

pub(crate) use text;
