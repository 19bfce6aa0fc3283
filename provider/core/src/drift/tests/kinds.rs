//! Objects as a real API server has them: as it answered to our own apply, and as it had them
//! after people and controllers had been at them.

use super::*;

const APPLIED: [(&str, &str); 6] = [
    ("StatefulSet", include_str!("live/stateful_set.json")),
    ("Deployment", include_str!("live/deployment.json")),
    ("Service", include_str!("live/service.json")),
    ("ConfigMap", include_str!("live/config_map.json")),
    ("Secret", include_str!("live/secret.json")),
    ("PersistentVolumeClaim", include_str!("live/claim.json")),
];

fn applied(kind: &str) -> Value {
    let (_, json) = APPLIED.iter().find(|(name, _)| *name == kind).unwrap();
    serde_json::from_str(json).unwrap()
}

#[track_caller]
fn check(kind: &str, changed: &str, expected: &str) {
    let changed = serde_json::from_str(changed).unwrap();
    assert_eq!(found(&applied(kind), &changed), expected);
}

#[test]
fn what_was_applied_is_applied() {
    for (kind, _) in APPLIED {
        let live = applied(kind);
        assert_eq!(found(&live, &live), "applied", "{kind}");
    }
}

#[test]
fn of_a_stateful_set_what_was_ours_is_told() {
    check(
        "StatefulSet",
        include_str!("live/stateful_set_changed.json"),
        "changed: spec.replicas, \
         spec.template.spec.containers[name=\"nats\"].ports[containerPort=8222,protocol=\"TCP\"]; \
         metadata.labels.app.kubernetes.io/managed-by (by kubectl-label); \
         spec.template.spec.containers[name=\"nats\"].ports[containerPort=4222,protocol=\"TCP\"].name \
         (by patcher)",
    );
}

#[test]
fn of_a_deployment_a_new_image_and_a_scaling_are_told() {
    check(
        "Deployment",
        include_str!("live/deployment_changed.json"),
        "changed: spec.replicas (by kubectl); \
         spec.template.spec.containers[name=\"mongo-writer\"].image (by kubectl-edit)",
    );
}

#[test]
fn of_a_config_map_a_new_finalizer_is_not_ours() {
    check(
        "ConfigMap",
        include_str!("live/config_map_changed.json"),
        "changed: data.nats.conf (by patcher)",
    );
}

#[test]
fn of_a_claim_what_binds_it_is_not_ours() {
    check(
        "PersistentVolumeClaim",
        include_str!("live/claim_changed.json"),
        "changed: metadata.labels.kre.konstellation.io/runtime",
    );
}

#[test]
fn of_a_service_a_port_is_told_by_both_its_keys() {
    let mut changed = applied("Service");
    changed["spec"]["ports"][1]["targetPort"] = json!(8223);
    assert_eq!(
        found(&applied("Service"), &changed),
        "changed: spec.ports[port=8222,protocol=\"TCP\"].targetPort (by terraform-provider-kre)"
    );
}

#[test]
fn what_was_ours_is_written_as_little_json() {
    insta::assert_snapshot!(
        serde_json::to_string(&Owned::of(&applied("Service"), &seal())).unwrap()
    );
    let size = |kind: &str| {
        let owned = Owned::of(&applied(kind), &seal());
        serde_json::to_string(&owned).unwrap().len()
    };
    let sizes = APPLIED.map(|(kind, _)| (kind, size(kind)));
    insta::assert_debug_snapshot!(sizes);
}

#[test]
fn what_was_ours_is_read_as_it_was_written() {
    for (kind, _) in APPLIED {
        let owned = Owned::of(&applied(kind), &seal());
        let json = serde_json::to_string(&owned).unwrap();
        assert_eq!(
            serde_json::from_str::<Owned>(&json).unwrap(),
            owned,
            "{kind}"
        );
    }
}
