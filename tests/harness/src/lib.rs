//! What tests of the whole repository share.

pub mod build;
mod environment;
pub mod host;
pub mod process;
pub mod report;
