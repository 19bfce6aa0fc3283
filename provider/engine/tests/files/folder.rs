//! A directory that holds what a test needs.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use kre_engine::files::{FilesError, Krt};
use tempfile::TempDir;

pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder whose directory `greeter` is a KRT.
    pub(crate) fn greeter() -> Self {
        let long = format!("greeter/assets/{}/{}", "d".repeat(120), "n".repeat(120));
        Self::new()
            .with("greeter/krt.yml", "version: v1\n")
            .with("greeter/public_input.proto", "syntax = \"proto3\";\n")
            .with("greeter/docs/README.md", "# Greeter\n")
            .with("greeter/src/greet/main.py", "def init(ctx): pass\n")
            .with("greeter/src/greet-all/main.py", "")
            .with("greeter/src/\u{e9}t\u{e9}/main.py", "x")
            .with(&long, &"y".repeat(100_000))
    }

    pub(crate) fn with(self, path: &str, content: &str) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> Result<Krt, FilesError> {
        Krt::read(&self.path(path))
    }

    /// Runs GNU tar in this folder.
    #[track_caller]
    pub(crate) fn tar(&self, arguments: &[&str]) {
        let status = Command::new("tar")
            .current_dir(self.0.path())
            .args(arguments)
            .status();
        assert!(status.unwrap().success(), "tar {arguments:?}");
    }
}

/// All files below a directory with their content.
pub(crate) fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let inside = path.strip_prefix(root).unwrap().to_owned();
                files.insert(inside, fs::read(path).unwrap());
            }
        }
    }
    files
}

/// The message of an error with those of its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
