//! What tests of the whole repository share.

pub mod docs;
pub mod examples;
mod files;
