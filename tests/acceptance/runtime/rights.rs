//! What whoever runs Terraform has to be allowed to do, and how they learn what they are not.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use harness::proxy::Call;
use serde_json::{Value, json};

use super::reports::{FATE, refused, runtime, told};
use crate::cluster::{ClusterStage, on_cluster};

/// A right: the API group, the resource, and the verb.
type Right = (String, String, String);

/// Somebody whose only rights are those that the test grants.
struct Somebody<'s> {
    stage: &'s ClusterStage,
    name: String,
    /// What was made to grant rights, by kind and place.
    granted: BTreeMap<(String, String), Value>,
}

impl<'s> Somebody<'s> {
    /// Lets the stage ask the cluster in the name of somebody who may do nothing yet.
    fn asks(stage: &'s ClusterStage) -> Self {
        let name = format!("{}-operator", stage.id());
        let kubeconfig = fs::read(stage.proxy.kubeconfig()).unwrap();
        let mut kubeconfig: Value = serde_json::from_slice(&kubeconfig).unwrap();
        kubeconfig["users"][0]["user"]["as"] = json!(name);
        stage.write("kubeconfig.json", kubeconfig.to_string());
        stage.configure_provider("config_path = \"kubeconfig.json\"");
        Self {
            stage,
            name,
            granted: BTreeMap::new(),
        }
    }

    /// Does what an administrator does with a manifest.
    fn grant(&mut self, manifest: &str) {
        for document in manifest.split("\n---\n") {
            let object: Value = serde_saphyr::from_str(document).unwrap();
            self.stage.objects.apply("kubectl", &object);
            let kind = object["kind"].as_str().unwrap().to_owned();
            let metadata = &object["metadata"];
            let name = metadata["name"].as_str().unwrap();
            let namespace = metadata["namespace"].as_str().map(|it| format!("{it}/"));
            let place = namespace.unwrap_or_default() + name;
            let key = (kind, place);
            self.granted.insert(key, object);
        }
    }

    /// Grants what failed operations ask for, until one succeeds; returns how often it failed.
    fn grant_until(&mut self, succeeds: impl Fn() -> harness::host::Outcome) -> usize {
        for failures in 0..40 {
            let outcome = succeeds();
            if outcome.output.succeeded() {
                return failures;
            }
            for error in outcome.errors() {
                let Some((_, manifest)) = error.detail.split_once("apiVersion: ") else {
                    panic!("{error}")
                };
                self.grant(&format!("apiVersion: {manifest}"));
            }
        }
        panic!("there is always one more right that is missing")
    }

    /// Everything that was granted.
    fn rights(&self) -> BTreeSet<Right> {
        self.granted.values().flat_map(rights).collect()
    }

    /// Takes all of it back.
    fn leaves(self) {
        for (kind, place) in self.granted.keys() {
            self.stage.objects.delete(kind, place);
        }
        self.stage.assert_as_before();
    }
}

