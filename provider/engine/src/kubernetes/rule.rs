//! The rule that a user lacks, read from the API server's refusal.

use std::fmt;

/// A permission that nobody has granted yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Who lacks it.
    pub user: String,
    /// What they may not do, such as `patch`.
    pub verb: String,
    /// To which resource, with its subresource, such as `pods/portforward`.
    pub resource: String,
    /// The resource's API group; empty for the core group.
    pub group: String,
    /// In which namespace; `None` in all of them, or for what is in none.
    pub namespace: Option<String>,
}

impl Rule {
    /// Reads a refusal of the authorizer; `None` if something else refused.
    ///
    /// The text is the only place that holds all of it: `pods "a" is forbidden: User "u" cannot
    /// get resource "pods" in API group "" in the namespace "n"`.
    pub(super) fn read(message: &str) -> Option<Self> {
        let (_, rest) = message.split_once("User \"")?;
        let (user, rest) = rest.split_once("\" cannot ")?;
        let (verb, rest) = rest.split_once(" resource \"")?;
        let (resource, rest) = rest.split_once('"')?;
        let group = between(rest, "in API group \"").unwrap_or_default();
        Some(Self {
            user: user.to_owned(),
            verb: verb.to_owned(),
            resource: resource.to_owned(),
            group: group.to_owned(),
            namespace: between(rest, "in the namespace \"").map(str::to_owned),
        })
    }

    /// Writes the manifest of a role that grants it, without its binding.
    pub fn manifest(&self) -> String {
        let Self {
            resource,
            group,
            namespace,
            ..
        } = self;
        let verbs = self.verbs();
        let (kind, place) = match namespace {
            Some(namespace) => ("Role", format!("\n  namespace: {namespace}")),
            None => ("ClusterRole", String::new()),
        };
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata:\n  name: terraform-provider-kre{place}\nrules:\n- apiGroups: [\"{group}\"]\n  resources: [\"{resource}\"]\n  verbs: [\"{verbs}\"]"
        )
    }

    /// The verb, and what whoever lacks it would lack next.
    fn verbs(&self) -> String {
        match (self.verb.as_str(), self.resource.as_str()) {
            // A websocket is asked for with GET; newer clusters want to see both.
            ("get" | "create", "pods/portforward") => "create\", \"get".to_owned(),
            (verb, _) => verb.to_owned(),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            verb,
            resource,
            group,
            ..
        } = self;
        write!(formatter, "{verb} `{resource}")?;
        if !group.is_empty() {
            write!(formatter, ".{group}")?;
        }
        match &self.namespace {
            Some(namespace) => write!(formatter, "` in namespace `{namespace}`"),
            None => formatter.write_str("` in the whole cluster"),
        }
    }
}

fn between<'t>(text: &'t str, before: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    let (inside, _) = rest.split_once('"')?;
    Some(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_in_a_namespace_names_all_of_the_rule() {
        let rule = Rule::read(
            r#"deployments.apps "x" is forbidden: User "system:serviceaccount:a:b" cannot patch resource "deployments" in API group "apps" in the namespace "demo""#,
        )
        .unwrap();
        assert_eq!(
            rule.to_string(),
            "patch `deployments.apps` in namespace `demo`"
        );
        assert_eq!(rule.user, "system:serviceaccount:a:b");
        assert!(rule.manifest().contains("kind: Role\n"));
        assert!(rule.manifest().ends_with(
            "- apiGroups: [\"apps\"]\n  resources: [\"deployments\"]\n  verbs: [\"patch\"]"
        ));
    }

    #[test]
    fn a_refusal_in_the_cluster_asks_for_a_cluster_role() {
        let rule = Rule::read(
            r#"namespaces is forbidden: User "u" cannot create resource "namespaces" in API group "" at the cluster scope"#,
        )
        .unwrap();
        assert_eq!(rule.to_string(), "create `namespaces` in the whole cluster");
        assert!(rule.manifest().contains("kind: ClusterRole\n"));
    }

    #[test]
    fn whoever_lacks_one_right_to_forward_is_told_both() {
        let rule = Rule::read(
            r#"pods "x" is forbidden: User "u" cannot get resource "pods/portforward" in API group "" in the namespace "demo""#,
        )
        .unwrap();
        assert!(rule.manifest().ends_with(
            "- apiGroups: [\"\"]\n  resources: [\"pods/portforward\"]\n  verbs: [\"create\", \"get\"]"
        ));
    }

    #[test]
    fn a_quota_is_no_missing_rule() {
        let quota = r#"pods "x" is forbidden: exceeded quota: small, requested: pods=1"#;
        assert_eq!(Rule::read(quota), None);
    }
}
