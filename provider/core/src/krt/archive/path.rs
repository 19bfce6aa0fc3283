//! Names of archive entries that cannot lead astray.

use std::{fmt, str::FromStr};

use super::quote::quote;

/// The path of a file or directory below the root of a KRT, e.g. `"src/greet/main.py"`.
///
/// Invariant: one to [`Path::MAX_DEPTH`] components between single slashes, each of at most
/// [`Path::MAX_COMPONENT`] bytes, at most [`Path::MAX_LEN`] bytes in all; no component is `.` or
/// `..`, none holds a backslash or a control character. Such a path stays below the directory that
/// it is joined to, on every system. Paths are ordered by their bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(String);

/// Why a text names no entry of a KRT.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It has no characters.
    #[error("a path is empty; give the entry a name")]
    Empty,
    /// It is longer than [`Path::MAX_LEN`].
    #[error("path has more than {max} bytes; shorten it: `{0}`", max = Path::MAX_LEN)]
    TooLong(String),
    /// It has more than [`Path::MAX_DEPTH`] components.
    #[error("path has more than {max} components; nest less deeply: `{0}`", max = Path::MAX_DEPTH)]
    TooDeep(String),
    /// A component is longer than [`Path::MAX_COMPONENT`].
    #[error("path has a component of more than {max} bytes; shorten it: `{0}`", max = Path::MAX_COMPONENT)]
    ComponentTooLong(String),
    /// It begins at the root of a file system, or with a drive.
    #[error("path is absolute; name it relative to the root of the archive: `{0}`")]
    Absolute(String),
    /// It has a component `..`.
    #[error("path leads upwards; name it relative to the root of the archive, without `..`: `{0}`")]
    Parent(String),
    /// It has a component `.`.
    #[error("path has a component `.`; write it without: `{0}`")]
    Dot(String),
    /// Two slashes follow each other, or one ends the name of a file.
    #[error("path has an empty component; write single slashes, and none at the end: `{0}`")]
    EmptyComponent(String),
    /// It holds a backslash, which separates components on some systems.
    #[error("path has a backslash; rename the file, or separate with slashes: `{0}`")]
    Backslash(String),
    /// It holds a NUL, a line break or another control character.
    #[error("path has a control character; rename the file: `{0}`")]
    Control(String),
    /// It is not UTF-8.
    #[error("path is not UTF-8; rename the file: `{0}`")]
    NotUtf8(String),
}

impl Path {
    /// Longest accepted path, in bytes: keeps the names of a whole archive within bounds.
    pub const MAX_LEN: usize = 512;
    /// Longest accepted component, in bytes: what Linux file systems can store.
    pub const MAX_COMPONENT: usize = 255;
    /// Largest accepted number of components.
    pub const MAX_DEPTH: usize = 32;

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Parses what a file system or an archive holds as a name.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PathError> {
        match str::from_utf8(bytes) {
            Ok(text) => text.parse(),
            Err(_) => Err(PathError::NotUtf8(quote(bytes))),
        }
    }

    /// The last component.
    pub fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The directories that hold the entry, outermost first; empty at the root.
    pub fn parents(&self) -> impl Iterator<Item = Self> {
        self.0
            .match_indices('/')
            .filter_map(|(at, _)| self.0.get(..at))
            .map(|parent| Self(parent.to_owned()))
    }

