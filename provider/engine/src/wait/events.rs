//! What Kubernetes tells in events.

use k8s_openapi::api::core::v1::Event;

use super::scene::Scene;

pub(super) const FAILED_CREATE: &str = "FailedCreate";
pub(super) const CREATED: &str = "SuccessfulCreate";
pub(super) const PULLING: &str = "Pulling";
pub(super) const PULL_FAILED: &str = "Failed";
pub(super) const UNHEALTHY: &str = "Unhealthy";
pub(super) const NOT_SCALED: &str = "NotTriggerScaleUp";
pub(super) const EXPANDING: &str = "ExternalExpanding";
/// A volume does not come to its pod.
pub(super) const MOUNT: [&str; 3] = ["FailedMount", "FailedAttachVolume", "FailedMapVolume"];
/// There is no volume for a claim.
pub(super) const VOLUME: [&str; 2] = ["ProvisioningFailed", "FailedBinding"];
/// Another node is on its way.
pub(super) const SCALED: [&str; 2] = ["TriggeredScaleUp", "Nominated"];
/// A volume does not grow.
pub(super) const RESIZE: [&str; 3] = [
    "VolumeResizeFailed",
    "FileSystemResizeFailed",
    "VolumeModifyFailed",
];
/// The network of a pod does not come about.
pub(super) const SANDBOX: &str = "FailedCreatePodSandBox";

/// All that matter; the others are not kept.
pub(super) const REASONS: [&str; 18] = [
    FAILED_CREATE,
    CREATED,
    PULLING,
    PULL_FAILED,
    UNHEALTHY,
    NOT_SCALED,
    EXPANDING,
    SANDBOX,
    MOUNT[0],
    MOUNT[1],
    MOUNT[2],
    VOLUME[0],
    VOLUME[1],
    SCALED[0],
    SCALED[1],
    RESIZE[0],
    RESIZE[1],
    RESIZE[2],
];

/// The newest event of these reasons about an object.
pub(super) fn newest<'s>(
    scene: &'s Scene,
    uid: Option<&str>,
    reasons: &[&str],
) -> Option<&'s Event> {
    about(scene, uid)
        .filter(|event| reasons.contains(&event.reason.as_deref().unwrap_or_default()))
        .max_by_key(|event| when(event))
}

/// All events about an object.
pub(super) fn about<'s>(
    scene: &'s Scene,
    uid: Option<&str>,
) -> impl Iterator<Item = &'s Event> + use<'s> {
    let uid = uid.unwrap_or("-").to_owned();
    let is_about = move |event: &&Event| event.involved_object.uid.as_deref() == Some(&uid);
    scene.events.values().filter(is_about)
}

/// When it was seen last, in seconds.
pub(super) fn when(event: &Event) -> i64 {
    let series = event.series.as_ref();
    let micro = series.and_then(|series| series.last_observed_time.as_ref());
    let micro = micro.or(event.event_time.as_ref());
    let last = event.last_timestamp.as_ref();
    let seconds = last.map(|time| time.0.as_second());
    seconds
        .max(micro.map(|time| time.0.as_second()))
        .unwrap_or_default()
}

pub(super) fn message(event: &Event) -> String {
    event.message.clone().unwrap_or_default().trim().to_owned()
}

/// Tells whether it was told after the watching began.
pub(super) fn is_new(scene: &Scene, event: &Event) -> bool {
    let metadata = &event.metadata;
    let uid = metadata.uid.clone().unwrap_or_default();
    let version = metadata.resource_version.clone().unwrap_or_default();
    !scene.old_events.contains(&(uid, version))
}
