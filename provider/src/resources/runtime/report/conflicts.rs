//! Objects and fields that belong to somebody else.

use kre_core::{desired::ObjectKey, drift::Conflict};
use terraform::Diagnostics;

use super::{Subject, listed, paragraphs};

/// Tells that an object was left as it is, because an apply would overwrite what others have set.
pub(in super::super) fn conflicts(
    subject: Subject<'_>,
    object: &ObjectKey,
    conflicts: &[Conflict],
) -> Diagnostics {
    let summary = format!(
        "Others have set fields of `{object}` of runtime `{}`",
        subject.id
    );
    let fields = conflicts.iter().map(ToString::to_string);
    let kind = object.kind.to_lowercase();
    let get = format!(
        "get {kind} {} --output yaml --show-managed-fields",
        object.name
    );
    let detail = paragraphs([
        "This apply would change fields that belong to others, so it left the object as it is:"
            .to_owned(),
        listed(fields),
        "Choose one:\n\n\
         - To take the fields back, plan again: what the plan shows as changed in `objects` is mended when it is applied.\n\
         - To keep what they hold, write it into the configuration, where there is an attribute for it.\n\
         - To keep the others away, stop them, or have them leave these fields alone."
            .to_owned(),
        format!("To look further:\n\n  {}", subject.kubectl(&get)),
    ]);
    Diagnostics::error(summary, detail)
}

/// Tells that a new runtime would need the name of an object that is not its own.
pub(in super::super) fn occupied(subject: Subject<'_>, object: &ObjectKey) -> Diagnostics {
    let summary = format!(
        "`{object}` exists already, and does not belong to runtime `{}`",
        subject.id
    );
    let detail = paragraphs([
        "It was left as it is. If nobody needs it, remove it and apply again. Otherwise choose another `id` or `namespace`: all names follow from these."
            .to_owned(),
        format!("To look further:\n\n  {}", subject.describe(object)),
    ]);
    Diagnostics::error(summary, detail)
}
