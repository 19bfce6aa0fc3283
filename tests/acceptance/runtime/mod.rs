//! Runtimes in a real cluster, by a real host.

mod disturbed;
mod matrix;
mod ready;
mod users;
