//! The declaration of a runtime makes a schema, and the schema refuses what is wrong.

#![cfg(test)]

use kre_core::runtime::RuntimeSpec;
use terraform::{Schema, declare::Declaration};

fn schema() -> Schema {
    Declaration::of::<RuntimeSpec>().build().unwrap()
}

#[test]
fn a_runtime_has_a_schema() {
    let schema = schema();
    assert!(schema.block.attributes.contains_key("nats"));
}
