//! What a test cluster costs: to build, to start, to keep and to fill.
//!
//! Builds are not repeated for the sake of a figure: how long one took was written down when it
//! happened. With `KRE_CACHE_DIR` and `GOCACHE` set to empty folders, it happens here. Nothing here
//! fails; a goal that is missed is said.

mod containers;
mod figure;
mod fill;
mod measure;
mod report;

use std::{
    env,
    error::Error,
    io::{self, Write},
};

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test --benches` comes here too, and a measurement is no test.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let measured = measure::all()?;
    io::stdout().write_all(report::render(&measured).as_bytes())?;
    Ok(())
}
