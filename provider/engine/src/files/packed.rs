//! A KRT as an archive.

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use kre_core::krt::archive::{Contents, Entry, Limits, Piece, Reader};

use super::{
    error::FilesError,
    open::{CHUNK, Put},
    spool::Spool,
};

/// A `.krt` file.
#[derive(Debug)]
pub(super) struct Packed {
    path: PathBuf,
    limits: Limits,
}

impl Packed {
    pub(super) fn new(path: &Path, limits: Limits) -> Self {
        Self {
            path: path.to_owned(),
            limits,
        }
    }

    /// Hands over the content of all files in the archive's order, and returns their list.
    pub(super) fn pieces_as_read(&self, put: Put<'_>) -> Result<Contents, FilesError> {
        let refused = |source| FilesError::Archive {
            path: self.path.clone(),
            source,
        };
        let mut reader = self.reader()?;
        let mut buffer = vec![0; CHUNK];
        while let Some(entry) = reader.next_entry().map_err(refused)? {
            let Entry::File { path, size } = entry else {
                continue;
            };
            put(Piece::File { path: &path, size })?;
            loop {
                let bytes = reader.read(&mut buffer).map_err(refused)?;
                if bytes.is_empty() {
                    break;
                }
                put(Piece::Bytes(bytes))?;
            }
        }
        Ok(reader.into_contents())
    }

    /// Hands over the content of all files in the order of their paths, and returns their list.
    ///
    /// Contents wait in memory until they have a few MiB, then in a nameless temporary file.
    pub(super) fn pieces_sorted(&self, put: Put<'_>) -> Result<Contents, FilesError> {
        let mut spool = Spool::new(&self.path);
        let contents = self.pieces_as_read(&mut |piece| spool.put(piece))?;
        spool.pieces(put)?;
        Ok(contents)
    }

    fn reader(&self) -> Result<Reader<BufReader<File>>, FilesError> {
        let failed = |source| FilesError::Read {
            path: self.path.clone(),
            source,
        };
        let file = File::open(&self.path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        let file = BufReader::with_capacity(CHUNK, file);
        let refused = |source| FilesError::Archive {
            path: self.path.clone(),
            source,
        };
        Reader::new(file, size, self.limits.clone()).map_err(refused)
    }
}
