//! The world that the provider manages: a directory with a file for each object.
//!
//! `<directory>/<type>/<id>.json` holds an object's state as a state file would, and
//! `<directory>/log` a line for each operation: `create conformance_thing a`. Tests look at both,
//! and change objects behind the provider's back.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;
use terraform::{Diagnostics, diagnostics};

/// A directory with a file for each object.
#[derive(Debug)]
pub struct World {
    directory: PathBuf,
}

/// What is done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// A managed resource is made.
    Create,
    /// A managed resource is changed.
    Update,
    /// A managed resource is removed.
    Delete,
    /// A lease is opened.
    Open,
    /// A lease is prolonged.
    Renew,
    /// A lease is ended.
    Close,
}

/// Why an object cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The id could lead out of the directory.
    #[error("not an id: `{0}`")]
    Id(String),
    /// A file or directory cannot be read.
    #[error("failed to read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("failed to write `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl World {
    /// The world in a directory, which is made when something is first written.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
        }
    }

    /// Reads an object; `None` if there is none of that id.
    pub fn read(&self, kind: &str, id: &str) -> Result<Option<Vec<u8>>, WorldError> {
        let path = self.path(kind, id)?;
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(WorldError::Read { path, source }),
        }
    }

    /// Makes an object; false if there is one of that id already.
    pub fn create(&self, kind: &str, id: &str, bytes: &[u8]) -> Result<bool, WorldError> {
        let path = self.path(kind, id)?;
        let created = written(&path, bytes).map(|file| file.persist_noclobber(&path));
        match created.and_then(|persisted| persisted.map_err(|refused| refused.error)) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(source) => Err(WorldError::Write { path, source }),
        }
    }

    /// Writes an object, all of it or nothing.
    pub fn write(&self, kind: &str, id: &str, bytes: &[u8]) -> Result<(), WorldError> {
        let path = self.path(kind, id)?;
        let written = written(&path, bytes).map(|file| file.persist(&path));
        match written.and_then(|persisted| persisted.map_err(|refused| refused.error)) {
            Ok(_) => Ok(()),
            Err(source) => Err(WorldError::Write { path, source }),
        }
    }

    /// Removes an object; it may be gone already.
    pub fn remove(&self, kind: &str, id: &str) -> Result<(), WorldError> {
        let path = self.path(kind, id)?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result.map_err(|source| WorldError::Write { path, source }),
        }
    }

    /// The ids of all objects of a kind, sorted.
    pub fn ids(&self, kind: &str) -> Result<Vec<String>, WorldError> {
        let path = self.directory.join(kind);
        let mut ids = match ids_in(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            result => result.map_err(|source| WorldError::Read { path, source })?,
        };
        ids.sort();
        Ok(ids)
    }

    /// Adds a line to the log.
    pub fn log(&self, operation: Operation, kind: &str, id: &str) -> Result<(), WorldError> {
        let path = self.directory.join("log");
        let line = format!("{operation:?} {kind} {id}\n").to_lowercase();
        append(&path, &line).map_err(|source| WorldError::Write { path, source })
    }

    fn path(&self, kind: &str, id: &str) -> Result<PathBuf, WorldError> {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        if id.is_empty() || !id.chars().all(plain) {
            return Err(WorldError::Id(id.to_owned()));
        }
        Ok(self.directory.join(kind).join(format!("{id}.json")))
    }
}

/// A complete file beside the place where it belongs.
fn written(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let directory = path.parent().unwrap_or(path);
    fs::create_dir_all(directory)?;
    let mut file = NamedTempFile::new_in(directory)?;
    file.write_all(bytes)?;
    Ok(file)
}

/// A single write of a short line is never torn apart by that of another process.
fn append(path: &Path, line: &str) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let mut log = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)?;
    log.write_all(line.as_bytes())
}

fn ids_in(directory: &Path) -> io::Result<Vec<String>> {
    let mut ids = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            ids.extend(path.file_stem().map(|id| id.to_string_lossy().into_owned()));
        }
    }
    Ok(ids)
}

impl From<WorldError> for Diagnostics {
    fn from(error: WorldError) -> Self {
        let cause = diagnostics::chain(&error);
        Self::error(
            "The world cannot be reached",
            format!("{cause}. Check `directory` in the provider block."),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_there_until_it_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let world = World::new(directory.path());
        assert_eq!(world.read("kind", "a").unwrap(), None);
        world.write("kind", "a", b"{}").unwrap();
        assert_eq!(world.read("kind", "a").unwrap(), Some(b"{}".to_vec()));
        assert_eq!(world.ids("kind").unwrap(), ["a"]);
        world.remove("kind", "a").unwrap();
        world.remove("kind", "a").unwrap();
        assert_eq!(world.ids("kind").unwrap(), <[String; 0]>::default());
    }

    #[test]
    fn an_object_is_made_once() {
        let directory = tempfile::tempdir().unwrap();
        let world = World::new(directory.path());
        assert!(world.create("kind", "a", b"{}").unwrap());
        assert!(!world.create("kind", "a", b"[]").unwrap());
        assert_eq!(world.read("kind", "a").unwrap(), Some(b"{}".to_vec()));
    }

    #[test]
    fn no_id_leads_out_of_the_directory() {
        let world = World::new("/nowhere");
        for id in ["", "..", "../a", "a/b", "a.b"] {
            assert!(matches!(world.read("kind", id), Err(WorldError::Id(_))));
        }
    }

    #[test]
    fn the_log_has_a_line_for_each_operation() {
        let directory = tempfile::tempdir().unwrap();
        let world = World::new(directory.path());
        world.log(Operation::Create, "kind", "a").unwrap();
        world.log(Operation::Delete, "kind", "a").unwrap();
        let log = fs::read_to_string(directory.path().join("log")).unwrap();
        assert_eq!(log, "create kind a\ndelete kind a\n");
    }
}