/// The rights that a role grants.
fn rights(role: &Value) -> Vec<Right> {
    let list = |value: &Value| {
        let words = value.as_array().unwrap().iter();
        words
            .map(|it| it.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    for rule in role["rules"].as_array().into_iter().flatten() {
        for group in list(&rule["apiGroups"]) {
            for resource in list(&rule["resources"]) {
                let verbs = list(&rule["verbs"]).into_iter();
                found.extend(verbs.map(|verb| (group.clone(), resource.clone(), verb)));
            }
        }
    }
    found
}

/// The roles that the guide shows: that for everything, and that for namespaces that exist.
fn documented() -> [Value; 2] {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides/permissions.md");
    let guide = fs::read_to_string(guide).unwrap();
    let mut blocks = guide.split("```yaml\n").skip(1);
    [(); 2].map(|()| {
        let (manifest, _) = blocks.next().unwrap().split_once("\n```").unwrap();
        serde_saphyr::from_str(manifest).unwrap()
    })
}

/// Writes what gives a role to a user.
fn binding(role: &Value, user: &str) -> Value {
    let api = "rbac.authorization.k8s.io";
    let kind = role["kind"].as_str().unwrap();
    json!({
        "apiVersion": format!("{api}/v1"),
        "kind": format!("{kind}Binding"),
        "metadata": role["metadata"],
        "roleRef": { "apiGroup": api, "kind": kind, "name": role["metadata"]["name"] },
        "subjects": [{ "apiGroup": api, "kind": "User", "name": user }],
    })
}

/// The rights that a call needs.
fn needed(call: &Call) -> Vec<Right> {
    let group = call.path.strip_prefix("/apis/");
    let group = group
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_default();
    let verbs: &[&str] = match call.verb {
        "apply" => &["patch", "create"],
        "connect" => &["get", "create"],
        verb => &[verb],
    };
    let right = |verb: &&str| (group.to_owned(), call.resource.clone(), (*verb).to_owned());
    verbs.iter().map(right).collect()
}

/// Tells whether a right is needed only when something lingers or goes wrong.
fn is_in_reserve((_, resource, verb): &Right) -> bool {
    matches!(
        (resource.as_str(), verb.as_str()),
        ("*", "list") | ("pods", "get" | "delete") | ("controllerrevisions", _) | (_, "watch")
    )
}

#[test]
fn granting_what_each_message_asks_for_ends_in_success() {
    on_cluster(&[], |stage| {
        let mut somebody = Somebody::asks(stage);
        let failed = refused(stage, &runtime(stage, &[]));
        insta::assert_snapshot!("first_right", told(stage, &failed));

        let created = somebody.grant_until(|| stage.try_apply(&[]));
        let destroyed = somebody.grant_until(|| stage.try_apply(&["-destroy"]));
        assert!(
            created + destroyed < 25,
            "{created} and {destroyed} failures"
        );
        let [role, _] = documented();
        let documented: BTreeSet<_> = rights(&role).into_iter().collect();
        let more: Vec<_> = somebody.rights().difference(&documented).cloned().collect();
        assert_eq!(more, []);
        somebody.leaves();
    });
}

#[test]
fn the_rights_of_the_guide_are_enough_and_none_too_many() {
    on_cluster(&[], |stage| {
        let mut somebody = Somebody::asks(stage);
        let [mut role, _] = documented();
        role["metadata"]["name"] = json!(somebody.name);
        somebody.grant(&role.to_string());
        somebody.grant(&binding(&role, &somebody.name).to_string());

        stage.applied(&runtime(stage, &[]));
        stage.plan().assert_empty();
        let larger = r#"{ storage = { size = "96Mi" } }"#;
        stage.applied(&runtime(stage, &[("nats", larger)]));
        let crash = format!("{{ \"{FATE}/fate\" = \"crash-loop\" }}");
        let arguments = [("nats", larger), ("annotations", &*crash)];
        refused(stage, &runtime(stage, &arguments));
        stage.applied(&runtime(stage, &[("nats", larger)]));
        stage.destroy();

        let calls = stage.proxy.calls();
        let calls = calls.iter().filter(|call| call.chunk.is_none());
        let (denied, answered): (Vec<_>, Vec<_>) = calls.partition(|it| it.status == Some(403));
        assert_eq!(denied, Vec::<&Call>::new());
        let used: BTreeSet<_> = answered.into_iter().flat_map(needed).collect();
        let granted = rights(&role).into_iter();
        let unused = granted.filter(|right| !used.contains(right) && !is_in_reserve(right));
        assert_eq!(unused.collect::<Vec<_>>(), []);
        somebody.leaves();
    });
}

#[test]
fn a_role_in_a_namespace_that_exists_is_enough_there() {
    on_cluster(&[], |stage| {
        let namespace = stage.namespace();
        let metadata = json!({ "name": namespace });
        let object = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata });
        stage.objects.create(&object);
        let mut somebody = Somebody::asks(stage);
        let [mut role, mut cluster_role] = documented();
        role["kind"] = json!("Role");
        role["metadata"] = json!({ "name": "operator", "namespace": namespace });
        cluster_role["metadata"]["name"] = json!(somebody.name);
        cluster_role["rules"][0]["resourceNames"] = json!(["kube-system", namespace]);
        for role in [role, cluster_role] {
            somebody.grant(&role.to_string());
            somebody.grant(&binding(&role, &somebody.name).to_string());
        }

        let configuration = runtime(stage, &[("create_namespace", "false")]);
        stage.applied(&configuration);
        stage.plan().assert_empty();
        stage.destroy();
        stage.objects.delete("Namespace", &namespace);
        somebody.leaves();
    });
}
