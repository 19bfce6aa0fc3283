//! A KRT whose files have been read: its manifest and what identifies it.

use super::{
    contents::Contents,
    digest::{Digest, Hasher, VersionId},
    limits::LimitError,
    manifest::{Manifest, ManifestError, is_manifest, misnamed},
    path::Path,
    stream::{Piece, TarWriter, WriteError},
    warning::Warning,
};
use crate::name::RuntimeId;

/// What a KRT holds, whatever it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// The manifest.
    pub manifest: Manifest,
    /// All files, the manifest among them, with their sizes in bytes; sorted by the bytes of
    /// their paths.
    pub files: Vec<(Path, u64)>,
    /// SHA-256 of the canonical stream of all files; see [`TarWriter`].
    pub digest: Digest,
    /// SHA-256 of the canonical stream of the files that nodes see; see [`Artefact::mounts`].
    pub mounted: Digest,
    /// What is odd about it.
    pub warnings: Vec<Warning>,
}

/// Why files are no KRT.
#[derive(Debug, thiserror::Error)]
pub enum ArtefactError {
    /// They have no manifest that everybody agrees on.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// They are too large.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// They did not all arrive.
    #[error(transparent)]
    Stream(#[from] WriteError),
}

impl Artefact {
    /// The id under which a version of this name in this runtime stores the files that its nodes
    /// see; it does not depend on the manifest, `docs/` and `metrics/`.
    pub fn version_id(&self, runtime: &RuntimeId, version: &str) -> VersionId {
        VersionId::derive(runtime, version, self.mounted)
    }

    /// Whether nodes see the file: all but the manifest and what lies in `docs/` and `metrics/`.
    pub fn mounts(&self, path: &Path) -> bool {
        is_mounted(&self.manifest.path, path)
    }
}

/// Makes an [`Artefact`] of files that arrive piece by piece, holding none but the manifest.
#[derive(Debug)]
pub struct Digester {
    complete: TarWriter<Hasher>,
    mounted: TarWriter<Hasher>,
    manifest: Option<Manifest>,
    destination: Destination,
    limit: u64,
}

/// Where the bytes of the current file go besides the complete stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Destination {
    Mounted,
    Manifest,
    Nowhere,
}

impl Digester {
    /// Begins with nothing; a manifest of more than `limit` bytes will be refused.
    pub fn new(limit: u64) -> Self {
        Self {
            complete: TarWriter::new(Hasher::default()),
            mounted: TarWriter::new(Hasher::default()),
            manifest: None,
            destination: Destination::Nowhere,
            limit,
        }
    }

    /// Takes the next piece; files come in the order of their paths, complete.
    pub fn put(&mut self, piece: Piece<'_>) -> Result<(), ArtefactError> {
        self.complete.put(piece)?;
        if let Piece::File { path, size } = piece {
            self.destination = self.begin(path, size)?;
        }
        match (self.destination, piece, &mut self.manifest) {
            (Destination::Mounted, piece, _) => self.mounted.put(piece)?,
            (Destination::Manifest, Piece::Bytes(bytes), Some(manifest)) => {
                manifest.content.extend_from_slice(bytes);
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, path: &Path, size: u64) -> Result<Destination, LimitError> {
        let Some(manifest) = &self.manifest else {
            if !is_manifest(path.as_str()) {
                let is_mounted = !is_documentation(path);
                return Ok(if is_mounted {
                    Destination::Mounted
                } else {
                    Destination::Nowhere
                });
            }
            if size > self.limit {
                let (path, limit) = (path.clone(), self.limit);
                return Err(LimitError::Manifest { path, limit });
            }
            self.manifest = Some(Manifest {
                path: path.clone(),
                content: Vec::new(),
            });
            return Ok(Destination::Manifest);
        };
        let is_mounted = is_mounted(&manifest.path, path);
        Ok(if is_mounted {
            Destination::Mounted
        } else {
            Destination::Nowhere
        })
    }

    /// Ends the files, of which `contents` is the list.
    ///
    /// The manifest is the first file in the order of paths that [`is_manifest`] recognises: the
    /// one that the original takes from the canonical stream. Where there are several, that one
    /// must be the only one at the root, because the original's choice changes with the order.
    pub fn finish(self, contents: &Contents) -> Result<Artefact, ArtefactError> {
        let digest = self.complete.finish()?.finish();
        let mounted = self.mounted.finish()?.finish();
        let paths = || contents.files().map(|(path, _)| path);
        let Some(manifest) = self.manifest else {
            let misnamed = misnamed(paths()).cloned();
            return Err(misnamed
                .map_or(ManifestError::Missing, ManifestError::Misnamed)
                .into());
        };
        let is_other = |path: &&Path| **path != manifest.path && is_manifest(path.as_str());
        let others: Vec<_> = paths().filter(is_other).collect();
        let is_rival = |path: &&&Path| is_nested(&manifest.path) || !is_nested(path);
        if let Some(rival) = others.iter().find(is_rival) {
            let (first, second) = (manifest.path, (**rival).clone());
            return Err(ManifestError::Ambiguous { first, second }.into());
        }
        let mut warnings = contents.warnings();
        if is_nested(&manifest.path) {
            warnings.push(Warning::NestedManifest(manifest.path.clone()));
        }
        warnings.extend(others.into_iter().cloned().map(Warning::SecondManifest));
        for shown in DOCUMENTATION {
            if paths().any(|path| path.is_below(shown)) {
                warnings.push(Warning::Unused(shown));
            }
        }
        let files = contents
            .files()
            .map(|(path, size)| (path.clone(), size))
            .collect();
        Ok(Artefact {
            manifest,
            files,
            digest,
            mounted,
            warnings,
        })
    }
}

fn is_mounted(manifest: &Path, path: &Path) -> bool {
    path != manifest && !is_documentation(path)
}

/// Directories of what is for people and dashboards.
const DOCUMENTATION: [&str; 2] = ["docs", "metrics"];

fn is_documentation(path: &Path) -> bool {
    DOCUMENTATION.iter().any(|folder| path.is_below(folder))
}

fn is_nested(path: &Path) -> bool {
    path.as_str().contains('/')
}
