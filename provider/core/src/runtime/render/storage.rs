//! Servers with a volume each.

use serde_json::{Value, json};

use super::common::{self, Site};
use crate::{
    desired::{Entry, Object},
    runtime::{
        component::Storage,
        names::{Component, VOLUME},
    },
};

/// The claim of the only pod, and the workload of that pod.
///
/// The claim is made before the workload would make it, so that it has our stamp, and grows as
/// other objects change.
pub(super) fn render(
    site: Site<'_>,
    component: Component,
    storage: &Storage,
    template: &Value,
) -> [Entry; 2] {
    let claim = claim(site, component, storage);
    [
        Entry::Object(claim),
        Entry::Object(workload(site, component, storage, template)),
    ]
}

fn claim(site: Site<'_>, component: Component, storage: &Storage) -> Object {
    let name = component.claim(&site.spec.id);
    let fields = json!({ "spec": volume(storage) });
    let kind = ("v1", "PersistentVolumeClaim");
    site.object(kind, &name, Some(component), fields)
        .holding_data()
}

fn workload(site: Site<'_>, component: Component, storage: &Storage, template: &Value) -> Object {
    let name = component.name(&site.spec.id);
    let kept = json!({ "whenDeleted": "Retain", "whenScaled": "Retain" });
    let fields = json!({
        "spec": {
            "replicas": 1,
            "serviceName": name,
            // In order, a pod that never gets ready would hold up the one that mends it.
            "podManagementPolicy": "Parallel",
            "updateStrategy": { "type": "RollingUpdate" },
            "persistentVolumeClaimRetentionPolicy": kept,
            "selector": { "matchLabels": common::selector(site.spec, component) },
            "template": template,
            // It cannot change but for the size, so it has no labels of users.
            "volumeClaimTemplates": [
                {
                    "apiVersion": "v1",
                    "kind": "PersistentVolumeClaim",
                    "metadata": { "name": VOLUME },
                    "spec": volume(storage),
                },
            ],
        },
    });
    site.object(("apps/v1", "StatefulSet"), &name, Some(component), fields)
}

fn volume(storage: &Storage) -> Value {
    let Storage { size, class } = storage;
    json!({
        "accessModes": ["ReadWriteOnce"],
        "resources": { "requests": { "storage": size } },
        "storageClassName": class,
    })
}
