//! The canonical stream of a KRT: the same files give the same bytes, wherever they come from.

use std::io::{self, Write};

use flate2::{Compression, GzBuilder, write::GzEncoder};

use super::{
    extension::pax_path,
    header::{BLOCK, Kind, encode, fits},
    path::Path,
};

/// A part of the content of a KRT, on its way from a source to a stream.
#[derive(Debug, Clone, Copy)]
pub enum Piece<'a> {
    /// A file begins.
    File {
        /// Its path.
        path: &'a Path,
        /// How many bytes it has.
        size: u64,
    },
    /// Its next bytes.
    Bytes(&'a [u8]),
}

/// Writes the canonical tar stream, which is what digests are made of.
///
/// It holds the files sorted by the bytes of their paths, each directory immediately before the
/// first file in it (so entry names, the slash after a directory included, are sorted as well),
/// and nothing else: empty directories are left out. Times and owners are 0, modes 0755 and 0644.
/// Headers are POSIX ustar; where a name is not ASCII or does not fit, a pax header with `path`
/// alone precedes one with the beginning of the name. Two blocks of zeros end the stream, without further padding. The original's
/// extractors and GNU tar unpack it.
#[derive(Debug)]
pub struct TarWriter<W> {
    writer: W,
    last: Option<Path>,
    remaining: u64,
    padding: usize,
}

/// Why a stream cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A file does not follow the one before it in the order of paths.
    #[error("file is out of order: `{0}`")]
    OutOfOrder(Path),
    /// A file does not have the size that was announced.
    #[error("file changed its size while it was read; try again when nothing writes to it: `{0}`")]
    Size(Path),
    /// Content came before any file.
    #[error("content belongs to no file")]
    NoFile,
    /// The writer below failed.
    #[error("failed to write the archive")]
    Io(#[from] io::Error),
}

impl<W: Write> TarWriter<W> {
    /// Begins a stream.
    pub fn new(writer: W) -> Self {
        Self {
            writer,
            last: None,
            remaining: 0,
            padding: 0,
        }
    }

    /// Writes the next piece; files come in the order of their paths, complete.
    pub fn put(&mut self, piece: Piece<'_>) -> Result<(), WriteError> {
        match piece {
            Piece::File { path, size } => self.file(path, size),
            Piece::Bytes(bytes) => self.bytes(bytes),
        }
    }

    /// Ends the stream, and returns what it was written to.
    pub fn finish(mut self) -> Result<W, WriteError> {
        self.end_file()?;
        self.writer.write_all(&[0; 2 * BLOCK])?;
        Ok(self.writer)
    }

    fn file(&mut self, path: &Path, size: u64) -> Result<(), WriteError> {
        self.end_file()?;
        let last = self.last.replace(path.clone());
        if last.as_ref().is_some_and(|last| last >= path) {
            return Err(WriteError::OutOfOrder(path.clone()));
        }
        for parent in path.parents() {
            if !last
                .as_ref()
                .is_some_and(|last| last.is_below(parent.as_str()))
            {
                self.header(&format!("{parent}/"), 0, Kind::Directory)?;
            }
        }
        self.header(path.as_str(), size, Kind::File)?;
        self.remaining = size;
        self.padding = padding(size);
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        let Some(path) = &self.last else {
            return Err(WriteError::NoFile);
        };
        let Some(remaining) = self.remaining.checked_sub(bytes.len() as u64) else {
            return Err(WriteError::Size(path.clone()));
        };
        self.remaining = remaining;
        Ok(self.writer.write_all(bytes)?)
    }

    fn header(&mut self, name: &str, size: u64, kind: Kind) -> Result<(), WriteError> {
        if fits(name) {
            return Ok(self.writer.write_all(&encode(name, size, kind))?);
        }
        let path = pax_path(name);
        let length = path.len() as u64;
        self.writer
            .write_all(&encode("PaxHeader", length, Kind::Local))?;
        self.writer.write_all(path.as_bytes())?;
        self.pad(padding(length))?;
        Ok(self
            .writer
            .write_all(&encode(&stand_in(name), size, kind))?)
    }

    fn end_file(&mut self) -> Result<(), WriteError> {
        if let (Some(path), 1..) = (&self.last, self.remaining) {
            return Err(WriteError::Size(path.clone()));
        }
        let padding = std::mem::take(&mut self.padding);
        self.pad(padding)
    }

    fn pad(&mut self, length: usize) -> Result<(), WriteError> {
        Ok(self
            .writer
            .write_all([0; BLOCK].get(..length).unwrap_or_default())?)
    }
}

/// What a header says where a pax header has the name; the standard demands ASCII there too.
///
/// It ends in no slash, by which some programs recognise directories.
fn stand_in(name: &str) -> String {
    let ascii = name
        .chars()
        .map(|character| if character.is_ascii() { character } else { '_' });
    let start: String = ascii.take(100).collect();
    start.trim_end_matches('/').to_owned()
}

/// How many bytes fill up the last block of `size` bytes.
pub(super) fn padding(size: u64) -> usize {
    let over = usize::try_from(size % BLOCK as u64).unwrap_or_default();
    (BLOCK - over) % BLOCK
}

/// Compresses a stream as a `.krt` file; end it with [`GzEncoder::finish`].
///
/// The gzip header has no time, no name and no system, so that equal streams give equal files on
/// every machine; another release of the provider may compress differently.
pub fn compress<W: Write>(writer: W) -> GzEncoder<W> {
    GzBuilder::new()
        .mtime(0)
        .operating_system(255)
        .write(writer, Compression::default())
}
