//! The rule that a user lacks, read from the API server's refusal.

use std::{fmt, sync::Arc};

use super::{ConnectError, Failure};

const API: &str = "rbac.authorization.k8s.io";

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
    /// Further resources, with their groups, for which the same is missing.
    pub others: Vec<(String, String)>,
}

impl Rule {
    /// Reads a refusal of the authorizer; `None` if something else refused.
    ///
    /// The text is the only place that holds all of it: `pods "a" is forbidden: User "u" cannot
    /// get resource "pods" in API group "" in the namespace "n"`.
    pub(crate) fn read(message: &str) -> Option<Self> {
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
            others: Vec::new(),
        })
    }

    /// The same rule in all namespaces.
    #[must_use]
    pub fn everywhere(&self) -> Self {
        Self {
            namespace: None,
            ..self.clone()
        }
    }

    /// This rule for the resources of another one too; `None` if they differ in more than those.
    #[must_use]
    pub fn and(&self, other: &Self) -> Option<Self> {
        let is_same = self.user == other.user
            && self.namespace == other.namespace
            && self.verbs() == other.verbs();
        if !is_same {
            return None;
        }
        let mut both = self.clone();
        let new = other
            .resources()
            .filter(|it| !self.resources().any(|own| own == *it));
        both.others.extend(new);
        Some(both)
    }

    /// All resources, each with its group.
    fn resources(&self) -> impl Iterator<Item = (String, String)> {
        let first = (self.resource.clone(), self.group.clone());
        std::iter::once(first).chain(self.others.clone())
    }

    /// All resources, with their groups where that is not the core group.
    fn qualified(&self) -> Vec<String> {
        let dotted = |(resource, group): (String, String)| match group.as_str() {
            "" => resource,
            group => format!("{resource}.{group}"),
        };
        self.resources().map(dotted).collect()
    }

    /// The same rule for all kinds of objects.
    #[must_use]
    pub(crate) fn of_all_kinds(self) -> Self {
        Self {
            resource: "*".to_owned(),
            group: "*".to_owned(),
            ..self
        }
    }

    /// Writes the manifest of a role that grants it, and of its binding to whoever lacks it.
    ///
    /// Its name is that of the rule, so that one that is applied later does not replace it.
    pub fn manifest(&self) -> String {
        let verbs = self.verbs().join("\", \"");
        let rules = self.resources().map(|(resource, group)| {
            format!(
                "- apiGroups: [\"{group}\"]\n  resources: [\"{resource}\"]\n  verbs: [\"{verbs}\"]\n"
            )
        });
        let rules: String = rules.collect();
        let (scope, place) = match &self.namespace {
            Some(namespace) => ("", format!("\n  namespace: {namespace}")),
            None => ("Cluster", String::new()),
        };
        let (name, subject) = (self.name(), self.subject());
        format!(
            "apiVersion: {API}/v1\nkind: {scope}Role\nmetadata:\n  name: \"{name}\"{place}\nrules:\n{rules}---\napiVersion: {API}/v1\nkind: {scope}RoleBinding\nmetadata:\n  name: \"{name}\"{place}\nroleRef: {{apiGroup: {API}, kind: {scope}Role, name: \"{name}\"}}\nsubjects: [{subject}]"
        )
    }

    /// A name that says who may do what.
    fn name(&self) -> String {
        let Self { user, verb, .. } = self;
        let resources = self.qualified().join("+");
        let name = format!("terraform-provider-kre:{user}:{verb}:{resources}");
        // What cannot stand in an address.
        name.replace(['/', '%', '"', '\\'], ".")
    }

    /// Whoever lacks it, as a binding names them.
    fn subject(&self) -> String {
        let account = self.user.strip_prefix("system:serviceaccount:");
        match account.and_then(|account| account.split_once(':')) {
            Some((namespace, name)) => {
                format!("{{kind: ServiceAccount, name: {name}, namespace: {namespace}}}")
            }
            None => format!("{{apiGroup: {API}, kind: User, name: {:?}}}", self.user),
        }
    }

    /// The verb, and what whoever lacks it would lack next.
    fn verbs(&self) -> Vec<&str> {
        match (self.verb.as_str(), self.resource.as_str()) {
            // A websocket is asked for with GET; newer clusters want to see both.
            ("get" | "create", "pods/portforward") => vec!["create", "get"],
            (verb, resource) if resource.contains('/') || resource == "*" => vec![verb],
            ("get" | "list" | "watch", _) => vec!["get", "list", "watch"],
            // Server-side apply is a patch, and a creation where there is nothing.
            ("create" | "patch", _) => vec!["create", "patch"],
            (verb, _) => vec![verb],
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resources = self.qualified().join("`, `");
        write!(formatter, "{} `{resources}`", self.verb)?;
        match &self.namespace {
            Some(namespace) => write!(formatter, " in namespace `{namespace}`"),
            None => formatter.write_str(" in the whole cluster"),
        }
    }
}

