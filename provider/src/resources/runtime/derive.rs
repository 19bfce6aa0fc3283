//! What follows from a specification, as far as that is known.

use kre_core::{
    name::RuntimeId,
    runtime::{Component, RuntimeSpec},
};
use serde::Serialize;
use terraform::{Diagnostics, Type, Value, bridge::to_value, diagnostics};

use super::state;

/// Chooses the namespace where the configuration has none: it depends on the id alone, and not on
/// what was there before.
pub(super) fn namespace(planned: &mut Value, config: &Value) {
    if !config.attribute("namespace").is_null() {
        return;
    }
    let id = planned.attribute("id").as_str();
    let namespace = match id.and_then(|id| id.parse::<RuntimeId>().ok()) {
        Some(id) => Value::string(RuntimeSpec::default_namespace(&id).as_str()),
        None => Value::unknown(),
    };
    planned.set_attribute("namespace", namespace);
}

/// Plans everything that follows from a specification. Unknown is what depends on something that
/// is not known, for which something else stands in the specification.
pub(super) fn derive(planned: &mut Value, spec: &RuntimeSpec) -> Result<(), Diagnostics> {
    let ty = state::ty()?;
    let sources = Sources(planned);
    let derived = [
        (
            "ref",
            reference(sources, &value(&spec.reference(), ty, "ref")?),
        ),
        (
            "endpoints",
            endpoints(sources, value(&spec.endpoints(), ty, "endpoints")?),
        ),
        (
            "components",
            components(sources, value(&spec.parts(), ty, "components")?),
        ),
        (
            "objects",
            objects(sources, value(&state::objects(spec), ty, "objects")?),
        ),
    ];
    for (name, value) in derived {
        planned.set_attribute(name, value);
    }
    Ok(())
}

/// The planned attributes that others follow from.
#[derive(Clone, Copy)]
struct Sources<'v>(&'v Value);

impl<'v> Sources<'v> {
    fn at(self, place: &str) -> &'v Value {
        let names = place.split('.');
        names.fold(self.0, |value, name| value.attribute(name))
    }

    fn are_known(self, places: &[&str]) -> bool {
        places.iter().all(|place| self.at(place).is_wholly_known())
    }

    /// The value if it follows from nothing else than what is known.
    fn if_known(self, places: &[&str], value: Value) -> Value {
        if self.are_known(places) {
            value
        } else {
            Value::unknown()
        }
    }
}

fn reference(sources: Sources<'_>, reference: &Value) -> Value {
    let revision = ["id", "namespace", "images", "image_pull_secrets"];
    let members: [(&str, &[&str]); 5] = [
        ("id", &["id"]),
        ("namespace", &["namespace"]),
        ("engine", &["engine"]),
        ("domain", &["entrypoint.base_domain"]),
        ("revision", &revision),
    ];
    // That there is a section on encryption is enough, whatever it says.
    let tls = if sources.at("entrypoint.tls").is_unknown() {
        Value::unknown()
    } else {
        reference.attribute("tls").clone()
    };
    let members = members.map(|(name, places)| {
        let member = reference.attribute(name).clone();
        (name, sources.if_known(places, member))
    });
    Value::object(members).with("tls", tls)
}

fn endpoints(sources: Sources<'_>, endpoints: Value) -> Value {
    sources.if_known(&["id", "namespace"], endpoints)
}

fn components(sources: Sources<'_>, mut components: Value) -> Value {
    if !sources.are_known(&["id", "mongo_writer.enabled"]) {
        return Value::unknown();
    }
    for component in Component::ALL {
        let name = component.attribute();
        let image = sources.at(&format!("{name}.image"));
        if image.is_unknown() {
            let place = terraform::Path::root().key(name).attribute("image");
            components.set_at(&place, Value::unknown());
        }
    }
    components
}

fn objects(sources: Sources<'_>, objects: Value) -> Value {
    let decide = [
        "id",
        "create_namespace",
        "mongo_writer.enabled",
        "network_policy",
    ];
    let is_named = sources.at("create_namespace").as_bool() == Some(true);
    let namespace: &[&str] = if is_named { &["namespace"] } else { &[] };
    let objects = sources.if_known(&decide, objects);
    sources.if_known(namespace, objects)
}

/// A value of one of the computed attributes.
fn value(it: &impl Serialize, state: &Type, name: &str) -> Result<Value, Diagnostics> {
    let ty = match state {
        Type::Object(attributes) => attributes.get(name),
        _ => None,
    };
    let ty = ty.ok_or_else(|| Diagnostics::bug(format!("no computed attribute: `{name}`")))?;
    to_value(it, ty).map_err(|error| Diagnostics::bug(diagnostics::chain(&error)))
}
