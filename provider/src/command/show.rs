//! `krt show`: the graph of a KRT.

use std::{io, path::PathBuf};

use clap::{Args, ValueEnum};
use kre_core::krt::{self, Options, judge};
use kre_engine::files::Krt;

use super::{Ending, Streams};

/// Shows who hears whom in the workflows of a KRT
#[derive(Debug, Args)]
pub(super) struct Show {
    /// A directory, a `.krt` archive or a manifest
    file: PathBuf,
    /// How it is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For `dot`
    Graphviz,
    /// For Markdown
    Mermaid,
}

impl Show {
    pub(super) fn run(&self, streams: &mut Streams<'_>) -> io::Result<Ending> {
        let krt = match Krt::read(&self.file) {
            Ok(krt) => krt,
            Err(error) => return streams.complain(&error),
        };
        let verdict = judge(&krt.artefact().manifest.content, &Options::default());
        let Some(krt) = &verdict.krt else {
            for problem in verdict.errors() {
                writeln!(streams.err, "error: {}:{}", self.file.display(), problem)?;
            }
            return Ok(Ending::Refused);
        };
        let shown = krt.show(match self.format {
            Format::Text => krt::Format::Text,
            Format::Graphviz => krt::Format::Graphviz,
            Format::Mermaid => krt::Format::Mermaid,
        });
        streams.out.write_all(shown.as_bytes())?;
        Ok(Ending::Good)
    }
}
