//! Objects of one resource type in the world.

use terraform::{Diagnostics, Schema, Type, Value, codec::json, diagnostics, state};
use terraform_server::{Current, Found, ImportBy, Imported, Resource};

use crate::{
    Conformance,
    world::{Operation, World},
};

/// The objects of one resource type.
pub(crate) struct Objects<'a> {
    world: &'a World,
    kind: &'static str,
    schema: Schema,
    ty: Type,
}

impl Conformance {
    /// The objects of a resource type.
    pub(crate) fn objects<R: Resource>(&self) -> Result<Objects<'_>, Diagnostics> {
        let world = self.world()?;
        let schema = R::schema().map_err(|error| Diagnostics::bug(diagnostics::chain(&error)))?;
        Ok(Objects {
            world,
            kind: R::TYPE_NAME,
            ty: schema.implied_type(),
            schema,
        })
    }

    /// Looks at an object as most resources do: the state is what the file says.
    pub(crate) fn look<R: Resource>(&self, current: Current) -> Result<Found, Diagnostics> {
        if self.world.is_none() {
            return Ok(current.unchanged().warn(offline()));
        }
        let id = current.state.attribute("name").as_str().unwrap_or_default();
        Ok(match self.objects::<R>()?.read(id)? {
            Some(state) => current.now(state),
            None => current.gone(),
        })
    }
}

/// What an import knows of an object before it is looked at: its name.
pub(crate) fn named(by: ImportBy) -> Imported {
    let name = match by {
        ImportBy::Id(id) => Value::from(id),
        ImportBy::Identity(identity) => identity.attribute("name").clone(),
    };
    Value::object([("name", name)]).into()
}

impl Objects<'_> {
    /// Reads an object's state; `None` if there is no such object.
    pub(crate) fn read(&self, id: &str) -> Result<Option<Value>, Diagnostics> {
        let Some(bytes) = self.world.read(self.kind, id)? else {
            return Ok(None);
        };
        json::decode_state(&bytes, &self.ty)
            .map(Some)
            .map_err(|error| {
                let cause = diagnostics::chain(&error);
                Diagnostics::error(
                    format!("{} `{id}` cannot be read", self.kind),
                    format!("Its file is not what the provider wrote: {cause}."),
                )
            })
    }

    /// Makes an object; one that is there already is somebody else's.
    pub(crate) fn create(&self, id: &str, state: &Value) -> Result<(), Diagnostics> {
        if self.try_create(id, state)? {
            return Ok(());
        }
        Err(Diagnostics::error(
            format!("{} `{id}` exists already", self.kind),
            "Choose another name, or import the object.",
        ))
    }

    /// Makes an object; false if there is one already.
    pub(crate) fn try_create(&self, id: &str, state: &Value) -> Result<bool, Diagnostics> {
        let made = self.world.create(self.kind, id, &self.encode(state)?)?;
        if made {
            self.world.log(Operation::Create, self.kind, id)?;
        }
        Ok(made)
    }

    /// Changes an object.
    pub(crate) fn update(&self, id: &str, state: &Value) -> Result<(), Diagnostics> {
        self.write(id, state)?;
        Ok(self.world.log(Operation::Update, self.kind, id)?)
    }

    /// Removes an object; it may be gone already.
    pub(crate) fn delete(&self, id: &str) -> Result<(), Diagnostics> {
        self.world.remove(self.kind, id)?;
        Ok(self.world.log(Operation::Delete, self.kind, id)?)
    }

    /// All objects' ids, sorted.
    pub(crate) fn ids(&self) -> Result<Vec<String>, Diagnostics> {
        Ok(self.world.ids(self.kind)?)
    }

    /// Writes an object's state without a line in the log.
    pub(crate) fn write(&self, id: &str, state: &Value) -> Result<(), Diagnostics> {
        Ok(self.world.write(self.kind, id, &self.encode(state)?)?)
    }

    fn encode(&self, state: &Value) -> Result<Vec<u8>, Diagnostics> {
        let state = state::saveable(&self.schema.block, state.clone());
        json::encode(&state, &self.ty).map_err(|error| Diagnostics::bug(diagnostics::chain(&error)))
    }
}

fn offline() -> Diagnostics {
    Diagnostics::warning(
        "Object was not looked at",
        "`directory` of the provider block is not known yet, so the state is taken to be right.",
    )
}
