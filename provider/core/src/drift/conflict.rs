//! Fields that somebody else owns and that an apply would change.

use std::{collections::BTreeSet, fmt};

use serde_json::Value;

use super::{
    FieldPath, Owned, Seal,
    comparison::{Compared, Same, compare},
};

/// A field that an apply would change, and that somebody else owns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// Where.
    pub path: FieldPath,
    /// Who owns it.
    pub manager: String,
    /// When they last changed what they own, as Kubernetes writes it: `2026-01-02T03:04:05Z`.
    /// `None` if nobody has looked, see [`Conflict::seen_in`].
    pub since: Option<String>,
}

/// Reads the conflicts from the status with which the API server refuses an apply. None is there
/// in the status of any other refusal.
pub fn conflicts(status: &Value) -> Vec<Conflict> {
    let causes = status.pointer("/details/causes").and_then(Value::as_array);
    let causes = causes.into_iter().flatten();
    causes.filter_map(conflict).collect()
}

/// Tells whether an apply that met these conflicts may be repeated with force.
///
/// It may if every one is of a field that was ours after our last apply, and either was announced
/// as changed by others, or still has the value that we remember: then nobody's change is lost
/// that the plan does not show. A value that cannot be compared counts as another.
pub fn may_force(
    conflicts: &[Conflict],
    owned: Option<&Owned>,
    live: &Value,
    seal: &Seal,
    announced: &BTreeSet<FieldPath>,
) -> bool {
    let Some(owned) = owned else {
        return false;
    };
    let compared = compare(owned, live, seal);
    let may = |it: &Compared| it.value == Same::Yes || announced.contains(&it.difference.path);
    let allowed: BTreeSet<_> = compared
        .iter()
        .filter(|it| may(it))
        .map(|it| &it.difference.path)
        .collect();
    !conflicts.is_empty() && conflicts.iter().all(|it| allowed.contains(&it.path))
}

fn conflict(cause: &Value) -> Option<Conflict> {
    let text = |name: &str| cause.get(name).and_then(Value::as_str);
    if text("reason") != Some("FieldManagerConflict") {
        return None;
    }
    Some(Conflict {
        // One that does not say where is of no field that anybody knows: it is never forced.
        path: FieldPath::of_cause(text("field").unwrap_or_default()),
        manager: manager(text("message").unwrap_or_default()),
        since: None,
    })
}

/// The name in `conflict with "name" with subresource "scale" using v1`.
fn manager(message: &str) -> String {
    let Some(quoted) = message.strip_prefix("conflict with ") else {
        return message.to_owned();
    };
    // The name is a text as JSON has it, but for escapes that no name has.
    let mut texts = serde_json::Deserializer::from_str(quoted).into_iter::<String>();
    match texts.next() {
        Some(Ok(name)) => name,
        Some(Err(_)) | None => quoted.to_owned(),
    }
}

impl Conflict {
    /// Adds since when, from the `managedFields` of the object: the API server does not tell it when
    /// it refuses.
    pub fn seen_in(self, live: &Value) -> Self {
        let entries = live.pointer("/metadata/managedFields");
        let entries = entries.and_then(Value::as_array).into_iter().flatten();
        let theirs = entries.filter(|entry| entry["manager"] == *self.manager);
        let times = theirs.filter_map(|entry| entry["time"].as_str());
        let since = times.max().map(str::to_owned);
        Self { since, ..self }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (by {}", self.path, self.manager)?;
        if let Some(since) = &self.since {
            write!(f, " since {since}")?;
        }
        f.write_str(")")
    }
}
