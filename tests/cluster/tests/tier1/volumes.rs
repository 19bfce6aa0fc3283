//! Claims and the two classes of volumes.

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};
use k8s_openapi::api::storage::v1::StorageClass;
use kube::Api;
use kube::api::ListParams;
use serde_json::{Value, json};

use crate::support::pods::{condition, pod};
use crate::support::{Stage, eventually, refused};

/// Writes a claim; the class is the default where there is none.
fn claim(class: Option<&str>) -> Value {
    json!({
        "metadata": { "name": "data" },
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": { "requests": { "storage": "1Gi" } },
            "storageClassName": class,
        },
    })
}

/// Writes a pod that mounts the claim.
fn reader() -> Value {
    let mut pod = pod("reader");
    let source = json!({ "claimName": "data" });
    pod["spec"]["volumes"] = json!([{ "name": "data", "persistentVolumeClaim": source }]);
    let mount = json!({ "name": "data", "mountPath": "/data" });
    pod["spec"]["containers"][0]["volumeMounts"] = json!([mount]);
    pod
}

fn phase(claim: &PersistentVolumeClaim) -> Option<&str> {
    claim.status.as_ref()?.phase.as_deref()
}

async fn bound(stage: &Stage) -> PersistentVolumeClaim {
    let find =
        |claim: &PersistentVolumeClaim| (phase(claim) == Some("Bound")).then(|| claim.clone());
    stage.until("data", "the claim is bound", find).await
}

async fn grow(stage: &Stage) -> kube::Result<PersistentVolumeClaim> {
    let requests = json!({ "requests": { "storage": "2Gi" } });
    let patch = json!({ "spec": { "resources": requests } });
    stage.change("data", patch).await
}

fn capacity(claim: &PersistentVolumeClaim) -> Option<String> {
    let capacity = claim.status.as_ref()?.capacity.as_ref()?;
    Some(capacity.get("storage")?.0.clone())
}

#[tokio::test]
async fn one_class_is_the_default_and_can_grow_the_other_cannot() {
    let stage = Stage::new("classes").await;
    let classes = Api::<StorageClass>::all(stage.client.clone());

    let about = async |name: &str| {
        let class = classes.get(name).await.unwrap();
        let annotations = class.metadata.annotations.unwrap_or_default();
        let is_default = annotations
            .get("storageclass.kubernetes.io/is-default-class")
            .is_some_and(|value| value == "true");
        let binding = class.volume_binding_mode.unwrap();
        (
            is_default,
            class.allow_volume_expansion.unwrap_or_default(),
            binding,
        )
    };

    let standard = (true, true, "WaitForFirstConsumer".to_owned());
    assert_eq!(about("standard").await, standard);
    assert_eq!(about("fixed").await, (false, false, "Immediate".to_owned()));
}

#[tokio::test]
async fn a_claim_of_the_default_class_waits_for_its_first_pod() {
    let stage = Stage::new("standard").await;
    stage.create::<PersistentVolumeClaim>(claim(None)).await;
    let message = stage.event("data", "WaitForFirstConsumer").await;
    assert_eq!(
        message,
        "waiting for first consumer to be created before binding"
    );

    stage.create::<Pod>(reader()).await;

    let claim = bound(&stage).await;
    let class = claim.spec.unwrap().storage_class_name;
    assert_eq!(class.as_deref(), Some("standard"));
    stage.ready_pod("reader", None).await;
}

#[tokio::test]
async fn a_claim_of_the_fixed_class_is_bound_at_once() {
    let stage = Stage::new("fixed").await;

    stage
        .create::<PersistentVolumeClaim>(claim(Some("fixed")))
        .await;

    assert_eq!(capacity(&bound(&stage).await).as_deref(), Some("1Gi"));
}

#[tokio::test]
async fn a_claim_of_the_default_class_grows() {
    let stage = Stage::new("growing").await;
    stage.create::<PersistentVolumeClaim>(claim(None)).await;
    stage.create::<Pod>(reader()).await;
    bound(&stage).await;

    grow(&stage).await.unwrap();

    let grown = |claim: &PersistentVolumeClaim| {
        (capacity(claim).as_deref() == Some("2Gi")).then(|| claim.spec.clone())
    };
    let spec = stage.until("data", "it has grown", grown).await;
    let volume = spec.unwrap().volume_name.unwrap();
    let volumes = Api::<PersistentVolume>::all(stage.client.clone());
    let volume = volumes.get(&volume).await.unwrap();
    let capacity = volume.spec.unwrap().capacity.unwrap();
    assert_eq!(capacity["storage"].0, "2Gi");
}

#[tokio::test]
async fn a_claim_of_the_fixed_class_may_not_grow() {
    let stage = Stage::new("full").await;
    stage
        .create::<PersistentVolumeClaim>(claim(Some("fixed")))
        .await;
    bound(&stage).await;

    let refusal = refused(grow(&stage).await);

    assert_eq!(refusal.code, 403);
    assert!(
        refusal.message.contains("only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"),
        "{}",
        refusal.message
    );
}

#[tokio::test]
async fn a_claim_of_an_unknown_class_stays_pending_and_so_does_its_pod() {
    let stage = Stage::new("unknown").await;
    stage
        .create::<PersistentVolumeClaim>(claim(Some("golden")))
        .await;
    stage.create::<Pod>(reader()).await;

    let message = stage.event("data", "ProvisioningFailed").await;
    assert_eq!(message, r#"storageclass.storage.k8s.io "golden" not found"#);
    let refused = |pod: &Pod| {
        let scheduled = condition(pod, "PodScheduled")?;
        (scheduled.status == "False").then(|| scheduled.message.clone())
    };
    let message = stage.until("reader", "it is not scheduled", refused).await;
    assert!(
        message
            .as_deref()
            .is_some_and(|it| it.contains("unbound immediate PersistentVolumeClaims")),
        "{message:?}"
    );
    let claim = stage
        .all::<PersistentVolumeClaim>()
        .get("data")
        .await
        .unwrap();
    assert_eq!(phase(&claim), Some("Pending"));
}

#[tokio::test]
async fn a_volume_goes_with_its_claim() {
    let stage = Stage::new("reclaim").await;
    stage
        .create::<PersistentVolumeClaim>(claim(Some("fixed")))
        .await;
    let volume = bound(&stage).await.spec.unwrap().volume_name.unwrap();
    let volumes = Api::<PersistentVolume>::all(stage.client.clone());
    let found = volumes.get(&volume).await.unwrap();
    let folder = found.spec.unwrap().host_path.unwrap().path;
    assert!(std::path::Path::new(&folder).is_dir(), "{folder}");

    stage.delete::<PersistentVolumeClaim>("data").await;

    eventually("the volume is gone", async || {
        let all = volumes.list(&ListParams::default()).await.unwrap();
        let names = all.items.into_iter().filter_map(|it| it.metadata.name);
        let names: Vec<_> = names.collect();
        if names.contains(&volume) {
            Err(names)
        } else {
            Ok(())
        }
    })
    .await;
    assert!(!std::path::Path::new(&folder).exists(), "{folder}");
}
