//! What tests of the whole repository share.
//!
//! - [`plugin`]: a plugin host of our own, which may misbehave.
//! - [`docs`], [`examples`]: documentation that is current, examples that fit.

pub mod docs;
pub mod examples;
mod files;
pub mod plugin;
