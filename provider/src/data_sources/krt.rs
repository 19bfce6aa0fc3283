//! `kre_krt`: what a KRT on disk holds.

use std::path::PathBuf;

use kre_core::krt::{Options, Verdict, archive::Artefact};
use kre_engine::files::Krt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use terraform::{
    Diagnostics, Path, Schema,
    bridge::to_value,
    declare::{Declaration, DeclareError},
    diagnostics::{self, chain},
};
use terraform_server::{Answer, DataSource, Query};

use crate::{
    Kre,
    krt::{Manifest, judge_artefact},
};

/// Reads a KRT: the artefact of code and manifest that a version is made of.
///
/// A KRT whose manifest has errors is refused, with all of them.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct KrtSource {
    /// Path of the directory, of the `.krt` archive, or of the manifest alone. Patterns in the
    /// directory's `.krtignore` name files that do not belong to it.
    #[schemars(length(min = 1))]
    path: String,
}

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
struct Found {
    /// SHA-256 of all files, as hexadecimal digits. The same files have the same digest, packed or
    /// not, whatever their times and owners are.
    digest: String,
    /// What the manifest says.
    #[serde(flatten)]
    manifest: Manifest,
    /// Paths of all files, sorted.
    files: Vec<String>,
    /// What is odd about the KRT without being wrong.
    warnings: Vec<String>,
}

impl DataSource for KrtSource {
    type Provider = Kre;
    const TYPE_NAME: &'static str = "kre_krt";

    fn schema() -> Result<Schema, DeclareError> {
        Declaration::of::<Self>().computed::<Found>().build()
    }

    async fn read(_: &Kre, query: Query) -> Result<Answer, Diagnostics> {
        let Self { path } = query.spec()?;
        let path = PathBuf::from(path);
        let read = path.clone();
        let krt = tokio::task::spawn_blocking(move || Krt::read(&read)).await;
        let krt = krt.map_err(Diagnostics::bug)?.map_err(|error| {
            diagnostics::error("Unreadable KRT", chain(&error)).at(Path::from("path"))
        })?;
        let artefact = krt.artefact();
        let verdict = judge_artefact(&path, artefact, Options::default());
        let found = found(artefact, &verdict)?;
        let ty = Declaration::type_of::<Found>().map_err(Diagnostics::bug)?;
        let found = to_value(&found, &ty).map_err(Diagnostics::bug)?;
        let computed = found.as_entries().into_iter().flatten();
        let value = computed.fold(query.config, |answer, (name, value)| {
            answer.with(name, value.clone())
        });
        Ok(value.into())
    }
}

/// What is answered, or every error of the manifest.
fn found(artefact: &Artefact, verdict: &Verdict) -> Result<Found, Diagnostics> {
    let Some(manifest) = &verdict.krt else {
        let mut errors = Diagnostics::new();
        for problem in verdict.errors() {
            let place = format!("{}:{}", artefact.manifest.path, problem);
            let error = diagnostics::error("Invalid KRT manifest", place);
            errors.push(error.at(Path::from("path")));
        }
        return Err(errors);
    };
    let odd = verdict.problems.iter().map(ToString::to_string);
    let warnings = artefact.warnings.iter().map(ToString::to_string);
    Ok(Found {
        digest: artefact.digest.to_string(),
        manifest: manifest.into(),
        files: artefact
            .files
            .iter()
            .map(|(path, _)| path.to_string())
            .collect(),
        warnings: warnings.chain(odd).collect(),
    })
}
