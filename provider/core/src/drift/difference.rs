//! One field that is no more as it was.

use super::FieldPath;

/// A field that was ours and has another value now, or none, or is not ours any more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Where.
    pub path: FieldPath,
    /// The manager that owns the field now and took it last; `None` if nobody owns it, as after a
    /// removal or a scaling to zero.
    pub by: Option<String>,
}
