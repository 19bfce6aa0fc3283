//! Which image is stood for.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
    process::ExitCode,
};

use crate::{
    client, durables, entrypoint,
    runner::{self, Flavour},
};

/// An image that is stood for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// `kre-call`: a client, for people and tests.
    Call,
    /// `durables`: the consumers of a node without its runner.
    Durables,
    /// `kre-entrypoint`.
    Entrypoint,
    /// `kre-runner`: kre-py, which runs the nodes of most KRTs.
    Runner,
    /// `kre-runner-go`: kre-go.
    RunnerGo,
}

impl Face {
    /// Chooses by the name of the program, or else by the first argument, and leaves the others.
    pub(crate) fn of(arguments: &mut impl Iterator<Item = OsString>) -> Option<Self> {
        let program = arguments.next()?;
        let name = Path::new(&program).file_name()?;
        Self::named(name).or_else(|| Self::named(&arguments.next()?))
    }

    /// Does what the image does, and returns with which code it ends.
    pub(crate) fn run(self, arguments: impl Iterator<Item = OsString>) -> ExitCode {
        match self {
            Self::Call => client::run(arguments),
            Self::Durables => durables::run(),
            Self::Entrypoint => entrypoint::run(arguments),
            Self::Runner => runner::run(Flavour::Python),
            Self::RunnerGo => runner::run(Flavour::Go),
        }
    }

    fn named(name: &OsStr) -> Option<Self> {
        match name.to_str()? {
            "kre-call" => Some(Self::Call),
            "durables" => Some(Self::Durables),
            "kre-entrypoint" => Some(Self::Entrypoint),
            "kre-runner" => Some(Self::Runner),
            "kre-runner-go" => Some(Self::RunnerGo),
            _ => None,
        }
    }
}
