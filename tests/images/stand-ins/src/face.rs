//! Which image is stood for.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
    process::ExitCode,
};

use crate::{
    client, downloader, durables, entrypoint,
    runner::{self, Flavour},
    silent, web, writer,
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
    /// `krt-files-downloader`, which fetches the files of a version before its nodes start.
    Downloader,
    /// `kre-mongo-writer`, which stores what nodes save.
    Writer,
    /// `fluent-bit`, which sends logs to the writer; here it is silent.
    FluentBit,
    /// `web`: nginx beside an entrypoint.
    Web,
    /// `pause`, which holds what the containers of a pod share.
    Pause,
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
            Self::Downloader => downloader::run(),
            Self::Writer => writer::run(),
            Self::FluentBit | Self::Pause => silent::run(),
            Self::Web => web::run(arguments),
        }
    }

    fn named(name: &OsStr) -> Option<Self> {
        match name.to_str()? {
            "kre-call" => Some(Self::Call),
            "durables" => Some(Self::Durables),
            "kre-entrypoint" => Some(Self::Entrypoint),
            "kre-runner" => Some(Self::Runner),
            "kre-runner-go" => Some(Self::RunnerGo),
            "krt-files-downloader" => Some(Self::Downloader),
            "kre-mongo-writer" => Some(Self::Writer),
            "fluent-bit" => Some(Self::FluentBit),
            "web" => Some(Self::Web),
            "pause" => Some(Self::Pause),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(line: &str) -> (Option<Face>, Vec<OsString>) {
        let mut arguments = line.split_whitespace().map(OsString::from);
        let face = Face::of(&mut arguments);
        (face, arguments.collect())
    }

    #[test]
    fn the_name_of_the_program_chooses() {
        let (face, rest) = chosen("/fluent-bit/bin/fluent-bit -v");
        assert_eq!(face, Some(Face::FluentBit));
        assert_eq!(rest, ["-v"]);
    }

    #[test]
    fn any_other_name_leaves_it_to_the_first_argument() {
        let (face, rest) = chosen("./stand-ins web -c nginx.conf");
        assert_eq!(face, Some(Face::Web));
        assert_eq!(rest, ["-c", "nginx.conf"]);
    }

    #[test]
    fn nobody_knows_other_names() {
        assert_eq!(chosen("./stand-ins nobody").0, None);
    }
}
