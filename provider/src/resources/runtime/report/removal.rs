//! Removals: what could not go, and what stays.
//!
//! Hosts tell no address with what a removal says, so every summary names the object.

use std::time::Duration;

use terraform::Diagnostics;

use super::{Subject, listed, paragraphs, span};

/// An object that does not go away.
#[derive(Debug, Clone)]
pub(in super::super) struct Left {
    pub(in super::super) object: String,
    /// What holds it: its finalizers, or what is still inside.
    pub(in super::super) held_by: String,
}

/// Tells that objects which were deleted do not go away.
pub(in super::super) fn stuck(subject: Subject<'_>, after: Duration, left: &[Left]) -> Diagnostics {
    let first = left.first().map_or("Something", |it| it.object.as_str());
    let others = match left.len() {
        0 | 1 => String::new(),
        more => format!(" and {} more", more - 1),
    };
    let verb = if others.is_empty() { "is" } else { "are" };
    let summary = format!(
        "`{first}`{others} of runtime `{}` {verb} still there after {}",
        subject.id,
        span(after)
    );
    let lines = left
        .iter()
        .map(|Left { object, held_by }| format!("{object}: {held_by}"));
    let detail = paragraphs([
        "Kubernetes has accepted the deletion, and waits:".to_owned(),
        listed(lines),
        "A finalizer is removed by the controller that has set it: see that this runs and can do its work. Then destroy again; `timeouts.delete` says how long that may take."
            .to_owned(),
    ]);
    Diagnostics::error(summary, detail)
}

/// Tells that a runtime is not removed because something is built on it.
pub(in super::super) fn has_versions(subject: Subject<'_>, versions: &[String]) -> Diagnostics {
    let detail = paragraphs([
        "Nothing was touched: these versions would be left without the services that they need.".to_owned(),
        listed(versions),
        "Destroy them first. Where a version refers to the runtime by its `ref`, Terraform does so in the right order by itself."
            .to_owned(),
    ]);
    Diagnostics::error(
        format!("Runtime `{}` still has versions", subject.id),
        detail,
    )
}

/// Tells what a removal has kept, how to go on with it, and how to delete it.
pub(in super::super) fn retained(subject: Subject<'_>, kept: &[String]) -> Diagnostics {
    let Subject { id, namespace, .. } = subject;
    let objects = format!(
        "delete persistentvolumeclaim,secret,configmap --selector {}={id}",
        kre_core::runtime::RUNTIME
    );
    let detail = paragraphs([
        "`on_destroy` was `retain`, so these were kept:".to_owned(),
        listed(kept),
        "A new runtime of the same id goes on with them if it has `adopt_retained = true`. To delete them for good:"
            .to_owned(),
        listed([subject.kubectl(&objects)]),
    ]);
    let summary = format!("Data of runtime `{id}` stays in namespace `{namespace}`");
    Diagnostics::warning(summary, detail)
}

/// Tells that a namespace stays because others live in it.
pub(in super::super) fn shared(subject: Subject<'_>, strangers: &[String]) -> Diagnostics {
    let Subject { id, namespace, .. } = subject;
    let detail = paragraphs([
        format!("It was created for runtime `{id}`, but holds what is not its own:"),
        listed(strangers),
        format!("When nobody needs that any more:\n\n  kubectl delete namespace {namespace}"),
    ]);
    Diagnostics::warning(
        format!("Namespace `{namespace}` of runtime `{id}` stays"),
        detail,
    )
}
