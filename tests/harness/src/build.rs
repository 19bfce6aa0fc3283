//! Programs of the Go world, built once from modules of ours that only pin them.
//!
//! Binaries live outside the tree, under a name that says what they were made of, so that several
//! checkouts and several test processes share one build.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::environment;
use crate::process::{Output, Running};
use crate::report::remark;

/// Flags of every build: small binaries that do not depend on where they were built.
const FLAGS: [&str; 3] = ["-trimpath", "-buildvcs=false", "-mod=readonly"];

/// A cold build of the largest module takes 4 to 8 minutes on 2 cores, and others may be building.
const BUILD_DEADLINE: Duration = Duration::from_mins(40);

/// Go answers about itself at once; a first start on a busy machine takes a moment.
const QUESTION_DEADLINE: Duration = Duration::from_mins(1);

/// How much of Go's output an error repeats, in lines: the cause stands at the end.
const TAIL: usize = 30;

/// A Go module in this repository, and the program that it is there for.
#[derive(Debug, Clone, Copy)]
pub struct GoModule {
    /// What people call the program.
    pub title: &'static str,
    /// The name of the binary, and of its folder in the cache.
    pub name: &'static str,
    /// Where the module is, from the folder of tests; every file in it is part of the program.
    pub directory: &'static str,
    /// The package to build.
    pub package: &'static str,
    /// What the linker is told besides leaving out symbols and debug information.
    pub linker_flags: &'static str,
    /// How long a cold build takes on 2 cores, for people who wait for it.
    pub minutes: u32,
}

/// OpenTofu, as a host to test with.
pub const OPENTOFU: GoModule = GoModule {
    title: "OpenTofu",
    name: "tofu",
    directory: "hosts/opentofu",
    package: "github.com/opentofu/opentofu/cmd/tofu",
    linker_flags: "-X github.com/opentofu/opentofu/version.dev=no",
    minutes: 4,
};

/// Providers to compare with in benchmarks.
pub const PEERS: [GoModule; 2] = [
    GoModule {
        title: "kubectl provider",
        name: "terraform-provider-kubectl",
        directory: "peers/kubectl",
        package: "github.com/gavinbunney/terraform-provider-kubectl",
        linker_flags: "",
        minutes: 1,
    },
    GoModule {
        title: "helm provider",
        name: "terraform-provider-helm",
        directory: "peers/helm",
        package: "github.com/hashicorp/terraform-provider-helm",
        linker_flags: "",
        minutes: 1,
    },
];

/// Why there is no binary.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// There is no place for the cache.
    #[error("no place for built programs: set one of KRE_CACHE_DIR, XDG_CACHE_HOME, HOME")]
    NoCache,
    /// A file or folder of the module or the cache cannot be used.
    #[error("failed to use `{path}`")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The command could not be started.
    #[error("failed to run `{command}`, which builds {title}: is it installed and on PATH?")]
    Start {
        /// The program that was to be started.
        command: &'static str,
        /// What was to be built.
        title: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// Go ran and failed.
    #[error("failed to build {title} in `{directory}`:\n{tail}")]
    Go {
        /// What was to be built.
        title: &'static str,
        /// The module.
        directory: PathBuf,
        /// The command and the end of what it wrote.
        tail: String,
    },
}

impl GoModule {
    /// Returns the path of the binary, and builds it first if nobody has.
    ///
    /// Processes that want the same binary at once wait for the first of them.
    pub fn binary(&self) -> Result<PathBuf, BuildError> {
        self.binary_in(&cache_directory(environment::variable).ok_or(BuildError::NoCache)?)
    }

    /// Returns what people call the program, with the version that is pinned.
    pub fn versioned_title(&self) -> Result<String, BuildError> {
        let module = self.path().join("go.mod");
        let text = fs::read_to_string(&module).map_err(|source| file(&module, source))?;
        let version = version(&text, self.package);
        Ok(version.map_or(self.title.to_owned(), |version| {
            format!("{} {version}", self.title)
        }))
    }

