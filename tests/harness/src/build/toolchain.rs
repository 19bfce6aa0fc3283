//! The Go that is on PATH: whether it will do, and how it is run.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::{BuildError, Cost, GoModule};
use crate::process::{Output, Running};

/// A cold build of the largest module takes 4 to 8 minutes on 2 cores, and others may be building.
const BUILD_DEADLINE: Duration = Duration::from_mins(40);

/// Go answers about itself at once; a first start on a busy machine takes a moment.
const QUESTION_DEADLINE: Duration = Duration::from_mins(1);

/// How much of Go's output an error repeats, in lines: the cause stands at the end.
const TAIL: usize = 30;

/// A Go that is new enough for a module.
#[derive(Debug)]
pub(super) struct Toolchain<'a> {
    module: &'a GoModule,
    /// What it says of itself: version, system, processor.
    pub(super) identity: String,
}

impl<'a> Toolchain<'a> {
    /// Finds the Go on PATH; refuses one that is older than the module asks for.
    pub(super) fn find(module: &'a GoModule) -> Result<Self, BuildError> {
        Self::find_at(OsStr::new("go"), module)
    }

    fn find_at(go: &OsStr, module: &'a GoModule) -> Result<Self, BuildError> {
        let go_mod = module.path().join("go.mod");
        let text =
            fs::read_to_string(&go_mod).map_err(|source| BuildError::file(&go_mod, source))?;
        let needed = text.lines().find_map(|line| line.strip_prefix("go "));
        let needed = needed.unwrap_or_default().trim().to_owned();
        let mut command = Command::new(go);
        command.args(["env", "GOVERSION", "GOOS", "GOARCH"]);
        let output = match start(module, command, QUESTION_DEADLINE) {
            Ok(output) => output,
            Err(source) if source.kind() == io::ErrorKind::NotFound => {
                return Err(BuildError::NoGo {
                    title: module.title,
                });
            }
            Err(source) => return Err(cannot_start(module, "go", source)),
        };
        let old = |found: &str| BuildError::OldGo {
            title: module.title,
            needed: needed.clone(),
            found: found.to_owned(),
        };
        // A Go that fetches newer ones fails here where it cannot.
        if output.stderr.contains("toolchain not available") {
            return Err(old("older and cannot fetch it"));
        }
        let identity = succeeded(module, output)?;
        let found = identity.lines().next().unwrap_or_default();
        let found = found.strip_prefix("go").unwrap_or(found);
        // Development versions have no number, and those who use them know what they do.
        if numbers(found).is_some_and(|found| Some(found) < numbers(&needed)) {
            return Err(old(found));
        }
        Ok(Self { module, identity })
    }

    /// Builds the module's package into a file, and returns what that cost.
    pub(super) fn build(
        &self,
        flags: &[&str],
        linker_flags: &str,
        binary: &Path,
    ) -> Result<Cost, BuildError> {
        let mut command = Command::new("nice");
        // It names each package that it compiles.
        command.args(["go", "build", "-v"]).args(flags);
        command.args(["-ldflags", linker_flags]);
        command.arg("-o").arg(binary).arg(self.module.package);
        let output = start(self.module, command, BUILD_DEADLINE)
            .map_err(|source| cannot_start(self.module, "nice", source))?;
        let took = output.took;
        let packages = output.stderr.lines().count();
        succeeded(self.module, output)?;
        Ok(Cost { took, packages })
    }
}

fn start(module: &GoModule, mut command: Command, deadline: Duration) -> io::Result<Output> {
    let directory = module.path();
    // Else the folder would be what is not found.
    if !directory.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    // A workspace file in a folder above would change what is built.
    command
        .current_dir(directory)
        .env("CGO_ENABLED", "0")
        .env("GOWORK", "off");
    Running::start(command, "", deadline).and_then(Running::wait)
}

fn succeeded(module: &GoModule, output: Output) -> Result<String, BuildError> {
    if output.succeeded() {
        return Ok(output.stdout);
    }
    Err(BuildError::Go {
        title: module.title,
        directory: module.path(),
        tail: tail(&output.to_string()),
    })
}

fn cannot_start(module: &GoModule, command: &'static str, source: io::Error) -> BuildError {
    BuildError::Start {
        command,
        title: module.title,
        source,
    }
}

/// Takes a version apart; `None` if it does not begin with two numbers.
fn numbers(version: &str) -> Option<(u32, u32, u32)> {
    let mut parts = version.split('.').map(|part| {
        // Pre-releases such as `1.27rc1` count as what they precede.
        let end = part.find(|character: char| !character.is_ascii_digit());
        part.get(..end.unwrap_or(part.len())).unwrap_or_default()
    });
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next()?.parse().ok()?;
    let patch = parts.next().and_then(|patch| patch.parse().ok());
    Some((major, minor, patch.unwrap_or(0)))
}

/// Returns the last lines of a long text.
pub(super) fn tail(text: &str) -> String {
    let lines: Vec<_> = text.trim_end().lines().collect();
    let start = lines.len().saturating_sub(TAIL);
    lines.into_iter().skip(start).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::PEERS;

    /// Lets a program that answers like this pass for Go.
    fn refusal_of(script: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let [source, go] = ["source", "go"].map(|name| folder.path().join(name));
        fs::write(&source, format!("#!/bin/sh\n{script}\n")).unwrap();
        // What this process wrote itself, it may not start while another thread starts something.
        let mut install = Command::new("install");
        let installed = install.args(["-m", "755"]).args([&source, &go]).status();
        assert!(installed.unwrap().success());
        let refusal = Toolchain::find_at(go.as_os_str(), &PEERS[0]).err()?;
        Some(refusal.to_string())
    }

    #[test]
    fn an_old_go_is_refused_in_one_line_that_says_what_to_do() {
        let refusal = refusal_of("printf 'go1.19.8\\nlinux\\namd64\\n'").unwrap();

        assert!(
            refusal.contains("and `go` on PATH is 1.19.8: install"),
            "{refusal}"
        );
        assert_eq!(refusal.lines().count(), 1, "{refusal}");
    }

    #[test]
    fn a_go_that_cannot_fetch_the_newer_one_is_refused() {
        let script =
            "echo 'go: download go1.99 for linux/amd64: toolchain not available' >&2; exit 1";
        let refusal = refusal_of(script).unwrap();

        assert!(refusal.contains("cannot fetch"), "{refusal}");
    }

    #[test]
    fn a_new_go_will_do() {
        assert_eq!(refusal_of("printf 'go9.0\\nlinux\\namd64\\n'"), None);
    }

    #[test]
    fn a_missing_go_is_named_as_what_is_missing() {
        let refusal = Toolchain::find_at(OsStr::new("/nowhere/go"), &PEERS[0])
            .unwrap_err()
            .to_string();

        assert!(refusal.starts_with("Go is not installed"), "{refusal}");
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(numbers("1.9") < numbers("1.25.0"));
        assert!(numbers("1.25.3") > numbers("1.25"));
        assert_eq!(numbers("1.27rc1"), Some((1, 27, 0)));
        assert_eq!(numbers("devel"), None);
    }

    #[test]
    fn the_tail_of_a_text_is_its_last_lines() {
        let lines: Vec<_> = (1..=100).map(|number| number.to_string()).collect();
        let tail = tail(&lines.join("\n"));

        assert!(tail.starts_with("71\n"), "{tail}");
        assert!(tail.ends_with("\n100"), "{tail}");
    }
}
