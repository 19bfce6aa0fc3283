//! Whether the pages in a folder are those that schemas and examples make.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use terraform::docs::{Catalogue, MARKER, pages};

use crate::files;

/// The folder for pages that people write; nothing in it is ever generated.
const GUIDES: &str = "guides/";

/// Why documentation cannot be called current.
#[derive(Debug, thiserror::Error)]
pub enum DocsError {
    /// A folder or a file in it cannot be read.
    #[error("failed to read `{}`", path.display())]
    Read {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A page cannot be written or removed.
    #[error("failed to write `{}`", path.display())]
    Write {
        /// The page.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Pages differ from what schemas and examples make.
    #[error("{0}")]
    Outdated(Differences),
}

/// In what a folder differs from the pages that belong into it. The default is no difference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// Pages with another text.
    pub stale: Vec<String>,
    /// Pages that are not there.
    pub missing: Vec<String>,
    /// Generated pages of what no longer exists.
    pub superfluous: Vec<String>,
    /// Pages that nobody generated and nobody listed.
    pub unlisted: Vec<String>,
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the documentation is not current: run `make docs`")?;
        let kinds = [
            ("stale", &self.stale, ""),
            ("missing", &self.missing, ""),
            ("superfluous", &self.superfluous, ""),
            (
                "not generated",
                &self.unlisted,
                " (list it as kept, or remove it)",
            ),
        ];
        for (kind, paths, remedy) in kinds {
            for path in paths {
                write!(f, "\n  {kind}: {path}{remedy}")?;
            }
        }
        Ok(())
    }
}

/// Fails unless the pages in a folder are current; with `UPDATE=1` in the environment, makes them.
///
/// `kept` names pages that people wrote: paths below the folder, those of whole folders with `/`
/// at the end. `guides/` is always kept.
pub fn check_current(
    catalogue: &Catalogue,
    examples: &Path,
    docs: &Path,
    kept: &[&str],
) -> Result<(), DocsError> {
    if is_update() {
        update(catalogue, examples, docs, kept)?;
    }
    let differences = compare(catalogue, examples, docs, kept)?;
    if differences == Differences::default() {
        return Ok(());
    }
    Err(DocsError::Outdated(differences))
}

/// Compares the pages in a folder with those that schemas and examples make.
pub fn compare(
    catalogue: &Catalogue,
    examples: &Path,
    docs: &Path,
    kept: &[&str],
) -> Result<Differences, DocsError> {
    let wanted = wanted(catalogue, examples)?;
    let mut found = read(docs, &["md"])?;
    found.retain(|path, _| !is_kept(path, kept));
    let mut differences = Differences::default();
    for (path, text) in &wanted {
        match found.remove(path) {
            None => differences.missing.push(path.clone()),
            Some(found) if found != *text => differences.stale.push(path.clone()),
            Some(_) => {}
        }
    }
    for (path, text) in found {
        if text.lines().any(|line| line == MARKER) {
            differences.superfluous.push(path);
        } else {
            differences.unlisted.push(path);
        }
    }
    Ok(differences)
}

/// Writes the pages that are missing or stale and removes superfluous ones.
///
/// What nobody generated stays: it may be somebody's only copy.
pub fn update(
    catalogue: &Catalogue,
    examples: &Path,
    docs: &Path,
    kept: &[&str],
) -> Result<(), DocsError> {
    let differences = compare(catalogue, examples, docs, kept)?;
    let wanted = wanted(catalogue, examples)?;
    for path in differences.missing.iter().chain(&differences.stale) {
        let text = wanted.get(path).map(String::as_str).unwrap_or_default();
        let path = docs.join(path);
        write(&path, text).map_err(|source| DocsError::Write { path, source })?;
    }
    for path in &differences.superfluous {
        let path = docs.join(path);
        fs::remove_file(&path).map_err(|source| DocsError::Write { path, source })?;
    }
    Ok(())
}

/// Fails the test that calls it unless [`check_current`] succeeds.
#[track_caller]
pub fn assert_current(catalogue: &Catalogue, examples: &Path, docs: &Path, kept: &[&str]) {
    let failure = check_current(catalogue, examples, docs, kept).err();
    let failure = failure.map(|error| terraform::diagnostics::chain(&error));
    assert!(failure.is_none(), "{}", failure.unwrap_or_default());
}

fn wanted(catalogue: &Catalogue, examples: &Path) -> Result<BTreeMap<String, String>, DocsError> {
    let examples = read(examples, &["tf", "sh"])?;
    Ok(pages(catalogue, |path| examples.get(path).cloned()))
}

