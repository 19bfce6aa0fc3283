//! What the settings say, and every mistake that needs no server to be found.

mod commands;
mod kubeconfigs;
mod pems;
mod precedence;

use std::{collections::BTreeMap, error::Error};

use super::{Arguments, Settings, target::Target};

/// Settings of these arguments and variables.
pub(super) fn settings(arguments: Arguments, variables: &[(&str, &str)]) -> Settings {
    let variables: BTreeMap<_, _> = variables.iter().copied().collect();
    Settings::new(arguments, |name| {
        variables.get(name).map(|&value| value.to_owned())
    })
}

pub(super) fn target(arguments: Arguments, variables: &[(&str, &str)]) -> Target {
    Target::find(&settings(arguments, variables)).unwrap()
}

/// The message of what is wrong, with its causes.
#[track_caller]
pub(super) fn refusal(arguments: Arguments, variables: &[(&str, &str)]) -> String {
    let error = Target::find(&settings(arguments, variables)).unwrap_err();
    let mut text = error.to_string();
    if let Some(cause) = error.source() {
        text = format!("{text}: {cause}");
    }
    text
}
