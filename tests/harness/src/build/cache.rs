//! Where built programs are kept, and how several processes share the place.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::BuildError;
use crate::environment;
use crate::report::remark;

/// Returns the folder of this user's built programs.
pub(crate) fn directory() -> Result<PathBuf, BuildError> {
    choose(environment::variable).ok_or(BuildError::NoCache)
}

/// Chooses where built programs are kept.
fn choose(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if let Some(own) = variable("KRE_CACHE_DIR") {
        return Some(PathBuf::from(own));
    }
    let shared = variable("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(variable("HOME")?).join(".cache")))?;
    Some(shared.join("terraform-provider-kre"))
}

/// Waits for a lock; it is released when the file is closed, also by a kill.
pub(crate) fn lock(path: &Path, title: &str) -> Result<File, BuildError> {
    let failed = |source| BuildError::file(path, source);
    let lock = File::create(path).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => return Ok(lock),
        Err(TryLockError::WouldBlock) => {}
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    remark(format_args!(
        "waiting for another process that builds {title}"
    ));
    lock.lock().map_err(failed)?;
    Ok(lock)
}

/// What a thing in the cache is made of, for the name that says so.
#[derive(Debug, Default)]
pub(crate) struct Ingredients(Sha256);

impl Ingredients {
    /// Adds a text.
    pub(crate) fn text(&mut self, text: impl AsRef<[u8]>) {
        self.0.update(text);
        self.0.update([0]);
    }

    /// Adds what a folder contains, except hidden files and Go's tests, which no program has in it.
    pub(crate) fn folder(&mut self, folder: &Path) -> Result<(), BuildError> {
        let mut files = BTreeMap::new();
        read_all(folder, &mut files).map_err(|source| BuildError::file(folder, source))?;
        for (path, content) in &files {
            let name = path.strip_prefix(folder).unwrap_or(path);
            self.text(name.as_os_str().as_encoded_bytes());
            self.text(Sha256::digest(content));
        }
        Ok(())
    }

    /// Returns what stands for all of them, as 16 hexadecimal digits.
    pub(crate) fn digest(self) -> String {
        let bytes = self.0.finalize().into_iter().take(8);
        let number = bytes.fold(0_u64, |number, byte| number << 8 | u64::from(byte));
        format!("{number:016x}")
    }
}

fn read_all(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        if name.starts_with(b".") || name.ends_with(b"_test.go") {
            continue;
        }
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            read_all(&path, files)?;
        } else {
            files.insert(path.clone(), fs::read(path)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(variables: &[(&str, &str)]) -> Option<PathBuf> {
        choose(|name| {
            let (_, value) = variables.iter().find(|(variable, _)| *variable == name)?;
            Some(OsString::from(value))
        })
    }

    fn digest(folder: &Path) -> String {
        let mut ingredients = Ingredients::default();
        ingredients.folder(folder).unwrap();
        ingredients.digest()
    }

    #[test]
    fn the_own_cache_variable_wins_and_is_taken_as_it_is() {
        let found = cache(&[("KRE_CACHE_DIR", "/own"), ("XDG_CACHE_HOME", "/shared")]);
        assert_eq!(found, Some(PathBuf::from("/own")));
    }

    #[test]
    fn the_cache_is_a_folder_below_those_of_the_user() {
        let shared = cache(&[("XDG_CACHE_HOME", "/shared"), ("HOME", "/home")]);
        assert_eq!(
            shared,
            Some(PathBuf::from("/shared/terraform-provider-kre"))
        );

        let home = cache(&[("HOME", "/home")]);
        assert_eq!(
            home,
            Some(PathBuf::from("/home/.cache/terraform-provider-kre"))
        );
    }

    #[test]
    fn without_a_home_there_is_no_cache() {
        assert_eq!(cache(&[]), None);
    }

    #[test]
    fn another_file_makes_another_digest() {
        let folder = tempfile::tempdir().unwrap();
        let before = digest(folder.path());

        fs::write(folder.path().join("main.go"), "package main\n").unwrap();

        assert_ne!(digest(folder.path()), before);
    }

    #[test]
    fn tests_and_hidden_files_are_no_part_of_a_program() {
        let folder = tempfile::tempdir().unwrap();
        let before = digest(folder.path());

        fs::write(folder.path().join("main_test.go"), "package main\n").unwrap();
        fs::write(folder.path().join(".hidden"), "x").unwrap();

        assert_eq!(digest(folder.path()), before);
    }
}
