//! The tool that runs clusters, with programs and a home of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::ClusterError;
use crate::build::{DEVCLUSTER, GoModule, KWOK, SERVICES, STAND_IN, programs, stand_ins};
use crate::process::{Output, Running};

/// The longest that any verb may take; a start from nothing takes seconds on a quiet machine.
const DEADLINE: Duration = Duration::from_mins(3);

/// `devcluster`, beside the programs that its clusters consist of.
#[derive(Debug, Clone)]
pub struct Tool {
    programs: PathBuf,
    home: Option<PathBuf>,
}

impl Tool {
    /// Returns the tool with everything that a pod can be: all services, and the stand-ins of KRE's
    /// images; built where needed.
    pub fn complete() -> Result<Self, ClusterError> {
        Self::of(&SERVICES, &[(STAND_IN, stand_ins()?)])
    }

    /// Returns the tool with the programs of every cluster and some services, built where needed.
    pub fn with(services: &[GoModule]) -> Result<Self, ClusterError> {
        Self::of(services, &[])
    }

    fn of(services: &[GoModule], others: &[(&str, PathBuf)]) -> Result<Self, ClusterError> {
        let modules = [&[DEVCLUSTER, KWOK], services].concat();
        Ok(Self {
            programs: programs(&modules, others)?,
            home: None,
        })
    }

    /// Keeps the clusters below another folder than the user's.
    pub fn at_home(self, home: &Path) -> Self {
        Self {
            home: Some(home.to_owned()),
            ..self
        }
    }

    /// Returns the folder with the programs, side by side.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// Returns the command with the arguments, ready to be started.
    pub fn command<Argument: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = Argument>,
    ) -> Command {
        let mut command = Command::new(self.programs.join(DEVCLUSTER.name));
        command.args(arguments);
        if let Some(home) = &self.home {
            command.env("DEVCLUSTER_HOME", home);
        }
        command
    }

    /// Runs the command with the arguments to its end, whatever that is.
    pub fn run(&self, arguments: &[&str]) -> Result<Output, ClusterError> {
        Running::start(self.command(arguments), "", DEADLINE)
            .and_then(Running::wait)
            .map_err(ClusterError::Start)
    }

    /// Returns what this machine lacks for nodes that run containers, in one line; `None` if it
    /// can have them.
    pub fn lack(&self) -> Result<Option<String>, ClusterError> {
        let output = self.run(&["tier"])?;
        let line = output.stderr.trim_end();
        let line = line.strip_prefix("devcluster: ").unwrap_or(line);
        Ok((!output.succeeded()).then(|| line.to_owned()))
    }

    /// Runs a verb for a cluster, and returns what it wrote to stdout.
    pub(super) fn succeed(
        &self,
        verb: &'static str,
        name: &str,
        flags: &[String],
    ) -> Result<String, ClusterError> {
        let mut arguments: Vec<_> = verb.split(' ').chain(["--name", name]).collect();
        arguments.extend(flags.iter().map(String::as_str));
        let output = self.run(&arguments)?;
        if output.succeeded() {
            return Ok(output.stdout);
        }
        Err(ClusterError::Refused {
            verb,
            output: output.to_string(),
        })
    }
}
