//! Makes images for nodes that cannot pull any, ahead of the tests or for a cluster of your own.
//!
//! Prints the path of each archive; `further` makes those of optional services too.

use std::io::{self, Write};
use std::process::ExitCode;

use harness::images::{ImageError, busybox, further_services, kre, services};
use harness::report::remark;
use terraform::diagnostics::chain;

/// What makes an archive.
type Make = fn() -> Result<std::path::PathBuf, ImageError>;

fn main() -> ExitCode {
    let with_further = std::env::args()
        .skip(1)
        .any(|argument| argument == "further");
    let always: [Make; 3] = [busybox, services, kre];
    let further = with_further.then_some(further_services as Make);
    for make in always.into_iter().chain(further) {
        let path = match make() {
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
