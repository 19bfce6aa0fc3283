//! Values that nothing shows.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// A password. It is shown nowhere but where it is asked for by name.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Makes a password of random bytes: 32 letters, digits, hyphens and underscores.
    pub fn of_random(bytes: &[u8; 24]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Takes a password that exists.
    pub fn existing(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Hands out the text, for a Secret or a login.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(
            format!("{:?}", Password::existing("hunter2")),
            "Password(…)"
        );
    }

    #[test]
    fn a_random_password_needs_no_escape_in_an_address() {
        let password = Password::of_random(&[0xfb; 24]);
        assert_eq!(password.expose().len(), 32);
        let is_plain = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
        assert!(password.expose().chars().all(is_plain));
    }
}
