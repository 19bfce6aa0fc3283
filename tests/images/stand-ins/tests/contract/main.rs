//! What the images' users rely on, with real servers.

#![cfg(test)]

mod downloader;
mod servers;
mod writer;
