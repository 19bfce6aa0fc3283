//! Rights that whoever runs Terraform lacks.

use kre_engine::kubernetes::Rule;
use terraform::Diagnostics;

use super::{Subject, listed, paragraphs};

const GUIDE: &str = "The guide about permissions lists all rights that a runtime needs.";

/// Tells which right is missing, with what grants it.
///
/// Hosts tell no address with what a removal says, so the summary names the runtime.
pub(in super::super) fn forbidden(subject: Subject<'_>, rule: &Rule) -> Diagnostics {
    let id = subject.id;
    let summary = format!("Runtime `{id}` needs the right to {rule}");
    Diagnostics::error(summary, paragraphs(grant(subject, rule)))
}

/// Tells that nobody knows what else lives in a namespace that is to be deleted.
pub(in super::super) fn unlisted(
    subject: Subject<'_>,
    kinds: &[String],
    rule: &Rule,
) -> Diagnostics {
    let Subject { id, namespace, .. } = subject;
    let [who, scope, manifest] = grant(subject, rule);
    let detail = paragraphs([
        "The namespace is deleted only if nothing in it belongs to others. These may not be listed:"
            .to_owned(),
        listed(kinds),
        who,
        scope,
        manifest,
    ]);
    let summary =
        format!("Nobody can tell whether namespace `{namespace}` of runtime `{id}` is empty");
    Diagnostics::error(summary, detail)
}

/// Who lacks a right, why everywhere, and what grants it; that ends the text, to be copied.
fn grant(subject: Subject<'_>, rule: &Rule) -> [String; 3] {
    let who = format!(
        "`{}` lacks it. {GUIDE} Or have somebody who may grant it apply this:",
        rule.user
    );
    let own = subject.namespace.as_str();
    let goes = subject.owns_namespace && rule.namespace.as_deref() == Some(own);
    if !goes {
        return [who, String::new(), rule.manifest()];
    }
    let scope = "(For all namespaces, because this one comes and goes with the runtime, and a Role in it would too.)";
    [who, scope.to_owned(), rule.everywhere().manifest()]
}
