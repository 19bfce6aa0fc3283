//! The files and directories of one KRT, each once.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization as _;

use super::{
    limits::{LimitError, Limits},
    path::Path,
    warning::Warning,
};

/// What a KRT consists of, as far as it has been read; nothing in it is contradictory or too large.
#[derive(Debug, Clone)]
pub struct Contents {
    limits: Limits,
    files: BTreeMap<Path, u64>,
    directories: BTreeMap<Path, Directory>,
    size: u64,
    undeclared: Option<Path>,
}

/// How a directory is known.
#[derive(Debug, Clone, Default)]
struct Directory {
    /// It has an entry of its own.
    is_declared: bool,
    /// Something lies in it.
    is_used: bool,
}

/// Why an entry cannot be added to those before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContentsError {
    /// Two files have the same path, and programs differ in which of them they keep.
    #[error("archive has a file twice; pack again with `krt pack`: `{0}`")]
    Duplicate(Path),
    /// A path names both a file and a directory.
    #[error("archive has a path both as file and as directory; rename one of them: `{0}`")]
    FileAndDirectory(Path),
    /// It would be too large.
    #[error(transparent)]
    Limit(#[from] LimitError),
}

impl Contents {
    /// Begins with nothing.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            files: BTreeMap::new(),
            directories: BTreeMap::new(),
            size: 0,
            undeclared: None,
        }
    }

    /// The limits that hold for it.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The files with their sizes in bytes, sorted by the bytes of their paths.
    pub fn files(&self) -> impl Iterator<Item = (&Path, u64)> {
        self.files.iter().map(|(path, size)| (path, *size))
    }

    /// The size of all files together, in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a file of `size` bytes.
    pub fn add_file(&mut self, path: &Path, size: u64) -> Result<(), ContentsError> {
        if self.directories.contains_key(path) {
            return Err(ContentsError::FileAndDirectory(path.clone()));
        }
        self.limits.check_file(path, size)?;
        self.size = self.size.saturating_add(size);
        if self.size > self.limits.unpacked {
            return Err(LimitError::Unpacked(self.limits.unpacked).into());
        }
        if self.add_parents(path)? {
            self.undeclared.get_or_insert_with(|| path.clone());
        }
        if self.files.insert(path.clone(), size).is_some() {
            return Err(ContentsError::Duplicate(path.clone()));
        }
        self.check_count()
    }

    /// Adds a directory, which may be known already.
    pub fn add_directory(&mut self, path: &Path) -> Result<(), ContentsError> {
        if self.files.contains_key(path) {
            return Err(ContentsError::FileAndDirectory(path.clone()));
        }
        self.add_parents(path)?;
        self.directories
            .entry(path.clone())
            .or_default()
            .is_declared = true;
        self.check_count()
    }

    /// Adds the directories above an entry, and says whether one had no entry of its own.
    fn add_parents(&mut self, path: &Path) -> Result<bool, ContentsError> {
        let mut is_undeclared = false;
        for parent in path.parents() {
            if self.files.contains_key(&parent) {
                return Err(ContentsError::FileAndDirectory(parent));
            }
            let directory = self.directories.entry(parent).or_default();
            directory.is_used = true;
            is_undeclared |= !directory.is_declared;
        }
        Ok(is_undeclared)
    }

    fn check_count(&self) -> Result<(), ContentsError> {
        if self.files.len() + self.directories.len() > self.limits.entries {
            return Err(LimitError::Entries(self.limits.entries).into());
        }
        Ok(())
    }

    /// What is odd about the entries.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        warnings.extend(self.undeclared.clone().map(Warning::UndeclaredDirectory));
        let is_empty = |directory: &Directory| directory.is_declared && !directory.is_used;
        let empty = self
            .directories
            .iter()
            .filter(|(_, directory)| is_empty(directory));
        warnings.extend(empty.map(|(path, _)| Warning::EmptyDirectory(path.clone())));
        warnings.extend(self.look_alikes());
        warnings
    }

    /// Pairs of files that some file systems take for one.
    fn look_alikes(&self) -> Vec<Warning> {
        let folded: BTreeSet<(String, &Path)> =
            self.files.keys().map(|path| (folded(path), path)).collect();
        let pairs = folded.iter().zip(folded.iter().skip(1));
        pairs
            .filter(|((first, _), (second, _))| first == second)
            .map(|((_, first), (_, second))| Warning::LookAlikes {
                first: (*first).clone(),
                second: (*second).clone(),
            })
            .collect()
    }
}

