//! Between Terraform's terms and the messages on the wire. Translates, decides nothing.

mod schema;

use std::time::SystemTime;

use terraform::{
    Diagnostic, Diagnostics, Path, Severity, Step, Type, Value,
    codec::{json, msgpack},
    diagnostics,
};
use tfplugin::tfplugin6 as wire;

use crate::{protocol::catalogue::Body, provider::Host, resource::Stored};

pub(crate) use schema::{function, identity_schema, schema};

/// Reads a value; absent means null.
pub(crate) fn value(message: Option<&wire::DynamicValue>, ty: &Type) -> Result<Value, Diagnostics> {
    let Some(wire::DynamicValue { msgpack, json }) = message else {
        return Ok(Value::Null);
    };
    let read = match (msgpack.as_slice(), json.as_slice()) {
        ([], []) => return Ok(Value::Null),
        ([], json) => json::decode(json, ty),
        (msgpack, _) => msgpack::decode(msgpack, ty),
    };
    read.map_err(|error| {
        Diagnostics::error(
            "Value from the host cannot be read",
            format!("It does not fit the schema: {}. Host and provider disagree; check that both are released versions.", diagnostics::chain(&error)),
        )
    })
}

/// Writes a value.
pub(crate) fn dynamic(value: &Value, ty: &Type) -> Result<wire::DynamicValue, Diagnostics> {
    let msgpack = msgpack::encode(value, ty).map_err(|error| {
        Diagnostics::bug(format!(
            "a value does not fit its schema: {}",
            diagnostics::chain(&error)
        ))
    })?;
    Ok(wire::DynamicValue {
        msgpack,
        json: Vec::new(),
    })
}

/// Reads the identity that comes with an object; absent means null.
pub(crate) fn identity(
    message: Option<&wire::ResourceIdentityData>,
    body: &Body,
) -> Result<Value, Diagnostics> {
    let (Some(message), Some(identity)) = (message, &body.identity) else {
        return Ok(Value::Null);
    };
    value(message.identity_data.as_ref(), &identity.ty)
}

/// Writes the identity that goes with an object; `None` if there is none.
pub(crate) fn identity_data(
    value: &Value,
    body: &Body,
) -> Result<Option<wire::ResourceIdentityData>, Diagnostics> {
    match &body.identity {
        Some(identity) if !value.is_null() => {
            let identity_data = Some(dynamic(value, &identity.ty)?);
            Ok(Some(wire::ResourceIdentityData { identity_data }))
        }
        _ => Ok(None),
    }
}

/// Reads what a state file holds.
pub(crate) fn stored(message: Option<wire::RawState>, version: i64) -> Result<Stored, Diagnostics> {
    let wire::RawState { json, flatmap } = message.unwrap_or_default();
    let version = u32::try_from(version);
    match version {
        Ok(version) if flatmap.is_empty() && !json.is_empty() => Ok(Stored { version, json }),
        _ => Err(Diagnostics::error(
            "Stored state cannot be read",
            "It was written by a version of Terraform before 0.12, or it is empty. Restore the state from a backup, or import the object anew.",
        )),
    }
}

/// Writes what the user is told.
pub(crate) fn diagnostics(diagnostics: Diagnostics) -> Vec<wire::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

fn diagnostic(diagnostic: Diagnostic) -> wire::Diagnostic {
    let Diagnostic {
        severity,
        summary,
        detail,
        path,
    } = diagnostic;
    let severity = match severity {
        Severity::Error => wire::diagnostic::Severity::Error,
        Severity::Warning => wire::diagnostic::Severity::Warning,
    };
    wire::Diagnostic {
        severity: severity.into(),
        summary,
        detail,
        attribute: path.as_ref().map(attribute_path),
    }
}

/// Writes where something is.
pub(crate) fn attribute_path(path: &Path) -> wire::AttributePath {
    use wire::attribute_path::{Step as Message, step::Selector};
    let steps = path.steps().iter().map(|step| {
        let selector = match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
            Step::Index(index) => {
                Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX))
            }
        };
        Message {
            selector: Some(selector),
        }
    });
    wire::AttributePath {
        steps: steps.collect(),
    }
}

/// Reads what the host can do; it says nothing if it is old.
pub(crate) fn host(capabilities: Option<wire::ClientCapabilities>) -> Host {
    let wire::ClientCapabilities {
        deferral_allowed: _,
        write_only_attributes_allowed,
        store_planned_private: _,
        computed_blocks_allowed,
    } = capabilities.unwrap_or_default();
    Host {
        write_only: write_only_attributes_allowed,
        computed_blocks: computed_blocks_allowed,
    }
}

/// What this server can do, which does not depend on the provider.
pub(crate) fn server_capabilities() -> wire::ServerCapabilities {
    wire::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    }
}

/// Writes a moment.
pub(crate) fn timestamp(moment: SystemTime) -> prost_types::Timestamp {
    moment.into()
}
