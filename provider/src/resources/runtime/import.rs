//! Imports: how a runtime that exists is named.

use std::error::Error;

use kre_core::{name::RuntimeId, runtime::RuntimeSpec, text::NamespaceName};
use terraform::{Diagnostics, Path, Value, diagnostics};
use terraform_server::{ImportBy, Imported};

use crate::settings::sentence;

/// Takes the name of a runtime; the read that follows finds out the rest.
pub(super) fn named(by: &ImportBy) -> Result<Imported, Diagnostics> {
    let (id, namespace) = match by {
        ImportBy::Id(text) => of_text(text)?,
        ImportBy::Identity(identity) => of_identity(identity)?,
    };
    let namespace = namespace.unwrap_or_else(|| RuntimeSpec::default_namespace(&id));
    let state = Value::object([
        ("id", Value::string(id.as_str())),
        ("namespace", Value::string(namespace.as_str())),
    ]);
    Ok(state.into())
}

fn of_text(text: &str) -> Result<(RuntimeId, Option<NamespaceName>), Diagnostics> {
    let (namespace, id) = match text.split_once('/') {
        Some((namespace, id)) => (Some(namespace), id),
        None => (None, text),
    };
    let refused = |error: &dyn Error| {
        let why = sentence(&diagnostics::chain(error));
        let detail = format!(
            "{why} Write the namespace and the id as `kre-demo/demo`, or the id alone where the namespace is `kre-` and the id."
        );
        Diagnostics::error(format!("`{text}` names no runtime"), detail)
    };
    let id = id.parse().map_err(|error| refused(&error))?;
    let namespace = namespace.map(str::parse).transpose();
    Ok((id, namespace.map_err(|error| refused(&error))?))
}

fn of_identity(identity: &Value) -> Result<(RuntimeId, Option<NamespaceName>), Diagnostics> {
    let refused = |name: &str, error: &dyn Error| -> Diagnostics {
        let told = diagnostics::error("Invalid identity", sentence(&diagnostics::chain(error)));
        told.at(Path::from(name)).into()
    };
    let text = |name: &str| identity.attribute(name).as_str();
    let id = text("id").unwrap_or_default();
    let id = id.parse().map_err(|error| refused("id", &error))?;
    let namespace = text("namespace").map(str::parse).transpose();
    Ok((id, namespace.map_err(|error| refused("namespace", &error))?))
}
