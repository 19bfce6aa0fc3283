//! Pods that cannot be created.

use super::{
    cause::Cause,
    events::{CREATED, FAILED_CREATE, message, newest},
    rollout::Rollout,
    scene::Scene,
    symptom::Symptom,
};

/// Tells why pods are missing, if their creation fails.
pub(super) fn symptom(rollout: &Rollout<'_>, scene: &Scene) -> Option<Symptom> {
    let living = rollout.current.iter();
    let living = living.filter(|pod| pod.metadata.deletion_timestamp.is_none());
    let living = i32::try_from(living.count()).unwrap_or(i32::MAX);
    if living >= rollout.wanted {
        return None;
    }
    if let Some(failure) = rollout.failure {
        return Some(of_message(failure));
    }
    let last = newest(scene, rollout.creator, &[FAILED_CREATE])?;
    let created = newest(scene, rollout.creator, &[CREATED]);
    let is_over = created.is_some_and(|it| super::events::when(it) > super::events::when(last));
    (!is_over).then(|| of_message(&message(last)))
}

fn of_message(text: &str) -> Symptom {
    // Which controller could not create which pod is known already.
    let (_, text) = text.split_once(" failed error: ").unwrap_or(("", text));
    let text = text.strip_prefix("Error creating: ").unwrap_or(text);
    let has = |part: &str| text.contains(part);
    let cause = if has("exceeded quota") || has("failed quota") {
        Cause::Quota
    } else if has("failed calling webhook") || !has("forbidden") && !has("denied the request") {
        Cause::Creation
    } else {
        Cause::Admission
    };
    // A webhook that cannot be reached may be on its way.
    Symptom::new(cause, text).passing_if(has("failed calling webhook"))
}