    /// Whether the entry lies in the directory `name` of the root, at any depth.
    pub fn is_below(&self, name: &str) -> bool {
        let rest = self.0.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with('/'))
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let refused = |why: fn(String) -> PathError| Err(why(quote(text.as_bytes())));
        if text.is_empty() {
            return Err(PathError::Empty);
        }
        if text.len() > Self::MAX_LEN {
            return refused(PathError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return refused(PathError::Control);
        }
        if text.contains('\\') {
            return refused(PathError::Backslash);
        }
        if text.starts_with('/') || has_drive(text) {
            return refused(PathError::Absolute);
        }
        let mut depth = 0;
        for component in text.split('/') {
            depth += 1;
            match component {
                "" => return refused(PathError::EmptyComponent),
                "." => return refused(PathError::Dot),
                ".." => return refused(PathError::Parent),
                long if long.len() > Self::MAX_COMPONENT => {
                    return refused(PathError::ComponentTooLong);
                }
                _ => {}
            }
        }
        if depth > Self::MAX_DEPTH {
            return refused(PathError::TooDeep);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a path would name a drive where those exist: `C:` and what follows.
fn has_drive(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|drive| drive.is_ascii_alphabetic())
        && characters.next() == Some(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str) -> PathError {
        text.parse::<Path>().unwrap_err()
    }

    #[test]
    fn relative_paths_are_accepted_as_they_are() {
        for text in [
            "krt.yml",
            "src/greet/main.py",
            "a b/c",
            "..a/b..",
            ".hidden",
            "é/日本",
        ] {
            assert_eq!(text.parse::<Path>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_leads_astray_is_refused_by_its_name() {
        assert_eq!(refused(""), PathError::Empty);
        assert_eq!(
            refused("/etc/passwd"),
            PathError::Absolute("/etc/passwd".into())
        );
        assert_eq!(
            refused("C:/windows"),
            PathError::Absolute("C:/windows".into())
        );
        assert_eq!(refused(".."), PathError::Parent("..".into()));
        assert_eq!(refused("a/../b"), PathError::Parent("a/../b".into()));
        assert_eq!(refused("."), PathError::Dot(".".into()));
        assert_eq!(refused("a/./b"), PathError::Dot("a/./b".into()));
        assert_eq!(refused("a//b"), PathError::EmptyComponent("a//b".into()));
        assert_eq!(refused("a/"), PathError::EmptyComponent("a/".into()));
        assert_eq!(refused("..\\a"), PathError::Backslash("..\\\\a".into()));
        assert_eq!(refused("a\0b"), PathError::Control("a\\0b".into()));
        assert_eq!(
            refused("a\u{1b}[2J"),
            PathError::Control("a\\u{1b}[2J".into())
        );
    }

    #[test]
    fn what_is_not_utf8_is_refused_readably() {
        let error = Path::from_bytes(b"src/\xff.py").unwrap_err();
        assert_eq!(error, PathError::NotUtf8("src/\u{fffd}.py".into()));
    }

    #[test]
    fn the_limits_of_length_and_depth_are_exact() {
        let deep = |depth: usize| vec!["a"; depth].join("/");
        assert!(deep(Path::MAX_DEPTH).parse::<Path>().is_ok());
        assert_eq!(
            refused(&deep(Path::MAX_DEPTH + 1)),
            PathError::TooDeep(deep(33))
        );
        let name = "n".repeat(Path::MAX_COMPONENT);
        assert!(name.parse::<Path>().is_ok());
        assert!(matches!(
            refused(&format!("{name}n")),
            PathError::ComponentTooLong(_)
        ));
        assert!(format!("{name}/{name}/").len() == Path::MAX_LEN);
        assert!(
            format!("{name}/{}", "n".repeat(254))
                .parse::<Path>()
                .is_ok()
        );
        assert!(matches!(
            refused(&format!("{name}/{name}/n")),
            PathError::TooLong(_)
        ));
    }

    #[test]
    fn a_long_name_is_quoted_in_part() {
        let PathError::TooLong(quoted) = refused(&"x".repeat(100_000)) else {
            panic!()
        };
        assert!(quoted.len() < 200);
    }

    #[test]
    fn parents_come_outermost_first() {
        let path: Path = "a/b/c".parse().unwrap();
        let parents: Vec<_> = path.parents().map(|parent| parent.to_string()).collect();
        assert_eq!(parents, ["a", "a/b"]);
        assert_eq!(path.name(), "c");
        assert!(path.is_below("a") && !path.is_below("b"));
        assert!(!"ab/c".parse::<Path>().unwrap().is_below("a"));
    }
}
