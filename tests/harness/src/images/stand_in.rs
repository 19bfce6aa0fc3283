//! The program that stands for KRE's images, static, so that it runs in images without anything
//! else.

use std::env::consts;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::ImageError;
use crate::build::cache::{self, Ingredients};
use crate::process::Running;
use crate::report::remark;

/// What people call it.
const TITLE: &str = "the stand-ins of KRE's images";

/// The package, which is also the name of its program.
const PACKAGE: &str = "stand-ins";

/// The profile: small programs, built fast.
const PROFILE: &str = "image";

/// What makes the program independent of the machine's libraries. Without a target that is named,
/// it would be said to what runs while compiling too, which cannot be static.
const FLAGS: &str = "-Ctarget-feature=+crt-static";

/// What the program is made of besides the crate, from the root of the repository.
const SHARED: [&str; 3] = ["Cargo.lock", "Cargo.toml", "rust-toolchain.toml"];

/// A cold build takes 3 minutes on 2 cores, and others may be building.
const DEADLINE: Duration = Duration::from_mins(40);

/// How much of the output an error repeats, in lines.
const TAIL: usize = 30;

/// Returns the path of the program, and builds it first if nobody has.
///
/// What is compiled stays in the cache, so that a change of the program alone takes seconds.
pub fn stand_in() -> Result<PathBuf, ImageError> {
    stand_in_of(&root(), &cache::directory()?)
}

fn stand_in_of(root: &Path, cache: &Path) -> Result<PathBuf, ImageError> {
    let folder = cache.join(format!("stand-in-{}", fingerprint(root)?));
    let program = folder.join("stand-in");
    if program.exists() {
        return Ok(program);
    }
    fs::create_dir_all(&folder).map_err(|error| ImageError::file(&folder, error))?;
    // Checkouts that share the cache build in the same place, where one would get the other's.
    let _lock = cache::lock(&cache.join("stand-in.lock"), TITLE)?;
    // Whoever held the lock before may have built it.
    if !program.exists() {
        let built = build(root, &cache.join("stand-in-target"))?;
        let partial = program.with_extension("partial");
        fs::copy(&built, &partial).map_err(|error| ImageError::file(&built, error))?;
        fs::rename(&partial, &program).map_err(|error| ImageError::file(&partial, error))?;
    }
    Ok(program)
}

/// Builds the program in a folder, and returns its path.
fn build(root: &Path, folder: &Path) -> Result<PathBuf, ImageError> {
    remark(format_args!(
        "building {TITLE}, about 3 min when nothing is cached"
    ));
    let target = format!("{}-unknown-linux-gnu", consts::ARCH);
    let mut command = Command::new("nice");
    command
        .args(["cargo", "build", "--locked", "--package", PACKAGE])
        .args(["--profile", PROFILE, "--target", &target, "--target-dir"])
        .arg(folder)
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS)
        .current_dir(root);
    let output = Running::start(command, "", DEADLINE).and_then(Running::wait);
    let output = output.map_err(|source| ImageError::Start {
        command: "cargo build".to_owned(),
        source,
    })?;
    if !output.succeeded() {
        let text = output.to_string();
        let lines: Vec<_> = text.trim_end().lines().collect();
        let start = lines.len().saturating_sub(TAIL);
        return Err(ImageError::Failed {
            title: TITLE,
            tail: lines.into_iter().skip(start).collect::<Vec<_>>().join("\n"),
        });
    }
    remark(format_args!("built {TITLE} in {:.0?}", output.took));
    Ok(folder.join(target).join(PROFILE).join(PACKAGE))
}

/// Returns what stands for everything that the program is made of.
fn fingerprint(root: &Path) -> Result<String, ImageError> {
    let mut ingredients = Ingredients::default();
    let package = root.join("tests/images").join(PACKAGE);
    ingredients.folder(&package.join("src"))?;
    let manifest = package.join("Cargo.toml");
    for file in SHARED.map(|name| root.join(name)).iter().chain([&manifest]) {
        let content = fs::read(file).map_err(|error| ImageError::file(file, error))?;
        ingredients.text(content);
    }
    for text in [PROFILE, FLAGS, consts::ARCH] {
        ingredients.text(text);
    }
    Ok(ingredients.digest())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with as much in it as the program is made of.
    fn repository() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("tests/images/stand-ins/src")).unwrap();
        for file in SHARED
            .into_iter()
            .chain(["tests/images/stand-ins/Cargo.toml"])
        {
            fs::write(root.path().join(file), file).unwrap();
        }
        root
    }

    #[test]
    fn other_sources_and_other_libraries_make_another_program() {
        let root = repository();
        let first = fingerprint(root.path()).unwrap();

        fs::write(root.path().join("tests/images/stand-ins/src/main.rs"), "").unwrap();
        let second = fingerprint(root.path()).unwrap();
        fs::write(root.path().join("Cargo.lock"), "newer").unwrap();
        let third = fingerprint(root.path()).unwrap();

        assert_ne!(first, second);
        assert_ne!(second, third);
    }

    #[test]
    fn a_program_in_the_cache_is_used_as_it_is() {
        let root = repository();
        let cache = tempfile::tempdir().unwrap();
        let name = format!("stand-in-{}", fingerprint(root.path()).unwrap());
        let program = cache.path().join(name).join("stand-in");
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        fs::write(&program, "not a program").unwrap();

        assert_eq!(stand_in_of(root.path(), cache.path()).unwrap(), program);
    }

    #[test]
    fn a_failing_build_says_what_cargo_said() {
        let root = repository();
        let cache = tempfile::tempdir().unwrap();

        let error = stand_in_of(root.path(), cache.path()).unwrap_err();

        let text = error.to_string();
        assert!(
            text.starts_with("failed to build the stand-ins of"),
            "{text}"
        );
        assert!(text.contains("Cargo.toml"), "{text}");
    }
}
