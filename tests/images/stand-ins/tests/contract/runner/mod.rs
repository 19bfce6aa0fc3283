//! The runner keeps its side of the contract.

mod context;
mod go;
mod start;
mod support;
mod work;
