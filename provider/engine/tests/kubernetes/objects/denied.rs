//! Objects that a cluster does not take, and what it says.

use std::time::Duration;

use kre_core::desired::{Object, ObjectKey};
use kre_engine::objects::{ApplyError, Expected};
use kube::api::DeleteParams;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{MAP, create, deployment, edit, map, namespace, object, objects, theirs};
use crate::support::soon;

async fn refused(ours: &Object) -> ApplyError {
    let objects = objects();
    let applied = objects.apply(ours, &Expected::Absent, false, soon()).await;
    applied.expect_err("it should have been refused")
}

/// Applies until a rule that was just made holds.
async fn refused_at_last(ours: impl Fn(&str) -> Object) -> ApplyError {
    let objects = objects();
    for round in 0..100 {
        let ours = ours(&format!("a-{round}"));
        match objects.apply(&ours, &Expected::Absent, false, soon()).await {
            Ok(_) => sleep(Duration::from_millis(200)).await,
            Err(error) => return error,
        }
    }
    panic!("it is never refused")
}

#[tokio::test]
async fn a_quota_tells_what_was_asked_for_and_what_there_is() {
    let namespace = namespace("quota").await;
    let quota =
        json!({ "metadata": { "name": "small" }, "spec": { "hard": { "configmaps": "1" } } });
    create(("v1", "ResourceQuota"), Some(namespace.name()), quota).await;
    let error = refused_at_last(|name| map(namespace.name(), name, "1")).await;
    let ApplyError::Quota { quota, detail, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(quota, "small");
    assert_eq!(
        detail,
        "requested: configmaps=1, used: configmaps=1, limited: configmaps=1"
    );
}

#[tokio::test]
async fn a_policy_is_named_with_what_it_says() {
    let namespace = namespace("policy").await;
    let policy = namespace.name();
    let rule = json!({
        "metadata": { "name": policy },
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": { "resourceRules": [{
                "apiGroups": [""], "apiVersions": ["v1"],
                "operations": ["CREATE"], "resources": ["configmaps"],
            }] },
            "validations": [{ "expression": "false", "message": "maps are out of fashion: use a globe" }],
        },
    });
    let kind = (
        "admissionregistration.k8s.io/v1",
        "ValidatingAdmissionPolicy",
    );
    create(kind, None, rule).await;
    let binding = json!({
        "metadata": { "name": policy },
        "spec": {
            "policyName": policy,
            "validationActions": ["Deny"],
            "matchResources": { "namespaceSelector": { "matchLabels": {
                "kubernetes.io/metadata.name": namespace.name(),
            } } },
        },
    });
    let bindings = (
        "admissionregistration.k8s.io/v1",
        "ValidatingAdmissionPolicyBinding",
    );
    create(bindings, None, binding).await;
    let error = refused_at_last(|name| map(namespace.name(), name, "1")).await;
    let ApplyError::Denied { by, message, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(*by, format!("ValidatingAdmissionPolicy `{policy}`"));
    assert_eq!(message, "maps are out of fashion: use a globe");
}

#[tokio::test]
async fn what_the_api_server_itself_does_not_admit_says_why() {
    let namespace = namespace("limits").await;
    let limits = json!({
        "metadata": { "name": "small" },
        "spec": { "limits": [{ "type": "PersistentVolumeClaim", "max": { "storage": "1Gi" } }] },
    });
    create(("v1", "LimitRange"), Some(namespace.name()), limits).await;
    let claim = |name: &str| {
        let fields = json!({ "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": { "requests": { "storage": "2Gi" } },
        } });
        object(
            ("v1", "PersistentVolumeClaim"),
            namespace.name(),
            name,
            fields,
        )
    };
    let error = refused_at_last(claim).await;
    let ApplyError::Denied { by, message, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(by, "the cluster");
    assert!(
        message.contains("maximum storage usage per PersistentVolumeClaim is 1Gi"),
        "{message}"
    );
}

/// Makes the API server ask a webhook that is not there about config maps of a namespace.
async fn unreachable_webhook(namespace: &str) {
    let webhook = json!({
        "metadata": { "name": namespace },
        "webhooks": [{
            "name": "gone.example.com",
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
            "timeoutSeconds": 1,
            "clientConfig": { "url": "https://127.0.0.1:1/" },
            "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": namespace } },
            "rules": [{
                "apiGroups": [""], "apiVersions": ["v1"],
                "operations": ["CREATE"], "resources": ["configmaps"],
            }],
        }],
    });
    create(WEBHOOK, None, webhook).await;
}

const WEBHOOK: (&str, &str) = (
    "admissionregistration.k8s.io/v1",
    "ValidatingWebhookConfiguration",
);

