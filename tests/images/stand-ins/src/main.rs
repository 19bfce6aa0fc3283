//! One program with several faces: it stands for each of KRE's images where these cannot be
//! pulled, and has their habits, the bad ones included (research/kre.md §3.7, §4.5, §5.3, §7).
//!
//! The face is chosen by the name of the program, or else by its first argument.

mod face;
mod message;

use std::process::ExitCode;

use face::Face;

fn main() -> ExitCode {
    match Face::of(&mut std::env::args_os()) {
        Some(face) => face.run(),
        None => ExitCode::from(2),
    }
}
