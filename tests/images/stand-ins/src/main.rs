//! One program with several faces: it stands for each of KRE's images where these cannot be
//! pulled, and has their habits, the bad ones included (research/kre.md §3.7, §4.5, §5.3, §7).
//!
//! The face is chosen by the name of the program, or else by its first argument.

mod causes;
mod client;
mod codec;
mod consumer;
mod documents;
mod downloader;
mod durables;
mod entrypoint;
mod environment;
mod face;
mod log;
mod message;
mod nats;
mod place;
mod runner;
mod signals;
mod silent;
mod web;
mod wire;
mod writer;

use std::process::ExitCode;

use face::Face;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    match Face::of(&mut arguments) {
        Some(face) => face.run(arguments),
        None => ExitCode::from(2),
    }
}
