//! The namespace, and who may reach what is in it.

use serde_json::json;

use super::common::{self, Site};
use crate::{
    desired::Object,
    runtime::{
        facts::Facts,
        names::{self, COMPONENT, Component, RUNTIME},
        spec::RuntimeSpec,
    },
};

/// The namespace, if it belongs to the runtime.
pub(super) fn render(spec: &RuntimeSpec, facts: &Facts) -> Option<Object> {
    let metadata = common::metadata(spec, &facts.instance, None);
    // Everything that holds data is inside.
    spec.create_namespace
        .then(|| Object::new(spec.namespace_key(), metadata, json!({})).holding_data())
}

/// The policy that keeps pods of other namespaces out of the data services.
pub(super) fn isolation(site: Site<'_>) -> Object {
    let services = [Component::Nats, Component::MongoDb].map(Component::label);
    let fields = json!({
        "spec": {
            "podSelector": {
                "matchLabels": { RUNTIME: site.spec.id },
                "matchExpressions": [
                    { "key": COMPONENT, "operator": "In", "values": services },
                ],
            },
            "policyTypes": ["Ingress"],
            // An empty selector is every pod of this namespace.
            "ingress": [{ "from": [{ "podSelector": {} }] }],
        },
    });
    let name = names::network_policy(&site.spec.id);
    site.object(
        ("networking.k8s.io/v1", "NetworkPolicy"),
        &name,
        None,
        fields,
    )
}
