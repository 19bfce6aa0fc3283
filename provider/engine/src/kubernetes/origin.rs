//! Values that know where they were said, so that a mistake can be mended where it was made.

use std::{fmt, path::PathBuf};

/// Where a value was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// An argument of the provider block.
    Argument(&'static str),
    /// A variable of the environment.
    Variable(&'static str),
    /// A key in a kubeconfig.
    Kubeconfig {
        /// The key, such as `token`.
        key: &'static str,
        /// Whose key it is, such as ``user `admin` ``.
        of: String,
    },
    /// A file that the cluster mounts into its pods.
    Mounted(PathBuf),
}

impl Origin {
    /// Returns the argument of the provider block, if it was one.
    pub fn argument(&self) -> Option<&'static str> {
        match self {
            Self::Argument(name) => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => write!(formatter, "`{name}`"),
            Self::Variable(name) => write!(formatter, "variable `{name}`"),
            Self::Kubeconfig { key, of } => write!(formatter, "`{key}` of {of}"),
            Self::Mounted(path) => write!(formatter, "file `{}`", path.display()),
        }
    }
}

/// A value, and where it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given<T> {
    /// The value.
    pub value: T,
    /// Where it was said.
    pub origin: Origin,
}

impl<T> Given<T> {
    pub(super) fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// Says something else in the same place.
    pub(super) fn map<U>(self, other: impl FnOnce(T) -> U) -> Given<U> {
        Given::new(other(self.value), self.origin)
    }
}
