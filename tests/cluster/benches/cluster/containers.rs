//! What a cluster costs whose node runs containers.

use std::path::Path;
use std::thread;
use std::time::Instant;

use harness::build::COREDNS;
use harness::cluster::{Cluster, Objects, Options, Tier, Tool};
use harness::images::busybox;
use serde_json::{Value, json};

use crate::figure::Figure;
use crate::measure::{MeasureError, REST, STARTS, memory};

/// Measures everything, or returns why this machine cannot have such a cluster.
pub(crate) fn measure(mut add: impl FnMut(Figure, f64)) -> Result<Option<String>, MeasureError> {
    let tool = Tool::with(&[COREDNS])?;
    let lack = tool.lack()?;
    if lack.is_some() {
        return Ok(lack);
    }
    let options = Options {
        tier: Tier::Two,
        nodes: 1,
        ..Options::default()
    };
    for _ in 0..STARTS {
        let cluster = Cluster::start(tool.clone(), &options)?;
        add(Figure::ContainersStart, cluster.took().as_secs_f64());
        let asked = Instant::now();
        cluster.stop()?;
        add(Figure::ContainersEnd, asked.elapsed().as_secs_f64());
    }
    let cluster = Cluster::start(tool, &options)?;
    cluster.load(&[&busybox()?])?;
    thread::sleep(REST);
    add(Figure::ContainersMemory, memory(&cluster)?);
    for number in 0..STARTS {
        add(Figure::Pod, start_pod(cluster.kubeconfig(), number));
    }
    cluster.stop()?;
    Ok(None)
}

/// Starts a pod, and returns how long it took to be ready, in seconds.
fn start_pod(kubeconfig: &Path, number: usize) -> f64 {
    let objects = Objects::of(kubeconfig);
    let name = format!("pod-{number}");
    let asked = Instant::now();
    objects.create(&json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "namespace": "default" },
        "spec": { "containers": [{
            "name": "app",
            "image": "busybox:stable",
            "command": ["sleep", "3600"],
        }] },
    }));
    let is_ready = |pod: &Value| {
        let conditions = pod.pointer("/status/conditions")?.as_array()?;
        let has = |it: &Value, key: &str, value: &str| it.get(key).is_some_and(|it| it == value);
        let mut ready = conditions.iter().filter(|it| has(it, "type", "Ready"));
        ready.any(|it| has(it, "status", "True")).then_some(())
    };
    let place = format!("default/{name}");
    objects.until("the pod is ready", ("Pod", &place), is_ready);
    asked.elapsed().as_secs_f64()
}
