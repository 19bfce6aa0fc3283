//! KRTs as users of the provider see them.

#[cfg(test)]
pub(crate) mod tests;
mod view;

pub(crate) use view::{Finding, Manifest};

use std::path::Path;

use kre_core::krt::{Options, Verdict, archive::Artefact, file_name, judge};

/// Judges what was read from a path; with a manifest alone, its files are not looked for.
pub(crate) fn judge_artefact(path: &Path, artefact: &Artefact, options: Options) -> Verdict {
    let files = artefact.files.iter().map(|(path, _)| path.to_string());
    let files = (artefact.files.len() > 1).then(|| files.collect());
    let options = Options { files, ..options };
    let mut verdict = judge(&artefact.manifest.content, &options);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if !options.strict {
        verdict.problems.extend(file_name(&name, verdict.dialect));
    }
    verdict
}
