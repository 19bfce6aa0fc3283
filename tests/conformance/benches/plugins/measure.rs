//! The measurement: plugins take turns, so that a busy moment hits all of them alike.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use harness::plugin::{HostError, HostOptions, Plugin};
use terraform::diagnostics::chain;
use tokio::time;

use crate::{
    Contestant, Figure, Samples,
    wire::{CallError, Provider},
};

/// How often each plugin is started, with and without AutoMTLS.
pub(crate) const STARTS: usize = 30;

/// How often each plugin is kept, to look at its memory and to call it.
pub(crate) const VISITS: usize = 5;

/// How many calls are timed at each visit.
pub(crate) const READS: usize = 200;

/// How many calls come before: the connection is warm, and what is built once is built.
const WARM_UP: usize = 20;

/// How long a plugin comes to rest before its memory counts.
const REST: Duration = Duration::from_millis(300);

/// How long a plugin may take to end when asked to.
const END: Duration = Duration::from_secs(2);

/// Why a plugin is not measured any further.
#[derive(Debug, thiserror::Error)]
enum MeasureError {
    #[error("it does not start")]
    Start(#[from] HostError),
    #[error("it does not answer")]
    Call(#[from] CallError),
}

/// Measures all plugins; a remark says which of them fell out, and why.
pub(crate) async fn all(contestants: &[Contestant], remarks: &mut Vec<String>) -> Samples {
    let mut samples = Samples::default();
    let mut out = BTreeSet::new();
    for contestant in contestants {
        if let Some(megabytes) = stripped_size(&contestant.binary) {
            samples.add(Figure::Size, &contestant.name, megabytes);
        }
    }
    // The first round fills caches and does not count.
    for round in 0..=STARTS + VISITS {
        for contestant in contestants {
            if out.contains(&contestant.name) {
                continue;
            }
            let measured = match round {
                0 => start_both_ways(contestant, &mut Samples::default()).await,
                1..=STARTS => start_both_ways(contestant, &mut samples).await,
                _ => visit(contestant, &mut samples).await,
            };
            if let Err(error) = measured {
                remarks.push(format!("{}: {}", contestant.name, chain(&error)));
                out.insert(&contestant.name);
            }
        }
    }
    samples
}

/// Starts a plugin without and with AutoMTLS, up to its first schema.
async fn start_both_ways(
    contestant: &Contestant,
    samples: &mut Samples,
) -> Result<(), MeasureError> {
    let plain = [Figure::Handshake, Figure::Schema, Figure::StartToSchema];
    let encrypted = [
        Figure::EncryptedHandshake,
        Figure::EncryptedSchema,
        Figure::EncryptedStartToSchema,
    ];
    for (encrypts, figures) in [(false, plain), (true, encrypted)] {
        let (plugin, mut provider) = start(contestant, encrypts).await?;
        provider.schema().await?;
        let answered = Instant::now();
        let moments = plugin.moments();
        let spans = [
            moments.announced.duration_since(moments.started),
            answered.duration_since(moments.announced),
            answered.duration_since(moments.started),
        ];
        for (figure, span) in figures.into_iter().zip(spans) {
            samples.add(figure, &contestant.name, milliseconds(span));
        }
        end(plugin).await;
    }
    Ok(())
}

/// Starts a plugin, lets it rest, looks at its memory, and then calls it often.
async fn visit(contestant: &Contestant, samples: &mut Samples) -> Result<(), MeasureError> {
    let name = &contestant.name;
    let (plugin, mut provider) = start(contestant, true).await?;
    let resources = provider.schema().await?;
    time::sleep(REST).await;
    if let Some(id) = plugin.process().id() {
        let kept = [
            (Figure::Resident, "status", "VmRSS:"),
            (Figure::Proportional, "smaps_rollup", "Pss:"),
        ];
        for (figure, file, field) in kept {
            if let Some(kibibytes) = kept_memory(id, file, field) {
                samples.add(figure, name, kibibytes / 1024.0);
            }
        }
    }
    // A plugin without resources has nothing to read.
    if let Some(resource) = resources.first() {
        for call in 0..WARM_UP + READS {
            let called = Instant::now();
            provider.read(resource).await?;
            if call >= WARM_UP {
                samples.add(Figure::Read, name, milliseconds(called.elapsed()));
            }
        }
    }
    end(plugin).await;
    Ok(())
}

async fn start(
    contestant: &Contestant,
    encrypts: bool,
) -> Result<(Plugin, Provider), MeasureError> {
    let options = HostOptions {
        encrypts,
        ..HostOptions::default()
    };
    let plugin = Plugin::start(&contestant.binary, options).await?;
    let provider = Provider::new(plugin.channel(), plugin.handshake().version);
    Ok((plugin, provider))
}

/// Ends a plugin as hosts do; what does not end in time is killed.
async fn end(mut plugin: Plugin) {
    // The plugin may end before it answers.
    let _ = plugin
        .controller()
        .shutdown(tfplugin::goplugin::Empty {})
        .await;
    let _ = plugin.wait(END).await;
}

fn milliseconds(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

/// Reads how much memory a process keeps, in kibibytes; `None` where the kernel does not say.
fn kept_memory(id: u32, file: &str, field: &str) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{id}/{file}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Returns the size of a binary without symbols and debug information, in megabytes.
fn stripped_size(binary: &Path) -> Option<f64> {
    let copy = tempfile::NamedTempFile::new().ok()?;
    let strip = Command::new("strip")
        .arg("-o")
        .args([copy.path(), binary])
        .status();
    // Without the tool, the binary counts as it is.
    let is_stripped = strip.is_ok_and(|status| status.success());
    let measured = if is_stripped { copy.path() } else { binary };
    let kilobytes = fs::metadata(measured).ok()?.len() / 1000;
    Some(f64::from(u32::try_from(kilobytes).ok()?) / 1000.0)
}
