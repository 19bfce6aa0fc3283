//! What a change does to a runtime, in words.

use std::collections::{BTreeMap, BTreeSet};

use kre_core::{
    path::AttributePath,
    runtime::{Change, Component, Effect, RuntimeSpec, Storage},
};
use terraform::{Diagnostics, Path, diagnostics};

use super::path;

/// What a change does to a runtime.
#[derive(Debug, Default)]
pub(super) struct Consequences {
    /// The attributes whose change replaces it.
    pub(super) replace: BTreeSet<Path>,
    /// One error for each change that is refused.
    pub(super) refused: Diagnostics,
    /// At most one warning, with one sentence for each consequence that is not obvious.
    pub(super) warnings: Diagnostics,
}

/// Works out what changes from one specification to another one mean.
pub(super) fn of(changes: &[Change], old: &RuntimeSpec, new: &RuntimeSpec) -> Consequences {
    let mut found = Consequences::default();
    let mut rolled: BTreeMap<Component, Vec<&AttributePath>> = BTreeMap::new();
    let mut grown = Vec::new();
    for Change {
        path: place,
        effect,
    } in changes
    {
        match effect {
            Effect::InPlace => {}
            Effect::Replaces => {
                found.replace.insert(path(place));
            }
            Effect::Refused { rule, remedy } => {
                let summary = format!("`{place}` cannot be changed so");
                let detail = format!("{rule}. {remedy}.");
                found
                    .refused
                    .push(diagnostics::error(summary, detail).at(path(place)));
            }
            Effect::Rolls(components) => {
                for component in components {
                    rolled.entry(*component).or_default().push(place);
                }
            }
            Effect::Grows(component) => {
                // A server of NATS is told how much it may store; MongoDB finds out.
                if *component == Component::Nats {
                    rolled.entry(*component).or_default().push(place);
                }
                grown.push(*component);
            }
        }
    }
    let interrupts = !rolled.is_empty();
    let mut sentences: Vec<_> = rolled
        .into_iter()
        .map(|(component, places)| restart(component, &places))
        .collect();
    sentences.extend(grown.into_iter().filter_map(|it| growth(it, old, new)));
    if !sentences.is_empty() {
        let summary = if interrupts {
            format!("This update interrupts services of runtime `{}`", new.id)
        } else {
            format!("This update cannot be undone in runtime `{}`", new.id)
        };
        found.warnings = Diagnostics::warning(summary, sentences.join("\n"));
    }
    found
}

fn restart(component: Component, places: &[&AttributePath]) -> String {
    let places: Vec<_> = places.iter().map(|place| format!("`{place}`")).collect();
    let (name, meanwhile) = match component {
        Component::Nats => (
            "NATS",
            "what is stored stays, requests fail until it is back",
        ),
        Component::MongoDb => (
            "MongoDB",
            "what is stored stays, what needs it fails until it is back",
        ),
        Component::MongoWriter => ("The writer", "what nodes save meanwhile fails"),
    };
    format!("{name} starts again ({}): {meanwhile}.", places.join(", "))
}

fn growth(component: Component, old: &RuntimeSpec, new: &RuntimeSpec) -> Option<String> {
    let (name, storage): (_, fn(&RuntimeSpec) -> &Storage) = match component {
        Component::Nats => ("NATS", |spec| &spec.nats.storage),
        Component::MongoDb => ("MongoDB", |spec| &spec.mongodb.storage),
        // It has none.
        Component::MongoWriter => return None,
    };
    let (old, new) = (&storage(old).size, &storage(new).size);
    Some(format!(
        "The volume of {name} grows from {old} to {new} if its class allows that, and cannot shrink again."
    ))
}
