//! The test cluster with containers does what a real one does.
//!
//! The cluster has two nodes and is shared where it can be; every test has a namespace of its own.
//! Where the machine cannot run containers, that is said once, and the tests pass.

#![cfg(test)]

mod access;
mod configuration;
mod contract;
mod ends;
mod failures;
mod ingress;
mod likeness;
mod network;
mod operation;
mod support;
mod volumes;
