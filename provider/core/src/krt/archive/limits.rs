//! How large a KRT may be.

use super::{path::Path, quote::Bytes};

/// What reading and writing a KRT accept at most.
///
/// With these defaults the names of an archive take less than 32 MiB of memory, whatever it holds;
/// contents are never held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Size of a `.krt` file, in bytes; 500 MiB, what the original's upload accepts.
    pub packed: u64,
    /// Size of the uncompressed archive, in bytes, headers and padding included; 2 GiB, so that a
    /// node's volume for it stays small.
    pub unpacked: u64,
    /// Size of one file, in bytes; 1 GiB.
    pub file: u64,
    /// Size of the manifest, in bytes; 1 MiB, a hundred times the largest one known.
    pub manifest: u64,
    /// Number of files and directories, those included that are only implied; 20,000.
    pub entries: usize,
    /// How many times larger than its compressed form an archive may be; 250, more than anything
    /// but repetition reaches. Checked from [`Limits::RATIO_FROM`] on.
    pub ratio: u64,
}

/// A limit that a KRT exceeds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// The `.krt` file is too large.
    #[error(
        "archive has more than {}; leave out what no node reads, for example with `.krtignore`",
        Bytes(*.0)
    )]
    Packed(u64),
    /// The contents are too large.
    #[error(
        "contents have more than {}; leave out what no node reads, or load it at run time",
        Bytes(*.0)
    )]
    Unpacked(u64),
    /// One file is too large.
    #[error(
        "file has more than {}; split it, or load it at run time: `{path}`",
        Bytes(*limit)
    )]
    File {
        /// The file.
        path: Path,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The manifest is too large.
    #[error("manifest has more than {}; move data to other files: `{path}`", Bytes(*limit))]
    Manifest {
        /// The manifest.
        path: Path,
        /// The limit, in bytes.
        limit: u64,
    },
    /// There are too many files and directories.
    #[error(
        "there are more than {0} files and directories; pack libraries into one file, or leave them out with `.krtignore`"
    )]
    Entries(usize),
    /// The contents repeat themselves more than real files do.
    #[error(
        "contents are more than {0} times as large as the archive, which only repetition reaches; leave out files of zeros"
    )]
    Ratio(u64),
}

impl Limits {
    /// From how many unpacked bytes on [`Limits::ratio`] counts: less harms nobody.
    pub const RATIO_FROM: u64 = 64 << 20;

    /// Checks the size of one file.
    pub fn check_file(&self, path: &Path, size: u64) -> Result<(), LimitError> {
        if size > self.file {
            let (path, limit) = (path.clone(), self.file);
            return Err(LimitError::File { path, limit });
        }
        Ok(())
    }

    /// Checks a `.krt` file of `packed` bytes that holds `unpacked`, as far as is known.
    pub fn check_archive(&self, packed: u64, unpacked: u64) -> Result<(), LimitError> {
        if packed > self.packed {
            return Err(LimitError::Packed(self.packed));
        }
        if unpacked > self.unpacked {
            return Err(LimitError::Unpacked(self.unpacked));
        }
        if unpacked > Self::RATIO_FROM && unpacked / self.ratio.max(1) > packed {
            return Err(LimitError::Ratio(self.ratio));
        }
        Ok(())
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            packed: 500 << 20,
            unpacked: 2 << 30,
            file: 1 << 30,
            manifest: 1 << 20,
            entries: 20_000,
            ratio: 250,
        }
    }
}
