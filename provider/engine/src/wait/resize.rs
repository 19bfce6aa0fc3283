//! Volumes that grow.

use futures_util::future::try_join_all;
use k8s_openapi::api::core::v1::{Event, PersistentVolumeClaim};
use kre_core::{desired::ObjectKey, text::Quantity};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    Patience, WaitError, by_namespace,
    cause::Cause,
    events::{EXPANDING, RESIZE, is_new, message, newest},
    feed::Extent,
    grace::Memory,
    scene::Scene,
    symptom::Symptom,
    watching::Watching,
};
use crate::kubernetes::Cluster;

/// Waits until the volumes of claims have grown to at least so many bytes.
///
/// It is enough that the volume itself has grown: its file system does so when a pod mounts it,
/// which may be never as long as none runs. A claim that is not bound yet gets a volume of the
/// right size from the start, and is not waited for.
pub async fn until_resized(
    cluster: &Cluster,
    claims: &[(ObjectKey, u64)],
    patience: &Patience,
    stop: &CancellationToken,
) -> Result<(), WaitError> {
    let places = by_namespace(claims, |(key, _)| key);
    let waits = places.into_iter().map(|(namespace, claims)| async move {
        let watching = Watching::new(cluster, namespace, patience).await?;
        let names: Vec<_> = claims.iter().map(|(key, _)| key.name.clone()).collect();
        let feeds = vec![
            watching.feed::<PersistentVolumeClaim>(Extent::of(&names)),
            watching.feed::<Event>(Extent::default()),
        ];
        watching.along_with(feeds, look(&watching, &claims)).await
    });
    tokio::select! {
        biased;
        () = stop.cancelled() => Err(WaitError::Stopped),
        outcome = try_join_all(waits) => outcome.map(drop),
    }
}

async fn look(watching: &Watching<'_>, claims: &[&(ObjectKey, u64)]) -> Result<(), WaitError> {
    let mut memory = Memory::default();
    loop {
        let symptoms: Vec<_> = watching.see(|scene| {
            let symptoms = claims.iter().filter_map(|(key, wanted)| {
                Some((key.clone(), None, symptom(key, *wanted, scene)?))
            });
            symptoms.collect()
        });
        if symptoms.is_empty() {
            return Ok(());
        }
        let now = Instant::now();
        let findings = memory.findings(symptoms, now);
        let next = watching.weigh(&findings, now).await?;
        watching.rest(next).await;
    }
}

/// Tells why a claim is not as large as it should be; `None` if it is.
pub(super) fn symptom(key: &ObjectKey, wanted: u64, scene: &Scene) -> Option<Symptom> {
    let Some(claim) = scene.claims.get(&key.name) else {
        return Some(Symptom::new(Cause::Missing, ""));
    };
    let status = claim.status.as_ref();
    let is_bound = status.and_then(|it| it.phase.as_deref()) == Some("Bound");
    let capacity = status.and_then(|it| it.capacity.as_ref()?.get("storage"));
    let capacity = capacity.and_then(|it| it.0.parse::<Quantity>().ok());
    let has = capacity.as_ref().map(Quantity::units).unwrap_or_default();
    let requests = claim.spec.as_ref();
    let requests = requests.and_then(|it| it.resources.as_ref()?.requests.as_ref());
    let asked = requests.and_then(|it| it.get("storage")?.0.parse::<Quantity>().ok());
    let asks = asked.as_ref().map(Quantity::units).unwrap_or_default();
    if has >= wanted || asks >= wanted && (!is_bound || has_volume_grown(claim)) {
        return None;
    }
    let uid = claim.metadata.uid.as_deref();
    // What was said about an earlier attempt may be over.
    let failed = newest(scene, uid, &RESIZE).filter(|event| is_new(scene, event));
    let progress = progress(claim).unwrap_or_default();
    let is_infeasible = progress.ends_with("Infeasible");
    let said = failed.or_else(|| newest(scene, uid, &[EXPANDING]));
    let said = said.map_or_else(|| progress.to_owned(), message);
    let has = capacity.map_or_else(|| "nothing".to_owned(), |it| it.to_string());
    let asked = asked.map_or_else(|| "nothing".to_owned(), |it| it.to_string());
    let detail = format!("has {has} of {asked}: {said}");
    let detail = detail.trim_end_matches([':', ' ']);
    let is_hopeless = failed.is_some() || is_infeasible;
    Some(Symptom::new(Cause::Resize, detail).passing_if(!is_hopeless))
}

/// Tells whether only the file system is left, which is up to the node.
fn has_volume_grown(claim: &PersistentVolumeClaim) -> bool {
    let conditions = claim.status.as_ref().and_then(|it| it.conditions.as_ref());
    let mut conditions = conditions.into_iter().flatten();
    conditions.any(|it| it.type_ == "FileSystemResizePending" && it.status == "True")
}

fn progress(claim: &PersistentVolumeClaim) -> Option<&str> {
    let statuses = claim
        .status
        .as_ref()?
        .allocated_resource_statuses
        .as_ref()?;
    statuses.get("storage").map(String::as_str)
}
