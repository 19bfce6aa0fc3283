//! What the containers of a pod say about themselves.

use std::time::Duration;

use k8s_openapi::api::core::v1::{
    Container, ContainerState, ContainerStateTerminated, ContainerStateWaiting, ContainerStatus,
    Pod,
};

use super::{
    cause::Cause,
    clock::{Clock, STABLE},
    events::{PULL_FAILED, about, message},
    scene::Scene,
    symptom::Symptom,
};

/// Who has run for so long without being ready is not about to end again.
const LONG: Duration = Duration::from_mins(2);

/// A container, as it should be and as it is.
struct Seen<'p> {
    pod: &'p Pod,
    status: &'p ContainerStatus,
    spec: Option<&'p Container>,
    /// It is meant to end.
    is_plain_init: bool,
}

/// Tells what is wrong with the containers of a pod; nothing if they are only not ready.
pub(super) fn symptoms(pod: &Pod, scene: &Scene, clock: &mut Clock) -> Vec<Symptom> {
    let symptoms = all(pod).filter_map(|seen| seen.symptom(scene, clock));
    symptoms.collect()
}

pub(super) fn is_probed(container: &Container) -> bool {
    container.readiness_probe.is_some() || container.startup_probe.is_some()
}

/// The first container that runs without being ready.
pub(super) fn running_unready(pod: &Pod) -> Option<&str> {
    let mut all = all(pod);
    let found = all.find(|seen| {
        let state = seen.status.state.as_ref();
        !seen.status.ready && state.is_some_and(|state| state.running.is_some())
    });
    found.map(|seen| seen.status.name.as_str())
}

fn all(pod: &Pod) -> impl Iterator<Item = Seen<'_>> {
    let status = pod.status.as_ref();
    let spec = pod.spec.as_ref();
    let inits = spec.and_then(|spec| spec.init_containers.as_deref());
    let init_statuses = status.and_then(|status| status.init_container_statuses.as_deref());
    let regulars = spec.map(|spec| spec.containers.as_slice());
    let statuses = status.and_then(|status| status.container_statuses.as_deref());
    let seen = move |status, specs: Option<&'_ [Container]>| {
        let status: &ContainerStatus = status;
        specs.and_then(|it| it.iter().position(|it| it.name == status.name))
    };
    let inits = init_statuses.into_iter().flatten().map(move |status| {
        let spec = seen(status, inits).and_then(|at| inits?.get(at));
        Seen {
            pod,
            status,
            spec,
            is_plain_init: spec.is_none_or(|spec| spec.restart_policy.is_none()),
        }
    });
    let regulars = statuses.into_iter().flatten().map(move |status| Seen {
        pod,
        status,
        spec: seen(status, regulars).and_then(|at| regulars?.get(at)),
        is_plain_init: false,
    });
    inits.chain(regulars)
}