#[tokio::test]
async fn a_webhook_that_does_not_answer_is_named_at_the_deadline() {
    let namespace = namespace("webhook").await;
    unreachable_webhook(namespace.name()).await;
    let objects = objects();
    let error = loop {
        let ours = map(namespace.name(), "a", "1");
        let until = Instant::now() + Duration::from_secs(4);
        let since = Instant::now();
        match objects.apply(&ours, &Expected::Absent, false, until).await {
            Ok(_) => sleep(Duration::from_millis(200)).await,
            Err(error) => {
                assert!(since.elapsed() > Duration::from_secs(2), "{error}");
                break error;
            }
        }
        let api = theirs(MAP, Some(namespace.name())).await;
        api.delete("a", &DeleteParams::default()).await.unwrap();
    };
    let ApplyError::Webhook {
        webhook, problem, ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(webhook, "gone.example.com");
    assert!(problem.contains("connection refused"), "{problem}");
}

#[tokio::test]
async fn a_webhook_that_does_not_answer_is_waited_for() {
    let namespace = namespace("patience").await;
    unreachable_webhook(namespace.name()).await;
    // Until it is asked for the first time.
    sleep(Duration::from_secs(2)).await;
    let ours = map(namespace.name(), "a", "1");
    let objects = objects();
    let applied = objects.apply(&ours, &Expected::Absent, false, soon());
    let mended = async {
        sleep(Duration::from_secs(3)).await;
        let api = theirs(WEBHOOK, None).await;
        api.delete(namespace.name(), &DeleteParams::default())
            .await
            .unwrap();
    };
    let (applied, ()) = tokio::join!(applied, mended);
    applied.unwrap();
}

#[tokio::test]
async fn a_namespace_that_is_missing_is_named() {
    let ours = map("nowhere", "a", "1");
    let error = refused(&ours).await;
    assert!(
        matches!(&error, ApplyError::MissingNamespace(_)),
        "{error:?}"
    );
    assert_eq!(
        error.to_string(),
        "ConfigMap `a` in namespace `nowhere` cannot be, as there is no such namespace; create it, or correct its name"
    );
    let error = objects().create(&ours, soon()).await.unwrap_err();
    assert!(
        matches!(&error, ApplyError::MissingNamespace(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_namespace_that_goes_takes_nothing_more() {
    let namespace = namespace("going").await;
    let held = json!({ "metadata": { "name": "held", "finalizers": ["example.com/hold"] } });
    create(MAP, Some(namespace.name()), held).await;
    let api = theirs(("v1", "Namespace"), None).await;
    api.delete(namespace.name(), &DeleteParams::default())
        .await
        .unwrap();
    let ours = map(namespace.name(), "a", "1");
    let error = refused(&ours).await;
    assert!(
        matches!(&error, ApplyError::TerminatingNamespace(_)),
        "{error:?}"
    );
    let error = objects().create(&ours, soon()).await.unwrap_err();
    assert!(
        matches!(&error, ApplyError::TerminatingNamespace(_)),
        "{error:?}"
    );
    let held = ObjectKey::namespaced("v1", "ConfigMap", namespace.name(), "held");
    edit(&held, json!({ "metadata": { "finalizers": null } })).await;
}

#[tokio::test]
async fn a_field_that_cannot_change_is_named() {
    let namespace = namespace("immutable").await;
    let objects = objects();
    let before = deployment(namespace.name(), "a", "example.invalid/a");
    objects
        .apply(&before, &Expected::Absent, false, soon())
        .await
        .unwrap();
    let labels = json!({ "app": "b" });
    let now = object(
        ("apps/v1", "Deployment"),
        namespace.name(),
        "a",
        json!({ "spec": {
        "selector": { "matchLabels": labels },
        "template": {
            "metadata": { "labels": labels },
            "spec": { "containers": [{ "name": "main", "image": "example.invalid/a" }] },
        },
    } }),
    );
    let error = refused(&now).await;
    let ApplyError::Immutable { problems, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(problems[0].path, "spec.selector");
}

#[tokio::test]
async fn a_stateful_set_tells_that_it_has_to_be_made_anew() {
    let namespace = namespace("stateful").await;
    let set = |service: &str| {
        object(
            ("apps/v1", "StatefulSet"),
            namespace.name(),
            "a",
            json!({ "spec": {
            "replicas": 0,
            "serviceName": service,
            "selector": { "matchLabels": { "app": "a" } },
            "template": {
                "metadata": { "labels": { "app": "a" } },
                "spec": { "containers": [{ "name": "main", "image": "example.invalid/a" }] },
            },
        } }),
        )
    };
    let objects = objects();
    objects
        .apply(&set("a"), &Expected::Absent, false, soon())
        .await
        .unwrap();
    let error = refused(&set("b")).await;
    assert!(matches!(&error, ApplyError::Immutable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_value_that_is_wrong_is_named_with_its_path() {
    let namespace = namespace("invalid").await;
    let service = json!({ "spec": { "ports": [{ "port": 70_000 }] } });
    let service = object(("v1", "Service"), namespace.name(), "a", service);
    let error = refused(&service).await;
    let ApplyError::Invalid { problems, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(problems[0].path, "spec.ports[0].port");
}

#[tokio::test]
async fn a_field_that_the_cluster_does_not_know_is_refused() {
    let namespace = namespace("unknown").await;
    let ours = object(MAP, namespace.name(), "a", json!({ "date": { "a": "1" } }));
    for error in [
        refused(&ours).await,
        objects().create(&ours, soon()).await.unwrap_err(),
    ] {
        let ApplyError::UnknownField { detail, .. } = &error else {
            panic!("{error:?}")
        };
        assert!(detail.contains("date"), "{detail}");
    }
}
