//! What a plugin costs: ours and others side by side, in turns, in one run.
//!
//! Machines differ and are busy with other things: read the ratios, and compare what was measured
//! together. Nothing here fails; a goal that is missed is said.

mod contestant;
mod figure;
mod measure;
mod report;
mod samples;
mod wire;

use std::{
    env,
    error::Error,
    io::{self, Write},
};

use tokio::runtime;

use crate::{contestant::Contestant, figure::Figure, samples::Samples};

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test --benches` comes here too, and a measurement is no test.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let (contestants, mut remarks) = contestant::all();
    // One thread: the host takes as little as possible of the machine that it shares.
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let samples = runtime.block_on(measure::all(&contestants, &mut remarks));
    io::stdout().write_all(report::render(&contestants, &samples, &remarks).as_bytes())?;
    Ok(())
}
