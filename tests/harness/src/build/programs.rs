//! Programs side by side in one folder, for those who look for several of them by name.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process;

use super::cache::{self, Ingredients};
use super::{BuildError, GoModule};

/// Returns a folder with a link to each program, built first where nobody has, and to others that
/// are built already, by the name that they have there.
///
/// The folder's name says what is in it: it never changes, and whoever wants the same programs
/// uses the same folder.
pub fn programs(modules: &[GoModule], others: &[(&str, PathBuf)]) -> Result<PathBuf, BuildError> {
    let cache = cache::directory()?;
    let mut binaries = BTreeMap::new();
    for module in modules {
        binaries.insert(module.name.into(), module.binary_in(&cache)?);
    }
    let others = others.iter().cloned();
    binaries.extend(others.map(|(name, binary)| (name.into(), binary)));
    link(&cache, &binaries)
}

fn link(cache: &Path, binaries: &BTreeMap<OsString, PathBuf>) -> Result<PathBuf, BuildError> {
    let mut ingredients = Ingredients::default();
    for (name, binary) in binaries {
        ingredients.text(name.as_encoded_bytes());
        ingredients.text(binary.as_os_str().as_encoded_bytes());
    }
    let folder = cache.join(format!("programs-{}", ingredients.digest()));
    if folder.exists() {
        return Ok(folder);
    }
    // A folder appears under its name with everything in it, or not at all.
    let partial = tempfile::Builder::new()
        .prefix(&format!("partial-{}-", process::id()))
        .tempdir_in(cache)
        .map_err(|source| BuildError::file(cache, source))?;
    for (name, binary) in binaries {
        let link = partial.path().join(name);
        symlink(binary, &link).map_err(|source| BuildError::file(&link, source))?;
    }
    match fs::rename(partial.path(), &folder) {
        Ok(()) => Ok(folder),
        // Somebody else was faster; the links are the same.
        Err(_) if folder.exists() => Ok(folder),
        Err(source) => Err(BuildError::file(&folder, source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binaries(cache: &Path, names: &[&str]) -> BTreeMap<OsString, PathBuf> {
        let binary = |name: &&str| {
            let path = cache.join(format!("{name}-0")).join("binary");
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, name).unwrap();
            (name.into(), path)
        };
        names.iter().map(binary).collect()
    }

    #[test]
    fn every_program_is_found_by_its_name() {
        let cache = tempfile::tempdir().unwrap();
        let folder = link(cache.path(), &binaries(cache.path(), &["kwok", "minio"])).unwrap();

        for name in ["kwok", "minio"] {
            assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), name);
        }
    }

    #[test]
    fn other_programs_are_in_another_folder() {
        let cache = tempfile::tempdir().unwrap();
        let one = link(cache.path(), &binaries(cache.path(), &["kwok"])).unwrap();
        let two = link(cache.path(), &binaries(cache.path(), &["kwok", "minio"])).unwrap();

        assert_ne!(one, two);
    }

    #[test]
    fn many_at_once_get_the_same_folder_and_leave_nothing_else() {
        let cache = tempfile::tempdir().unwrap();
        let programs = binaries(cache.path(), &["kwok", "minio"]);

        let folders = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| link(cache.path(), &programs).unwrap()))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect::<Vec<_>>()
        });

        assert!(folders.iter().all(|folder| folder == &folders[0]));
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 3);
    }
}
