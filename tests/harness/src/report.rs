//! How the harness speaks: a failed test, and remarks that are seen even when tests succeed.

use std::{
    error::Error,
    fmt,
    io::{self, Write as _},
};

use terraform::diagnostics::chain;

/// Fails the running test.
#[track_caller]
#[expect(clippy::panic, reason = "a panic is how a test fails")]
pub fn fail(why: impl fmt::Display) -> ! {
    panic!("{why}")
}

/// What ends the test where it cannot go on.
pub trait OrFail<T> {
    /// Returns the value, or fails the running test, saying what was tried.
    #[track_caller]
    fn or_fail(self, tried: impl fmt::Display) -> T;
}

impl<T, E: Error> OrFail<T> for Result<T, E> {
    #[track_caller]
    fn or_fail(self, tried: impl fmt::Display) -> T {
        match self {
            Ok(value) => value,
            Err(error) => fail(format!("{tried}: {}", chain(&error))),
        }
    }
}

/// Prints a line to stderr past the test runner's capture: what is worth knowing in a green run.
pub fn remark(text: impl fmt::Display) {
    // A remark that cannot be printed is no reason to fail.
    let _ = writeln!(io::stderr(), "{text}");
}
