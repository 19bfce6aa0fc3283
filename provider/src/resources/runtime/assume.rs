//! Specifications that are not wholly known yet.

use kre_core::runtime::RuntimeSpec;
use terraform::{
    Value,
    bridge::{self, BridgeError},
};

/// Reads a specification in which something stands for what is not known yet.
///
/// What stands there breaks no rule together with anything, so whatever is wrong with the
/// specification is wrong indeed. What depends on it must not be told: see `derive`.
pub(super) fn assumed(value: &Value) -> Result<RuntimeSpec, BridgeError> {
    bridge::from_value(&filled(value, &stand_ins()))
}

/// Puts something where a value is unknown; collections that are not wholly known are left out.
fn filled(value: &Value, stand_in: &Value) -> Value {
    match value {
        Value::Object(attributes) => Value::object(
            attributes
                .iter()
                .map(|(name, value)| (name.as_str(), filled(value, stand_in.attribute(name)))),
        ),
        value if value.is_wholly_known() => value.clone(),
        _ => stand_in.clone(),
    }
}

/// What is required, and what is less likely to break a rule than the default.
fn stand_ins() -> Value {
    let server = || {
        Value::object([
            ("storage", Value::object([("size", "1Gi".into())])),
            ("resources", Value::object::<&str>([])),
        ])
    };
    Value::object([
        ("id", "demo".into()),
        ("name", "Demo".into()),
        ("create_namespace", false.into()),
        ("nats", server()),
        ("mongodb", server()),
        (
            "entrypoint",
            Value::object([("base_domain", "example.com".into())]),
        ),
    ])
}
