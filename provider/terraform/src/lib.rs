//! Terraform's rules as data: values, schemas, plans and diagnostics.
//!
//! Nothing here performs I/O, and nothing here knows a resource: the shell decodes a request, asks
//! this crate what it means, and encodes the answer.
//!
//! # Layout
//!
//! - [`value`], [`types`]: what Terraform passes around, and of which type.
//! - [`codec`]: values as bytes (msgpack on the wire, JSON in state files).
//! - [`bridge`]: values as Rust structs, and back.
//! - [`schema`]: what a resource accepts and how each attribute behaves.
//! - [`declare`]: a schema from a Rust struct.
//! - [`check`]: which rules of a schema a configuration breaks.
//! - [`plan`]: from configuration and prior state to planned state.
//! - [`state`], [`generate`]: from answers to states, and from states back to configurations.
//! - [`contract`]: what a host asserts of plans and results.
//! - `arbitrary` (a feature): what property tests make up.
//! - [`docs`]: a schema as a page of documentation.

#[cfg(any(test, feature = "arbitrary"))]
pub mod arbitrary;
pub mod bridge;
pub mod check;
pub mod codec;
pub mod contract;
pub mod declare;
pub mod diagnostics;
pub mod docs;
pub mod generate;
mod matching;
pub mod number;
pub mod path;
pub mod plan;
pub mod schema;
pub mod state;
pub mod types;
pub mod value;

pub use codec::CodecError;
pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use number::Number;
pub use path::{Path, Step};
pub use schema::{Attribute, Block, Schema};
pub use types::Type;
pub use value::Value;
