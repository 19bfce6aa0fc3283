//! The provider as its users have it: the real binary, driven by Terraform and OpenTofu.
//!
//! What a host does not know is skipped with a remark.

#![cfg(test)]

mod cluster;
mod examples;
mod krt;
mod provider;
mod runtime;
mod smoke;
mod stage;
