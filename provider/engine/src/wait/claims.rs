//! Volumes that a pod waits for.

use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};

use super::{
    cause::Cause,
    events::{VOLUME, message, newest},
    scene::Scene,
    symptom::Symptom,
};

/// Tells which volumes of a pod will not come about by themselves.
pub(super) fn symptoms(pod: &Pod, scene: &Scene) -> Vec<Symptom> {
    let spec = pod.spec.as_ref();
    let volumes = spec.and_then(|spec| spec.volumes.as_ref());
    let sources = volumes
        .into_iter()
        .flatten()
        .filter_map(|volume| volume.persistent_volume_claim.as_ref());
    let claims = sources.filter_map(|source| scene.claims.get(&source.claim_name));
    let found = claims.filter_map(|claim| symptom(claim, scene));
    found.map(|symptom| symptom.of_pod(pod)).collect()
}

/// That a claim waits for its first pod is no symptom.
fn symptom(claim: &PersistentVolumeClaim, scene: &Scene) -> Option<Symptom> {
    let name = claim.metadata.name.as_deref().unwrap_or_default();
    let phase = claim.status.as_ref().and_then(|it| it.phase.as_deref());
    let said = match phase {
        Some("Lost") => "the volume that it was bound to is gone".to_owned(),
        Some("Bound") => return None,
        _ => message(newest(scene, claim.metadata.uid.as_deref(), &VOLUME)?),
    };
    let class = claim.spec.as_ref();
    let class = class.and_then(|spec| spec.storage_class_name.as_deref());
    let class = class.map_or_else(String::new, |class| format!(" of class `{class}`"));
    let detail = format!("claim `{name}`{class}: {said}");
    Some(Symptom::new(Cause::Volume, detail))
}
