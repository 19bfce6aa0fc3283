//! Starts, ends and finds the test cluster of this machine: what `make cluster` runs.
//!
//! Builds what is missing, and leaves the rest to `devcluster`, whose verbs and flags these are.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::{env, io};

use harness::build::{BuildError, COREDNS, DEVCLUSTER};
use harness::cluster::{ClusterError, Tier, Tool};
use harness::report::remark;
use terraform::diagnostics::chain;

/// Why `devcluster` does not run.
#[derive(Debug, thiserror::Error)]
enum StartError {
    /// There are two kinds of clusters.
    #[error("there is no such tier: leave TIER out or set it to 1 or 2, not to `{0}`")]
    Tier(String),
    /// The tool could not be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A program of the cluster could not be built.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The system does not run it.
    #[error("failed to run `{path}`")]
    Run { path: PathBuf, source: io::Error },
}

fn main() -> ExitCode {
    let Err(error) = become_devcluster(env::args_os().skip(1).collect());
    remark(format_args!("cluster: {}", chain(&error)));
    ExitCode::FAILURE
}

/// Replaces this process by `devcluster`, and returns only if that fails.
fn become_devcluster(arguments: Vec<OsString>) -> Result<std::convert::Infallible, StartError> {
    let tier = parse(tier())?;
    let starts = arguments.first().is_some_and(|verb| verb == "up");
    let mut command = if starts {
        start(tier, arguments)?
    } else {
        // Who ends or finds a cluster needs none of what it consists of.
        let mut command = Command::new(DEVCLUSTER.binary()?);
        command.args(arguments);
        command
    };
    let path = PathBuf::from(command.get_program());
    let source = command.exec();
    Err(StartError::Run { path, source })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place of this program that reads the environment"
)]
fn tier() -> Option<OsString> {
    env::var_os("TIER")
}

fn parse(tier: Option<OsString>) -> Result<Tier, StartError> {
    let tier = tier.unwrap_or_default();
    match tier.to_str() {
        Some("" | "1") => Ok(Tier::One),
        Some("2") => Ok(Tier::Two),
        _ => Err(StartError::Tier(tier.to_string_lossy().into_owned())),
    }
}

/// Returns what starts a cluster: of the tier that was asked for, if the machine can do that.
fn start(tier: Tier, mut arguments: Vec<OsString>) -> Result<Command, ClusterError> {
    if tier == Tier::Two {
        let tool = Tool::with(&[COREDNS])?;
        match tool.lack()? {
            None => {
                arguments.extend(["--tier".into(), "2".into()]);
                return Ok(tool.command(arguments));
            }
            Some(lack) => remark(format_args!("tier 1 in place of 2: {lack}")),
        }
    }
    Ok(Tool::complete()?.command(arguments))
}