/// A path as a file system sees it that knows neither case nor the spelling of accents.
fn folded(path: &Path) -> String {
    path.as_str().nfc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Path {
        text.parse().unwrap()
    }

    /// Adds entries in order; a slash at the end makes a directory.
    fn contents(entries: &[&str]) -> Result<Contents, ContentsError> {
        let mut contents = Contents::new(Limits {
            entries: 6,
            ..Limits::default()
        });
        for entry in entries {
            match entry.strip_suffix('/') {
                Some(directory) => contents.add_directory(&path(directory))?,
                None => contents.add_file(&path(entry), 1)?,
            }
        }
        Ok(contents)
    }

    #[track_caller]
    fn check(entries: &[&str], warnings: &[Warning]) {
        assert_eq!(contents(entries).unwrap().warnings(), warnings);
    }

    #[test]
    fn files_come_sorted_by_the_bytes_of_their_paths() {
        let contents = contents(&["b", "a/x", "a-b"]).unwrap();
        let files: Vec<_> = contents.files().map(|(path, _)| path.to_string()).collect();
        assert_eq!(files, ["a-b", "a/x", "b"]);
    }

    #[test]
    fn a_file_comes_once_and_is_no_directory() {
        assert_eq!(
            contents(&["a", "a"]).unwrap_err(),
            ContentsError::Duplicate(path("a"))
        );
        for entries in [["a", "a/b"], ["a/b", "a"], ["a", "a/"], ["a/", "a"]] {
            assert_eq!(
                contents(&entries).unwrap_err(),
                ContentsError::FileAndDirectory(path("a")),
                "{entries:?}"
            );
        }
    }

    #[test]
    fn a_directory_may_come_again() {
        check(&["a/", "a/", "a/b", "a/"], &[]);
    }

    #[test]
    fn implied_directories_count() {
        assert!(contents(&["a/b/c/d/e/f"]).is_ok());
        let error = contents(&["a/b/c/d/e/f/g"]).unwrap_err();
        assert_eq!(error, ContentsError::Limit(LimitError::Entries(6)));
    }

    #[test]
    fn sizes_add_up() {
        let mut contents = Contents::new(Limits {
            unpacked: 5,
            file: 4,
            ..Limits::default()
        });
        contents.add_file(&path("a"), 4).unwrap();
        assert!(matches!(
            contents.add_file(&path("b"), 5),
            Err(ContentsError::Limit(LimitError::File { .. }))
        ));
        assert_eq!(
            contents.add_file(&path("b"), 2),
            Err(ContentsError::Limit(LimitError::Unpacked(5)))
        );
        assert!(
            Contents::new(Limits::default())
                .add_file(&path("a"), u64::MAX)
                .is_err()
        );
    }

    #[test]
    fn what_is_odd_is_named() {
        check(&["a/", "a/x"], &[]);
        check(
            &["a/x", "a/y", "a/"],
            &[Warning::UndeclaredDirectory(path("a/x"))],
        );
        check(&["a/", "a/b/"], &[Warning::EmptyDirectory(path("a/b"))]);
        check(
            &["READ.me", "read.me"],
            &[Warning::LookAlikes {
                first: path("READ.me"),
                second: path("read.me"),
            }],
        );
        check(
            &["e\u{301}", "é"],
            &[Warning::LookAlikes {
                first: path("e\u{301}"),
                second: path("é"),
            }],
        );
    }
}
