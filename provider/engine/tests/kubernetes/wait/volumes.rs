//! Volumes that grow, or do not.

use std::time::Duration;

use k8s_openapi::api::{
    apps::v1::StatefulSet,
    core::v1::{Event, PersistentVolume, PersistentVolumeClaim},
    storage::v1::StorageClass,
};
use kre_core::desired::ObjectKey;
use kre_engine::wait::{Cause, Patience, WaitError, until_resized};
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, PostParams},
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::stage::{Stage, check, claiming, only, patience};

const GIBIBYTE: u64 = 1 << 30;

async fn resized(
    stage: &Stage,
    claim: &str,
    wanted: u64,
    patience: &Patience,
) -> Result<(), WaitError> {
    let key = ObjectKey::namespaced("v1", "PersistentVolumeClaim", stage.namespace(), claim);
    let stop = CancellationToken::new();
    until_resized(&stage.cluster, &[(key, wanted)], patience, &stop).await
}

fn size(size: &str) -> Value {
    json!({ "spec": { "resources": { "requests": { "storage": size } } } })
}

#[tokio::test]
async fn a_volume_that_grows_is_waited_for() {
    let stage = Stage::new("grow").await;
    let set: StatefulSet = stage.create(claiming("standard")).await;
    stage.wait(&stage.follow(&set)).await.unwrap();
    resized(&stage, "data-greeter-0", GIBIBYTE, &patience(10))
        .await
        .unwrap();

    let wait = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        stage
            .change::<PersistentVolumeClaim>("data-greeter-0", size("2Gi"))
            .await
    };
    let patience = patience(30);
    let (grown, _) = tokio::join!(
        resized(&stage, "data-greeter-0", 2 * GIBIBYTE, &patience),
        wait
    );

    grown.unwrap();
}

/// Makes a claim that is bound to a volume that nobody can let grow, and asks for more.
async fn stubborn(stage: &Stage) -> PersistentVolumeClaim {
    let name = stage.namespace();
    let class = json!({
        "metadata": { "name": name },
        "provisioner": "example.com/nobody",
        "allowVolumeExpansion": true,
    });
    let class: StorageClass = serde_json::from_value(class).unwrap();
    let classes = Api::<StorageClass>::all(stage.client.clone());
    classes
        .create(&PostParams::default(), &class)
        .await
        .unwrap();
    let volume = json!({
        "metadata": { "name": name },
        "spec": {
            "storageClassName": name,
            "capacity": { "storage": "1Gi" },
            "accessModes": ["ReadWriteOnce"],
            "csi": { "driver": "example.com", "volumeHandle": name },
        },
    });
    let volume: PersistentVolume = serde_json::from_value(volume).unwrap();
    let volumes = Api::<PersistentVolume>::all(stage.client.clone());
    volumes
        .create(&PostParams::default(), &volume)
        .await
        .unwrap();
    let claim = json!({
        "metadata": { "name": "data" },
        "spec": {
            "storageClassName": name,
            "accessModes": ["ReadWriteOnce"],
            "resources": { "requests": { "storage": "1Gi" } },
        },
    });
    stage.create::<PersistentVolumeClaim>(claim).await;
    let bound = |claim: &PersistentVolumeClaim| {
        (claim.status.as_ref()?.phase.as_deref() == Some("Bound")).then_some(())
    };
    stage.until("data", bound).await;
    stage.change("data", size("2Gi")).await
}

async fn forget(stage: &Stage) {
    let params = DeleteParams::default();
    let name = stage.namespace();
    let volumes = Api::<PersistentVolume>::all(stage.client.clone());
    volumes.delete(name, &params).await.unwrap();
    let classes = Api::<StorageClass>::all(stage.client.clone());
    classes.delete(name, &params).await.unwrap();
}

#[tokio::test]
async fn a_volume_that_nobody_lets_grow_is_told_at_the_end() {
    let stage = Stage::new("stubborn").await;
    stubborn(&stage).await;

    let waited = resized(&stage, "data", 2 * GIBIBYTE, &patience(4)).await;

    forget(&stage).await;
    let Err(WaitError::TimedOut { reports, .. }) = waited else {
        panic!("{waited:?}")
    };
    let said = "PersistentVolumeClaim data: volume does not grow: has 1Gi of 2Gi";
    check(&only(reports), Cause::Resize, &[said]);
}

#[tokio::test]
async fn a_resize_that_fails_ends_the_wait() {
    let stage = Stage::new("failing").await;
    let claim = stubborn(&stage).await;
    let event = json!({
        "metadata": { "name": "failed" },
        "involvedObject": {
            "kind": "PersistentVolumeClaim", "name": "data", "namespace": stage.namespace(), "uid": claim.uid(),
        },
        "type": "Warning",
        "reason": "VolumeResizeFailed",
        "message": "the disks are full",
    });
    let told = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        stage.create::<Event>(event).await
    };
    let patience = patience(30);

    let (waited, _) = tokio::join!(resized(&stage, "data", 2 * GIBIBYTE, &patience), told);

    // What was told before the wait is no reason to end it.
    let mut hasty = patience.clone();
    hasty.until = tokio::time::Instant::now() + Duration::from_secs(4);
    let again = resized(&stage, "data", 2 * GIBIBYTE, &hasty).await;
    forget(&stage).await;
    let Err(WaitError::Hopeless(reports)) = waited else {
        panic!("{waited:?}")
    };
    check(
        &only(reports),
        Cause::Resize,
        &["has 1Gi of 2Gi: the disks are full"],
    );
    assert!(
        matches!(again, Err(WaitError::TimedOut { .. })),
        "{again:?}"
    );
}