/// The first of failures, but with all rights that are missing.
pub(crate) fn together(first: Option<Failure>, next: Failure) -> Failure {
    let Some(first) = first else { return next };
    let both = match (first.missing_rule(), next.missing_rule()) {
        (Some(rule), Some(other)) => rule.and(other),
        _ => None,
    };
    match both {
        Some(rule) => Arc::new(ConnectError::Forbidden {
            rule: Box::new(rule),
        }),
        None => first,
    }
}

fn between<'t>(text: &'t str, before: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    let (inside, _) = rest.split_once('"')?;
    Some(inside)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;

    const IN_NAMESPACE: &str = r#"deployments.apps "x" is forbidden: User "system:serviceaccount:a:b" cannot patch resource "deployments" in API group "apps" in the namespace "demo""#;

    #[track_caller]
    fn granted(message: &str) -> (String, Value, Value) {
        let missing = Rule::read(message).unwrap();
        let manifest = missing.manifest();
        let (role, binding) = manifest.split_once("\n---\n").unwrap();
        let parsed = |text| serde_saphyr::from_str(text).unwrap();
        (missing.to_string(), parsed(role), parsed(binding))
    }

    #[test]
    fn a_refusal_in_a_namespace_names_all_of_the_rule() {
        let (missing, role, binding) = granted(IN_NAMESPACE);
        assert_eq!(missing, "patch `deployments.apps` in namespace `demo`");
        assert_eq!(role["kind"], "Role");
        let expected = json!([{
            "apiGroups": ["apps"],
            "resources": ["deployments"],
            "verbs": ["create", "patch"],
        }]);
        assert_eq!(role["rules"], expected);
        assert_eq!(binding["kind"], "RoleBinding");
        assert_eq!(binding["metadata"], role["metadata"]);
        assert_eq!(binding["roleRef"]["name"], role["metadata"]["name"]);
        let expected = json!([{ "kind": "ServiceAccount", "name": "b", "namespace": "a" }]);
        assert_eq!(binding["subjects"], expected);
    }

    #[test]
    fn a_refusal_in_the_cluster_asks_for_a_cluster_role() {
        let (missing, role, binding) = granted(
            r#"namespaces is forbidden: User "u" cannot create resource "namespaces" in API group "" at the cluster scope"#,
        );
        assert_eq!(missing, "create `namespaces` in the whole cluster");
        assert_eq!(role["kind"], "ClusterRole");
        assert_eq!(role["metadata"].get("namespace"), None);
        assert_eq!(binding["kind"], "ClusterRoleBinding");
        assert_eq!(binding["subjects"][0]["kind"], "User");
    }

    #[test]
    fn what_is_missing_for_several_resources_is_granted_at_once() {
        let list = |resource: &str, group: &str| {
            let refusal = format!(
                "x is forbidden: User \"u\" cannot list resource \"{resource}\" in API group \"{group}\" in the namespace \"demo\""
            );
            Rule::read(&refusal).unwrap()
        };
        let both = list("secrets", "")
            .and(&list("deployments", "apps"))
            .unwrap();
        assert_eq!(
            both.to_string(),
            "list `secrets`, `deployments.apps` in namespace `demo`"
        );
        let manifest = both.manifest();
        let (role, _) = manifest.split_once("\n---\n").unwrap();
        let role: Value = serde_saphyr::from_str(role).unwrap();
        assert_eq!(role["rules"][1]["resources"], json!(["deployments"]));
        let patch = Rule::read(IN_NAMESPACE).unwrap();
        assert_eq!(both.and(&patch), None);
    }

    #[test]
    fn no_two_rules_replace_each_other() {
        let patch = Rule::read(IN_NAMESPACE).unwrap();
        let other = |change: fn(&mut Rule)| {
            let mut rule = patch.clone();
            change(&mut rule);
            rule.name()
        };
        let names = [
            patch.name(),
            other(|it| it.verb = "delete".to_owned()),
            other(|it| it.resource = "statefulsets".to_owned()),
            other(|it| it.user = "u".to_owned()),
        ];
        let distinct: BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        let log = other(|it| it.resource = "pods/log".to_owned());
        assert!(!log.contains('/'), "{log}");
    }

    #[test]
    fn whoever_lacks_one_right_to_forward_is_told_both() {
        let (_, role, _) = granted(
            r#"pods "x" is forbidden: User "u" cannot get resource "pods/portforward" in API group "" in the namespace "demo""#,
        );
        assert_eq!(role["rules"][0]["verbs"], json!(["create", "get"]));
    }

    #[test]
    fn a_quota_is_no_missing_rule() {
        let quota = r#"pods "x" is forbidden: exceeded quota: small, requested: pods=1"#;
        assert_eq!(Rule::read(quota), None);
    }
}
