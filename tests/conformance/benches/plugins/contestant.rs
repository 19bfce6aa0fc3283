//! Who takes part: our plugins, and those of others that are there.

use std::{
    env,
    path::{Path, PathBuf},
};

use harness::build::{BuildError, GoModule, PEERS};
use terraform::diagnostics::chain;

/// The plugin that exercises every part of the protocol; its name is also a file's.
const CONFORMANCE: &str = env!("CARGO_BIN_EXE_terraform-provider-conformance");

/// What a variable begins with that names another plugin, e.g. `PEER_KUBERNETES=/path`.
const PREFIX: &str = "PEER_";

/// A plugin to measure.
#[derive(Debug, Clone)]
pub(crate) struct Contestant {
    /// What the report calls it.
    pub(crate) name: String,
    /// The binary.
    pub(crate) binary: PathBuf,
    /// Whether it is built here, and goals hold for it.
    pub(crate) is_ours: bool,
}

/// Finds the plugins, ours first, and says which are missing.
pub(crate) fn all() -> (Vec<Contestant>, Vec<String>) {
    let conformance = Path::new(CONFORMANCE);
    let mut named = vec![
        ours("kre", &conformance.with_file_name("terraform-provider-kre")),
        ours("conformance", conformance),
    ];
    let mut missing = Vec::new();
    for module in PEERS {
        match built(module) {
            Ok(contestant) => named.push(contestant),
            Err(error) => missing.push(format!("skipped: {}: {}", module.title, chain(&error))),
        }
    }
    named.extend(given());
    named.retain(
        |Contestant {
             name,
             binary,
             is_ours: _,
         }| {
            let is_there = binary.is_file();
            if !is_there {
                missing.push(format!(
                    "skipped: {name}: there is no `{}`",
                    binary.display()
                ));
            }
            is_there
        },
    );
    (named, missing)
}

fn ours(name: &str, binary: &Path) -> Contestant {
    Contestant {
        name: name.to_owned(),
        binary: binary.to_owned(),
        is_ours: true,
    }
}

fn theirs(name: &str, binary: PathBuf) -> Contestant {
    Contestant {
        name: name.to_owned(),
        binary,
        is_ours: false,
    }
}

/// Builds a plugin of others, unless that was done before.
fn built(module: GoModule) -> Result<Contestant, BuildError> {
    let binary = module.binary()?;
    Ok(theirs(&module.versioned_title()?, binary))
}

/// The plugins that the caller names.
fn given() -> impl Iterator<Item = Contestant> {
    env::vars_os().filter_map(|(variable, binary)| {
        let name = variable.to_str()?.strip_prefix(PREFIX)?.to_lowercase();
        Some(theirs(&name, binary.into()))
    })
}
