//! The managed resources.

mod paths;
pub mod runtime;
