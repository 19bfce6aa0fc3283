//! What the API server means when it refuses an object.
//!
//! Codes and reasons tell little: much of this stands in the text alone, which has been the same
//! for many releases, and which the tests compare with a real server's.

use kre_core::{desired::ObjectKey, drift};
use kube::core::{Status, response::StatusCause};

use super::error::{ApplyError, Problem};

const FIELD_CONFLICT: &str = "FieldManagerConflict";
const WEBHOOK_FAILED: &str = "failed calling webhook \"";

/// Reads a refusal; `None` if it is none that concerns the object itself.
pub(super) fn read(key: &ObjectKey, status: &Status) -> Option<ApplyError> {
    let key = || Box::new(key.clone());
    let message = status.message.as_str();
    if has_cause(status, FIELD_CONFLICT) {
        let status = serde_json::to_value(status).unwrap_or_default();
        return Some(ApplyError::Conflicts {
            key: key(),
            conflicts: drift::conflicts(&status),
        });
    }
    if is_of_namespace(status) {
        return Some(ApplyError::MissingNamespace(key()));
    }
    if has_cause(status, "NamespaceTerminating") {
        return Some(ApplyError::TerminatingNamespace(key()));
    }
    if let Some((quota, detail)) = quota(message) {
        return Some(ApplyError::Quota {
            key: key(),
            quota,
            detail,
        });
    }
    if let Some((by, message)) = denial(message) {
        return Some(ApplyError::Denied {
            key: key(),
            by,
            message,
        });
    }
    if let Some((webhook, problem)) = unreachable_webhook(message) {
        return Some(ApplyError::Webhook {
            key: key(),
            webhook,
            problem,
        });
    }
    if let Some(detail) = unknown_field(message) {
        return Some(ApplyError::UnknownField { key: key(), detail });
    }
    match status.code {
        422 => Some(invalid(key(), status)),
        403 => plugin(message).map(|message| ApplyError::Denied {
            key: key(),
            by: "the cluster".to_owned(),
            message,
        }),
        _ => None,
    }
}

/// Tells whether the same request may succeed in a moment, without anybody changing it.
pub(super) fn is_passing(status: &Status) -> bool {
    let kind = status.details.as_ref().map(|details| details.kind.as_str());
    let is_raced = status.code == 409 && kind == Some("resourcequotas");
    is_raced
        || unreachable_webhook(&status.message).is_some()
        || status.message.contains("status unknown for quota")
}

/// Tells whether nothing but who came first decided.
pub(super) fn is_of_precondition(status: &Status) -> bool {
    status.code == 409 && !has_cause(status, FIELD_CONFLICT)
        || causes(status).any(|cause| cause.field == "metadata.uid")
}

fn is_of_namespace(status: &Status) -> bool {
    let kind = status.details.as_ref().map(|details| details.kind.as_str());
    status.code == 404 && kind == Some("namespaces")
}

fn has_cause(status: &Status, reason: &str) -> bool {
    causes(status).any(|cause| cause.reason == reason)
}

/// `pods "a" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1`
fn quota(message: &str) -> Option<(String, String)> {
    if let Some((_, rest)) = message.split_once("exceeded quota: ") {
        let (quota, detail) = rest.split_once(", ")?;
        return Some((quota.to_owned(), detail.to_owned()));
    }
    let (_, rest) = message.split_once("failed quota: ")?;
    let (quota, detail) = rest.split_once(": ")?;
    Some((quota.to_owned(), detail.to_owned()))
}

/// Who does not admit it, and why.
fn denial(message: &str) -> Option<(String, String)> {
    if let Some((_, rest)) = message.split_once("ValidatingAdmissionPolicy '") {
        let (policy, rest) = rest.split_once('\'')?;
        let (_, reason) = rest.split_once("denied request: ")?;
        return Some((
            format!("ValidatingAdmissionPolicy `{policy}`"),
            reason.to_owned(),
        ));
    }
    let webhook = quoted(message, "admission webhook ")?;
    let (_, rest) = message.split_once("denied the request")?;
    let reason = match rest.trim_start_matches(':').trim() {
        "" | "without explanation" => "it does not say why",
        reason => reason,
    };
    Some((format!("admission webhook `{webhook}`"), reason.to_owned()))
}

/// `Internal error occurred: failed calling webhook "a.b": failed to call webhook: Post "…": …`
fn unreachable_webhook(message: &str) -> Option<(String, String)> {
    let (_, rest) = message.split_once(WEBHOOK_FAILED)?;
    let (webhook, problem) = rest.split_once("\": ")?;
    let problem = problem.trim_start_matches("failed to call webhook: ");
    Some((webhook.to_owned(), problem.to_owned()))
}

/// `failed to create typed patch object (…): .spec.a: field not declared in schema`, or
/// `… strict decoding error: unknown field "spec.a"`
fn unknown_field(message: &str) -> Option<String> {
    if message.contains("field not declared in schema") {
        let (_, detail) = message.split_once("): ")?;
        return Some(detail.to_owned());
    }
    let (_, detail) = message.split_once("strict decoding error: ")?;
    Some(detail.to_owned())
}

