//! What a pod does instead of running.

use k8s_openapi::api::core::v1::{ContainerState, Pod};

/// Returns what keeps a pod from running; `None` if all its containers run.
pub(super) fn obstacle(pod: &Pod) -> Option<String> {
    if pod.metadata.deletion_timestamp.is_some() {
        return Some("it is being deleted".to_owned());
    }
    let Some(status) = &pod.status else {
        return Some("it has just been created".to_owned());
    };
    let containers = status.container_statuses.iter().flatten();
    let mut stopped = containers.filter_map(|container| {
        let cause = cause(container.state.as_ref()?)?;
        Some(format!("container `{}` {cause}", container.name))
    });
    let phase = status.phase.as_deref().unwrap_or("Pending");
    let said = status.message.as_ref().or(status.reason.as_ref());
    match (phase, stopped.next()) {
        (_, Some(stopped)) => Some(stopped),
        ("Running", None) => None,
        (phase, None) => Some(match said {
            Some(said) => format!("it is {phase} ({said})"),
            None => format!("it is {phase}"),
        }),
    }
}

fn cause(state: &ContainerState) -> Option<String> {
    if let Some(waiting) = &state.waiting {
        let reason = waiting.reason.as_deref().unwrap_or("for its start");
        return Some(format!("waits ({reason})"));
    }
    let ended = state.terminated.as_ref()?;
    Some(format!("has ended with code {}", ended.exit_code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[track_caller]
    fn check(pod: Value, expected: Option<&str>) {
        let pod: Pod = serde_json::from_value(pod).unwrap();
        assert_eq!(obstacle(&pod).as_deref(), expected);
    }

    fn running(state: &Value) -> Value {
        let container = json!({
            "name": "app", "image": "a", "imageID": "", "ready": false, "restartCount": 0,
            "state": state,
        });
        json!({ "status": { "phase": "Running", "containerStatuses": [container] } })
    }

    #[test]
    fn a_pod_that_runs_has_no_obstacle() {
        check(running(&json!({ "running": {} })), None);
    }

    #[test]
    fn a_container_that_waits_says_what_for() {
        let state = json!({ "waiting": { "reason": "CrashLoopBackOff" } });
        check(
            running(&state),
            Some("container `app` waits (CrashLoopBackOff)"),
        );
    }

    #[test]
    fn a_container_that_has_ended_says_how() {
        let state = json!({ "terminated": { "exitCode": 3 } });
        check(
            running(&state),
            Some("container `app` has ended with code 3"),
        );
    }

    #[test]
    fn a_pod_without_a_node_is_pending() {
        check(
            json!({ "status": { "phase": "Pending" } }),
            Some("it is Pending"),
        );
    }

    #[test]
    fn a_pod_that_was_evicted_says_why() {
        check(
            json!({ "status": { "phase": "Failed", "reason": "Evicted" } }),
            Some("it is Failed (Evicted)"),
        );
    }

    #[test]
    fn a_pod_that_goes_does_not_count_as_running() {
        let mut pod = running(&json!({ "running": {} }));
        pod["metadata"] = json!({ "deletionTimestamp": "2026-01-01T00:00:00Z" });
        check(pod, Some("it is being deleted"));
    }
}
