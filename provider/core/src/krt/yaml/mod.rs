//! YAML as the originals read it.
//!
//! A verdict on a file must be the original's, down to the odd corners: KRE reads with the second
//! generation of the usual Go library, KAI with the third. Both descend from libyaml; this module
//! gives their answers (what is a token, where a key may stand, which words mean null) as a tree
//! of nodes with places. It is total: any bytes give a tree or a [`Fault`], in time proportional
//! to their number and without recursion.

mod comment;
mod compose;
mod cursor;
mod grammar;
mod property;
mod resolve;
mod scalar;
mod scan;
mod text;
mod timestamp;
mod token;

pub(crate) use compose::{Document, Kind, Node, NodeId, compose};
pub(crate) use resolve::{Resolved, is_no, is_null_word, is_yes, resolve};

/// Which behaviour applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generation {
    /// KRE's: `yes` is a boolean, a repeated key overwrites.
    Second,
    /// KAI's: a repeated key is an error, comments are part of the tree.
    Third,
}

/// A place in a text. Everything counts from zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    /// The number of lines before.
    pub(crate) line: usize,
    /// The number of characters before, in this line.
    pub(crate) column: usize,
    /// The number of characters before, in the text.
    pub(crate) index: usize,
}

/// What kind of offence stops the reading of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The text is no YAML.
    Syntax,
    /// An alias names no anchor, contains itself, or aliases multiply beyond the limit.
    Alias,
    /// `<<` has a value that cannot be merged.
    Merge,
    /// A value does not have the form that its tag demands.
    Tag,
}

/// Why reading a document stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) mark: Mark,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, mark: Mark, message: impl Into<String>) -> Self {
        Self {
            kind,
            mark,
            message: message.into(),
        }
    }

    fn syntax(mark: Mark, message: impl Into<String>) -> Self {
        Self::new(FaultKind::Syntax, mark, message)
    }
}
