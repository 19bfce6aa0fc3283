//! KRT: what a version is made of, in the dialects of KRE and KAI.
//!
//! [`judge()`] reads a manifest and says all that is wrong with it. A strict verdict is that of the
//! original engine, rule by rule; otherwise our own rules are added: errors where the original
//! breaks only at run time, warnings where something looks odd. What is accepted becomes one
//! graph, [`Krt`], whatever the dialect.

pub mod archive;
mod build;
mod checks;
mod decode;
mod dialect;
mod draft;
mod graph;
mod images;
mod judge;
mod manifest;
mod name;
mod print;
pub mod rules;
mod schema;
mod show;
mod verdict;
mod yaml;

#[cfg(test)]
mod tests;

pub use dialect::{Dialect, UnknownDialect};
pub use graph::{
    Amount, ConfigKeys, Entrypoint, Krt, Networking, Node, ObjectStore, Resources, Role,
    Subscription, Workflow,
};
pub use judge::{file_name, judge};
pub use name::{Name, NameError};
pub use rules::{RuleId, Severity};
pub use schema::schema;
pub use show::Format;
pub use verdict::{Options, Problem, Verdict};
