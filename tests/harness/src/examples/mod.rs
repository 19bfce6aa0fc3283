//! Whether examples are well-formed and fit the schemas: what a user copies has to be right.
//!
//! Literals are judged by type; what takes a host to evaluate is accepted as it is.

mod body;
mod convert;
mod file;
mod findings;
mod import;
mod literal;
mod references;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt, io, path::Path};

use hcl_edit::structure::Body;
use terraform::{Block, Diagnostics, Value, docs::Catalogue};

use crate::files;
use findings::Findings;

/// Something wrong with an example.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as a path below the folder of the examples.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Returns everything wrong with the configurations below a folder, in order of file and line.
///
/// `check` is handed each body of the provider as a value, with [`Value::unknown`] for what is no
/// literal; its errors are problems too.
pub fn problems(
    catalogue: &Catalogue,
    folder: &Path,
    check: impl Fn(&Block, &Value) -> Diagnostics,
) -> io::Result<Vec<Problem>> {
    let texts = files::read(folder, &["tf"])?;
    let mut problems = missing(catalogue, &texts);
    for (name, text) in &texts {
        problems.extend(file::problems(catalogue, name, text, &check));
    }
    problems.sort();
    problems.dedup();
    Ok(problems)
}

/// Fails the test that calls it if anything is wrong with the configurations below a folder.
#[track_caller]
pub fn assert_fit(
    catalogue: &Catalogue,
    folder: &Path,
    check: impl Fn(&Block, &Value) -> Diagnostics,
) {
    let message = match problems(catalogue, folder, check) {
        Ok(problems) => {
            let lines: Vec<_> = problems.iter().map(Problem::to_string).collect();
            lines.join("\n")
        }
        Err(error) => format!("failed to read `{}`: {error}", folder.display()),
    };
    assert!(message.is_empty(), "examples do not fit:\n{message}");
}

/// Reads a body as a value of a block's type.
///
/// Unknown is what is no literal or of the wrong type, and blocks that a `dynamic` one adds to.
pub fn body_value(body: &Body, block: &Block) -> Value {
    let mut ignored = Findings::default();
    body::value(body, block, &mut ignored)
}

/// Names what is in the catalogue and has no example.
fn missing(catalogue: &Catalogue, texts: &BTreeMap<String, String>) -> Vec<Problem> {
    let entries = catalogue.entries().into_iter();
    entries
        .filter_map(|(kind, name)| {
            let path = kind.example(name);
            let message = match texts.get(&path) {
                None => format!("missing example of `{name}`"),
                Some(text) if file::is_syntax_error(text) => return None,
                Some(text) if !file::shows(text, &catalogue.provider_name, (kind, name)) => {
                    format!("example does not show `{name}`")
                }
                Some(_) => return None,
            };
            Some(Problem {
                file: path,
                line: 1,
                message,
            })
        })
        .collect()
}
