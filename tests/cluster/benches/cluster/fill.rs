//! A thousand Deployments, as fast as the cluster takes them.

use std::io;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, TryStreamExt, stream};
use harness::cluster::{Cluster, Namespace, client_of};
use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use kube::api::{ListParams, PostParams};
use serde_json::json;
use tokio::{runtime, time};

/// How many Deployments there are.
const COUNT: usize = 1000;

/// How many requests are under way at once.
const REQUESTS: usize = 32;

/// How often it is asked which of them are available.
const INTERVAL: Duration = Duration::from_millis(250);

/// Why the cluster was not filled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FillError {
    /// The API server refused a request.
    #[error("a request failed")]
    Request(#[from] kube::Error),
    /// The Deployment of this program is none.
    #[error("not a Deployment")]
    Object(#[from] serde_json::Error),
    /// There is nothing to run requests on.
    #[error("no runtime")]
    Runtime(#[from] io::Error),
}

/// Returns the time from the first request to the last Deployment being available.
pub(crate) fn time(cluster: &Cluster) -> Result<Duration, FillError> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(fill(cluster))
}

async fn fill(cluster: &Cluster) -> Result<Duration, FillError> {
    let client = client_of(cluster.kubeconfig()).await;
    let namespace = Namespace::create(cluster, "full").await;
    let deployments = Api::<Deployment>::namespaced(client, namespace.name());
    let since = Instant::now();
    stream::iter(0..COUNT)
        .map(|number| create(&deployments, number))
        .buffer_unordered(REQUESTS)
        .try_collect::<Vec<_>>()
        .await?;
    // What the API server has in memory will do, and costs it less.
    let all = ListParams::default().match_any();
    while available(&deployments.list(&all).await?.items) < COUNT {
        time::sleep(INTERVAL).await;
    }
    Ok(since.elapsed())
}

async fn create(deployments: &Api<Deployment>, number: usize) -> Result<(), FillError> {
    let labels = json!({ "app": format!("app-{number}") });
    let container = json!({ "name": "app", "image": "registry.example/app:1" });
    let pod = json!({ "terminationGracePeriodSeconds": 1, "containers": [container] });
    let deployment = json!({
        "metadata": { "name": format!("app-{number}") },
        "spec": {
            "selector": { "matchLabels": labels },
            "template": { "metadata": { "labels": labels }, "spec": pod },
        },
    });
    let deployment = serde_json::from_value(deployment)?;
    deployments
        .create(&PostParams::default(), &deployment)
        .await?;
    Ok(())
}

fn available(deployments: &[Deployment]) -> usize {
    let is_available = |deployment: &&Deployment| {
        let status = deployment.status.as_ref();
        status.is_some_and(|status| status.available_replicas == Some(1))
    };
    deployments.iter().filter(is_available).count()
}
