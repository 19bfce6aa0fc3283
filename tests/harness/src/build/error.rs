//! Why there is no program.

use std::io;
use std::path::{Path, PathBuf};

/// Why there is no binary.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// There is no place for the cache.
    #[error("no place for built programs: set one of KRE_CACHE_DIR, XDG_CACHE_HOME, HOME")]
    NoCache,
    /// A file or folder of the module or the cache cannot be used.
    #[error("failed to use `{path}`")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no Go.
    #[error(
        "Go is not installed, and {title} is built with it: install it from https://go.dev/dl and put `go` on PATH"
    )]
    NoGo {
        /// What was to be built.
        title: &'static str,
    },
    /// There is a Go, of a version that the module does not accept.
    #[error(
        "{title} needs Go {needed}, and `go` on PATH is {found}: install a newer one from https://go.dev/dl"
    )]
    OldGo {
        /// What was to be built.
        title: &'static str,
        /// The version that `go.mod` asks for.
        needed: String,
        /// What `go` says of itself.
        found: String,
    },
    /// The command could not be started.
    #[error("failed to run `{command}`, which builds {title}")]
    Start {
        /// The program that was to be started.
        command: &'static str,
        /// What was to be built.
        title: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// Nobody knows where Cargo puts what it builds.
    #[error(
        "this program is in no folder of Cargo's, which {title} would be built into: `{program}`"
    )]
    NoTarget {
        /// What was to be built.
        title: &'static str,
        /// The program that asks.
        program: PathBuf,
    },
    /// Cargo ran and failed.
    #[error("failed to build {title}:\n{tail}")]
    Cargo {
        /// What was to be built.
        title: &'static str,
        /// The command and the end of what it wrote.
        tail: String,
    },
    /// Go ran and failed.
    #[error("failed to build {title} in `{directory}`:\n{tail}")]
    Go {
        /// What was to be built.
        title: &'static str,
        /// The module.
        directory: PathBuf,
        /// The command and the end of what it wrote.
        tail: String,
    },
}

impl BuildError {
    pub(super) fn file(path: &Path, source: io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
        }
    }
}
