//! The world outside: makes what `kre-core` describes, and gathers what it has to know.

pub mod documents;
pub mod files;
pub mod forward;
pub mod kubernetes;
pub mod objects;
pub mod runtime;
pub mod wait;
pub mod work;
