//! `krt validate`: verdicts for pipelines.

use std::{
    io,
    path::{Path, PathBuf},
};

use clap::Args;
use kre_core::krt::{Dialect, Options, Verdict, judge};
use kre_engine::files::{FilesError, Krt};
use serde::Serialize;
use terraform::diagnostics::chain;

use super::{Ending, Streams};
use crate::krt::{Finding, explain};

/// Tells what is wrong with KRTs
///
/// The exit code is 0 if all are accepted, 1 if one is refused, 2 if one could not be read.
#[derive(Debug, Args)]
pub(super) struct Validate {
    /// Directories, `.krt` archives or manifests
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Apply the original engine's rules and no others
    #[arg(long)]
    strict: bool,
    /// The dialect: kre-v1, kre-v2 or kai; recognised from the content unless given
    #[arg(long)]
    dialect: Option<Dialect>,
    /// Write one JSON object a file, each in one line
    #[arg(long)]
    json: bool,
}

/// A line of JSON.
#[derive(Debug, Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dialect: Option<Dialect>,
    accepted: bool,
    problems: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Validate {
    pub(super) fn run(&self, streams: &mut Streams<'_>) -> io::Result<Ending> {
        let mut ending = Ending::Good;
        for file in &self.files {
            let judged = self.judge(file);
            let told = if self.json {
                tell_machine(file, &judged, streams)
            } else {
                tell_person(file, &judged, streams)
            };
            ending = ending.max(told?);
        }
        Ok(ending)
    }

    fn judge(&self, file: &Path) -> Result<Verdict, FilesError> {
        let krt = Krt::read(file)?;
        let options = Options {
            dialect: self.dialect,
            strict: self.strict,
            ..Options::default()
        };
        Ok(judge(&krt.artefact().manifest.content, &options))
    }
}

fn tell_person(
    file: &Path,
    judged: &Result<Verdict, FilesError>,
    streams: &mut Streams<'_>,
) -> io::Result<Ending> {
    let verdict = match judged {
        Ok(verdict) => verdict,
        Err(error) => return streams.complain(error),
    };
    let file = file.display();
    for problem in &verdict.problems {
        writeln!(
            streams.out,
            "{}: {file}:{}",
            problem.severity,
            explain(problem)
        )?;
    }
    let (word, ending) = if verdict.is_accepted() {
        ("accepted", Ending::Good)
    } else {
        ("refused", Ending::Refused)
    };
    writeln!(streams.out, "{file}: {word} as {}", verdict.dialect)?;
    Ok(ending)
}

fn tell_machine(
    file: &Path,
    judged: &Result<Verdict, FilesError>,
    streams: &mut Streams<'_>,
) -> io::Result<Ending> {
    let file = file.to_string_lossy();
    let (line, ending) = match judged {
        Ok(verdict) => (
            Line {
                file: &file,
                dialect: Some(verdict.dialect),
                accepted: verdict.is_accepted(),
                problems: verdict.problems.iter().map(Finding::from).collect(),
                error: None,
            },
            if verdict.is_accepted() {
                Ending::Good
            } else {
                Ending::Refused
            },
        ),
        Err(error) => (
            Line {
                file: &file,
                dialect: None,
                accepted: false,
                problems: Vec::new(),
                error: Some(chain(error)),
            },
            Ending::Failed,
        ),
    };
    serde_json::to_writer(&mut *streams.out, &line)?;
    writeln!(streams.out)?;
    Ok(ending)
}
