//! Runtimes in a real cluster.

mod content;
mod credentials;
mod data;
mod demo;
mod namespaces;
mod ownership;
