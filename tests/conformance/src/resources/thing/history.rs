//! What things were before: older versions of the state, and another type.
//!
//! | version | state |
//! |---|---|
//! | 0 | `name`, `size` as a text, `title` |
//! | 1 | `title` is called `label` |
//! | 2 | `size` is a number |

use terraform::{Diagnostics, Number, Type, Value, diagnostics};
use terraform_server::{Imported, Resource, Source, Stored};

use super::Thing;
use crate::resources::LegacyThing;

/// The version of the state today.
pub(super) const VERSION: u32 = 2;
/// The version of the identity today; in version 0, `name` was called `id`.
pub(super) const IDENTITY_VERSION: u32 = 1;

/// Brings a state from whatever version to the next ones, one after the other.
pub(super) fn upgrade(stored: &Stored) -> Result<Value, Diagnostics> {
    match stored.version {
        0 => second(&first(&texts(stored, ["name", "size", "title"])?)),
        1 => second(&texts(stored, ["name", "size", "label"])?),
        version => Err(never_released("state", version)),
    }
}

/// Brings an identity of version 0 to version 1.
pub(super) fn upgrade_identity(stored: &Stored) -> Result<Value, Diagnostics> {
    if stored.version != 0 {
        return Err(never_released("identity", stored.version));
    }
    let old = texts(stored, ["id"])?;
    Ok(Value::object([("name", old.attribute("id").clone())]))
}

/// Takes over a legacy thing, which is the same object in the world.
pub(super) fn move_from(source: &Source) -> Option<Result<Imported, Diagnostics>> {
    let is_ours = source.provider.ends_with("/kre/conformance");
    if !is_ours || source.type_name != LegacyThing::TYPE_NAME {
        return None;
    }
    let of_legacy = || {
        let legacy = texts(&source.state, ["name", "note"])?;
        let (name, note) = (legacy.attribute("name"), legacy.attribute("note"));
        Ok(Thing::plain(name.clone(), note.clone()).into())
    };
    Some(of_legacy())
}

/// Version 0 to version 1.
fn first(state: &Value) -> Value {
    let label = state.attribute("title").clone();
    state.clone().with("label", label)
}

/// Version 1 to version 2.
fn second(state: &Value) -> Result<Value, Diagnostics> {
    let size = state.attribute("size").as_str().unwrap_or("1");
    let size: Number = size.parse().map_err(|error| {
        let cause = diagnostics::chain(&error);
        Diagnostics::error(
            "Stored state cannot be upgraded",
            format!("`size` is not what version 1 wrote: {cause}. Import the thing anew."),
        )
    })?;
    let (name, label) = (state.attribute("name"), state.attribute("label"));
    Ok(Thing::plain(name.clone(), label.clone()).with("size", Value::Number(size)))
}

impl Thing {
    /// A thing of today of which only a name and a label are known.
    pub(crate) fn plain(name: Value, label: Value) -> Value {
        Value::object([
            ("name", name.clone()),
            ("id", name),
            ("size", 1.into()),
            ("label", label),
            ("protected", false.into()),
            ("fail", "".into()),
            ("generation", 1.into()),
            ("status", "ready".into()),
        ])
    }
}

fn texts<const N: usize>(stored: &Stored, names: [&str; N]) -> Result<Value, Diagnostics> {
    stored.value(&Type::object(names.map(|name| (name, Type::String))))
}

fn never_released(what: &str, version: u32) -> Diagnostics {
    Diagnostics::error(
        format!("Stored {what} of a thing cannot be upgraded"),
        format!("Version {version} was never released. Import the thing anew."),
    )
}
