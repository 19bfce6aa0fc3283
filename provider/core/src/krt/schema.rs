//! The dialects as JSON Schemas, for editors.

use serde_json::Value;

use super::{
    Dialect,
    manifest::{kai, kre_v1, kre_v2},
};

/// The JSON Schema of a dialect's manifest.
///
/// It accepts nothing that the original refuses for the form of a single field; what concerns
/// several fields, such as unique names, no schema can say.
pub fn schema(dialect: Dialect) -> Value {
    let schema = match dialect {
        Dialect::KreV1 => schemars::schema_for!(kre_v1::Krt),
        Dialect::KreV2 => schemars::schema_for!(kre_v2::Krt),
        Dialect::Kai => schemars::schema_for!(kai::Krt),
    };
    let mut schema = schema.to_value();
    if let Some(object) = schema.as_object_mut() {
        let title = format!("KRT, dialect {dialect}");
        object.insert("title".to_owned(), Value::String(title));
    }
    schema
}
