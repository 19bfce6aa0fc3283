//! Runtimes in a real cluster, by a real host.

mod connection;
mod content;
mod credentials;
mod data;
mod demo;
mod disturbed;
mod documents;
mod failures;
mod input;
mod life;
mod matrix;
mod namespaces;
mod ownership;
mod ready;
mod refusals;
mod reports;
mod rights;
mod tier2;
