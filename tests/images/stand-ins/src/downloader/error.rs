//! Why there are no files, in the original's words.

/// Why there are no files.
#[derive(Debug, thiserror::Error)]
pub(super) enum DownloadError {
    /// A variable is not set.
    #[error("required key {0} missing value")]
    Missing(&'static str),
    /// MongoDB cannot be reached, or lets nobody in.
    #[error("connecting to MongoDB: {0}")]
    Connect(String),
    /// There is no archive of this version.
    #[error("file with given parameters not found")]
    NotFound,
    /// The archive did not arrive.
    #[error("downloading file: {0}")]
    Download(String),
    /// It is not compressed.
    #[error("gzip: invalid header")]
    Compression,
    /// It is damaged.
    #[error("reading archive: {0}")]
    Archive(String),
    /// There are other things in it than files and folders.
    #[error("uknown type [{kind}] in [{name}]")]
    Kind {
        /// The type, as its header has it.
        kind: u8,
        /// Its path.
        name: String,
    },
    /// A folder cannot be made.
    #[error("creating directory: mkdir {path}: {why}")]
    Folder {
        /// The folder.
        path: String,
        /// What the system said.
        why: String,
    },
    /// A file cannot be made.
    #[error("creating file: open {path}: {why}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        why: String,
    },
}
