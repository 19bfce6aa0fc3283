//! Runtimes in a real cluster, by a real host.

mod content;
mod credentials;
mod data;
mod demo;
mod disturbed;
mod life;
mod matrix;
mod namespaces;
mod ownership;
mod ready;
mod users;
