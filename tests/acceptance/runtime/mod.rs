//! Runtimes in a real cluster.

mod content;
mod credentials;
mod data;
mod demo;
mod life;
mod namespaces;
mod ownership;
