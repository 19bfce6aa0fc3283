//! What the images' users rely on, with real servers.

mod downloader;
mod servers;
mod writer;
