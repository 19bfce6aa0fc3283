//! What identifies the content of a KRT.

use std::{
    fmt,
    io::{self, Write},
};

use sha2::{Digest as _, Sha256};

use crate::name::RuntimeId;

/// A SHA-256 digest, shown as 64 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// The id under which the files of a version are stored: 24 hex digits, as long as the ids that
/// the original gives its versions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionId(String);

impl VersionId {
    /// Derives the id of a version from its runtime, its name and the digest of the files that its
    /// nodes see.
    ///
    /// It is the first 24 hex digits of the SHA-256 of, one after the other: the length of the
    /// runtime's id in bytes as 64-bit big-endian number, the id, the length of the version's name
    /// likewise, the name, and the 32 bytes of the digest.
    pub(super) fn derive(runtime: &RuntimeId, version: &str, mounted: Digest) -> Self {
        let mut hash = Sha256::new();
        for text in [runtime.as_str(), version] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        hash.update(mounted.0);
        let mut digits = Digest(hash.finalize().into()).to_string();
        digits.truncate(24);
        Self(digits)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Digests what is written to it.
#[derive(Debug, Clone, Default)]
pub(super) struct Hasher(Sha256);

impl Hasher {
    pub(super) fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
