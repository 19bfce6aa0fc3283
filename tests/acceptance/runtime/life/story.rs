//! From the first apply to the destruction.

use kre_core::{
    anchor::InstanceId,
    runtime::{self, Contract, Credential, Credentials, Facts, Holder},
};
use serde_json::Value;

use super::{attributes::updates, configuration::Configuration, services, update};
use crate::cluster::{ClusterStage, on_cluster};

#[test]
fn a_runtime_is_created_seen_changed_and_destroyed() {
    on_cluster(&[], |stage| {
        let mut now = Configuration::of(stage);
        stage.applied(&now.text());
        stage.plan().assert_empty();
        objects_are_as_rendered(stage, &now);
        kubectl_finds_all_by_their_labels(stage);
        assert_eq!(
            services::ask_nats(stage, "$JS.API.INFO", "")["type"],
            "io.nats.jetstream.api.v1.account_info_response"
        );
        for secret in ["mongo", "mongo-client", "mongo-writer"] {
            services::log_in(stage, &format!("{}-{secret}", stage.id()));
        }

        for changes in updates() {
            now = now.with(&changes);
            stage.configure(&now.text());
            let plan = stage.plan();
            assert!(update(&plan).is_unknown("status"));
            stage.apply_plan(&plan);
            stage.plan().assert_empty();
            objects_are_as_rendered(stage, &now);
        }

        // It was given up with the last update.
        let namespace = stage.namespace();
        let metadata = stage.objects.get("Namespace", &namespace).unwrap()["metadata"].take();
        assert_eq!(metadata.get("annotations"), None);
        stage.destroy();
        assert_eq!(
            stage.differences(),
            [format!("Namespace {namespace} is left over")]
        );
        stage.objects.delete("Namespace", &namespace);
        stage.assert_as_before();
    });
}

/// Renders the runtime again from what is there, and compares every field.
fn objects_are_as_rendered(stage: &ClusterStage, configuration: &Configuration) {
    let spec = configuration.specification();
    let anchor = stage
        .objects
        .get("ConfigMap", &stage.place(&runtime::anchor(&spec.id)))
        .unwrap();
    let instance = anchor["metadata"]["annotations"][runtime::INSTANCE]
        .as_str()
        .unwrap();
    let credential = |holder: Holder| {
        let name = holder.secret(&spec.id);
        let value = |key| services::secret_value(stage, &name, key).into_bytes();
        let data = ["username", "password"].map(|key| (key.to_owned(), value(key)));
        Credential::of_secret(&data.into()).unwrap()
    };
    let client = credential(Holder::Client);
    let facts = Facts {
        instance: InstanceId::existing(instance),
        credentials: Credentials {
            root: credential(Holder::Root),
            writer: if spec.mongo_writer.enabled {
                credential(Holder::Writer)
            } else {
                client.clone()
            },
            client,
        },
    };
    for object in runtime::render(&spec, &facts).objects() {
        let key = object.key();
        let place = match &key.namespace {
            Some(namespace) => format!("{namespace}/{}", key.name),
            None => key.name.clone(),
        };
        let live = stage.objects.get(&key.kind, &place);
        let live = live.unwrap_or_else(|| panic!("{key} is not there"));
        assert_holds(&live, object.content(), &key.to_string());
    }
    let data = anchor["data"].as_object().unwrap();
    let texts = data
        .iter()
        .map(|(key, it)| (key.clone(), it.as_str().unwrap().to_owned()));
    let contract = Contract::parse(&texts.collect()).unwrap();
    assert_eq!(contract, Contract::of(&spec, &facts));
}

/// Compares the fields that were set, wherever they are, with what is there.
#[track_caller]
fn assert_holds(live: &Value, set: &Value, place: &str) {
    match set {
        Value::Object(fields) => {
            for (name, set) in fields {
                assert_holds(&live[name], set, &format!("{place}.{name}"));
            }
        }
        Value::Array(elements) => {
            let live = live.as_array().map(Vec::as_slice).unwrap_or_default();
            assert_eq!(live.len(), elements.len(), "{place}");
            for (index, (live, set)) in live.iter().zip(elements).enumerate() {
                assert_holds(live, set, &format!("{place}[{index}]"));
            }
        }
        set => assert_eq!(live, set, "{place}"),
    }
}

/// Names every object that a user finds by the label of a runtime.
fn kubectl_finds_all_by_their_labels(stage: &ClusterStage) {
    let (id, namespace) = (stage.id(), stage.namespace());
    let kinds = "configmaps,deployments,networkpolicies,persistentvolumeclaims,secrets,services,statefulsets";
    let selector = format!(
        "app.kubernetes.io/managed-by=terraform-provider-kre,kre.konstellation.io/runtime={id}"
    );
    let arguments = [
        "get",
        kinds,
        "--namespace",
        &namespace,
        "--selector",
        &selector,
        "--output",
        "name",
    ];
    let Some(found) = stage.kubectl(&arguments) else {
        return;
    };
    let mut found: Vec<_> = found.stdout.lines().collect();
    found.sort_unstable();
    let expected = [
        format!("configmap/{id}-nats-config"),
        format!("configmap/kre-runtime-{id}"),
        format!("deployment.apps/{id}-mongo-writer"),
        format!("networkpolicy.networking.k8s.io/{id}-isolated"),
        format!("persistentvolumeclaim/data-{id}-mongo-0"),
        format!("persistentvolumeclaim/data-{id}-nats-0"),
        format!("secret/{id}-mongo"),
        format!("secret/{id}-mongo-client"),
        format!("secret/{id}-mongo-writer"),
        format!("service/{id}-mongo"),
        format!("service/{id}-nats"),
        format!("statefulset.apps/{id}-mongo"),
        format!("statefulset.apps/{id}-nats"),
    ];
    assert_eq!(found, expected);
}
