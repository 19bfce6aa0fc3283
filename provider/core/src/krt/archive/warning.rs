//! What is odd about a KRT without being wrong.

use super::path::Path;

/// Something that a user should know about a KRT that is accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The original cannot unpack such an archive; what we write has all directories.
    #[error(
        "archive has no entry for the directory of a file, which the original engine needs; pack again with `krt pack`: `{0}`"
    )]
    UndeclaredDirectory(Path),
    /// It will not be there when a node runs.
    #[error("an empty directory is left out; put a file into it if a node needs it: `{0}`")]
    EmptyDirectory(Path),
    /// Two files are one on systems that know neither case nor the spelling of accents.
    #[error(
        "two files are one where case or accents do not count; rename one of them: `{first}` and `{second}`"
    )]
    LookAlikes {
        /// The first of them.
        first: Path,
        /// The second of them.
        second: Path,
    },
    /// Its paths mean something else than they seem to.
    #[error(
        "manifest is not at the root, but the paths in it start there; pack the directory that holds it: `{0}`"
    )]
    NestedManifest(Path),
    /// The original engine shows the files of this directory to people; nothing here does.
    #[error("nothing shows the files of this directory yet, as the original engine does: `{0}`")]
    Unused(&'static str),
    /// There is another file by the name of a manifest.
    #[error("a second file is called like a manifest and is not read as one; rename it: `{0}`")]
    SecondManifest(Path),
}
