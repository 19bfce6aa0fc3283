//! Digests of values.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::step::canonical;

/// How values are made digests, so that those of Secrets cannot be guessed from theirs.
///
/// Anything else has a plain digest, which everybody can compare.
#[derive(Clone)]
pub struct Seal {
    mac: Option<Hmac<Sha256>>,
}

/// The first bytes of the SHA-256 of a value, with a key or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Digest([u8; 8]);

impl Seal {
    /// Takes the key for values of Secrets. An empty key is none.
    pub fn new(key: &[u8]) -> Self {
        if key.is_empty() {
            return Self::without_key();
        }
        Self {
            // A key may have any length.
            mac: Hmac::new_from_slice(key).ok(),
        }
    }

    /// Has no key: values of Secrets are neither remembered nor compared.
    pub fn without_key() -> Self {
        Self { mac: None }
    }

    /// Text that changes with a secret, and that tells whoever lacks the key nothing of it; `None`
    /// without a key.
    pub(crate) fn fingerprint(&self, secret: &str) -> Option<String> {
        let digest = self.digest(&Value::from(secret), true);
        digest.map(Digest::text)
    }

    /// The digest of a value; `None` for a secret one if there is no key.
    pub(super) fn digest(&self, value: &Value, is_secret: bool) -> Option<Digest> {
        let text = canonical(value);
        if !is_secret {
            return Some(Digest::of(&Sha256::digest(text)));
        }
        let mac = self.mac.clone()?.chain_update(text);
        Some(Digest::of(&mac.finalize().into_bytes()))
    }
}

/// Shows no key.
impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.mac {
            Some(_) => "Seal(…)",
            None => "Seal(no key)",
        })
    }
}

impl Digest {
    fn of(bytes: &[u8]) -> Self {
        let mut first = [0; 8];
        for (to, from) in first.iter_mut().zip(bytes) {
            *to = *from;
        }
        Self(first)
    }

    /// Reads 11 characters of base64url.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// Writes it as base64url without padding.
    pub(super) fn text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}
