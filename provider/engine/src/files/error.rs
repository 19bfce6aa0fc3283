//! What can be wrong with a KRT on disk.

use std::{io, path::PathBuf};

use kre_core::krt::archive::{ArtefactError, ContentsError, PathError, ReadError, WriteError};

use super::ignore::IgnoreError;

/// Why a KRT cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// A file or directory cannot be opened or read.
    #[error("failed to read `{path}`")]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// Why it was not.
        source: io::Error,
    },
    /// A link stands where a file should; what it points to may lie anywhere.
    #[error("`{0}` is a link; put a copy of the file in its place, or list it in `.krtignore`")]
    Link(PathBuf),
    /// Something stands there that has no content: a device, a pipe, a socket.
    #[error("`{0}` is neither file nor directory; remove it, or list it in `.krtignore`")]
    Special(PathBuf),
    /// A file got another size or time, or its content another digest, while it was read.
    #[error("`{0}` changed while it was read; try again when nothing writes to it")]
    Changed(PathBuf),
    /// A name is not accepted in archives.
    #[error("`{path}` cannot be packed under its name; rename it, or list it in `.krtignore`")]
    Name {
        /// The file or directory.
        path: PathBuf,
        /// What is wrong with its name.
        source: PathError,
    },
    /// `.krtignore` cannot be understood.
    #[error("failed to understand `{path}`")]
    Ignore {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: IgnoreError,
    },
    /// An archive is refused.
    #[error("failed to read archive `{path}`")]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it.
        source: ReadError,
    },
    /// The files of a directory cannot be one KRT.
    #[error("failed to read directory `{path}`")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What is wrong with its files.
        source: ContentsError,
    },
    /// The files are no KRT.
    #[error("`{path}` is no KRT")]
    Artefact {
        /// Where they come from.
        path: PathBuf,
        /// What is wrong with them.
        source: ArtefactError,
    },
    /// There is no room for the content of an archive that has to be sorted.
    #[error("failed to sort `{path}` in a temporary file; free space there, or set TMPDIR")]
    Spool {
        /// The archive.
        path: PathBuf,
        /// Why there is no room.
        source: io::Error,
    },
    /// The writer that was given does not take the stream.
    #[error("failed to write the files of `{path}`")]
    Write {
        /// Where they come from.
        path: PathBuf,
        /// Why not.
        source: WriteError,
    },
    /// The file to be written cannot be.
    #[error("failed to write `{path}`")]
    Output {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// What was packed would be part of what is packed next.
    #[error(
        "`{0}` lies in the directory that is packed; write it elsewhere, or list it in `.krtignore`"
    )]
    OutputInside(PathBuf),
    /// A directory or archive was to be packed, and this is the manifest of one.
    #[error("`{0}` is a manifest alone; pack the directory that holds it")]
    ManifestAlone(PathBuf),
}
