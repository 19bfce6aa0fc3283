//! What nodes save.

use std::io::{self, Read};

use flate2::read::GzDecoder;
use mongodb::bson::Document;
use serde::Deserialize;

/// What compressed data begins with.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A document, and where it belongs.
#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Saved {
    #[serde(rename = "coll")]
    pub(super) collection: String,
    #[serde(rename = "doc")]
    pub(super) document: Document,
}

/// Why a message is no document.
#[derive(Debug, thiserror::Error)]
pub(super) enum DataError {
    #[error("failed to decompress a message: {0}")]
    Compression(#[from] io::Error),
    #[error("failed to read a message: {0}")]
    Json(#[from] serde_json::Error),
}

/// Reads a message, which may be compressed.
pub(super) fn parse(payload: &[u8]) -> Result<Saved, DataError> {
    if !payload.starts_with(&MAGIC) {
        return Ok(serde_json::from_slice(payload)?);
    }
    let mut text = Vec::new();
    GzDecoder::new(payload).read_to_end(&mut text)?;
    Ok(serde_json::from_slice(&text)?)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};
    use mongodb::bson::doc;

    use super::*;

    const MESSAGE: &[u8] = br#"{"coll":"greetings","doc":{"name":"Ada","times":2}}"#;

    #[test]
    fn a_message_names_its_collection() {
        let saved = parse(MESSAGE).unwrap();
        assert_eq!(saved.collection, "greetings");
        assert_eq!(saved.document.get_str("name").unwrap(), "Ada");
    }

    #[test]
    fn a_compressed_message_says_the_same() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(MESSAGE).unwrap();
        let compressed = encoder.finish().unwrap();

        assert_eq!(parse(&compressed).unwrap(), parse(MESSAGE).unwrap());
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for payload in [
            &b"hello"[..],
            br#"{"coll":"a"}"#,
            br#"{"coll":"a","doc":1}"#,
        ] {
            parse(payload).unwrap_err();
        }
        assert_eq!(
            doc! {},
            parse(br#"{"coll":"a","doc":{}}"#).unwrap().document
        );
    }
}
