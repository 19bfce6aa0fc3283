//! Between values and messages, on the host's side of the wire.

use terraform::{
    Block, Diagnostic, Diagnostics, Path, Severity, Step, Type, Value,
    codec::{json, msgpack},
};
use tfplugin::tfplugin6 as wire;

use super::{DriveError, demand};

/// Writes a value as hosts do.
pub fn encode(value: &Value, ty: &Type) -> Result<wire::DynamicValue, DriveError> {
    let msgpack = msgpack::encode(value, ty).map_err(DriveError::Encode)?;
    let json = Vec::new();
    Ok(wire::DynamicValue { msgpack, json })
}

/// Reads a value as hosts do: what is absent is null.
pub fn decode(message: Option<&wire::DynamicValue>, ty: &Type) -> Result<Value, DriveError> {
    let decoded = match message {
        Some(message) if !message.msgpack.is_empty() => msgpack::decode(&message.msgpack, ty),
        Some(message) if !message.json.is_empty() => json::decode(&message.json, ty),
        _ => Ok(Value::Null),
    };
    decoded.map_err(DriveError::Decode)
}

/// Reads what the user is told, and demands that it says something.
pub fn diagnostics(messages: &[wire::Diagnostic]) -> Result<Diagnostics, DriveError> {
    messages.iter().map(diagnostic).collect()
}

/// Returns what the user is told, one text for each: `summary: detail`.
pub fn texts(diagnostics: &Diagnostics) -> Vec<String> {
    let text = |it: &Diagnostic| format!("{}: {}", it.summary, it.detail);
    diagnostics.iter().map(text).collect()
}

/// Makes an object that says this much; the rest is null, and of blocks there are none.
///
/// Computed blocks are null too, which tells the provider that it may fill them.
pub fn object<const N: usize>(block: &Block, says: [(&str, Value); N]) -> Value {
    let names = block.attributes.keys().chain(block.blocks.keys());
    let nothing = Value::object(names.map(|name| (name, Value::Null)));
    let nothing = terraform::state::saveable(block, nothing);
    let computed = block.blocks.iter().filter(|(_, nested)| nested.computed);
    let nothing = computed.fold(nothing, |object, (name, _)| object.with(name, Value::Null));
    says.into_iter()
        .fold(nothing, |object, (name, value)| object.with(name, value))
}

fn diagnostic(message: &wire::Diagnostic) -> Result<Diagnostic, DriveError> {
    const WHAT: &str = "a diagnostic";
    let severity = match message.severity() {
        wire::diagnostic::Severity::Error => Severity::Error,
        wire::diagnostic::Severity::Warning => Severity::Warning,
        wire::diagnostic::Severity::Invalid => {
            return Err(DriveError::Broken {
                what: WHAT,
                violations: vec!["it is neither an error nor a warning".to_owned()],
            });
        }
    };
    demand(!message.summary.is_empty(), WHAT, "it has no summary")?;
    Ok(Diagnostic {
        severity,
        summary: message.summary.clone(),
        detail: message.detail.clone(),
        path: message.attribute.as_ref().map(path),
    })
}

/// Reads where something is; steps that say nothing are left out.
pub(super) fn path(message: &wire::AttributePath) -> Path {
    use wire::attribute_path::step::Selector;
    let steps = message.steps.iter().filter_map(|it| it.selector.as_ref());
    steps.fold(Path::root(), |path, selector| {
        path.step(match selector {
            Selector::AttributeName(name) => Step::Attribute(name.clone()),
            Selector::ElementKeyString(key) => Step::Key(key.clone()),
            Selector::ElementKeyInt(index) => {
                Step::Index(usize::try_from(*index).unwrap_or(usize::MAX))
            }
        })
    })
}
