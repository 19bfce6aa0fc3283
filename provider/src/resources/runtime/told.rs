//! What the engine answers, as a user is told.

use std::time::SystemTime;

use kre_core::{
    anchor::{self, InstanceId},
    runtime::attribute_of,
};
use kre_engine::{
    documents::DocumentsError,
    forward::ForwardError,
    kubernetes::{Failure, Rule},
    objects::{ApplyError, GoneError},
    runtime::Removed,
    wait::{self, WaitError},
    work::{Failed, Kept, Occupied},
};
use terraform::{Diagnostics, Value, diagnostics};

use super::{
    report::{self, Ended, Left, Owner, Refusal, Report, Subject},
    trouble, unwritten,
};
use crate::{Kre, settings::sentence};

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Create,
    Read,
    Update,
    Delete,
}

impl Operation {
    /// The attribute that says how long it may take.
    const fn timeout(self) -> &'static str {
        match self {
            Self::Create => "timeouts.create",
            Self::Read => "timeouts.read",
            Self::Update => "timeouts.update",
            Self::Delete => "timeouts.delete",
        }
    }

    const fn verb(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Read => "read",
            Self::Update => "changed",
            Self::Delete => "removed",
        }
    }
}

/// Tells why an operation failed.
pub(super) fn failed(subject: Subject<'_>, error: &Failed, operation: Operation) -> Diagnostics {
    match error {
        Failed::Refused(occupied) => {
            let Occupied {
                instance,
                refusal,
                created,
                left,
                ..
            } = &**occupied;
            let owner = owner(instance, *created);
            report::refused(subject, &refusal_of(refusal, left), &owner)
        }
        Failed::Strangers(strangers) => {
            let told = strangers
                .iter()
                .map(|it| report::occupied(subject, &it.key));
            told.flatten().collect()
        }
        Failed::Superseded { by, .. } => report::interfered(subject, by.as_str()),
        Failed::NoNamespace(_) => report::no_namespace(subject),
        Failed::ForeignNamespace(_) => report::foreign_namespace(subject),
        Failed::Unfit(changes) => report::unfit(subject, changes),
        Failed::PasswordLost { secret, claim } => {
            report::missing_secret(subject, &secret.name, &claim.name)
        }
        Failed::Registered(versions) => report::has_versions(subject, versions),
        Failed::Apply(errors) => {
            let missing = missing_rules(errors);
            let others = errors.iter().filter(|error| rule_of(error).is_none());
            let others = others.flat_map(|error| unapplied(subject, error, operation));
            let missing = missing.iter().map(|rule| report::forbidden(subject, rule));
            missing.flatten().chain(others).collect()
        }
        Failed::Ungrown(volumes) => {
            let told = volumes.iter().map(|it| report::ungrown(subject, it));
            told.flatten().collect()
        }
        Failed::Wait(error) => waited(subject, error, operation),
        Failed::Gone(error) => not_gone(subject, error, operation),
        Failed::Unlisted { kinds, rule } => report::unlisted(subject, kinds, rule),
        Failed::Call(failure) => call(subject, failure, operation),
        Failed::Documents(error) => documents(subject, error, operation),
        Failed::Stopped => stopped(subject, error, operation),
        Failed::Contract { .. }
        | Failed::Random
        | Failed::Nowhere
        | Failed::NoCredential(_)
        | Failed::NotReady(_) => {
            let summary = format!("Runtime `{}` cannot be {}", subject.id, operation.verb());
            Diagnostics::error(summary, sentence(&diagnostics::chain(error)))
        }
    }
}

/// Tells what could not be looked at.
pub(super) fn unseen(subject: Subject<'_>, error: &Failed) -> Diagnostics {
    report::unasked(subject, "MongoDB", &sentence(&diagnostics::chain(error)))
}

/// Tells that another instance has taken the place of a runtime.
pub(super) fn superseded(subject: Subject<'_>, by: &InstanceId) -> Diagnostics {
    report::superseded(subject, &owner(by, None))
}

/// Tells that a runtime is gone because this is not the cluster that it was in.
pub(super) fn moved(subject: Subject<'_>, state: &Value, is: &str) -> Diagnostics {
    match state.attribute("cluster_uid").as_str() {
        Some(was) if was != is => report::elsewhere(subject, was, is),
        _ => Diagnostics::new(),
    }
}

/// Tells that nobody knows which runtime a state is about.
pub(super) fn forgotten(subject: Subject<'_>) -> Diagnostics {
    let summary = format!("Runtime `{}` is not there", subject.id);
    Diagnostics::error(
        summary,
        "The state does not say which instance it is about, and there is none in its place. Refresh the state, and plan again.",
    )
}

/// Tells what a removal has left, and why.
pub(super) fn removed(subject: Subject<'_>, removed: &Removed) -> Diagnostics {
    let Removed {
        kept,
        inhabited,
        superseded_by,
    } = removed;
    let mut told = Diagnostics::new();
    if !kept.is_empty() {
        let kept: Vec<_> = kept.iter().map(named).collect();
        told.extend(report::retained(subject, &kept));
    }
    if let Some((_, strangers)) = inhabited {
        told.extend(report::shared(subject, strangers));
    }
    if let Some((_, by)) = superseded_by {
        told.extend(superseded(subject, by));
    }
    told
}

