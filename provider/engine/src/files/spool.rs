//! Files that came in one order and are wanted in another.

use std::{
    collections::BTreeMap,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use kre_core::krt::archive::{self, Piece};
use tempfile::SpooledTempFile;

use super::{
    error::FilesError,
    open::{CHUNK, Put},
};

/// Largest content that is sorted in memory, in bytes.
const IN_MEMORY: usize = 8 << 20;

/// Keeps the content of files until it is asked for in the order of their paths.
pub(super) struct Spool {
    /// What the content belongs to, for messages.
    origin: PathBuf,
    content: SpooledTempFile,
    /// Where each file begins, and how many bytes it has.
    files: BTreeMap<archive::Path, (u64, u64)>,
    end: u64,
}

impl Spool {
    pub(super) fn new(origin: &Path) -> Self {
        Self {
            origin: origin.to_owned(),
            content: SpooledTempFile::new(IN_MEMORY),
            files: BTreeMap::new(),
            end: 0,
        }
    }

    /// Takes the next piece, in any order of files.
    pub(super) fn put(&mut self, piece: Piece<'_>) -> Result<(), FilesError> {
        match piece {
            Piece::File { path, size } => {
                self.files.insert(path.clone(), (self.end, size));
                Ok(())
            }
            Piece::Bytes(bytes) => {
                self.end += bytes.len() as u64;
                let written = self.content.write_all(bytes);
                written.map_err(|source| self.failure(source))
            }
        }
    }

    /// Hands everything over, sorted.
    pub(super) fn pieces(mut self, put: Put<'_>) -> Result<(), FilesError> {
        let mut buffer = vec![0; CHUNK];
        for (path, (start, size)) in std::mem::take(&mut self.files) {
            put(Piece::File { path: &path, size })?;
            let found = self.content.seek(SeekFrom::Start(start));
            found.map_err(|source| self.failure(source))?;
            let mut rest = size;
            while rest > 0 {
                let length = usize::try_from(rest)
                    .unwrap_or(usize::MAX)
                    .min(buffer.len());
                let chunk = buffer.get_mut(..length).unwrap_or_default();
                let read = self.content.read_exact(chunk);
                read.map_err(|source| self.failure(source))?;
                put(Piece::Bytes(chunk))?;
                rest -= length as u64;
            }
        }
        Ok(())
    }

    fn failure(&self, source: io::Error) -> FilesError {
        FilesError::Spool {
            path: self.origin.clone(),
            source,
        }
    }
}
