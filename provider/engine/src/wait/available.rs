//! Whether a workload is available, as far as it says itself.

use serde_json::Value;

/// Tells whether a StatefulSet or Deployment says that all of its replicas are ready, and of its
/// newest generation. It says nothing of replicas that nobody wants.
pub fn is_available(workload: &Value) -> bool {
    let count = |pointer: &str| workload.pointer(pointer).and_then(Value::as_i64);
    let wanted = count("/spec/replicas").unwrap_or(1);
    let is_observed = count("/status/observedGeneration") >= count("/metadata/generation");
    let all = |name: &str| count(&format!("/status/{name}")).unwrap_or(0) == wanted;
    is_observed
        && wanted > 0
        && ["replicas", "updatedReplicas", "readyReplicas"].map(all) == [true; 3]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn workload(wanted: u32, ready: u32, observed: u32) -> Value {
        json!({
            "metadata": { "generation": 2 },
            "spec": { "replicas": wanted },
            "status": {
                "observedGeneration": observed,
                "replicas": wanted,
                "updatedReplicas": wanted,
                "readyReplicas": ready,
            },
        })
    }

    #[test]
    fn a_workload_is_available_when_all_replicas_of_its_generation_are_ready() {
        assert!(is_available(&workload(1, 1, 2)));
        assert!(!is_available(&workload(2, 1, 2)));
        assert!(!is_available(&workload(1, 1, 1)));
    }

    #[test]
    fn a_workload_without_replicas_serves_nobody() {
        assert!(!is_available(&workload(0, 0, 2)));
    }
}
