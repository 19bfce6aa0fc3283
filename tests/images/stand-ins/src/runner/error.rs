//! What a handler raises, worded as the originals do.

use std::io;

use prost::DecodeError;

use crate::wire::WireError;

/// Why a handler fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum HandlerError {
    #[error("{0}")]
    Raised(String),
    #[error("{0}")]
    Wire(WireError),
    #[error("Error parsing message with type 'google.protobuf.Any': {0}")]
    Payload(DecodeError),
    #[error("Error missing handler for node '{0}'")]
    MissingHandler(String),
    #[error("No value found")]
    NoValue,
    #[error("'{0}'")]
    NoVariable(String),
    #[error("{source}: '{path}'")]
    File { path: String, source: io::Error },
    #[error("the payload cannot be empty")]
    EmptyObject,
    #[error("'HandlerContext' object has no attribute 'object_store'")]
    NoObjectStorePython,
    #[error("the object store does not exist")]
    NoObjectStoreGo,
    #[error("error storing object with key {name} to the object store: {why}")]
    PutObject { name: String, why: String },
    #[error("error retrieving object with key {name} from the object store: {why}")]
    GetObject { name: String, why: String },
    #[error("error deleting object with key {name} from the object store: {why}")]
    DeleteObject { name: String, why: String },
}
