//! Objects that could not be written, as a user is told.

use kre_core::desired::ObjectKey;
use kre_engine::objects::ApplyError;
use terraform::Diagnostics;

use super::{
    report::{self, Subject, Unwritten},
    told::text,
    trouble,
};

/// Tells why an object is not as it should be, unless nobody could be asked.
pub(super) fn told(subject: Subject<'_>, error: &ApplyError) -> Diagnostics {
    match error {
        ApplyError::Conflicts { key, conflicts } => report::conflicts(subject, key, conflicts),
        ApplyError::Exists { found } => report::occupied(subject, &found.key()),
        ApplyError::Terminating { found } => {
            let key = found.key();
            of(subject, error, &key, "is being deleted")
        }
        ApplyError::Outdated(key) => of(subject, error, key, "was changed at the same time"),
        ApplyError::Replaced { key, .. } => of(subject, error, key, "is not the same any more"),
        ApplyError::Denied { key, .. } => of(subject, error, key, "is not admitted"),
        ApplyError::Quota { key, .. } => of(subject, error, key, "exceeds a quota"),
        ApplyError::Webhook { key, .. } => of(subject, error, key, "cannot be examined"),
        ApplyError::Invalid { key, .. } => of(subject, error, key, "is not valid"),
        ApplyError::Immutable { key, .. } => of(subject, error, key, "cannot be changed"),
        ApplyError::UnknownField { key, .. } => of(subject, error, key, "is not understood"),
        ApplyError::MissingNamespace(key) | ApplyError::TerminatingNamespace(key) => {
            of(subject, error, key, "has no namespace to be in")
        }
        ApplyError::Call { key, .. } => of(subject, error, key, "cannot be applied"),
    }
}

fn of(
    subject: Subject<'_>,
    error: &ApplyError,
    object: &ObjectKey,
    problem: &'static str,
) -> Diagnostics {
    let unwritten = Unwritten {
        object,
        problem,
        attribute: trouble::of_apply(subject.id, error),
        look: look(subject, error, object),
    };
    report::failed(subject, &unwritten, &text(error))
}

/// A command that tells more than the message does.
fn look(subject: Subject<'_>, error: &ApplyError, object: &ObjectKey) -> Option<String> {
    match error {
        ApplyError::Quota { quota, .. } => {
            Some(subject.kubectl(&format!("describe resourcequota {quota}")))
        }
        // What could be looked at is not there, or has nothing to do with it.
        ApplyError::Denied { .. }
        | ApplyError::Webhook { .. }
        | ApplyError::UnknownField { .. }
        | ApplyError::MissingNamespace(_) => None,
        _ => Some(subject.describe(object)),
    }
}
