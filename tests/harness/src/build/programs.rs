//! Programs side by side in one folder, for those who look for several of them by name.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process;

use super::cache::{self, Ingredients};
use super::{BuildError, GoModule};

/// Returns a folder with a link to each program, built first where nobody has.
///
/// The folder's name says what is in it: it never changes, and whoever wants the same programs
/// uses the same folder.
pub fn programs(modules: &[GoModule]) -> Result<PathBuf, BuildError> {
    let cache = cache::directory()?;
    let mut binaries = Vec::new();
    for module in modules {
        binaries.push(module.binary_in(&cache)?);
    }
    link(&cache, binaries)
}

fn link(cache: &Path, mut binaries: Vec<PathBuf>) -> Result<PathBuf, BuildError> {
    binaries.sort();
    binaries.dedup();
    let mut ingredients = Ingredients::default();
    for binary in &binaries {
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
    for binary in &binaries {
        let link = partial.path().join(binary.file_name().unwrap_or_default());
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

    fn binaries(cache: &Path, names: &[&str]) -> Vec<PathBuf> {
        let binary = |name: &&str| {
            let path = cache.join(format!("{name}-0")).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, name).unwrap();
            path
        };
        names.iter().map(binary).collect()
    }

    #[test]
    fn every_program_is_found_by_its_name() {
        let cache = tempfile::tempdir().unwrap();
        let folder = link(cache.path(), binaries(cache.path(), &["kwok", "minio"])).unwrap();

        for name in ["kwok", "minio"] {
            assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), name);
        }
    }

    #[test]
    fn the_order_of_programs_does_not_matter() {
        let cache = tempfile::tempdir().unwrap();
        let forward = link(cache.path(), binaries(cache.path(), &["kwok", "minio"])).unwrap();
        let backward = link(cache.path(), binaries(cache.path(), &["minio", "kwok"])).unwrap();

        assert_eq!(forward, backward);
    }

    #[test]
    fn other_programs_are_in_another_folder() {
        let cache = tempfile::tempdir().unwrap();
        let one = link(cache.path(), binaries(cache.path(), &["kwok"])).unwrap();
        let two = link(cache.path(), binaries(cache.path(), &["kwok", "minio"])).unwrap();

        assert_ne!(one, two);
    }

    #[test]
    fn many_at_once_get_the_same_folder_and_leave_nothing_else() {
        let cache = tempfile::tempdir().unwrap();
        let programs = binaries(cache.path(), &["kwok", "minio"]);

        let folders = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| link(cache.path(), programs.clone()).unwrap()))
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
