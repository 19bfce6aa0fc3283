//! Programs of this workspace, for clusters that run them in place of containers.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};
use std::{env, fs, io};

use super::BuildError;
use super::toolchain::tail;
use crate::process::Running;
use crate::report::remark;

/// What clusters call the program that stands for KRE's images.
pub const STAND_IN: &str = "stand-in";

/// What people call it.
const TITLE: &str = "the stand-ins of KRE's images";

/// The package, which is also the name of its program here.
const PACKAGE: &str = "stand-ins";

/// A cold build takes 2 minutes on 2 cores, and others may be building.
const DEADLINE: Duration = Duration::from_mins(40);

/// Returns the path of the program that stands for KRE's images, and builds it first if it is not
/// there or old.
///
/// It is that of a plain build, beside the program that asks: where the whole workspace is tested it
/// is there already, and else its libraries mostly are. The static one for images
/// (`images::stand_in`) has all of them compiled again, for minutes, and nothing needs that outside
/// of images.
pub fn stand_ins() -> Result<PathBuf, BuildError> {
    let program = env::current_exe().map_err(|source| BuildError::file(Path::new("/"), source))?;
    let target = target(&program).ok_or_else(|| BuildError::NoTarget {
        title: TITLE,
        program: program.clone(),
    })?;
    let built = target.join("debug").join(PACKAGE);
    let root = super::tests_folder().join("..");
    // Cargo would not take what it has built for the whole workspace, and build it once more.
    if !is_current(&built, &root).unwrap_or(false) {
        build(target)?;
    }
    Ok(built)
}

fn build(target: &Path) -> Result<(), BuildError> {
    remark(format_args!(
        "building {TITLE}, about 2 min when nothing is cached"
    ));
    let mut command = Command::new("nice");
    command
        .args(["cargo", "build", "--locked", "--package", PACKAGE])
        .arg("--target-dir")
        .arg(target)
        .current_dir(super::tests_folder());
    let output = Running::start(command, "", DEADLINE).and_then(Running::wait);
    let output = output.map_err(|source| BuildError::Start {
        command: "nice",
        title: TITLE,
        source,
    })?;
    if !output.succeeded() {
        return Err(BuildError::Cargo {
            title: TITLE,
            tail: tail(&output.to_string()),
        });
    }
    remark(format_args!("built {TITLE} in {:.0?}", output.took));
    Ok(())
}

/// Tells whether a program is not older than what it is made of.
fn is_current(program: &Path, root: &Path) -> io::Result<bool> {
    let built = changed(program)?;
    let package = root.join("tests/images").join(PACKAGE);
    let [manifest, sources] = ["Cargo.toml", "src"].map(|name| package.join(name));
    for source in [root.join("Cargo.lock"), manifest, sources] {
        if newest(&source)? > built {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns when a file, or anything in a folder, was changed last.
fn newest(path: &Path) -> io::Result<SystemTime> {
    let mut newest = changed(path)?;
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            newest = newest.max(self::newest(&entry?.path())?);
        }
    }
    Ok(newest)
}

fn changed(path: &Path) -> io::Result<SystemTime> {
    fs::metadata(path)?.modified()
}

/// Returns the folder into which a program was built, by whatever profile, as a test or not.
fn target(program: &Path) -> Option<&Path> {
    let folder = program.parent()?;
    let kind = folder.file_name()?;
    if kind == "deps" || kind == "examples" {
        return folder.parent()?.parent();
    }
    folder.parent()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_tests_are_built_into_the_same_folder() {
        for program in [
            "debug/cluster",
            "debug/deps/tier1-0",
            "release/deps/cluster-0",
        ] {
            let program = Path::new("/target").join(program);
            assert_eq!(target(&program), Some(Path::new("/target")));
        }
    }

    #[test]
    fn a_program_is_current_until_something_that_it_is_made_of_changes() {
        let root = tempfile::tempdir().unwrap();
        let sources = root.path().join("tests/images/stand-ins");
        fs::create_dir_all(sources.join("src/deep")).unwrap();
        let program = root.path().join("program");
        let files = ["Cargo.toml", "src/deep/main.rs", "../../../Cargo.lock"];
        for file in files.map(|file| sources.join(file)) {
            fs::write(file, "").unwrap();
        }

        assert!(is_current(&program, root.path()).is_err(), "there is none");
        fs::write(&program, "").unwrap();
        assert!(is_current(&program, root.path()).unwrap());
        for file in files.map(|file| sources.join(file)) {
            let later = SystemTime::now() + Duration::from_secs(1);
            let file = fs::File::options().write(true).open(file).unwrap();
            file.set_modified(later).unwrap();
            assert!(!is_current(&program, root.path()).unwrap());
            file.set_modified(later - Duration::from_hours(1)).unwrap();
        }
    }

    #[test]
    fn a_program_at_the_root_was_not_built_there() {
        assert_eq!(target(Path::new("/cluster")), None);
    }
}
