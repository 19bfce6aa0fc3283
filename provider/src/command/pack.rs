//! `krt pack`: an archive of a directory.

use std::{io, path::PathBuf};

use clap::Args;
use kre_core::krt::Options;
use kre_engine::files::Krt;

use super::{Ending, Streams};
use crate::krt::judge_artefact;

/// Packs a KRT as a `.krt` file: the same files give the same bytes, wherever and whenever
///
/// Files that `.krtignore` names are left out. A KRT whose manifest has errors is not packed.
#[derive(Debug, Args)]
pub(super) struct Pack {
    /// The directory, or an archive to pack anew
    directory: PathBuf,
    /// The file to write; it is replaced at once or not at all
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

impl Pack {
    pub(super) fn run(&self, streams: &mut Streams<'_>) -> io::Result<Ending> {
        let krt = match Krt::read(&self.directory) {
            Ok(krt) => krt,
            Err(error) => return streams.complain(&error),
        };
        let artefact = krt.artefact();
        let verdict = judge_artefact(&self.directory, artefact, Options::default());
        let manifest = self.directory.join(artefact.manifest.path.as_str());
        for problem in &verdict.problems {
            let (severity, manifest) = (problem.severity, manifest.display());
            writeln!(streams.err, "{severity}: {manifest}:{problem}")?;
        }
        for warning in &artefact.warnings {
            writeln!(streams.err, "warning: {warning}")?;
        }
        if !verdict.is_accepted() {
            return Ok(Ending::Refused);
        }
        if let Err(error) = krt.pack(&self.output) {
            return streams.complain(&error);
        }
        writeln!(
            streams.out,
            "{}  {}",
            artefact.digest,
            self.output.display()
        )?;
        Ok(Ending::Good)
    }
}