fn refusal_of(refusal: &anchor::Refusal, left: &[Kept]) -> Refusal {
    match refusal {
        anchor::Refusal::Lives { status } => Refusal::Lives {
            status: status.as_str().to_owned(),
        },
        anchor::Refusal::Goes => Refusal::Goes,
        anchor::Refusal::Retained { .. } => Refusal::Retained {
            items: left.iter().map(named).collect(),
        },
    }
}

fn named(kept: &Kept) -> String {
    let Kept { id, size } = kept;
    match size {
        Some(size) => format!("{id} ({size})"),
        None => id.to_string(),
    }
}

fn owner(instance: &InstanceId, created: Option<SystemTime>) -> Owner {
    Owner {
        instance: instance.to_string(),
        age: created.and_then(|created| created.elapsed().ok()),
    }
}

/// The right that is missing, if that is why an object was not written.
fn rule_of(error: &ApplyError) -> Option<&Rule> {
    match error {
        ApplyError::Call { source, .. } => source.missing_rule(),
        _ => None,
    }
}

/// The rights that are missing, those that can be granted together as one.
fn missing_rules(errors: &[ApplyError]) -> Vec<Rule> {
    let mut all: Vec<Rule> = Vec::new();
    for rule in errors.iter().filter_map(rule_of) {
        let both = all.last().and_then(|last| last.and(rule));
        match both {
            Some(both) => {
                all.pop();
                all.push(both);
            }
            None => all.push(rule.clone()),
        }
    }
    all
}

fn unapplied(subject: Subject<'_>, error: &ApplyError, operation: Operation) -> Diagnostics {
    match error {
        ApplyError::Call { source, .. } => call(subject, source, operation),
        error => unwritten::told(subject, error),
    }
}

/// Hosts tell no address with what a removal says, so the summary names the runtime.
fn call(subject: Subject<'_>, failure: &Failure, operation: Operation) -> Diagnostics {
    if let Some(rule) = failure.missing_rule() {
        return report::forbidden(subject, rule);
    }
    let told = Kre::report(failure);
    if operation != Operation::Delete {
        return told;
    }
    let named = told.iter().cloned().map(|mut told| {
        told.summary = format!(
            "{} while runtime `{}` was removed",
            told.summary, subject.id
        );
        told
    });
    named.collect()
}

pub(super) fn text(error: &(dyn std::error::Error + 'static)) -> String {
    sentence(&diagnostics::chain(error))
}

fn waited(subject: Subject<'_>, error: &WaitError, operation: Operation) -> Diagnostics {
    let timeout = operation.timeout();
    match error {
        WaitError::Hopeless(reports) => {
            report::unready(subject, Ended::Hopeless, &reports_of(reports))
        }
        WaitError::TimedOut { reports, after } => {
            let ended = Ended::TimedOut {
                after: *after,
                timeout,
            };
            report::unready(subject, ended, &reports_of(reports))
        }
        WaitError::Stopped => report::unready(subject, Ended::Stopped, &[]),
        WaitError::Call(failure) => call(subject, failure, operation),
    }
}

fn reports_of(reports: &[wait::Report]) -> Vec<Report> {
    let told = reports.iter().map(|report| {
        let component = report.component.as_deref().and_then(trouble::component);
        Report {
            workload: report.workload.clone(),
            component,
            pod: report.pod.clone(),
            container: report.container.clone(),
            cause: report.cause.to_string(),
            detail: report.detail.clone(),
            log: report.log.clone(),
            attribute: component
                .zip(trouble::of_wait(report))
                .map(|(component, trouble)| attribute_of(component, trouble)),
            unless: trouble::unless(report),
        }
    });
    told.collect()
}

fn not_gone(subject: Subject<'_>, error: &GoneError, operation: Operation) -> Diagnostics {
    match error {
        GoneError::Left { left, after } => {
            let left = left.iter().map(|left| Left {
                object: left.key.to_string(),
                held_by: left.reasons.join("; "),
            });
            report::stuck(subject, *after, &left.collect::<Vec<_>>())
        }
        GoneError::Stopped => stopped(subject, error, operation),
        GoneError::Call(failure) => call(subject, failure, operation),
    }
}

fn stopped(
    subject: Subject<'_>,
    error: &(dyn std::error::Error + 'static),
    operation: Operation,
) -> Diagnostics {
    let (id, verb) = (subject.id, operation.verb());
    Diagnostics::error(
        format!("Stopped before runtime `{id}` was {verb}"),
        text(error),
    )
}

fn documents(subject: Subject<'_>, error: &DocumentsError, operation: Operation) -> Diagnostics {
    if let DocumentsError::Forward {
        source: ForwardError::Call { source, .. },
        ..
    } = error
    {
        return call(subject, source, operation);
    }
    let summary = format!(
        "MongoDB of runtime `{}` does not do what it should",
        subject.id
    );
    Diagnostics::error(summary, text(error))
}
