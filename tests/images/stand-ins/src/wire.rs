//! Messages as they are on the wire: protobuf, gzipped when they are too long.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use prost::{DecodeError, Message};

use crate::message::KreNatsMessage;

/// What gzipped data begins with.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Longest message after unpacking, in bytes: a bomb must not take the node with it.
const LONGEST: u64 = 256 * 1024 * 1024;

/// Why bytes are no message, or a message does not fit.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    #[error("compressed message {} exceeds maximum size allowed of {}.", kilobytes(*.size), kilobytes(*.limit))]
    TooBig { size: usize, limit: usize },
    #[error("Error compressing message")]
    Compress(#[source] io::Error),
    #[error("Not a gzipped file")]
    Uncompress(#[source] io::Error),
    #[error("Error parsing message")]
    Parse(#[source] DecodeError),
}

/// Reads a message.
pub(crate) fn read(bytes: &[u8]) -> Result<KreNatsMessage, WireError> {
    if !bytes.starts_with(&MAGIC) {
        return KreNatsMessage::decode(bytes).map_err(WireError::Parse);
    }
    let mut plain = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(LONGEST)
        .read_to_end(&mut plain)
        .map_err(WireError::Uncompress)?;
    KreNatsMessage::decode(plain.as_slice()).map_err(WireError::Parse)
}

/// Packs what is longer than the limit, in bytes.
pub(crate) fn fit(bytes: Vec<u8>, limit: usize) -> Result<Vec<u8>, WireError> {
    if bytes.len() <= limit {
        return Ok(bytes);
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&bytes).map_err(WireError::Compress)?;
    let packed = encoder.finish().map_err(WireError::Compress)?;
    if packed.len() > limit {
        let size = packed.len();
        return Err(WireError::TooBig { size, limit });
    }
    crate::log::info(&format!(
        "Original message size: {}. Compressed: {}",
        kilobytes(bytes.len()),
        kilobytes(packed.len())
    ));
    Ok(packed)
}

/// Returns the limit: the lower of the server's and the stream's, where -1 and 0 are none.
pub(crate) fn limit(server: usize, stream: i64) -> usize {
    let stream = usize::try_from(stream).ok().filter(|limit| *limit > 0);
    stream.map_or(server, |stream| stream.min(server))
}

fn kilobytes(bytes: usize) -> String {
    let hundredths = bytes.saturating_mul(100).saturating_add(512) / 1024;
    format!("{}.{:02} KB", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(error: &str) -> KreNatsMessage {
        KreNatsMessage {
            error: error.to_owned(),
            ..KreNatsMessage::default()
        }
    }

    #[test]
    fn a_short_message_goes_as_it_is() {
        assert_eq!(fit(b"hello".to_vec(), 5).unwrap(), b"hello");
    }

    #[test]
    fn a_long_message_is_gzipped_at_the_highest_level_and_read_again() {
        let message = message(&"x".repeat(1000));
        let bytes = fit(message.encode_to_vec(), 999).unwrap();

        assert_eq!(bytes[..2], MAGIC);
        // The flag of the slowest algorithm.
        assert_eq!(bytes[8], 2);
        assert_eq!(read(&bytes).unwrap(), message);
    }

    #[test]
    fn a_message_that_does_not_fit_is_refused_with_both_sizes() {
        let error = fit(vec![0; 3000], 8).unwrap_err().to_string();

        assert!(error.starts_with("compressed message 0.0"), "{error}");
        assert!(
            error.ends_with("exceeds maximum size allowed of 0.01 KB."),
            "{error}"
        );
    }

    #[test]
    fn a_plain_message_is_read() {
        let message = message("boom");
        assert_eq!(read(&message.encode_to_vec()).unwrap(), message);
    }

    #[test]
    fn bytes_that_are_no_message_are_refused() {
        read(b"\xff").unwrap_err();
        read(b"\x1f\x8bhello").unwrap_err();
    }

    #[test]
    fn the_limit_is_the_lower_one() {
        assert_eq!(limit(1000, -1), 1000);
        assert_eq!(limit(1000, 0), 1000);
        assert_eq!(limit(1000, 10), 10);
        assert_eq!(limit(1000, 5000), 1000);
    }
}
