//! What configurations refer to exists.

use super::*;
use crate::desired::EntryId;

/// Everything of a runtime that is an object of Kubernetes, as `Kind name`.
fn objects(spec: &RuntimeSpec) -> Vec<String> {
    let inventory = inventory(spec);
    let ids = inventory.items().iter().filter_map(|item| match &item.id {
        EntryId::Object(key) => Some(key.to_string()),
        EntryId::User { .. } | EntryId::Index { .. } => None,
    });
    ids.collect()
}

#[test]
fn every_name_of_a_part_is_that_of_an_object() {
    for specification in [minimal(), maximal()] {
        let spec = spec(specification);
        let objects = objects(&spec);
        for (component, part) in spec.parts() {
            let claim = part.claim.map(|it| format!("PersistentVolumeClaim {it}"));
            let service = part.service.map(|it| format!("Service {it}"));
            let secrets = part.secrets.values().map(|it| format!("Secret {it}"));
            let names = [part.workload].into_iter().chain(claim).chain(service);
            for name in names.chain(secrets) {
                assert!(objects.contains(&name), "{component}: {name}");
            }
        }
    }
}

#[test]
fn endpoints_are_services_and_ports_of_parts() {
    let spec = spec(minimal());
    let parts = spec.parts();
    let at = |component: &str, port: &str| {
        let part = &parts[component];
        let service = part.service.clone().unwrap();
        format!("{service}.kre-demo.svc:{}", part.ports[port])
    };
    let expected = Endpoints {
        nats: at("nats", "client"),
        nats_monitor: at("nats", "monitor"),
        mongodb: at("mongodb", "mongodb"),
    };
    assert_eq!(spec.endpoints(), expected);
}

#[test]
fn without_the_writer_nobody_has_its_secret() {
    let spec = spec(with(
        minimal(),
        "/mongo_writer",
        json!({ "enabled": false }),
    ));
    let parts = spec.parts();
    assert_eq!(parts.keys().collect::<Vec<_>>(), ["mongodb", "nats"]);
    let users: Vec<_> = parts["mongodb"].secrets.keys().collect();
    assert_eq!(users, ["client", "root"]);
}