    fn binary_in(&self, cache: &Path) -> Result<PathBuf, BuildError> {
        let folder = cache.join(format!("{}-{}", self.name, self.fingerprint()?));
        let binary = folder.join(self.name);
        if binary.exists() {
            return Ok(binary);
        }
        fs::create_dir_all(&folder).map_err(|source| file(&folder, source))?;
        let _lock = self.lock(&folder.join("lock"))?;
        // Whoever held the lock before may have built it.
        if !binary.exists() {
            self.build(&binary)?;
        }
        Ok(binary)
    }

    /// Waits for the lock; it is released when the file is closed, also by a kill.
    fn lock(&self, path: &Path) -> Result<File, BuildError> {
        let lock = File::create(path).map_err(|source| file(path, source))?;
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(source)) => return Err(file(path, source)),
        }
        remark(format_args!(
            "waiting for another process that builds {}",
            self.title
        ));
        lock.lock().map_err(|source| file(path, source))?;
        Ok(lock)
    }

    fn build(&self, binary: &Path) -> Result<(), BuildError> {
        let title = self.versioned_title()?;
        let minutes = self.minutes;
        remark(format_args!(
            "building {title}, once, about {minutes} min when nothing is cached"
        ));
        let partial = binary.with_extension("partial");
        let mut command = Command::new("nice");
        command
            .args(["go", "build"])
            .args(FLAGS)
            .arg("-ldflags")
            .arg(self.linker_flags());
        command.arg("-o").arg(&partial).arg(self.package);
        let output = self.run(command, "nice", BUILD_DEADLINE)?;
        fs::rename(&partial, binary).map_err(|source| file(&partial, source))?;
        remark(format_args!("built {title} in {:.0?}", output.took));
        Ok(())
    }

    /// Returns what stands for everything that the binary is made of, as 16 hexadecimal digits.
    fn fingerprint(&self) -> Result<String, BuildError> {
        let directory = self.path();
        let mut sources = BTreeMap::new();
        read_all(&directory, &mut sources).map_err(|source| file(&directory, source))?;
        let mut hash = Sha256::new();
        for (path, content) in &sources {
            let name = path.strip_prefix(&directory).unwrap_or(path);
            hash.update(name.as_os_str().as_encoded_bytes());
            hash.update([0]);
            hash.update(Sha256::digest(content));
        }
        let mut command = Command::new("go");
        command.arg("version");
        let go = self.run(command, "go", QUESTION_DEADLINE)?.stdout;
        for text in FLAGS
            .into_iter()
            .chain([self.package, self.linker_flags, go.trim()])
        {
            hash.update(text);
            hash.update([0]);
        }
        let bytes = hash.finalize().into_iter().take(8);
        let number = bytes.fold(0_u64, |number, byte| number << 8 | u64::from(byte));
        Ok(format!("{number:016x}"))
    }

    fn run(
        &self,
        mut command: Command,
        program: &'static str,
        deadline: Duration,
    ) -> Result<Output, BuildError> {
        let directory = self.path();
        let start = |source| BuildError::Start {
            command: program,
            title: self.title,
            source,
        };
        // A workspace file in a folder above would change what is built.
        command
            .current_dir(&directory)
            .env("CGO_ENABLED", "0")
            .env("GOWORK", "off");
        let output = Running::start(command, "", deadline)
            .and_then(Running::wait)
            .map_err(start)?;
        if output.succeeded() {
            return Ok(output);
        }
        let tail = tail(&output.to_string());
        Err(BuildError::Go {
            title: self.title,
            directory,
            tail,
        })
    }

    fn linker_flags(&self) -> String {
        format!("-s -w {}", self.linker_flags).trim_end().to_owned()
    }

    fn path(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(self.directory)
    }
}

fn file(path: &Path, source: io::Error) -> BuildError {
    BuildError::File {
        path: path.to_owned(),
        source,
    }
}

/// Reads every file below a folder that is not hidden.
fn read_all(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
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

/// Chooses where built programs are kept.
fn cache_directory(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if let Some(own) = variable("KRE_CACHE_DIR") {
        return Some(PathBuf::from(own));
    }
    let shared = variable("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(variable("HOME")?).join(".cache")))?;
    Some(shared.join("terraform-provider-kre"))
}

/// Finds the version at which a `go.mod` pins the module of a package.
fn version<'a>(go_mod: &'a str, package: &str) -> Option<&'a str> {
    let requirements = go_mod
        .lines()
        .take_while(|line| !line.starts_with("replace"));
    requirements
        .filter_map(|line| line.trim().trim_start_matches("require ").split_once(" v"))
        .filter(|(module, _)| package.starts_with(module))
        .find_map(|(_, version)| version.split_whitespace().next())
}

