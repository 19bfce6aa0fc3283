//! KRTs on a real disk.

#![cfg(test)]
#![cfg(unix)]

mod folder;
mod packing;
mod refused;
mod same;
mod unpacking;
