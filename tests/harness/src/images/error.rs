//! Why there is no image.

use std::io;
use std::path::{Path, PathBuf};

use crate::build::BuildError;

/// Why there is no image.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// A program that belongs in it could not be built, or there is no place for the image.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A file that belongs in it, or the image itself, cannot be used.
    #[error("failed to use `{path}`")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody wrote to a file while the image was made of it.
    #[error("a file changed while an image was made of it, in `{path}`")]
    Changed {
        /// Where the image was to be.
        path: PathBuf,
    },
    /// A description of the image cannot be written; this is a bug of the harness.
    #[error("failed to describe an image")]
    Description(#[from] serde_json::Error),
    /// There is no shell to put into images.
    #[error(
        "busybox is not installed, and images get their shell from it: install the Debian package busybox-static"
    )]
    NoBusybox,
    /// A program of this machine does not answer.
    #[error("failed to run `{command}`")]
    Start {
        /// The command.
        command: String,
        /// What the system said.
        source: io::Error,
    },
    /// A program of this machine failed.
    #[error("failed to build {title}:\n{tail}")]
    Failed {
        /// What was to be built.
        title: &'static str,
        /// The command and the end of what it wrote.
        tail: String,
    },
}

impl ImageError {
    pub(super) fn file(path: &Path, source: io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
        }
    }
}
