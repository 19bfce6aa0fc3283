//! The world outside: makes what `kre-core` describes, and gathers what it has to know.

pub mod files;
pub mod kubernetes;
pub mod wait;
