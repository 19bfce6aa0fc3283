//! An admission policy that rewrites images, as clusters with a mirror of registries have.

use serde_json::{Value, json};

/// The version of the API in which policies that change objects are served.
pub const ADMISSION: &str = "admissionregistration.k8s.io/v1beta1";

/// A policy that puts a registry in front of the images of `Deployments` and `StatefulSets`.
///
/// Both objects belong to no namespace; the policy holds in one alone, a moment after the binding.
#[derive(Debug, Clone, PartialEq)]
pub struct ImagePolicy {
    /// The `MutatingAdmissionPolicy`.
    pub policy: Value,
    /// The `MutatingAdmissionPolicyBinding`, without which the policy holds nowhere.
    pub binding: Value,
}

impl ImagePolicy {
    /// Writes a policy and its binding, both with the name of the namespace in which it holds.
    ///
    /// Containers whose image is in the registry already, and init containers, stay as they are.
    pub fn new(namespace: &str, registry: &str) -> Self {
        let registry = format!("{}/", registry.trim_end_matches('/'));
        let rules = json!([{
            "apiGroups": ["apps"],
            "apiVersions": ["v1"],
            "operations": ["CREATE", "UPDATE"],
            "resources": ["deployments", "statefulsets"],
        }]);
        let expression = expression(&registry);
        let mutation = json!({
            "patchType": "ApplyConfiguration",
            "applyConfiguration": { "expression": expression },
        });
        let selector = json!({ "matchLabels": { "kubernetes.io/metadata.name": namespace } });
        let object = |kind: &str, spec: Value| {
            json!({
                "apiVersion": ADMISSION,
                "kind": kind,
                "metadata": { "name": namespace },
                "spec": spec,
            })
        };
        let policy = json!({
            "failurePolicy": "Fail",
            "reinvocationPolicy": "Never",
            "matchConstraints": { "resourceRules": rules },
            "mutations": [mutation],
        });
        let binding = json!({
            "policyName": namespace,
            "matchResources": { "namespaceSelector": selector },
        });
        Self {
            policy: object("MutatingAdmissionPolicy", policy),
            binding: object("MutatingAdmissionPolicyBinding", binding),
        }
    }
}

/// Writes what the policy makes of an object, in CEL.
fn expression(registry: &str) -> String {
    let image = format!("c.image.startsWith('{registry}') ? c.image : '{registry}' + c.image");
    let container = format!("Object.spec.template.spec.containers{{name: c.name, image: {image}}}");
    let containers = format!("object.spec.template.spec.containers.map(c, {container})");
    let pod = format!("Object.spec.template.spec{{containers: {containers}}}");
    let template = format!("Object.spec.template{{spec: {pod}}}");
    format!("Object{{spec: Object.spec{{template: {template}}}}}")
}
