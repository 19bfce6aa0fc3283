//! What became of a runtime, in words that a user can act on.

mod conflicts;
mod growth;
mod reading;
mod refusals;
mod removal;
mod rights;
#[cfg(test)]
mod tests;
mod waiting;

use std::time::Duration;

use kre_core::{desired::ObjectKey, name::RuntimeId, text::NamespaceName};

pub(super) use conflicts::{conflicts, occupied};
pub(super) use growth::ungrown;
pub(super) use reading::{elsewhere, missing_secret, superseded, unasked, unfound};
pub(super) use refusals::{
    Owner, Refusal, foreign_namespace, interfered, no_namespace, refused, unfit,
};
pub(super) use removal::{Left, has_versions, retained, shared, stuck};
pub(super) use rights::{forbidden, unlisted};
pub(super) use waiting::{Ended, Report, Unwritten, failed, unready};

/// The runtime that a message is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'s> {
    pub(super) id: &'s RuntimeId,
    pub(super) namespace: &'s NamespaceName,
    /// The namespace is made with the runtime, and goes with it.
    pub(super) owns_namespace: bool,
}

impl Subject<'_> {
    /// A command that a user can copy.
    pub(super) fn kubectl(self, arguments: &str) -> String {
        format!("kubectl --namespace {} {arguments}", self.namespace)
    }

    /// A command that tells more about an object.
    pub(super) fn describe(self, object: &ObjectKey) -> String {
        let arguments = format!("describe {} {}", object.kind.to_lowercase(), object.name);
        if object.namespace.is_some() {
            self.kubectl(&arguments)
        } else {
            format!("kubectl {arguments}")
        }
    }

    /// The block that imports the runtime, to be pasted.
    fn import_block(self) -> String {
        let Self { id, namespace, .. } = self;
        format!("import {{\n  to = kre_runtime.{id}\n  id = \"{namespace}/{id}\"\n}}")
    }

    /// The object that says whose the runtime is.
    fn anchor(self) -> String {
        format!("ConfigMap {}", kre_core::runtime::anchor(self.id))
    }
}

/// A span of time as people say it.
fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// Lines, set off from the text around them.
fn listed<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> String {
    let lines: Vec<_> = lines
        .into_iter()
        .map(|line| format!("  {}", line.as_ref()))
        .collect();
    lines.join("\n")
}

/// Parts of a text with an empty line between each two.
fn paragraphs<const N: usize>(parts: [String; N]) -> String {
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}