/// `pods "a" is forbidden: …`, by whatever the API server runs but its authorizer.
fn plugin(message: &str) -> Option<String> {
    let (_, reason) = message.split_once(" is forbidden: ")?;
    let is_of_authorizer = reason.starts_with("User \"");
    (!is_of_authorizer).then(|| reason.to_owned())
}

fn invalid(key: Box<ObjectKey>, status: &Status) -> ApplyError {
    let mut problems: Vec<_> = causes(status)
        .map(|cause| Problem {
            path: cause.field.clone(),
            message: cause.message.clone(),
        })
        .collect();
    if problems.is_empty() {
        problems.push(Problem {
            path: String::new(),
            message: status.message.clone(),
        });
    }
    if problems.iter().all(|problem| is_fixed(&problem.message)) {
        ApplyError::Immutable { key, problems }
    } else {
        ApplyError::Invalid { key, problems }
    }
}

/// Tells whether only the change is wrong, not the value.
fn is_fixed(message: &str) -> bool {
    const SIGNS: [&str; 5] = [
        "immutable",
        "may not be changed",
        "may not change once set",
        "can not be changed",
        "Forbidden: updates to ",
    ];
    SIGNS.iter().any(|sign| message.contains(sign))
}

fn causes(status: &Status) -> impl Iterator<Item = &StatusCause> {
    let details = status.details.iter();
    details.flat_map(|details| &details.causes)
}

/// What stands in quotes after a text.
fn quoted<'m>(message: &'m str, before: &str) -> Option<&'m str> {
    let (_, rest) = message.split_once(&format!("{before}\""))?;
    let (inside, _) = rest.split_once('"')?;
    Some(inside)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn status(code: u16, message: &str, causes: &Value) -> Status {
        let status = json!({ "code": code, "message": message, "details": { "causes": causes } });
        serde_json::from_value(status).unwrap()
    }

    #[track_caller]
    fn check(code: u16, message: &str, expected: &str) {
        let key = ObjectKey::namespaced("v1", "ConfigMap", "a", "b");
        let error = read(&key, &status(code, message, &json!([]))).unwrap();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_webhook_that_refuses_is_named_with_its_words() {
        check(
            400,
            r#"admission webhook "validate.example.com" denied the request: labels are missing: team"#,
            "admission webhook `validate.example.com` does not admit ConfigMap `b` in namespace `a`: labels are missing: team; change what it names, or have it make an exception",
        );
        check(
            400,
            r#"admission webhook "validate.example.com" denied the request without explanation"#,
            "admission webhook `validate.example.com` does not admit ConfigMap `b` in namespace `a`: it does not say why; change what it names, or have it make an exception",
        );
    }

    #[test]
    fn a_webhook_that_does_not_answer_is_named_with_the_problem() {
        check(
            500,
            r#"Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: Post "https://w.default.svc:443/?timeout=10s": no endpoints available for service "w""#,
            r#"admission webhook `w.example.com`, which has to be asked about ConfigMap `b` in namespace `a`, does not answer: Post "https://w.default.svc:443/?timeout=10s": no endpoints available for service "w"; mend or remove it"#,
        );
    }

    #[test]
    fn a_quota_that_demands_requests_is_a_quota() {
        check(
            403,
            r#"pods "b" is forbidden: failed quota: small: must specify limits.cpu for: main"#,
            "ConfigMap `b` in namespace `a` does not fit into quota `small`: must specify limits.cpu for: main; raise the quota, free some of it, or ask for less",
        );
    }

    #[test]
    fn a_missing_right_is_for_others_to_explain() {
        let key = ObjectKey::namespaced("v1", "ConfigMap", "a", "b");
        let message = r#"configmaps "b" is forbidden: User "u" cannot patch resource "configmaps" in API group "" in the namespace "a""#;
        assert!(read(&key, &status(403, message, &json!([]))).is_none());
    }

    #[test]
    fn a_quota_that_is_counted_anew_is_waited_for() {
        let message = r#"configmaps "b" is forbidden: status unknown for quota: small, resources: configmaps"#;
        assert!(is_passing(&status(403, message, &json!([]))));
        let raced = json!({
            "code": 409,
            "message": "Operation cannot be fulfilled on resourcequotas \"small\": the object has been modified; please apply your changes to the latest version and try again",
            "details": { "kind": "resourcequotas" },
        });
        assert!(is_passing(&serde_json::from_value(raced).unwrap()));
    }

    #[test]
    fn one_value_that_is_wrong_makes_all_of_it_invalid() {
        let key = ObjectKey::namespaced("v1", "Service", "a", "b");
        let causes = json!([
            { "field": "spec.clusterIP", "message": "Invalid value: \"None\": field is immutable" },
            { "field": "spec.ports[0].port", "message": "Invalid value: 0: must be between 1 and 65535, inclusive" },
        ]);
        let error = read(&key, &status(422, "…", &causes)).unwrap();
        assert!(matches!(error, ApplyError::Invalid { .. }), "{error}");
    }
}
