//! Runtimes in a real cluster, by a real host.

mod connection;
mod failures;
mod input;
mod refusals;
mod reports;
mod rights;
