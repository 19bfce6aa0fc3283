//! Builds OpenTofu, and with the argument `peers` the providers to compare with, ahead of the tests.
//!
//! Prints the path of each binary.

use std::io::{self, Write};
use std::process::ExitCode;

use harness::build::{OPENTOFU, PEERS};
use harness::report::remark;
use terraform::diagnostics::chain;

fn main() -> ExitCode {
    let with_peers = std::env::args().skip(1).any(|argument| argument == "peers");
    let peers = PEERS.into_iter().filter(|_| with_peers);
    for module in [OPENTOFU].into_iter().chain(peers) {
        let path = match module.binary() {
            Ok(path) => path,
            Err(error) => {
                remark(chain(&error));
                return ExitCode::FAILURE;
            }
        };
        if writeln!(io::stdout(), "{}", path.display()).is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
