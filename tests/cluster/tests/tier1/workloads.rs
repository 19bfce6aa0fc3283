//! What controllers make of workloads.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod, Service};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use kube::ResourceExt;
use kube::api::ListParams;
use serde_json::{Value, json};

use crate::support::pods::{PREFIX, is_ready, pod, workload};
use crate::support::{Stage, eventually};

fn available(deployment: &Deployment, replicas: i32) -> Option<()> {
    let status = deployment.status.as_ref()?;
    let is_current = status.observed_generation == deployment.metadata.generation;
    (is_current && status.available_replicas == Some(replicas)).then_some(())
}

#[tokio::test]
async fn a_deployment_becomes_available_and_scales() {
    let stage = Stage::new("deployment").await;

    stage
        .create::<Deployment>(workload("greeter", 3, &pod("greeter")))
        .await;
    stage
        .until("greeter", "three are available", |it| available(it, 3))
        .await;

    let fewer = json!({ "spec": { "replicas": 1 } });
    stage.change::<Deployment>("greeter", fewer).await.unwrap();
    stage
        .until("greeter", "one is left", |it| available(it, 1))
        .await;
}

#[tokio::test]
async fn a_deployment_replaces_its_pods_when_the_template_changes() {
    let stage = Stage::new("rollout").await;
    stage
        .create::<Deployment>(workload("greeter", 2, &pod("greeter")))
        .await;
    stage
        .until("greeter", "two are available", |it| available(it, 2))
        .await;

    let container = json!({ "name": "app", "image": "registry.example/app:2" });
    let template = json!({ "spec": { "containers": [container] } });
    let newer = json!({ "spec": { "template": template } });
    stage.change::<Deployment>("greeter", newer).await.unwrap();

    let all_new = |it: &Deployment| {
        let status = it.status.as_ref()?;
        let all = [
            status.replicas,
            status.updated_replicas,
            status.available_replicas,
        ];
        (all == [Some(2); 3]).then_some(())
    };
    stage.until("greeter", "both are new", all_new).await;
}

#[tokio::test]
async fn a_pod_is_ready_after_the_delay_that_it_asks_for() {
    let stage = Stage::new("delay").await;
    let mut slow = pod("slow");
    slow["metadata"]["annotations"] = json!({ format!("{PREFIX}/delay"): "3s" });

    let created: Pod = stage.create(slow).await;
    let is_there = |pod: &Pod| is_ready(pod).then(|| pod.clone());
    let pod = stage.until("slow", "it is ready", is_there).await;

    let ready = crate::support::pods::condition(&pod, "Ready").unwrap();
    let since = ready.last_transition_time.clone().unwrap().0;
    let took = since.duration_since(created.creation_timestamp().unwrap().0);
    // Kubernetes writes times down in whole seconds.
    assert!((2..20).contains(&took.as_secs()), "{took:?}");
}

#[tokio::test]
async fn a_job_completes() {
    let stage = Stage::new("job").await;
    let mut template = pod("once");
    template["spec"]["restartPolicy"] = json!("Never");
    let job = json!({
        "metadata": { "name": "once" },
        "spec": { "completions": 2, "template": { "spec": template["spec"] } },
    });

    stage.create::<Job>(job).await;

    let complete = |job: &Job| {
        let conditions = job.status.as_ref()?.conditions.as_ref()?;
        let complete = conditions.iter().find(|it| it.type_ == "Complete")?;
        (complete.status == "True").then_some(job.status.as_ref()?.succeeded)
    };
    let succeeded = stage.until("once", "it is complete", complete).await;
    assert_eq!(succeeded, Some(2));
}

/// Writes a `StatefulSet` whose pods each claim a volume.
pub(crate) fn stateful(name: &str, replicas: u32, pod: &Value) -> Value {
    let mut set = workload(name, replicas, pod);
    set["spec"]["serviceName"] = json!(name);
    set["spec"]["volumeClaimTemplates"] = json!([{
        "metadata": { "name": "data" },
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": { "requests": { "storage": "1Gi" } },
        },
    }]);
    set
}

#[tokio::test]
async fn a_stateful_set_gives_every_pod_a_name_and_a_volume() {
    let stage = Stage::new("stateful").await;

    stage
        .create::<StatefulSet>(stateful("store", 2, &pod("store")))
        .await;

    for name in ["store-0", "store-1"] {
        stage.ready_pod(name, None).await;
        let bound = |claim: &PersistentVolumeClaim| {
            (claim.status.as_ref()?.phase.as_deref() == Some("Bound")).then_some(())
        };
        stage
            .until(&format!("data-{name}"), "its claim is bound", bound)
            .await;
    }
}

#[tokio::test]
async fn a_service_leads_to_the_addresses_of_ready_pods_alone() {
    let stage = Stage::new("service").await;
    let ports = json!([{ "port": 80, "targetPort": 8080 }]);
    let service = json!({
        "metadata": { "name": "greeter" },
        "spec": { "selector": { "app": "greeter" }, "ports": ports },
    });
    stage.create::<Service>(service).await;
    let mut broken = crate::support::pods::fated("broken", "never-ready");
    broken["metadata"]["labels"] = json!({ "app": "greeter" });
    stage.create::<Pod>(broken).await;
    stage.create::<Pod>(pod("greeter")).await;
    let address = |pod: &Pod| pod.status.as_ref()?.pod_ip.clone();
    let wanted = stage.until("greeter", "it has an address", address).await;
    stage.until("broken", "it has an address", address).await;

    let slices = ListParams::default().labels("kubernetes.io/service-name=greeter");
    eventually("one address is ready and one is not", async || {
        let found = stage.all::<EndpointSlice>().list(&slices).await.unwrap();
        let addresses = |is_ready: bool| {
            let endpoints = found.iter().flat_map(|slice| &slice.endpoints);
            let wanted = endpoints
                .filter(move |it| it.conditions.as_ref().and_then(|it| it.ready) == Some(is_ready));
            wanted
                .flat_map(|it| it.addresses.clone())
                .collect::<Vec<_>>()
        };
        if addresses(true) == [wanted.clone()] && addresses(false).len() == 1 {
            Ok(())
        } else {
            Err(found)
        }
    })
    .await;
}

#[tokio::test]
async fn an_autoscaler_finds_its_target_and_says_that_there_are_no_metrics() {
    let stage = Stage::new("autoscaler").await;
    stage
        .create::<Deployment>(workload("greeter", 1, &pod("greeter")))
        .await;
    let target = json!({ "apiVersion": "apps/v1", "kind": "Deployment", "name": "greeter" });
    let cpu =
        json!({ "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 80 } });
    let scaler = json!({
        "metadata": { "name": "greeter" },
        "spec": {
            "scaleTargetRef": target,
            "minReplicas": 1,
            "maxReplicas": 3,
            "metrics": [{ "type": "Resource", "resource": cpu }],
        },
    });

    stage.create::<HorizontalPodAutoscaler>(scaler).await;

    let told = |it: &HorizontalPodAutoscaler| {
        let conditions = it.status.as_ref()?.conditions.as_ref()?;
        let of = |kind| conditions.iter().find(move |it| it.type_ == kind);
        let able = of("AbleToScale")?.status == "True";
        Some((able, of("ScalingActive")?.reason.clone()?))
    };
    let told = stage.until("greeter", "it was looked at", told).await;
    assert_eq!(told, (true, "FailedGetResourceMetric".to_owned()));
}
