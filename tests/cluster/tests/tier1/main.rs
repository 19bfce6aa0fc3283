//! The test cluster does what a real one does, as far as a machine without images can.
//!
//! The cluster is shared where it can be, and every test has a namespace of its own.

#![cfg(test)]

mod ends;
mod failures;
mod fairness;
mod nodes;
mod objects;
mod policies;
mod proxy;
mod refusals;
mod runners;
mod services;
mod start;
mod support;
mod volumes;
mod workloads;
