//! Runtimes in a real cluster, by a real host.

mod matrix;
mod ready;
mod users;
