//! Why objects are still there after they were deleted.

use std::{fmt, time::Duration};

use kre_core::desired::ObjectKey;
use serde_json::Value;

use super::{Live, error::Place};
use crate::kubernetes::Failure;

/// Why objects are not gone.
#[derive(Debug, thiserror::Error)]
pub enum GoneError {
    /// Some were left when time was up.
    #[error(
        "still there after {after:.0?}: {}; mend what holds them, or raise the timeout",
        listed(left)
    )]
    Left {
        /// What was left.
        left: Vec<Left>,
        /// How long it was waited for.
        after: Duration,
    },
    /// The wait was stopped.
    #[error("waiting was stopped; what was deleted goes on going: run this again to see it gone")]
    Stopped,
    /// The cluster could not be asked.
    #[error("failed to see whether everything is gone")]
    Call(#[from] Failure),
}

/// An object that is still there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The object.
    pub key: ObjectKey,
    /// What holds it, as clauses; never empty.
    pub reasons: Vec<String>,
}

impl Left {
    pub(super) fn of(live: &Live) -> Self {
        Self {
            key: live.key(),
            reasons: reasons(live),
        }
    }
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", Place(&self.key), self.reasons.join("; "))
    }
}

fn listed(left: &[Left]) -> String {
    let left: Vec<_> = left.iter().map(ToString::to_string).collect();
    left.join(", ")
}

fn reasons(live: &Live) -> Vec<String> {
    if !live.is_terminating() {
        return vec![not_deleted(live)];
    }
    let finalizers = live.finalizers();
    let finalizers = finalizers.iter().map(|finalizer| held_by(finalizer));
    let reasons: Vec<_> = conditions(live).into_iter().chain(finalizers).collect();
    if !reasons.is_empty() {
        return reasons;
    }
    let grace = live.value().pointer("/metadata/deletionGracePeriodSeconds");
    let reason = match grace.and_then(Value::as_u64) {
        Some(seconds) if seconds > 0 => format!("it has {seconds} s to end by itself"),
        _ => "the cluster has not removed it yet, and does not say why".to_owned(),
    };
    vec![reason]
}

fn not_deleted(live: &Live) -> String {
    let owners = live.value().pointer("/metadata/ownerReferences");
    let owners = owners.and_then(Value::as_array).into_iter().flatten();
    let text = |owner: &Value, field: &str| {
        let text = owner.get(field).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let owners = owners.map(|owner| format!("{} `{}`", text(owner, "kind"), text(owner, "name")));
    let owners: Vec<_> = owners.collect();
    if owners.is_empty() {
        return "it is not being deleted".to_owned();
    }
    format!(
        "it is not being deleted; it belongs to {}",
        owners.join(", ")
    )
}

fn held_by(finalizer: &str) -> String {
    let meaning = match finalizer {
        "kubernetes.io/pvc-protection" => "a pod still uses it",
        "kubernetes.io/pv-protection" => "a claim still uses it",
        "foregroundDeletion" => "what it owns has to go first",
        "orphan" => "what it owns has to be let go first",
        "service.kubernetes.io/load-balancer-cleanup" => "its load balancer has to go first",
        _ => "whoever set it has to remove it",
    };
    format!("held by finalizer `{finalizer}`: {meaning}")
}

/// What a namespace tells about its end, in readable words.
fn conditions(live: &Live) -> Vec<String> {
    let conditions = live.value().pointer("/status/conditions");
    let conditions = conditions.and_then(Value::as_array).into_iter().flatten();
    conditions.filter_map(condition).collect()
}

fn condition(condition: &Value) -> Option<String> {
    let text = |field: &str| condition.get(field).and_then(Value::as_str);
    if text("status") != Some("True") {
        return None;
    }
    let message = text("message").unwrap_or_default();
    let after = |start: &str| message.strip_prefix(start).unwrap_or(message).trim();
    match text("type")? {
        "NamespaceContentRemaining" => {
            let content = after("Some resources are remaining:");
            Some(format!("it still holds {}", counted(content)))
        }
        "NamespaceFinalizersRemaining" => {
            let finalizers = after("Some content in the namespace has finalizers remaining:");
            Some(format!(
                "what it holds waits for finalizers that nobody has removed: {finalizers}"
            ))
        }
        "NamespaceDeletionDiscoveryFailure" => Some(format!(
            "an API of the cluster does not answer, so nobody knows what it still holds; mend or delete its APIService: {message}"
        )),
        "NamespaceDeletionContentFailure" => {
            Some(format!("what it holds could not be deleted: {message}"))
        }
        "NamespaceDeletionGroupVersionParsingFailure" => Some(format!(
            "the cluster serves an API that it cannot name: {message}"
        )),
        _ => None,
    }
}

/// `configmaps. has 1 resource instances, pods. has 2 resource instances` is `1 of configmaps, 2 of
/// pods`.
fn counted(content: &str) -> String {
    let parts = content.split(", ").map(|part| {
        let counted = part.split_once(" has ").and_then(|(resource, rest)| {
            let (count, _) = rest.split_once(' ')?;
            Some(format!("{count} of {}", resource.trim_end_matches('.')))
        });
        counted.unwrap_or_else(|| part.to_owned())
    });
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(metadata: &Value, status: &Value, expected: &[&str]) {
        let live = Live::new(json!({ "metadata": metadata, "status": status }));
        assert_eq!(reasons(&live), expected);
    }

    const SINCE: &str = "2026-01-01T00:00:00Z";

    #[test]
    fn a_claim_says_that_a_pod_uses_it() {
        check(
            &json!({ "deletionTimestamp": SINCE, "finalizers": ["kubernetes.io/pvc-protection"] }),
            &json!({}),
            &["held by finalizer `kubernetes.io/pvc-protection`: a pod still uses it"],
        );
    }

    #[test]
    fn a_pod_says_how_long_it_has() {
        check(
            &json!({ "deletionTimestamp": SINCE, "deletionGracePeriodSeconds": 30 }),
            &json!({}),
            &["it has 30 s to end by itself"],
        );
    }

    #[test]
    fn what_nobody_deletes_says_whose_it_is() {
        check(
            &json!({ "ownerReferences": [{ "kind": "ReplicaSet", "name": "a" }] }),
            &json!({}),
            &["it is not being deleted; it belongs to ReplicaSet `a`"],
        );
        check(&json!({}), &json!({}), &["it is not being deleted"]);
    }

    #[test]
    fn a_namespace_tells_of_an_api_that_does_not_answer() {
        let conditions = json!([
            {
                "type": "NamespaceDeletionDiscoveryFailure",
                "status": "True",
                "message": "Discovery failed for some groups, 1 failing: …",
            },
            { "type": "NamespaceContentRemaining", "status": "False", "message": "…" },
        ]);
        check(
            &json!({ "deletionTimestamp": SINCE }),
            &json!({ "conditions": conditions }),
            &[
                "an API of the cluster does not answer, so nobody knows what it still holds; mend or delete its APIService: Discovery failed for some groups, 1 failing: …",
            ],
        );
    }

    #[test]
    fn what_a_namespace_holds_is_counted() {
        assert_eq!(
            counted(
                "configmaps. has 1 resource instances, widgets.example.com has 2 resource instances"
            ),
            "1 of configmaps, 2 of widgets.example.com"
        );
        assert_eq!(counted("something else"), "something else");
    }
}