/// Returns the last lines of a long text.
fn tail(text: &str) -> String {
    let lines: Vec<_> = text.trim_end().lines().collect();
    let start = lines.len().saturating_sub(TAIL);
    lines.into_iter().skip(start).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(variables: &[(&str, &str)]) -> Option<PathBuf> {
        cache_directory(|name| {
            let (_, value) = variables.iter().find(|(variable, _)| *variable == name)?;
            Some(OsString::from(value))
        })
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
    fn the_version_of_a_program_stands_in_its_module() {
        for module in [OPENTOFU].into_iter().chain(PEERS) {
            let text = fs::read_to_string(module.path().join("go.mod")).unwrap();
            let version = version(&text, module.package).unwrap();
            assert!(
                version.starts_with(|digit: char| digit.is_ascii_digit()),
                "{version}"
            );
        }
    }

    #[test]
    fn the_tail_of_a_text_is_its_last_lines() {
        let lines: Vec<_> = (1..=100).map(|number| number.to_string()).collect();
        let tail = tail(&lines.join("\n"));

        assert!(tail.starts_with("71\n"), "{tail}");
        assert!(tail.ends_with("\n100"), "{tail}");
    }

    #[test]
    fn a_failing_build_says_what_go_said() {
        let cache = tempfile::tempdir().unwrap();
        let module = GoModule {
            package: "example.invalid/nothing",
            ..PEERS[0]
        };

        let error = module.binary_in(cache.path()).unwrap_err().to_string();

        assert!(
            error.starts_with("failed to build kubectl provider in `"),
            "{error}"
        );
        assert!(error.contains("example.invalid/nothing"), "{error}");
    }

    #[test]
    fn a_module_that_is_not_there_is_named() {
        let cache = tempfile::tempdir().unwrap();
        let module = GoModule {
            directory: "peers/nobody",
            ..PEERS[0]
        };

        let error = module.binary_in(cache.path()).unwrap_err().to_string();

        assert!(error.ends_with("peers/nobody`"), "{error}");
    }

    #[test]
    fn two_who_want_a_program_at_once_get_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("source");
        fs::create_dir(&source).unwrap();
        fs::write(source.join("go.mod"), "module example.invalid/tiny\n").unwrap();
        fs::write(source.join("main.go"), "package main\n\nfunc main() {}\n").unwrap();
        let module = GoModule {
            title: "a tiny program",
            name: "tiny",
            directory: source.to_string_lossy().into_owned().leak(),
            package: "example.invalid/tiny",
            linker_flags: "",
            minutes: 1,
        };
        let cache = folder.path().join("cache");

        let [first, second] = std::thread::scope(|scope| {
            let build = || scope.spawn(|| module.binary_in(&cache).unwrap());
            [build(), build()].map(|build| build.join().unwrap())
        });

        assert_eq!(first, second);
        assert!(Command::new(first).status().unwrap().success());
    }

    #[test]
    fn changed_sources_make_another_program() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().to_string_lossy().into_owned().leak();
        let module = GoModule {
            directory,
            ..PEERS[0]
        };
        fs::write(
            folder.path().join("go.mod"),
            "module example.invalid/tiny\n",
        )
        .unwrap();
        let before = module.fingerprint().unwrap();

        fs::write(folder.path().join("main.go"), "package main\n").unwrap();

        assert_ne!(module.fingerprint().unwrap(), before);
    }

    #[test]
    fn a_binary_in_the_cache_is_used_as_it_is() {
        let cache = tempfile::tempdir().unwrap();
        let module = PEERS[0];
        let name = format!("{}-{}", module.name, module.fingerprint().unwrap());
        let binary = cache.path().join(name).join(module.name);
        fs::create_dir_all(binary.parent().unwrap()).unwrap();
        fs::write(&binary, "not a program").unwrap();

        assert_eq!(module.binary_in(cache.path()).unwrap(), binary);
    }
}
