//! Runtimes in a real cluster, by a real host.

mod failures;
