//! KRT archives: what they may hold, how they are read, and what identifies them.
//!
//! A source (see the engine) lists its files in [`Contents`] and hands them over in [`Piece`]s,
//! sorted by path: a [`Digester`] makes an [`Artefact`] of them, a [`TarWriter`] the canonical
//! stream. Nothing here opens a file, and no content is held in memory but the manifest's.

mod artefact;
mod contents;
mod digest;
mod extension;
mod header;
mod limits;
mod manifest;
mod path;
mod quote;
mod read;
mod stream;
#[cfg(test)]
mod tests;
mod unpack;
mod warning;

pub use self::{
    artefact::{Artefact, ArtefactError, Digester},
    contents::{Contents, ContentsError},
    digest::{Digest, VersionId},
    extension::ExtensionError,
    header::HeaderError,
    limits::{LimitError, Limits},
    manifest::{Manifest, ManifestError, is_manifest, is_misnamed},
    path::{Path, PathError},
    read::{Entry, ReadError, Reader},
    stream::{Piece, TarWriter, WriteError, compress},
    unpack::UnpackError,
    warning::Warning,
};
