//! Decompression within limits.

use std::io::{self, BufRead, Read, Take};

use flate2::bufread::MultiGzDecoder;

use super::limits::{LimitError, Limits};

/// Decompresses a gzip file within limits.
#[derive(Debug)]
pub(super) struct Unpacker<R> {
    decoder: MultiGzDecoder<Below<R>>,
    /// How many bytes the file has.
    packed: u64,
    /// How many bytes have come out of it.
    unpacked: u64,
    limits: Limits,
}

/// Why a file cannot be decompressed.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// It has no bytes.
    #[error("archive is empty; pack it again with `krt pack`")]
    Empty,
    /// It is an archive of another kind.
    #[error("archive is no tar archive compressed with gzip, but {0}; pack it with `krt pack`")]
    Format(&'static str),
    /// The compressed stream ends too early.
    #[error("archive ends too early; it is incomplete, so copy or pack it again")]
    Truncated(#[source] io::Error),
    /// The compressed stream contradicts itself, or something else follows it.
    #[error("archive is damaged, or something follows it; copy or pack it again")]
    Damaged(#[source] io::Error),
    /// The file below cannot be read.
    #[error("archive cannot be read")]
    Io(#[source] io::Error),
    /// It is too large.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

/// Remembers whether the last attempt to read failed, which the decoder's errors do not tell.
#[derive(Debug)]
struct Below<R> {
    reader: Take<R>,
    has_failed: bool,
}

impl<R: BufRead> Unpacker<R> {
    /// Begins to decompress what begins like a gzip file and has `packed` bytes.
    pub(super) fn new(mut reader: R, packed: u64, limits: Limits) -> Result<Self, UnpackError> {
        match reader.fill_buf().map_err(UnpackError::Io)? {
            [0x1f, 0x8b, ..] => {}
            [] => return Err(UnpackError::Empty),
            other => return Err(UnpackError::Format(format(other))),
        }
        limits.check_archive(packed, 0)?;
        let below = Below {
            reader: reader.take(packed),
            has_failed: false,
        };
        Ok(Self {
            decoder: MultiGzDecoder::new(below),
            packed,
            unpacked: 0,
            limits,
        })
    }

    /// Fills the buffer as far as there are bytes, and returns how many there were.
    pub(super) fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, UnpackError> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let read = match self.decoder.read(rest) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if self.decoder.get_ref().has_failed => {
                    return Err(UnpackError::Io(error));
                }
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Err(UnpackError::Truncated(error));
                }
                Err(error) => return Err(UnpackError::Damaged(error)),
            };
            filled += read;
            self.unpacked += read as u64;
            self.limits.check_archive(self.packed, self.unpacked)?;
        }
        Ok(filled)
    }
}

impl<R: BufRead> Read for Below<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Below<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let filled = self.reader.fill_buf();
        self.has_failed = filled.is_err();
        filled
    }

    fn consume(&mut self, amount: usize) {
        self.reader.consume(amount);
    }
}

/// What a file seems to be that is not gzip.
fn format(start: &[u8]) -> &'static str {
    match start {
        [b'P', b'K', ..] => "a zip archive",
        [b'B', b'Z', b'h', ..] => "compressed with bzip2",
        [0xfd, b'7', b'z', b'X', b'Z', ..] => "compressed with xz",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "compressed with zstd",
        tar if tar.get(257..262) == Some(b"ustar".as_slice()) => "an uncompressed tar archive",
        _ => "of an unknown format",
    }
}
