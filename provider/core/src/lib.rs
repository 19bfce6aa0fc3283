//! KRE's rules as data: what names are valid, and what a runtime, a version and a workflow are
//! made of.
//!
//! Nothing here performs I/O, and nothing here knows Terraform.

pub mod anchor;
pub mod desired;
pub mod drift;
pub mod krt;
pub mod name;
pub mod path;
pub mod runtime;
pub mod secret;
pub mod text;
