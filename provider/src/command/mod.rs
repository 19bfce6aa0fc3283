//! What people and pipelines ask of the binary without a host: `terraform-provider-kre krt …`.

mod pack;
mod show;
mod validate;

use std::{ffi::OsString, io::Write, process::ExitCode};

use clap::{Parser, Subcommand};
use terraform::diagnostics::chain;

/// The first argument that makes the binary a tool instead of a plugin, and what for.
pub const TOOL: (&str, &str) = ("krt", "Check, show and pack KRTs");

/// Checks, shows and packs KRTs, the artefacts that versions are made of.
#[derive(Debug, Parser)]
#[command(
    name = "terraform-provider-kre",
    bin_name = "terraform-provider-kre",
    version
)]
struct Arguments {
    #[command(subcommand)]
    area: Area,
}

#[derive(Debug, Subcommand)]
enum Area {
    /// Checks, shows and packs KRTs, the artefacts that versions are made of
    #[command(subcommand)]
    Krt(Verb),
}

#[derive(Debug, Subcommand)]
enum Verb {
    Validate(validate::Validate),
    Pack(pack::Pack),
    Show(show::Show),
}

/// How a command ended. The exit code is 0, 1 or 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ending {
    /// All is well.
    Good,
    /// A KRT was refused.
    Refused,
    /// The command could not do what it was asked to.
    Failed,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Good => Self::SUCCESS,
            Ending::Refused => Self::from(1),
            Ending::Failed => Self::from(2),
        }
    }
}

/// Where a command writes.
struct Streams<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
}

/// Runs the command that the arguments are, the program's name first; `None` if they are none of
/// ours.
pub fn run(arguments: &[OsString], out: &mut dyn Write, err: &mut dyn Write) -> Option<ExitCode> {
    if arguments.get(1).is_none_or(|first| first != TOOL.0) {
        return None;
    }
    let mut streams = Streams { out, err };
    Some(dispatch(arguments, &mut streams).into())
}

fn dispatch(arguments: &[OsString], streams: &mut Streams<'_>) -> Ending {
    let done = match Arguments::try_parse_from(arguments) {
        Ok(Arguments {
            area: Area::Krt(verb),
        }) => match verb {
            Verb::Validate(validate) => validate.run(streams),
            Verb::Pack(pack) => pack.run(streams),
            Verb::Show(show) => show.run(streams),
        },
        Err(answer) if answer.use_stderr() => {
            write!(streams.err, "{answer}").map(|()| Ending::Failed)
        }
        Err(help) => write!(streams.out, "{help}").map(|()| Ending::Good),
    };
    // A reader who has seen enough closes the pipe.
    done.unwrap_or(Ending::Failed)
}

impl Streams<'_> {
    /// Tells why a file could not be handled.
    fn complain(&mut self, error: &dyn std::error::Error) -> std::io::Result<Ending> {
        writeln!(self.err, "error: {}", chain(error))?;
        Ok(Ending::Failed)
    }
}