fn read(folder: &Path, extensions: &[&str]) -> Result<BTreeMap<String, String>, DocsError> {
    files::read(folder, extensions).map_err(|source| DocsError::Read {
        path: folder.to_owned(),
        source,
    })
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

fn is_kept(path: &str, kept: &[&str]) -> bool {
    kept.iter()
        .chain(&[GUIDES])
        .any(|kept| path == *kept || (kept.ends_with('/') && path.starts_with(kept)))
}

#[expect(
    clippy::disallowed_methods,
    reason = "asked once, by a test, which has no other arguments"
)]
fn is_update() -> bool {
    std::env::var("UPDATE").is_ok_and(|update| update == "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    use tempfile::TempDir;

    /// A folder with an example and current pages in `docs`.
    fn repository() -> (TempDir, Catalogue) {
        let catalogue = Catalogue {
            provider_name: "library".to_owned(),
            resources: BTreeMap::from([("library_shelf".to_owned(), terraform::Schema::default())]),
            ..Catalogue::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let example = folder.path().join("examples/provider/provider.tf");
        write(&example, "provider \"library\" {}\n").unwrap();
        run(&folder, &catalogue, &[], update).unwrap();
        (folder, catalogue)
    }

    fn run<T>(
        folder: &TempDir,
        catalogue: &Catalogue,
        kept: &[&str],
        what: impl Fn(&Catalogue, &Path, &Path, &[&str]) -> T,
    ) -> T {
        let (examples, docs) = (folder.path().join("examples"), folder.path().join("docs"));
        what(catalogue, &examples, &docs, kept)
    }

    fn page(folder: &TempDir, path: &str) -> PathBuf {
        folder.path().join("docs").join(path)
    }

    #[track_caller]
    fn check(change: impl Fn(&TempDir, &mut Catalogue), kept: &[&str], expected: &[&str]) {
        let (folder, mut catalogue) = repository();
        change(&folder, &mut catalogue);
        let differences = run(&folder, &catalogue, kept, compare).unwrap();
        let message = differences.to_string();
        let lines: Vec<_> = message.lines().skip(1).map(str::trim).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn pages_just_made_are_current() {
        check(|_, _| {}, &[], &[]);
    }

    #[test]
    fn the_example_is_on_the_page() {
        let (folder, _) = repository();
        let index = fs::read_to_string(page(&folder, "index.md")).unwrap();
        assert!(index.contains("provider \"library\" {}"));
    }

    #[test]
    fn a_page_that_was_edited_is_stale() {
        let edit = |folder: &TempDir, _: &mut _| write(&page(folder, "index.md"), "Mine.").unwrap();
        check(edit, &[], &["stale: index.md"]);
    }

    #[test]
    fn a_page_is_stale_after_its_example_changed() {
        let edit = |folder: &TempDir, _: &mut _| {
            let example = folder.path().join("examples/provider/provider.tf");
            write(&example, "# Other.").unwrap();
        };
        check(edit, &[], &["stale: index.md"]);
    }

    #[test]
    fn a_page_that_is_not_there_is_missing() {
        let remove = |folder: &TempDir, _: &mut _| {
            fs::remove_file(page(folder, "resources/shelf.md")).unwrap();
        };
        check(remove, &[], &["missing: resources/shelf.md"]);
    }

    #[test]
    fn a_page_of_what_no_longer_exists_is_superfluous() {
        let forget = |_: &_, catalogue: &mut Catalogue| catalogue.resources.clear();
        check(forget, &[], &["superfluous: resources/shelf.md"]);
    }

    #[test]
    fn a_page_that_people_wrote_has_to_be_listed() {
        let add = |folder: &TempDir, _: &mut _| write(&page(folder, "a.md"), "Mine.").unwrap();
        let remedy = "not generated: a.md (list it as kept, or remove it)";
        check(add, &[], &[remedy]);
        check(add, &["a.md"], &[]);
    }

    #[test]
    fn guides_and_listed_folders_are_left_alone() {
        let add = |folder: &TempDir, _: &mut _| {
            write(&page(folder, "guides/a.md"), "Mine.").unwrap();
            write(&page(folder, "notes/a.md"), "Mine.").unwrap();
        };
        check(add, &["notes/"], &[]);
    }

    #[test]
    fn an_update_mends_everything_but_what_people_wrote() {
        let (folder, mut catalogue) = repository();
        write(&page(&folder, "index.md"), "Edited.").unwrap();
        write(&page(&folder, "a.md"), "Mine.").unwrap();
        catalogue.resources.clear();
        run(&folder, &catalogue, &[], update).unwrap();
        let left = run(&folder, &catalogue, &[], compare).unwrap();
        let unlisted = vec!["a.md".to_owned()];
        assert_eq!(
            left,
            Differences {
                unlisted,
                ..Differences::default()
            }
        );
        assert!(!page(&folder, "resources/shelf.md").exists());
    }

    // What people wrote is left alone by an update too, so these hold whatever the environment says.

    #[test]
    fn outdated_pages_fail_with_the_remedy() {
        let (folder, catalogue) = repository();
        write(&page(&folder, "a.md"), "Mine.").unwrap();
        let error = run(&folder, &catalogue, &[], check_current).unwrap_err();
        let expected = "the documentation is not current: run `make docs`\n  \
                        not generated: a.md (list it as kept, or remove it)";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    #[should_panic(expected = "not generated: a.md")]
    fn outdated_pages_fail_the_test() {
        let (folder, catalogue) = repository();
        write(&page(&folder, "a.md"), "Mine.").unwrap();
        run(&folder, &catalogue, &[], assert_current);
    }
}
