//! What the scene says about a workload.

use std::time::Duration;

use k8s_openapi::api::core::v1::{ContainerStatus, Pod};

use super::{
    Workload,
    cause::Cause,
    clock::{Clock, STABLE},
    containers::is_probed,
    creation,
    pods::{self, is_ready},
    rollout::{Rollout, Stage},
    scene::Scene,
    symptom::Symptom,
};

/// What is to be said about a workload at the moment.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) is_ready: bool,
    /// Empty if it is ready, and not if it is not.
    pub(super) symptoms: Vec<Symptom>,
    pub(super) component: Option<String>,
    pub(super) in_the_way: Vec<Obstacle>,
}

/// An outdated pod of a StatefulSet that is not ready, which its controller may wait for forever
/// before it replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Obstacle {
    pub(super) name: String,
    pub(super) uid: String,
    /// It will not be ready again, or there are no others that could need it meanwhile.
    pub(super) is_useless: bool,
}

/// Judges a workload by what is seen.
pub(super) fn examine(
    workload: &Workload,
    scene: &Scene,
    settle: Duration,
    clock: &mut Clock,
) -> Verdict {
    let Some(rollout) = Rollout::of(workload, scene) else {
        let symptom = Symptom::new(Cause::Missing, "");
        return Verdict {
            symptoms: vec![symptom],
            ..Verdict::default()
        };
    };
    let is_ready = rollout.stage == Stage::Done && is_settled(&rollout, settle, clock);
    let symptoms = if is_ready {
        Vec::new()
    } else {
        symptoms(&rollout, scene, clock)
    };
    Verdict {
        is_ready,
        symptoms,
        component: rollout.component.map(str::to_owned),
        in_the_way: in_the_way(&rollout, scene, clock),
    }
}

/// Tells whether containers that nobody probes have run for long enough to be believed.
fn is_settled(rollout: &Rollout<'_>, settle: Duration, clock: &mut Clock) -> bool {
    let mut is_settled = true;
    for pod in &rollout.current {
        for status in unprobed(pod) {
            let has_ended = status.last_state.as_ref();
            let has_ended = has_ended.is_some_and(|state| state.terminated.is_some());
            let time = if has_ended {
                settle.max(STABLE)
            } else {
                settle
            };
            // All are asked, so that the clock knows when the next is due.
            is_settled &= time.is_zero() || clock.has_run(status, time);
        }
    }
    is_settled
}

fn unprobed(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    let spec = pod.spec.as_ref();
    let containers = spec.into_iter().flat_map(|spec| &spec.containers);
    let statuses = pod.status.as_ref();
    let statuses = statuses.and_then(|status| status.container_statuses.as_ref());
    containers
        .filter(|container| !is_probed(container))
        .filter_map(move |container| statuses?.iter().find(|it| it.name == container.name))
}

fn symptoms(rollout: &Rollout<'_>, scene: &Scene, clock: &mut Clock) -> Vec<Symptom> {
    match rollout.stage {
        Stage::Unobserved => return vec![Symptom::new(Cause::Unobserved, "")],
        Stage::Paused => {
            let remedy = "resume it with `kubectl rollout resume`";
            return vec![Symptom::new(Cause::Paused, remedy)];
        }
        Stage::Open | Stage::Done => {}
    }
    let mut found: Vec<_> = creation::symptom(rollout, scene).into_iter().collect();
    for pod in &rollout.current {
        found.extend(pods::symptoms(pod, scene, clock));
    }
    if found.is_empty() {
        let before = rollout.outdated.iter();
        found.extend(before.filter_map(|pod| leaving(pod, rollout.may_hang)));
    }
    if found.is_empty() {
        let have = rollout.current.len();
        let detail = match rollout.stage {
            Stage::Done => "its containers have just been started".to_owned(),
            _ => format!("{have} of {} pods are there", rollout.wanted),
        };
        found.push(Symptom::new(Cause::Starting, detail));
    }
    found
}

fn leaving(pod: &Pod, may_hang: bool) -> Option<Symptom> {
    let Some(since) = pod.metadata.deletion_timestamp.as_ref() else {
        let detail = "it is not ready, and its controller waits for that before it replaces it; \
                      delete it with `kubectl delete pod`";
        let symptom = Symptom::new(Cause::Leaving, detail).of_pod(pod);
        return (may_hang && !is_ready(pod)).then_some(symptom);
    };
    let finalizers = pod.metadata.finalizers.as_deref().unwrap_or_default();
    let mut detail = format!("deleted at {}", since.0);
    if !finalizers.is_empty() {
        detail.push_str(", held back by ");
        detail.push_str(&finalizers.join(", "));
    }
    Some(Symptom::new(Cause::Leaving, detail).of_pod(pod))
}

fn in_the_way(rollout: &Rollout<'_>, scene: &Scene, clock: &mut Clock) -> Vec<Obstacle> {
    let pods = rollout.outdated.iter().filter(|_| rollout.may_hang);
    let stuck = pods.filter(|pod| pod.metadata.deletion_timestamp.is_none() && !is_ready(pod));
    let obstacles = stuck.filter_map(|pod| {
        let symptoms = pods::symptoms(pod, scene, clock);
        let is_hopeless = symptoms.iter().any(|symptom| !symptom.may_pass);
        Some(Obstacle {
            name: pod.metadata.name.clone()?,
            uid: pod.metadata.uid.clone()?,
            is_useless: is_hopeless || rollout.wanted <= 1,
        })
    });
    obstacles.collect()
}
