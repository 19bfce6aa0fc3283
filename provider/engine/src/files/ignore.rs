//! `.krtignore`: what of a directory is not packed.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use kre_core::krt::archive::Path;

/// The patterns of a `.krtignore` file, which mean what they mean in `.gitignore`.
///
/// The original reads that file too, but as plain globs: there, `*.pyc` meets the files of the
/// root alone, and comments, `!` and a leading slash have no meaning. Here such a pattern meets
/// files at any depth, as its users expect. What the original ignores by the name of an existing
/// directory or by `**` is ignored here as well. Only the file at the root counts, in both.
///
/// Never packed are `.krtignore` itself, which the original does pack, and, unless a pattern `!.git`
/// asks for it, `.git`, which differs from clone to clone. Always packed is a manifest at the root.
#[derive(Debug, Clone)]
pub struct Ignore(Gitignore);

/// Why a `.krtignore` file cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum IgnoreError {
    /// It has more than [`Ignore::MAX_LEN`] bytes.
    #[error("`.krtignore` has more than 64 KiB; use fewer and wider patterns")]
    TooLarge,
    /// It is not UTF-8.
    #[error("`.krtignore` is not UTF-8; save it as such")]
    NotUtf8(#[source] std::str::Utf8Error),
    /// A line is no pattern.
    #[error("line {line} of `.krtignore` is no pattern; correct or remove it")]
    Pattern {
        /// The number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        source: ignore::Error,
    },
    /// All patterns together are too much.
    #[error("`.krtignore` has too many patterns; use fewer")]
    Patterns(#[source] ignore::Error),
}

impl Ignore {
    /// The name of the file.
    pub const FILE: &str = ".krtignore";
    /// Largest accepted size of the file, in bytes: patterns take a multiple of it in memory.
    pub const MAX_LEN: u64 = 64 << 10;

    /// Parses the file; without one, pass nothing.
    pub fn parse(content: &[u8]) -> Result<Self, IgnoreError> {
        let text = str::from_utf8(content).map_err(IgnoreError::NotUtf8)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut builder = GitignoreBuilder::new("");
        // The last pattern that matches decides, so that the file can take this one back.
        for (line, pattern) in std::iter::once(".git").chain(text.lines()).enumerate() {
            let failed = |source| IgnoreError::Pattern { line, source };
            builder.add_line(None, pattern).map_err(failed)?;
        }
        Ok(Self(builder.build().map_err(IgnoreError::Patterns)?))
    }

    /// Whether the entry is left out, and all that lies in it; ask from the root downwards.
    pub fn leaves_out(&self, path: &Path, is_directory: bool) -> bool {
        match path.as_str() {
            Self::FILE => true,
            "krt.yaml" | "krt.yml" if !is_directory => false,
            path => self.0.matched(path, is_directory).is_ignore(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares what is left of `entries`, in which a slash at the end makes a directory.
    #[track_caller]
    fn check(patterns: &str, entries: &[&str], left: &[&str]) {
        let ignore = Ignore::parse(patterns.as_bytes()).unwrap();
        let stays = |entry: &&&str| {
            let path = entry.strip_suffix('/').unwrap_or(entry).parse().unwrap();
            !ignore.leaves_out(&path, entry.ends_with('/'))
        };
        let stay: Vec<_> = entries.iter().filter(stays).copied().collect();
        assert_eq!(stay, left, "{patterns}");
    }

    #[test]
    fn patterns_mean_what_they_mean_to_git() {
        check("*.pyc", &["a.pyc", "src/a.pyc", "a.py"], &["a.py"]);
        check("/a", &["a", "src/a"], &["src/a"]);
        check("build/", &["build/", "build", "src/build/"], &["build"]);
        check("# a\n\na\\#\n", &["a", "a#", "# a"], &["a", "# a"]);
        check("*.log\n!keep.log", &["x.log", "keep.log"], &["keep.log"]);
        check("src/**/*.c", &["src/a.c", "src/a/b.c", "a.c"], &["a.c"]);
        check("\u{feff}a\r\nb  \r\n", &["a", "b", "c"], &["c"]);
    }

    #[test]
    fn the_manifest_is_always_packed() {
        check(
            "*\n!x",
            &["krt.yml", "krt.yaml", "x", "y", "a/krt.yml"],
            &["krt.yml", "krt.yaml", "x"],
        );
    }

    #[test]
    fn the_file_itself_and_git_are_not_packed() {
        check(
            "",
            &[".krtignore", ".git/", "a/.git", "a/.krtignore"],
            &["a/.krtignore"],
        );
        check("!.krtignore\n!.git", &[".krtignore", ".git/"], &[".git/"]);
    }

    #[test]
    fn a_line_that_is_no_pattern_is_named() {
        let error = Ignore::parse(b"a\n{b\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2 of `.krtignore` is no pattern; correct or remove it"
        );
        assert!(matches!(
            Ignore::parse(b"\xff"),
            Err(IgnoreError::NotUtf8(_))
        ));
    }
}
