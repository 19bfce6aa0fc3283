//! What stands for bytes.

use std::fmt::Write as _;
use std::io::{self, Write};

use sha2::{Digest as _, Sha256};

/// What stands for bytes, and how many they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digest {
    /// The SHA-256 in hexadecimal digits.
    pub(super) hex: String,
    pub(super) size: u64,
}

impl Digest {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut measured = Measured::new(io::sink());
        measured.take(bytes);
        measured.digest()
    }

    /// As descriptions of images have it.
    pub(super) fn named(&self) -> String {
        format!("sha256:{}", self.hex)
    }
}

/// Measures what is written through it.
pub(super) struct Measured<W> {
    to: W,
    hash: Sha256,
    size: u64,
}

impl<W> Measured<W> {
    pub(super) fn new(to: W) -> Self {
        Self {
            to,
            hash: Sha256::new(),
            size: 0,
        }
    }

    /// Returns what stands for everything that was written.
    pub(super) fn digest(self) -> Digest {
        let mut hex = String::new();
        for byte in self.hash.finalize() {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        Digest {
            hex,
            size: self.size,
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.size += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    }
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.take(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