impl Seen<'_> {
    fn symptom(&self, scene: &Scene, clock: &mut Clock) -> Option<Symptom> {
        let state = self.status.state.as_ref()?;
        let ended_before = self.status.last_state.as_ref();
        let ended_before = ended_before.and_then(|state| state.terminated.as_ref());
        let found = match state {
            ContainerState {
                terminated: Some(ended),
                ..
            } => self.ended(ended),
            ContainerState {
                waiting: Some(waiting),
                ..
            } => self.waits(waiting, ended_before, scene),
            _ => {
                let ended = ended_before.filter(|_| self.is_doubtful(clock))?;
                Some(self.keeps_ending(ended).passing_if(true))
            }
        };
        let symptom = found?.of_pod(self.pod);
        Some(symptom.of_container(&self.status.name))
    }

    /// Tells whether a container that runs after it has ended may soon end again.
    fn is_doubtful(&self, clock: &mut Clock) -> bool {
        let is_probed = self.spec.is_some_and(is_probed);
        if self.is_plain_init || !self.status.ready {
            return !clock.has_run(self.status, LONG);
        }
        !is_probed && !clock.has_run(self.status, STABLE)
    }

    fn ended(&self, ended: &ContainerStateTerminated) -> Option<Symptom> {
        let is_fine = self.is_plain_init && ended.exit_code == 0;
        (!is_fine).then(|| self.keeps_ending(ended))
    }

    fn waits(
        &self,
        waiting: &ContainerStateWaiting,
        ended_before: Option<&ContainerStateTerminated>,
        scene: &Scene,
    ) -> Option<Symptom> {
        let said = waiting.message.clone().unwrap_or_default();
        match waiting.reason.as_deref().unwrap_or_default() {
            "ErrImagePull"
            | "ImagePullBackOff"
            | "ErrImageNeverPull"
            | "InvalidImageName"
            | "ImageInspectError"
            | "RegistryUnavailable"
            | "SignatureValidationFailed" => Some(self.image(said, scene)),
            "CreateContainerConfigError" => Some(Symptom::new(Cause::Configuration, said)),
            "CreateContainerError"
            | "RunContainerError"
            | "StartError"
            | "ContainerCannotRun"
            | "PostStartHookError" => Some(Symptom::new(Cause::Start, said)),
            "CrashLoopBackOff" => Some(match ended_before {
                Some(ended) => self.keeps_ending(ended),
                None => Symptom::new(Cause::Crash, said),
            }),
            _ => ended_before.map(|ended| self.keeps_ending(ended).passing_if(true)),
        }
    }

    fn image(&self, said: String, scene: &Scene) -> Symptom {
        let image = &self.status.image;
        // Older nodes give the reason in an event alone.
        let is_bare = said.starts_with("Back-off") && !said.contains(": ");
        let uid = self.pod.metadata.uid.as_deref();
        let event = about(scene, uid)
            .filter(|event| event.reason.as_deref() == Some(PULL_FAILED))
            .map(message)
            .find(|text| text.contains("pull") && text.contains(image.as_str()));
        let said = event.filter(|_| is_bare).unwrap_or(said);
        let lower = said.to_lowercase();
        let is_denied = ["unauthorized", "denied", "forbidden", "authentication"]
            .iter()
            .any(|sign| lower.contains(sign));
        let cause = if is_denied {
            Cause::ImageDenied
        } else {
            Cause::ImagePull
        };
        let said = reason(&said);
        let detail = if said.contains(image.as_str()) {
            said.to_owned()
        } else {
            format!("`{image}`: {said}")
        };
        Symptom::new(cause, detail)
    }

    fn keeps_ending(&self, ended: &ContainerStateTerminated) -> Symptom {
        let reason = ended.reason.as_deref().unwrap_or_default();
        let cause = match (reason, ended.exit_code) {
            ("OOMKilled", _) => Cause::Memory,
            ("StartError" | "ContainerCannotRun", _) => Cause::Start,
            (_, 0) => Cause::Exit,
            _ => Cause::Crash,
        };
        let mut detail = format!("exit code {}", ended.exit_code);
        if !matches!(reason, "" | "Error" | "Completed") {
            detail = format!("{detail} ({reason})");
        }
        if cause == Cause::Memory
            && let Some(limit) = self.memory_limit()
        {
            detail = format!("{detail}, limit {limit}");
        }
        match self.status.restart_count {
            0 => {}
            1 => detail.push_str(", started again once"),
            count => detail = format!("{detail}, started again {count} times"),
        }
        if let Some(said) = ended.message.as_deref().map(str::trim) {
            detail = format!("{detail}: {said}");
        }
        Symptom::new(cause, detail)
    }

    fn memory_limit(&self) -> Option<&str> {
        let limits = self.spec?.resources.as_ref()?.limits.as_ref()?;
        limits.get("memory").map(|limit| limit.0.as_str())
    }
}

/// Why an image cannot be pulled, without the steps on the way there: `rpc error: code = NotFound
/// desc = failed to pull and unpack image "a": failed to resolve reference "a": …`
fn reason(said: &str) -> &str {
    let said = said.split_once(" desc = ").map_or(said, |(_, said)| said);
    let resolved = said.split_once("failed to resolve reference \"");
    let resolved = resolved.and_then(|(_, rest)| rest.split_once("\": "));
    resolved.map_or(said, |(_, reason)| reason)
}
