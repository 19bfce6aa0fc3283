//! KRTs on a real disk.

#![cfg(test)]

mod folder;
mod packing;
mod refused;
mod same;
mod unpacking;
