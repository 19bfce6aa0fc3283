//! What is told about findings, with what the containers have logged.

use std::time::Duration;

use futures_util::future::join_all;
use k8s_openapi::api::core::v1::{ContainerStatus, Pod, Secret};
use kube::{Api, Client, api::LogParams};
use tokio::time::Instant;

use super::{
    cause::{Cause, Report},
    grace::Finding,
    redact::{self, Secrets},
    watching::Watching,
};
use crate::kubernetes::Failure;

/// How long it may take to find out what there is to tell, also after the end of patience.
const LIMIT: Duration = Duration::from_secs(3);
const LINES: usize = 20;
/// In characters: one line may hold a whole document.
const LONGEST_LINE: usize = 400;

/// Asks whether the API server answers at all.
pub(super) async fn is_answering(watching: &Watching<'_>) -> Result<(), Failure> {
    let client = watching.cluster.client(Instant::now() + LIMIT).await?;
    match client.apiserver_version().await {
        Ok(_) | Err(kube::Error::Api(_)) => Ok(()),
        Err(error) => Err(watching.cluster.explain(error).await),
    }
}

/// Adds logs to findings, and takes secrets out of all that comes from containers.
pub(super) async fn complete(watching: &Watching<'_>, findings: Vec<Finding>) -> Vec<Report> {
    let Ok(client) = watching.cluster.client(Instant::now() + LIMIT).await else {
        return findings.into_iter().map(|it| report(it, None)).collect();
    };
    let namespace = &watching.namespace;
    let tellers = findings.into_iter().map(|finding| {
        let pod = finding.symptom.pod.as_ref();
        let pod = pod.and_then(|name| watching.see(|scene| scene.pods.get(name).cloned()));
        let teller = pod.map(|pod| Teller {
            client: client.clone(),
            namespace: namespace.clone(),
            pod,
        });
        async move {
            let told = match &teller {
                Some(teller) => Some(teller.tell(&finding).await),
                None => None,
            };
            report(finding, told)
        }
    });
    join_all(tellers).await
}

/// What was found out about a container.
struct Told {
    detail: String,
    log: Vec<String>,
}

fn report(finding: Finding, told: Option<Told>) -> Report {
    let Finding {
        workload,
        component,
        symptom,
        since,
    } = finding;
    let told = told.unwrap_or_else(|| Told {
        detail: Secrets::default().redact(&symptom.detail),
        log: Vec::new(),
    });
    Report {
        workload,
        component,
        pod: symptom.pod,
        container: symptom.container,
        cause: symptom.cause,
        detail: told.detail,
        log: told.log,
        since,
    }
}

/// Who tells about a pod.
struct Teller {
    client: Client,
    namespace: String,
    pod: Pod,
}

impl Teller {
    async fn tell(&self, finding: &Finding) -> Told {
        let symptom = &finding.symptom;
        let container = symptom.container.as_deref();
        let status = container.and_then(|name| self.status(name));
        let Some(secrets) = self.secrets().await else {
            // Nobody knows what would have to be masked.
            let log = "(not shown, because the Secrets of the pod cannot be read)";
            let said = Secrets::default().redact(&symptom.detail);
            let detail = match symptom.cause.family() {
                // What follows comes from the container.
                Cause::Crash | Cause::Unready => said.split(": ").next().map(str::to_owned),
                _ => Some(said),
            };
            return Told {
                detail: detail.unwrap_or_default(),
                log: status.iter().map(|_| log.to_owned()).collect(),
            };
        };
        let log = match status {
            Some(status) => self.log(status).await,
            None => String::new(),
        };
        Told {
            detail: secrets.redact(&symptom.detail),
            log: lines(&secrets.redact(&log)),
        }
    }

    /// The status of a container that has run.
    fn status(&self, name: &str) -> Option<&ContainerStatus> {
        let status = self.pod.status.as_ref()?;
        let inits = status.init_container_statuses.iter().flatten();
        let mut all = inits.chain(status.container_statuses.iter().flatten());
        let found = all.find(|it| it.name == name)?;
        let both = [found.state.as_ref(), found.last_state.as_ref()];
        let mut both = both.into_iter().flatten();
        let has_run = both.any(|it| it.running.is_some() || it.terminated.is_some());
        has_run.then_some(found)
    }

    /// `None` if they cannot be read; those that do not exist were given to nobody.
    async fn secrets(&self) -> Option<Secrets> {
        let api: Api<Secret> = Api::namespaced(self.client.clone(), &self.namespace);
        let names = self.pod.spec.as_ref().map(redact::names);
        let names = names.unwrap_or_default();
        let found = names.iter().map(|name| api.get_opt(name));
        let found: Result<Vec<_>, _> = join_all(found).await.into_iter().collect();
        Some(Secrets::of(found.ok()?.iter().flatten()))
    }

    /// What the container has logged that ended last, or that runs if none has ended.
    async fn log(&self, status: &ContainerStatus) -> String {
        let pods: Api<Pod> = Api::namespaced(self.client.clone(), &self.namespace);
        let name = self.pod.metadata.name.clone().unwrap_or_default();
        let state = status.state.as_ref();
        let runs = state.is_some_and(|state| state.running.is_some());
        let of = |previous| LogParams {
            container: Some(status.name.clone()),
            previous,
            tail_lines: i64::try_from(LINES).ok(),
            ..LogParams::default()
        };
        let has_ended = status.restart_count > 0;
        let first = pods.logs(&name, &of(runs && has_ended)).await;
        match first {
            Ok(log) if !log.trim().is_empty() => log,
            _ if has_ended => {
                let other = pods.logs(&name, &of(!runs)).await;
                other.unwrap_or_default()
            }
            _ => String::new(),
        }
    }
}

/// The last lines, none of them endless.
fn lines(text: &str) -> Vec<String> {
    let text = text.trim_end();
    let mut lines: Vec<_> = text.lines().rev().take(LINES).map(shortened).collect();
    lines.reverse();
    lines
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}
