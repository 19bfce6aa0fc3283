//! Applies that wrote something and did not end well.

use std::time::Duration;

use kre_core::{desired::ObjectKey, path::AttributePath, runtime::Component};
use terraform::{Diagnostic, Diagnostics, diagnostics};

use super::{super::path, Subject, listed, paragraphs, span};

/// Why a workload does not become ready.
#[derive(Debug, Clone)]
pub(in super::super) struct Report {
    pub(in super::super) workload: ObjectKey,
    pub(in super::super) component: Option<Component>,
    pub(in super::super) pod: Option<String>,
    pub(in super::super) container: Option<String>,
    /// What is the matter, in a few words.
    pub(in super::super) cause: String,
    /// What Kubernetes said about it.
    pub(in super::super) detail: String,
    /// What the container wrote last, without secrets.
    pub(in super::super) log: Vec<String>,
    /// The attribute whose change would mend it.
    pub(in super::super) attribute: Option<AttributePath>,
    /// When it need not be changed, as a clause: `unless the quota can be raised, `.
    pub(in super::super) unless: &'static str,
}

/// An object that could not be written.
#[derive(Debug, Clone)]
pub(in super::super) struct Unwritten<'o> {
    pub(in super::super) object: &'o ObjectKey,
    /// What is the matter, as the end of a sentence about it.
    pub(in super::super) problem: &'static str,
    /// The attribute whose change would mend it.
    pub(in super::super) attribute: Option<AttributePath>,
    /// A command that tells more, if there is one.
    pub(in super::super) look: Option<String>,
}

/// How waiting ended.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum Ended {
    /// It could not have helped any more.
    Hopeless,
    /// The time for the operation was up.
    TimedOut {
        after: Duration,
        /// The attribute that says how long it may take: `timeouts.create`.
        timeout: &'static str,
    },
    /// The user wanted to stop.
    Stopped,
}

/// Tells why a runtime is not ready.
pub(in super::super) fn unready(
    subject: Subject<'_>,
    ended: Ended,
    reports: &[Report],
) -> Diagnostics {
    let id = subject.id;
    let why = match ended {
        Ended::Hopeless => String::new(),
        Ended::TimedOut { after, timeout } => format!(
            "Time was up after {} of waiting; `{timeout}` says how long everything may take.",
            span(after)
        ),
        Ended::Stopped => {
            return Diagnostics::error(
                format!("Stopped before runtime `{id}` was ready"),
                "What has been written stays. The next apply goes on from there.",
            );
        }
    };
    if reports.is_empty() {
        let look = subject.kubectl("get pods,events");
        let nothing = "Nothing that Kubernetes tells explains it.".to_owned();
        let detail = paragraphs([why, nothing, format!("To look further:\n\n  {look}")]);
        return Diagnostics::error(format!("Runtime `{id}` is not ready"), detail);
    }
    let told = reports.iter().map(|report| told(subject, &why, report));
    told.collect()
}

/// Tells that an object could not be written.
pub(in super::super) fn failed(
    subject: Subject<'_>,
    unwritten: &Unwritten<'_>,
    why: &str,
) -> Diagnostics {
    let Unwritten {
        object,
        problem,
        attribute,
        look,
    } = unwritten;
    let summary = format!("`{object}` of runtime `{}` {problem}", subject.id);
    let attribute = attribute.as_ref();
    let detail = paragraphs([why.to_owned(), advice(attribute, "", look.as_deref())]);
    at(diagnostics::error(summary, detail), attribute).into()
}

fn told(subject: Subject<'_>, why: &str, report: &Report) -> Diagnostic {
    let Report {
        workload,
        component,
        attribute,
        unless,
        log,
        ..
    } = report;
    let name = match component {
        Some(Component::Nats) => "NATS".to_owned(),
        Some(Component::MongoDb) => "MongoDB".to_owned(),
        Some(Component::MongoWriter) => "The writer".to_owned(),
        None => format!("`{workload}`"),
    };
    let summary = format!(
        "{name} of runtime `{}` is not ready: {}",
        subject.id, report.cause
    );
    let log = if log.is_empty() {
        String::new()
    } else {
        format!("The end of its log:\n\n{}", listed(log))
    };
    let look = look(subject, report);
    let detail = paragraphs([
        chain(report),
        log,
        why.to_owned(),
        advice(attribute.as_ref(), unless, Some(&look)),
    ]);
    at(diagnostics::error(summary, detail), attribute.as_ref())
}

/// From the workload to what Kubernetes said; the summary names the cause.
fn chain(report: &Report) -> String {
    let Report {
        workload,
        pod,
        container,
        detail,
        ..
    } = report;
    let mut chain = workload.to_string();
    let steps = [("pod", pod), ("container", container)];
    for (kind, name) in steps {
        if let Some(name) = name {
            chain = format!("{chain} → {kind} {name}");
        }
    }
    let said = if detail.is_empty() { "" } else { ": " };
    format!("{chain}{said}{detail}")
}

/// The command that tells more.
fn look(subject: Subject<'_>, report: &Report) -> String {
    match report {
        Report {
            pod: Some(pod),
            container: Some(container),
            log,
            ..
        } if !log.is_empty() => subject.kubectl(&format!("logs {pod} --container {container}")),
        Report { pod: Some(pod), .. } => subject.kubectl(&format!("describe pod {pod}")),
        Report { workload, .. } => subject.describe(workload),
    }
}

fn advice(attribute: Option<&AttributePath>, unless: &str, look: Option<&str>) -> String {
    let change = attribute
        .map(|attribute| format!("To mend it, {unless}change `{attribute}` and apply again."));
    let look = look.map(|look| format!("To look further:\n\n  {look}"));
    let both: Vec<_> = change.into_iter().chain(look).collect();
    both.join(" ")
}

fn at(told: Diagnostic, attribute: Option<&AttributePath>) -> Diagnostic {
    match attribute {
        Some(attribute) => told.at(path(attribute)),
        None => told,
    }
}
