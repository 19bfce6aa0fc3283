//! Opening what may have been replaced in the meantime.

use std::{
    fs::{File, Metadata, OpenOptions},
    io::{self, Read},
    path::Path,
};

use kre_core::krt::archive::Piece;

use super::error::FilesError;

/// How much is read at once, in bytes.
pub(super) const CHUNK: usize = 64 << 10;

/// Receives the files of a KRT piece by piece.
pub(super) type Put<'a> = &'a mut dyn FnMut(Piece<'_>) -> Result<(), FilesError>;

/// A regular file that must stay as it is while it is read.
#[derive(Debug)]
pub(super) struct Steady<'a> {
    path: &'a Path,
    file: File,
    before: Metadata,
}

impl<'a> Steady<'a> {
    /// Opens a regular file; neither follows a link nor waits for the other end of a pipe.
    pub(super) fn open(path: &'a Path) -> Result<Self, FilesError> {
        let failed = |source| FilesError::Read {
            path: path.to_owned(),
            source,
        };
        let mut options = OpenOptions::new();
        options.read(true);
        #[cfg(unix)]
        {
            use rustix::fs::OFlags;
            use std::os::unix::fs::OpenOptionsExt as _;
            let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            options.custom_flags(flags.bits().cast_signed());
        }
        let file = options
            .open(path)
            .map_err(|error| match path.symlink_metadata() {
                Ok(found) if found.is_symlink() => FilesError::Link(path.to_owned()),
                _ => failed(error),
            })?;
        let before = file.metadata().map_err(failed)?;
        if !before.is_file() {
            return Err(FilesError::Special(path.to_owned()));
        }
        Ok(Self { path, file, before })
    }

    /// How many bytes it has.
    pub(super) fn size(&self) -> u64 {
        self.before.len()
    }

    /// Hands all bytes over, in chunks, and makes sure that they belong together.
    pub(super) fn read(
        mut self,
        mut put: impl FnMut(&[u8]) -> Result<(), FilesError>,
    ) -> Result<(), FilesError> {
        let path = self.path.to_owned();
        let failed = |source| FilesError::Read { path, source };
        let mut buffer = vec![0; CHUNK];
        let mut rest = self.size();
        while rest > 0 {
            let read = match self.file.read(&mut buffer) {
                Ok(0) => return Err(FilesError::Changed(self.path.to_owned())),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed(error)),
            };
            // More than there were means that the file grew.
            rest = rest
                .checked_sub(read as u64)
                .ok_or_else(|| FilesError::Changed(self.path.to_owned()))?;
            put(buffer.get(..read).unwrap_or_default())?;
        }
        let after = self.file.metadata().map_err(failed)?;
        if (after.len(), after.modified().ok()) != (self.size(), self.before.modified().ok()) {
            return Err(FilesError::Changed(self.path.to_owned()));
        }
        Ok(())
    }
}
