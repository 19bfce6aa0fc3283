//! How long what is wrong has been so.

use std::{collections::BTreeMap, time::Duration};

use kre_core::desired::ObjectKey;
use tokio::time::Instant;

use super::{cause::Cause, symptom::Symptom};

/// What makes a symptom the same one at another time. Pods come and go.
type Same = (ObjectKey, Option<String>, Cause);

/// Since when each symptom has been there without a break.
#[derive(Debug, Default)]
pub(super) struct Memory(BTreeMap<Same, Instant>);

/// A symptom, whose it is, and since when it is there.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) workload: ObjectKey,
    pub(super) component: Option<String>,
    pub(super) symptom: Symptom,
    pub(super) since: Instant,
}

/// What follows from all symptoms.
#[derive(Debug)]
pub(super) enum Outlook {
    /// Some of these will not go away.
    Hopeless(Vec<Finding>),
    /// Until then at the latest one has to look again.
    Open(Option<Instant>),
}

impl Memory {
    /// Takes note of all symptoms that there are; of those that are the same, one stands for all.
    pub(super) fn findings(
        &mut self,
        mut symptoms: Vec<(ObjectKey, Option<String>, Symptom)>,
        now: Instant,
    ) -> Vec<Finding> {
        let before = std::mem::take(&mut self.0);
        let mut findings = Vec::new();
        symptoms.sort_by_key(|(_, _, symptom)| symptom.may_pass);
        for (workload, component, symptom) in symptoms {
            let family = symptom.cause.family();
            let same = (workload.clone(), symptom.container.clone(), family);
            if self.0.contains_key(&same) {
                continue;
            }
            let since = before.get(&same).copied().unwrap_or(now);
            self.0.insert(same, since);
            findings.push(Finding {
                workload,
                component,
                symptom,
                since,
            });
        }
        findings
    }
}

/// Tells whether there is hope. Without it, all that lasts is told: whoever mends one thing wants
/// to know of the others that may be wrong.
pub(super) fn outlook(findings: &[Finding], grace: Duration, now: Instant) -> Outlook {
    let lasting = findings.iter().filter(|it| !it.symptom.may_pass);
    let first = lasting.clone().map(|it| it.since + grace).min();
    if first.is_none_or(|end| end > now) {
        return Outlook::Open(first);
    }
    Outlook::Hopeless(lasting.cloned().collect())
}
