//! Policies that change what is written, as clusters with a mirror of registries have them.

use harness::cluster::ImagePolicy;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::core::v1::PodTemplateSpec;
use kube::Api;
use kube::api::{ApiResource, DeleteParams, DynamicObject, PostParams};
use kube::core::TypeMeta;
use serde_json::Value;

use crate::support::pods::{fated, pod, workload};
use crate::support::{Stage, eventually};
use crate::workloads::stateful;

/// Returns all objects of the kind of an object that belongs to no namespace.
fn kind(stage: &Stage, object: &Value) -> Api<DynamicObject> {
    let types: TypeMeta = serde_json::from_value(object.clone()).unwrap();
    let kind = types.try_into().unwrap();
    Api::all_with(stage.client.clone(), &ApiResource::from_gvk(&kind))
}

fn image(template: PodTemplateSpec) -> String {
    template.spec.unwrap().containers[0].image.clone().unwrap()
}

#[tokio::test]
async fn a_policy_rewrites_the_images_of_workloads_in_its_namespace() {
    let stage = Stage::new("mirrored").await;
    let elsewhere = Stage::new("plain").await;
    let ImagePolicy { policy, binding } = ImagePolicy::new(stage.namespace(), "mirror.example");
    for object in [&policy, &binding] {
        let typed = serde_json::from_value(object.clone()).unwrap();
        let created = kind(&stage, object)
            .create(&PostParams::default(), &typed)
            .await;
        created.unwrap();
    }
    let trial: Deployment = serde_json::from_value(workload("trial", 1, &pod("trial"))).unwrap();
    let dry_run = PostParams {
        dry_run: true,
        ..PostParams::default()
    };
    eventually("the policy holds", async || {
        let tried = stage.all::<Deployment>().create(&dry_run, &trial).await;
        let image = image(tried.unwrap().spec.unwrap().template);
        if image == "mirror.example/registry.example/app:1" {
            Ok(())
        } else {
            Err(image)
        }
    })
    .await;

    let set: StatefulSet = stage.create(stateful("store", 1, &pod("store"))).await;
    let other: Deployment = elsewhere
        .create(workload("greeter", 1, &pod("greeter")))
        .await;
    for object in [&binding, &policy] {
        let deletion = DeleteParams::default();
        kind(&stage, object)
            .delete(stage.namespace(), &deletion)
            .await
            .unwrap();
    }

    assert_eq!(
        image(set.spec.unwrap().template),
        "mirror.example/registry.example/app:1"
    );
    let other = image(other.spec.unwrap().template);
    assert_eq!(other, "registry.example/app:1");
}

#[tokio::test]
async fn what_tells_of_the_log_of_a_pod_belongs_to_the_pod() {
    let stage = Stage::new("log").await;
    let created: Pod = stage.create(fated("greeter", "crash-loop")).await;
    let resource = ApiResource {
        group: "kwok.x-k8s.io".to_owned(),
        version: "v1alpha1".to_owned(),
        api_version: "kwok.x-k8s.io/v1alpha1".to_owned(),
        kind: "Logs".to_owned(),
        plural: "logs".to_owned(),
    };
    let logs: Api<DynamicObject> =
        Api::namespaced_with(stage.client.clone(), stage.namespace(), &resource);

    let told = eventually("the log is told of", async || logs.get("greeter").await).await;

    let owners = told.metadata.owner_references.unwrap();
    assert_eq!(owners[0].kind, "Pod");
    assert_eq!(Some(&owners[0].uid), created.metadata.uid.as_ref());
}
