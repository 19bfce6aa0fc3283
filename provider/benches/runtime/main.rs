//! What runtimes cost: time, calls and memory, for 1, 10 and 100 of them on a real cluster.
//!
//! The provider is the real binary, driven by a host of our own that takes next to no time. What
//! waits for pods is counted and timed in one go, behind a proxy; what only looks is timed without
//! it. Nothing here fails for being slow; a goal that is missed is said.

mod figure;
mod floor;
mod hosts;
mod measure;
mod provider;
mod report;
mod samples;
mod watch;

use std::{
    env,
    error::Error,
    io::{self, Write},
};

use tokio::runtime;

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test --benches` comes here too, and a measurement is no test.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    // One thread: the host takes as little as possible of the machine that it shares.
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let samples = runtime.block_on(measure::all())?;
    io::stdout().write_all(report::render(&samples).as_bytes())?;
    Ok(())
}
