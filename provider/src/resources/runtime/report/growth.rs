//! Volumes that cannot grow.

use kre_core::{path::AttributePath, runtime::Component};
use kre_engine::work::Ungrown;
use terraform::{Diagnostics, diagnostics};

use super::{super::path, Subject, paragraphs};

/// Tells that a volume stays as large as it is.
pub(in super::super) fn ungrown(subject: Subject<'_>, ungrown: &Ungrown) -> Diagnostics {
    let Ungrown {
        claim,
        class,
        size,
        why,
    } = ungrown;
    let of = |component: &Component| component.claim(subject.id) == claim.name;
    let component = Component::ALL.into_iter().find(of);
    let size = size.as_deref().unwrap_or("what it was");
    let (of_class, its_class) = match class {
        Some(class) => (format!(" of class `{class}`"), format!("class `{class}`")),
        None => (String::new(), "its class".to_owned()),
    };
    let place =
        component.map(|component| AttributePath::of(&[component.attribute(), "storage", "size"]));
    let name = place
        .as_ref()
        .map_or("its size".to_owned(), |place| format!("`{place}`"));
    let detail = paragraphs([
        format!("{claim}{of_class} has {size}, and the cluster refuses more: {why}."),
        format!(
            "Volumes come first, so no workload was touched. Set {name} back to {size}, and apply again."
        ),
        format!(
            "For more room, set `allowVolumeExpansion` on {its_class} if its driver can do that; or create another runtime with another class, move what you need, and destroy this one."
        ),
    ]);
    let summary = format!("`{claim}` of runtime `{}` cannot grow", subject.id);
    let error = diagnostics::error(summary, detail);
    match place {
        Some(place) => error.at(path(&place)).into(),
        None => error.into(),
    }
}
