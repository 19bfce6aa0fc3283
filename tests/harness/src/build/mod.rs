//! Programs of the Go world, built once from modules of ours that only pin them.
//!
//! Binaries live outside the tree, under a name that says what they were made of, so that several
//! checkouts and several test processes share one build.

pub(crate) mod cache;
mod error;
mod modules;
mod programs;
mod toolchain;
mod workspace;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use error::BuildError;
pub use modules::{
    COREDNS, DEVCLUSTER, INFLUXDB, KWOK, MINIO, MONGODB, NATS, OPENTOFU, PEERS, SERVICES, VERSITYGW,
};
pub use programs::programs;
pub use workspace::{STAND_IN, stand_ins};

use self::cache::Ingredients;
use self::toolchain::Toolchain;
use crate::report::remark;

/// Flags of every build: small binaries that do not depend on where they were built.
const FLAGS: [&str; 3] = ["-trimpath", "-buildvcs=false", "-mod=readonly"];

/// The file beside a binary that says what its build cost.
const COST: &str = "cost";

/// What the build of a program cost when it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// How long it took.
    pub took: Duration,
    /// How many packages were compiled: few of them if Go had the others in a cache of its own.
    pub packages: usize,
}

/// A Go module in this repository, and the program that it is there for.
#[derive(Debug, Clone, Copy)]
pub struct GoModule {
    /// What people call the program.
    pub title: &'static str,
    /// The name of the binary, and of its folder in the cache.
    pub name: &'static str,
    /// Where the module is, from the folder of tests; every file in it is part of the program.
    pub directory: &'static str,
    /// Further folders whose files are part of the program, from the folder of tests.
    pub shares: &'static [&'static str],
    /// The package to build.
    pub package: &'static str,
    /// The module that it is there to pin: its version is what people call the program's.
    pub pins: &'static str,
    /// What the linker is told besides leaving out symbols and debug information.
    pub linker_flags: &'static str,
    /// How long a cold build takes on 2 cores, for people who wait for it.
    pub minutes: u32,
}

impl GoModule {
    /// Returns the path of the binary, and builds it first if nobody has.
    ///
    /// Processes that want the same binary at once wait for the first of them.
    pub fn binary(&self) -> Result<PathBuf, BuildError> {
        self.binary_in(&cache::directory()?)
    }

    /// Returns what people call the program, with the version that is pinned.
    pub fn versioned_title(&self) -> Result<String, BuildError> {
        let module = self.path().join("go.mod");
        let text =
            fs::read_to_string(&module).map_err(|source| BuildError::file(&module, source))?;
        let version = version(&text, self.pins);
        Ok(version.map_or(self.title.to_owned(), |version| {
            format!("{} {version}", self.title)
        }))
    }

    /// Returns what the build of the binary cost; `None` if nobody knows.
    pub fn cost(&self) -> Result<Option<Cost>, BuildError> {
        let binary = self.binary()?;
        let text = fs::read_to_string(binary.with_file_name(COST)).unwrap_or_default();
        let numbers = text.trim_end().split_once(' ');
        Ok(numbers.and_then(|(milliseconds, packages)| {
            Some(Cost {
                took: Duration::from_millis(milliseconds.parse().ok()?),
                packages: packages.parse().ok()?,
            })
        }))
    }

    fn binary_in(&self, cache: &Path) -> Result<PathBuf, BuildError> {
        let toolchain = Toolchain::find(self)?;
        let folder = cache.join(format!("{}-{}", self.name, self.fingerprint(&toolchain)?));
        let binary = folder.join(self.name);
        if binary.exists() {
            return Ok(binary);
        }
        fs::create_dir_all(&folder).map_err(|source| BuildError::file(&folder, source))?;
        let _lock = cache::lock(&folder.join("lock"), self.title)?;
        // Whoever held the lock before may have built it.
        if !binary.exists() {
            self.build(&toolchain, &binary)?;
        }
        Ok(binary)
    }

    fn build(&self, toolchain: &Toolchain<'_>, binary: &Path) -> Result<(), BuildError> {
        let title = self.versioned_title()?;
        let minutes = self.minutes;
        remark(format_args!(
            "building {title}, once, about {minutes} min when nothing is cached"
        ));
        let partial = binary.with_extension("partial");
        let Cost { took, packages } = toolchain.build(&FLAGS, &self.linker_flags(), &partial)?;
        let cost = binary.with_file_name(COST);
        fs::write(&cost, format!("{} {packages}\n", took.as_millis()))
            .map_err(|source| BuildError::file(&cost, source))?;
        fs::rename(&partial, binary).map_err(|source| BuildError::file(&partial, source))?;
        remark(format_args!("built {title} in {took:.0?}"));
        Ok(())
    }

    /// Returns what stands for everything that the binary is made of.
    fn fingerprint(&self, toolchain: &Toolchain<'_>) -> Result<String, BuildError> {
        let mut ingredients = Ingredients::default();
        ingredients.folder(&self.path())?;
        for shared in self.shares {
            ingredients.folder(&tests_folder().join(shared))?;
        }
        for text in FLAGS
            .into_iter()
            .chain([self.package, self.linker_flags, &toolchain.identity])
        {
            ingredients.text(text);
        }
        Ok(ingredients.digest())
    }

    fn linker_flags(&self) -> String {
        format!("-s -w {}", self.linker_flags).trim_end().to_owned()
    }

    fn path(&self) -> PathBuf {
        tests_folder().join(self.directory)
    }
}

fn tests_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Finds the version at which a `go.mod` pins a module.
fn version<'a>(go_mod: &'a str, module: &str) -> Option<&'a str> {
    let requirements = go_mod
        .lines()
        .take_while(|line| !line.starts_with("replace"));
    requirements
        .filter_map(|line| line.trim().trim_start_matches("require ").split_once(" v"))
        .find(|(pinned, _)| *pinned == module)
        .and_then(|(_, version)| version.split_whitespace().next())
}

#[cfg(test)]
mod tests;
