//! Runtimes that are not created, because there is something already.

use std::time::Duration;

use kre_core::runtime::{Change, Effect};
use terraform::{Diagnostics, Path, diagnostics};

use super::{super::path, Subject, listed, paragraphs, span};

/// Why a runtime cannot be created.
#[derive(Debug, Clone)]
pub(in super::super) enum Refusal {
    /// It is there.
    Lives {
        /// How far it is, as its anchor says: `ready`.
        status: String,
    },
    /// Somebody is removing it.
    Goes,
    /// An earlier one has left data behind.
    Retained {
        /// What is there, with its size: `PersistentVolumeClaim data-demo-nats-0 (1Gi)`.
        items: Vec<String>,
    },
}

/// Whose the runtime is that is there.
#[derive(Debug, Clone)]
pub(in super::super) struct Owner {
    /// Its stamp.
    pub(in super::super) instance: String,
    /// How long it has been there, if that is known.
    pub(in super::super) age: Option<Duration>,
}

/// Tells why a runtime was not created, and what the choices are.
pub(in super::super) fn refused(
    subject: Subject<'_>,
    refusal: &Refusal,
    owner: &Owner,
) -> Diagnostics {
    let Subject { id, namespace, .. } = subject;
    match refusal {
        Refusal::Lives { status } => Diagnostics::error(
            format!("Runtime `{id}` exists already in namespace `{namespace}`"),
            lives(subject, status, owner),
        ),
        Refusal::Goes => Diagnostics::error(
            format!("Runtime `{id}` is just being removed from namespace `{namespace}`"),
            goes(subject, owner),
        ),
        Refusal::Retained { items } => {
            let summary = format!("Data of an earlier runtime `{id}` is still there");
            let error = diagnostics::error(summary, left(subject, items, owner));
            error.at(Path::from("adopt_retained")).into()
        }
    }
}

/// Tells which attributes ask of data that is there what it cannot become.
pub(in super::super) fn unfit(subject: Subject<'_>, changes: &[Change]) -> Diagnostics {
    let refused = changes.iter().filter_map(|change| match &change.effect {
        Effect::Refused { rule, remedy } => Some((&change.path, rule, remedy)),
        _ => None,
    });
    let told = refused.map(|(place, rule, remedy)| {
        let summary = format!(
            "`{place}` does not fit the data of an earlier runtime `{}`",
            subject.id
        );
        let detail = format!("{rule}. Nothing was touched. {remedy}.");
        diagnostics::error(summary, detail).at(path(place))
    });
    told.collect()
}

/// Tells that another instance has begun in the meantime.
pub(in super::super) fn interfered(subject: Subject<'_>, by: &str) -> Diagnostics {
    let Subject { id, namespace, .. } = subject;
    Diagnostics::error(
        format!("Runtime `{id}` in namespace `{namespace}` belongs to somebody else by now"),
        format!(
            "{} has got the stamp {by}: another state or another address has created a runtime of the same name at the same time, or since the last refresh. It was not touched from here. Plan again to see what is there.",
            subject.anchor()
        ),
    )
}

/// Tells that there is no namespace, and that none is to be made.
pub(in super::super) fn no_namespace(subject: Subject<'_>) -> Diagnostics {
    let Subject { id, namespace, .. } = subject;
    let summary = format!("Namespace `{namespace}` of runtime `{id}` does not exist");
    let error = diagnostics::error(
        summary,
        "With `create_namespace = false` it has to exist already. Create it, correct `namespace`, or leave `create_namespace` out.",
    );
    error.at(Path::from("namespace")).into()
}

/// Tells that the namespace that was to be made is there.
pub(in super::super) fn foreign_namespace(subject: Subject<'_>) -> Diagnostics {
    let Subject { id, namespace, .. } = subject;
    let summary =
        format!("Namespace `{namespace}` exists already, and does not belong to runtime `{id}`");
    let error = diagnostics::error(
        summary,
        "Nothing was touched. To put the runtime into a namespace that is not its own, and that stays when the runtime goes, set `create_namespace = false`. Otherwise choose another `namespace`.",
    );
    error.at(Path::from("create_namespace")).into()
}

fn lives(subject: Subject<'_>, status: &str, owner: &Owner) -> String {
    paragraphs([
        format!(
            "{} says `{status}`, {}. Nothing was touched. There are two possible causes.",
            subject.anchor(),
            stamp(owner)
        ),
        "It belongs to another state, or to another address in this one. If only the address has changed, write a `moved` block; if this apply has removed it at the old address meanwhile, apply again, with `adopt_retained = true` to go on with the data that it has left. To manage it from here, forget it there with a `removed` block, and import it to the address of this resource:"
            .to_owned(),
        subject.import_block(),
        "If both are wanted, choose another `id` for one of them.".to_owned(),
        "Or it is the one that this apply replaces, and is only to be destroyed afterwards (`create_before_destroy`). Then apply without `-replace`, after `terraform untaint` if the resource is tainted. To restart the pods, change a value in `annotations`; to rebuild the runtime, destroy it with `-target` first."
            .to_owned(),
    ])
}

fn goes(subject: Subject<'_>, owner: &Owner) -> String {
    paragraphs([
        format!(
            "{} says `deleting`, {}. Nothing was touched. Apply again when it is gone, with `adopt_retained = true` to go on with the data that it leaves. If only the address of the resource has changed, a `moved` block would have kept it.",
            subject.anchor(),
            stamp(owner)
        ),
        "If the run that removed it has been ended, destroy it once more where its state is. If that state is lost, import it to the address of this resource, destroy it, and apply again:"
            .to_owned(),
        subject.import_block(),
    ])
}

fn left(subject: Subject<'_>, items: &[String], owner: &Owner) -> String {
    let age = owner.age.map(|age| format!(", {} old", span(age)));
    let objects = format!(
        "delete persistentvolumeclaim,secret,configmap --selector {}={}",
        kre_core::runtime::RUNTIME,
        subject.id
    );
    paragraphs([
        format!(
            "In namespace `{}` there is{}:",
            subject.namespace,
            age.unwrap_or_default()
        ),
        listed(items),
        "Nothing was touched. To go on with this data, set `adopt_retained = true`. To begin without it, delete it for good:"
            .to_owned(),
        listed([subject.kubectl(&objects)]),
    ])
}

fn stamp(owner: &Owner) -> String {
    let age = owner.age.map(|age| format!(" and is {} old", span(age)));
    format!(
        "has the stamp {}{}",
        owner.instance,
        age.unwrap_or_default()
    )
}
