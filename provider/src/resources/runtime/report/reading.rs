//! What a look at a runtime found out.

use terraform::Diagnostics;

use super::{Owner, Subject, listed, paragraphs, span};

/// Tells that the runtime of this state is gone, and another one has its name.
pub(in super::super) fn superseded(subject: Subject<'_>, owner: &Owner) -> Diagnostics {
    let Subject { id, namespace, .. } = subject;
    let age = owner.age.map(|age| format!(", {} old", span(age)));
    let detail = paragraphs([
        format!(
            "The runtime of this state is gone. {} in namespace `{namespace}` has the stamp {}{}: another state or another address has created a runtime of the same name since.",
            subject.anchor(),
            owner.instance,
            age.unwrap_or_default()
        ),
        "It is not touched from here. If it is meant to be managed here, forget it there with a `removed` block, and import it to the address of this resource:"
            .to_owned(),
        subject.import_block(),
    ]);
    Diagnostics::warning(
        format!("Runtime `{id}` belongs to somebody else now"),
        detail,
    )
}

/// Tells that a runtime is missing in another cluster than the one that it was in.
pub(in super::super) fn elsewhere(subject: Subject<'_>, was: &str, is: &str) -> Diagnostics {
    let id = subject.id;
    let detail = paragraphs([
        format!(
            "The state has it in the cluster with the uid `{was}`. The provider block leads to the one with the uid `{is}`, where it is not."
        ),
        "If that cluster is gone for good, or the runtime is meant to move without its data, go on. Otherwise correct the context or address in the provider block before you apply: the state would forget the runtime that is there."
            .to_owned(),
        format!("To make this an error, set `expected_cluster_uid = \"{was}\"` in the provider block."),
    ]);
    Diagnostics::warning(format!("Runtime `{id}` was in another cluster"), detail)
}

/// Tells where a runtime that was to be imported was looked for.
pub(in super::super) fn unfound(subject: Subject<'_>) -> Diagnostics {
    let Subject { id, namespace, .. } = subject;
    let detail = paragraphs([
        format!(
            "{}, by which it is found, is not there, or says that only data is left.",
            subject.anchor()
        ),
        format!(
            "If it is in another namespace, import it as `NAMESPACE/{id}`. If only its data is left, do not import it, but create it with `adopt_retained = true`."
        ),
    ]);
    Diagnostics::error(
        format!("No runtime `{id}` in namespace `{namespace}`"),
        detail,
    )
}

/// Tells that a service could not be asked, so that what is inside is taken to be as it was.
pub(in super::super) fn unasked(subject: Subject<'_>, service: &str, why: &str) -> Diagnostics {
    let detail = paragraphs([
        why.to_owned(),
        "What is inside is taken to be as it was. An apply mends the service first.".to_owned(),
    ]);
    let summary = format!("{service} of runtime `{}` cannot be asked", subject.id);
    Diagnostics::warning(summary, detail)
}

/// Tells that the password of a volume is lost, for which no new one is made.
pub(in super::super) fn missing_secret(
    subject: Subject<'_>,
    secret: &str,
    claim: &str,
) -> Diagnostics {
    let restore = format!(
        "create secret generic {secret} --from-literal=username=… --from-literal=password=…"
    );
    let detail = paragraphs([
        format!(
            "Its volume, PersistentVolumeClaim {claim}, is there and knows the old password. A new one would lock out everybody, so none was made."
        ),
        "Restore the Secret from a backup, or write it anew if the password is known, and apply again:".to_owned(),
        listed([subject.kubectl(&restore)]),
        "If the data can go, delete the volume instead, and apply again:".to_owned(),
        listed([subject.kubectl(&format!("delete persistentvolumeclaim {claim}"))]),
    ]);
    let summary = format!("Secret `{secret}` of runtime `{}` is missing", subject.id);
    Diagnostics::error(summary, detail)
}
