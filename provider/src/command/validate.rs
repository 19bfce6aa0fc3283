//! `krt validate`: verdicts for pipelines.

use std::{
    io,
    path::{Path, PathBuf},
};

use clap::Args;
use kre_core::krt::{Dialect, Options, Verdict};
use kre_engine::files::{FilesError, Krt};
use serde::Serialize;
use terraform::diagnostics::chain;

use super::{Ending, Streams};
use crate::krt::{Finding, judge_artefact};

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
    /// What is odd about the files, if anything.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    /// Why there is no verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// What there is to say about a file.
struct Judged {
    verdict: Verdict,
    warnings: Vec<String>,
}

impl Judged {
    fn ending(&self) -> Ending {
        if self.verdict.is_accepted() {
            Ending::Good
        } else {
            Ending::Refused
        }
    }
}

impl Validate {
    pub(super) fn run(&self, streams: &mut Streams<'_>) -> io::Result<Ending> {
        let mut ending = Ending::Good;
        for file in &self.files {
            let told = match (self.judge(file), self.json) {
                (Ok(judged), true) => tell_machine(file, judged, streams),
                (Ok(judged), false) => tell_person(file, &judged, streams),
                (Err(error), true) => tell_failure(file, &error, streams),
                (Err(error), false) => streams.complain(&error),
            };
            ending = ending.max(told?);
        }
        Ok(ending)
    }

    fn judge(&self, file: &Path) -> Result<Judged, FilesError> {
        let krt = Krt::read(file)?;
        let artefact = krt.artefact();
        let options = Options {
            dialect: self.dialect,
            strict: self.strict,
            ..Options::default()
        };
        let warnings = if self.strict {
            Vec::new()
        } else {
            artefact.warnings.iter().map(ToString::to_string).collect()
        };
        Ok(Judged {
            verdict: judge_artefact(file, artefact, options),
            warnings,
        })
    }
}

fn tell_person(file: &Path, judged: &Judged, streams: &mut Streams<'_>) -> io::Result<Ending> {
    let Judged { verdict, warnings } = judged;
    let file = file.display();
    for problem in &verdict.problems {
        let severity = problem.severity;
        writeln!(streams.out, "{severity}: {file}:{problem}")?;
    }
    for warning in warnings {
        writeln!(streams.out, "warning: {file}: {warning}")?;
    }
    let ending = judged.ending();
    let word = if ending == Ending::Good {
        "accepted"
    } else {
        "refused"
    };
    writeln!(streams.out, "{file}: {word} as {}", verdict.dialect)?;
    Ok(ending)
}

fn tell_machine(file: &Path, judged: Judged, streams: &mut Streams<'_>) -> io::Result<Ending> {
    let ending = judged.ending();
    let Judged { verdict, warnings } = judged;
    let line = Line {
        file: &file.to_string_lossy(),
        dialect: Some(verdict.dialect),
        accepted: verdict.is_accepted(),
        problems: verdict.problems.iter().map(Finding::from).collect(),
        warnings,
        error: None,
    };
    write_line(&line, streams)?;
    Ok(ending)
}

fn tell_failure(file: &Path, error: &FilesError, streams: &mut Streams<'_>) -> io::Result<Ending> {
    let line = Line {
        file: &file.to_string_lossy(),
        dialect: None,
        accepted: false,
        problems: Vec::new(),
        warnings: Vec::new(),
        error: Some(chain(error)),
    };
    write_line(&line, streams)?;
    Ok(Ending::Failed)
}

fn write_line(line: &Line<'_>, streams: &mut Streams<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *streams.out, line)?;
    writeln!(streams.out)
}
