//! What a pod says about itself.

use k8s_openapi::api::core::v1::{Pod, PodCondition, PodStatus};

use super::{
    cause::Cause,
    claims,
    clock::Clock,
    containers,
    events::{MOUNT, NOT_SCALED, PULLING, SANDBOX, SCALED, UNHEALTHY, message, newest},
    scene::Scene,
    symptom::Symptom,
};

/// Tells what keeps a pod from being ready; nothing if it is, or if it is about to go.
pub(super) fn symptoms(pod: &Pod, scene: &Scene, clock: &mut Clock) -> Vec<Symptom> {
    if pod.metadata.deletion_timestamp.is_some() {
        return Vec::new();
    }
    if let Some(evicted) = evicted(pod) {
        return vec![evicted];
    }
    let found = containers::symptoms(pod, scene, clock);
    if !found.is_empty() || is_ready(pod) {
        return found;
    }
    let found = unplaced(pod, scene);
    if !found.is_empty() {
        return found;
    }
    vec![mount(pod, scene).unwrap_or_else(|| unready(pod, scene))]
}

pub(super) fn is_ready(pod: &Pod) -> bool {
    condition(pod, "Ready").is_some_and(|it| it.status == "True")
}

fn condition<'p>(pod: &'p Pod, kind: &str) -> Option<&'p PodCondition> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    conditions.iter().find(|it| it.type_ == kind)
}

fn evicted(pod: &Pod) -> Option<Symptom> {
    let status = pod.status.as_ref()?;
    let PodStatus { phase, reason, .. } = status;
    if phase.as_deref() != Some("Failed") {
        return None;
    }
    let reason = reason.clone().unwrap_or_default();
    let message = status.message.clone().unwrap_or_default();
    let detail = format!("{reason}: {message}");
    Some(Symptom::new(Cause::Evicted, detail).of_pod(pod))
}

/// Tells why a pod has no node yet, if that is known.
fn unplaced(pod: &Pod, scene: &Scene) -> Vec<Symptom> {
    if pod
        .spec
        .as_ref()
        .is_some_and(|spec| spec.node_name.is_some())
    {
        return Vec::new();
    }
    let found = claims::symptoms(pod, scene);
    if !found.is_empty() {
        return found;
    }
    let Some(refusal) = condition(pod, "PodScheduled").filter(|it| it.status == "False") else {
        return Vec::new();
    };
    let uid = pod.metadata.uid.as_deref();
    let mut detail = tally(refusal.message.as_deref().unwrap_or_default()).to_owned();
    if let Some(event) = newest(scene, uid, &[NOT_SCALED]) {
        detail = format!("{detail}; {}", message(event));
    }
    let is_held = refusal.reason.as_deref() != Some("Unschedulable");
    let may_pass = is_held || newest(scene, uid, &SCALED).is_some();
    let symptom = Symptom::new(Cause::Unschedulable, detail).of_pod(pod);
    vec![symptom.passing_if(may_pass)]
}

/// What the nodes have against a pod, without what else was tried in vain: `0/3 nodes are
/// available: 3 Insufficient memory. no new claims to deallocate, preemption: 0/3 nodes …`
fn tally(message: &str) -> &str {
    match message.split_once(". ") {
        Some((tally, rest)) if rest.contains("preemption: ") => tally,
        _ => message,
    }
}

/// Tells which volume does not come, if the pod waits for one.
fn mount(pod: &Pod, scene: &Scene) -> Option<Symptom> {
    let uid = pod.metadata.uid.as_deref();
    let failed = newest(scene, uid, &MOUNT)?;
    // Its sandbox comes after its volumes, and its images after that.
    let is_mounted = condition(pod, "PodReadyToStartContainers")
        .is_some_and(|it| it.status == "True")
        || newest(scene, uid, &[PULLING]).is_some();
    let symptom = || Symptom::new(Cause::Mount, message(failed)).of_pod(pod);
    (!is_mounted).then(symptom)
}

fn unready(pod: &Pod, scene: &Scene) -> Symptom {
    let uid = pod.metadata.uid.as_deref();
    let said = newest(scene, uid, &[UNHEALTHY]).map(message);
    let running = containers::running_unready(pod);
    if let Some(container) = running {
        let said = said.unwrap_or_else(|| "its probe has not succeeded yet".to_owned());
        let symptom = Symptom::new(Cause::Unready, said).of_pod(pod);
        return symptom.of_container(container);
    }
    let said = newest(scene, uid, &[SANDBOX]).map(message);
    let said = said.or_else(|| condition(pod, "Ready")?.message.clone());
    let said = said.unwrap_or_else(|| "its containers have not been created yet".to_owned());
    Symptom::new(Cause::Starting, said).of_pod(pod)
}
