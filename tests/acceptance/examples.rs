//! The examples: what a user copies can be applied.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use harness::{
    cluster::Cluster,
    host::{Feature, Plan},
};
use serde_json::json;

use crate::{
    cluster::{ClusterStage, on_cluster},
    krt::{MANIFEST, put_greeter},
};

const ADDRESS: &str = "kre_runtime.demo";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/terraform")
}

/// All files below a folder, by their paths below the examples.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let name = path.strip_prefix(self::folder()).unwrap();
            let text = fs::read_to_string(&path).unwrap();
            found.insert(name.to_str().unwrap().to_owned(), text);
        }
    }
    found
}

/// The id of the second runtime, and its namespace.
fn second(stage: &ClusterStage) -> String {
    format!("{}-b", stage.id())
}

/// An example with names that no other test has.
fn renamed(stage: &ClusterStage, example: &str) -> String {
    example
        .replace("\"demo\"", &format!("\"{}\"", stage.id()))
        .replace("\"kre-demo\"", &format!("\"{}\"", stage.namespace()))
        .replace("\"research\"", &format!("\"{}\"", second(stage)))
        // The address in the configuration stays.
        .replace(
            &format!("\"kre_runtime\" \"{}\"", stage.id()),
            "\"kre_runtime\" \"demo\"",
        )
        .replace(
            &format!("\"kre_runtime\" \"{}\"", second(stage)),
            "\"kre_runtime\" \"research\"",
        )
}

#[track_caller]
fn assert_empty(plan: &Plan) {
    assert!(plan.changes().is_empty(), "{plan:?}");
}

/// Deletes what a runtime leaves behind by default.
fn delete_namespace(stage: &ClusterStage, name: &str) {
    stage.objects.delete("Namespace", name);
    stage.objects.until_gone("Namespace", name);
}

/// What the administrator's kubeconfig says of something.
fn of_kubeconfig(key: &str) -> String {
    let text = fs::read_to_string(Cluster::shared().kubeconfig()).unwrap();
    let mut values = text.lines().filter_map(|line| {
        let (name, value) = line.trim_start_matches([' ', '-']).split_once(": ")?;
        (name == key).then(|| value.trim_matches('"').to_owned())
    });
    values
        .next()
        .unwrap_or_else(|| panic!("no {key} in {text}"))
}

fn pem(key: &str) -> String {
    let decoded = STANDARD.decode(of_kubeconfig(key)).unwrap();
    String::from_utf8(decoded).unwrap()
}

/// Makes a service account that may do everything, and returns a token of it.
fn token(stage: &ClusterStage) -> String {
    let name = second(stage);
    let metadata = json!({ "name": name, "namespace": name });
    let namespace = json!({ "name": name });
    let subject = json!({ "kind": "ServiceAccount", "name": name, "namespace": name });
    let role = json!({ "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin" });
    let account = json!({ "kubernetes.io/service-account.name": name });
    for object in [
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": namespace }),
        json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata }),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": { "name": name },
            "subjects": [subject],
            "roleRef": role,
        }),
        json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "kubernetes.io/service-account-token",
            "metadata": { "name": name, "namespace": name, "annotations": account },
        }),
    ] {
        stage.objects.create(&object);
    }
    let place = format!("{name}/{name}");
    let token = stage
        .objects
        .until("the token is there", ("Secret", &place), |secret| {
            Some(secret.pointer("/data/token")?.as_str()?.to_owned())
        });
    String::from_utf8(STANDARD.decode(token).unwrap()).unwrap()
}

/// Writes the files that the provider block names, and a command that issues credentials.
fn put_credentials(stage: &ClusterStage, token: &str) -> PathBuf {
    stage.write("cluster-ca.pem", pem("certificate-authority-data"));
    stage.write("client.pem", pem("client-certificate-data"));
    stage.write("client-key.pem", pem("client-key-data"));
    stage.write("terraform.tfvars", format!("token = {token:?}\n"));
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": { "token": token },
    });
    stage.write(
        "aws",
        format!("#!/bin/sh\ncat <<'END'\n{credential}\nEND\n"),
    );
    let command = stage.folder().join("aws");
    fs::set_permissions(&command, fs::Permissions::from_mode(0o700)).unwrap();
    command
}

#[test]
fn every_way_to_the_cluster_leads_to_the_same_runtime() {
    on_cluster(&[], |stage| {
        let command = put_credentials(stage, &token(stage));
        let system = stage.objects.get("Namespace", "kube-system").unwrap();
        let uid = system["metadata"]["uid"].as_str().unwrap();
        let path = Cluster::shared().kubeconfig().display().to_string();
        let example = files(&folder().join("provider"))["provider/provider.tf"]
            .replace("~/.kube/config", &path)
            .replace(
                "\"staging\"",
                &format!("{:?}", of_kubeconfig("current-context")),
            )
            .replace("0b9f7a52-3c1e-4d8f-9a64-5e2d7c1b8f03", uid)
            .replace("https://cluster.example.com:6443", &of_kubeconfig("server"))
            .replace("\"aws\"", &format!("{command:?}"));
        let example = renamed(stage, &example);
        let begin = "resource \"kre_runtime\" \"demo\" {";
        assert!(example.contains(begin), "{example}");
        stage.write("provider.tf", &example);
        stage.apply();
        for alias in ["cloud", "certificate", "token"] {
            let by_alias = format!("{begin}\n  provider = kre.{alias}");
            stage.write("provider.tf", example.replace(begin, &by_alias));
            assert_empty(&stage.plan());
        }
        stage.destroy();
        delete_namespace(stage, &stage.namespace());
        stage.objects.delete("ClusterRoleBinding", &second(stage));
        delete_namespace(stage, &second(stage));
        stage.assert_as_before();
    });
}

#[test]
fn everything_else_can_be_applied_and_imported_as_it_is() {
    on_cluster(&[Feature::Functions, Feature::Identity], |stage| {
        put_greeter(stage, MANIFEST);
        stage.write("krt.yaml", MANIFEST);
        let metadata = json!({ "name": second(stage) });
        let namespace = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata });
        stage.objects.create(&namespace);
        let mut imports = Vec::new();
        let mut by_identity = None;
        for (name, text) in files(&folder()) {
            let file = name.replace('/', "-");
            match Path::new(&name).file_name().unwrap().to_str().unwrap() {
                "provider.tf" => {}
                "import-by-identity.tf" => by_identity = Some((file, renamed(stage, &text))),
                "import.sh" => imports.extend(text.lines().filter_map(|line| {
                    let id = line.strip_prefix("terraform import kre_runtime.demo ")?;
                    Some(id.replace("demo", stage.id()))
                })),
                _ => stage.write(&file, renamed(stage, &text)),
            }
        }
        stage.apply();
        assert_empty(&stage.plan());
        assert_eq!(stage.output("workflows"), json!(["greet"]));

        assert_eq!(imports.len(), 2);
        for id in imports {
            stage.succeed(&["state", "rm", ADDRESS]);
            stage.import(ADDRESS, &id);
            assert_empty(&stage.plan());
        }
        stage.succeed(&["state", "rm", ADDRESS]);
        let (file, text) = by_identity.unwrap();
        stage.write(&file, text);
        stage.apply();
        assert_empty(&stage.plan());
        stage.remove(&file);

        stage.destroy();
        delete_namespace(stage, &stage.namespace());
        delete_namespace(stage, &second(stage));
        stage.assert_as_before();
    });
}
