//! What keeps a workload from being ready.

use k8s_openapi::api::core::v1::Pod;

use super::cause::Cause;

/// Something that keeps a workload from being ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Symptom {
    pub(super) cause: Cause,
    pub(super) pod: Option<String>,
    pub(super) container: Option<String>,
    pub(super) detail: String,
    /// Waiting may help: it is no reason to end early.
    pub(super) may_pass: bool,
}

impl Symptom {
    pub(super) fn new(cause: Cause, detail: impl Into<String>) -> Self {
        let may_pass = matches!(
            cause,
            Cause::Evicted | Cause::Unready | Cause::Starting | Cause::Leaving | Cause::Unobserved
        );
        Self {
            cause,
            pod: None,
            container: None,
            detail: detail.into(),
            may_pass,
        }
    }

    pub(super) fn of_pod(self, pod: &Pod) -> Self {
        let pod = pod.metadata.name.clone();
        Self { pod, ..self }
    }

    pub(super) fn of_container(self, container: &str) -> Self {
        let container = Some(container.to_owned());
        Self { container, ..self }
    }

    pub(super) fn passing_if(self, may_pass: bool) -> Self {
        let may_pass = self.may_pass || may_pass;
        Self { may_pass, ..self }
    }
}
