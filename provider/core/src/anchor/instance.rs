//! Who made a thing.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

/// The stamp that one creation gives to everything that it makes: 16 hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InstanceId(String);

impl InstanceId {
    /// Makes a stamp of random bytes.
    pub fn of_random(bytes: [u8; 8]) -> Self {
        let mut digits = String::with_capacity(16);
        for byte in bytes {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{byte:02x}");
        }
        Self(digits)
    }

    /// Takes the stamp that an object carries.
    pub fn existing(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The stamp as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_has_sixteen_digits() {
        let bytes = [0, 1, 2, 3, 4, 5, 6, 255];
        assert_eq!(InstanceId::of_random(bytes).as_str(), "00010203040506ff");
    }
}
