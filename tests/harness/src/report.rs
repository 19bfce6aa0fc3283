//! How the harness speaks: a failed test, remarks that are seen even when tests succeed, and what
//! stands above figures.

use std::{
    env::consts,
    error::Error,
    fmt, fs,
    io::{self, Write as _},
    thread,
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

/// Says on what machine figures were measured.
pub fn machine() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let (system, processor) = (consts::OS, consts::ARCH);
    let (kernel, load) = (of_kernel("sys/kernel/osrelease"), of_kernel("loadavg"));
    format!("{cores} cores, {system} {kernel}, {processor}, load {load}")
}

/// Returns the first word of a file of the kernel.
fn of_kernel(file: &str) -> String {
    let text = fs::read_to_string(format!("/proc/{file}")).unwrap_or_default();
    text.split_whitespace().next().unwrap_or("?").to_owned()
}
