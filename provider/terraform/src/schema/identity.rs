//! What tells one object from all others of its kind.

use std::collections::BTreeMap;

use crate::{
    schema::{InIdentity, Schema, Shape},
    types::Type,
    value::Value,
};

/// The schema of a resource's identity. Made from the attributes that are part of it.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentitySchema {
    /// Version of its shape.
    pub version: u32,
    /// The attributes, by name.
    pub attributes: BTreeMap<String, IdentityAttribute>,
}

/// One attribute of an identity.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentityAttribute {
    /// For the reader of the documentation, in Markdown.
    pub description: String,
    /// The type: a primitive, or a list of primitives.
    pub ty: Type,
    /// What an import by identity has to say of it.
    pub import: InIdentity,
}

impl IdentitySchema {
    pub(super) fn of(schema: &Schema) -> Option<Self> {
        let mut attributes = BTreeMap::new();
        for (name, attribute) in &schema.block.attributes {
            let (Some(import), Shape::Value(ty)) = (attribute.identity, &attribute.shape) else {
                continue;
            };
            let description = attribute.description.clone();
            attributes.insert(
                name.clone(),
                IdentityAttribute {
                    description,
                    ty: ty.clone(),
                    import,
                },
            );
        }
        let version = schema.identity_version;
        (!attributes.is_empty()).then_some(Self {
            version,
            attributes,
        })
    }

    /// The type of its values.
    pub fn implied_type(&self) -> Type {
        Type::object(
            self.attributes
                .iter()
                .map(|(name, it)| (name.clone(), it.ty.clone())),
        )
    }

    /// The identity of an object, from its state; null if there is no object.
    pub fn of_state(&self, state: &Value) -> Value {
        if state.is_null() {
            return Value::Null;
        }
        Value::object(
            self.attributes
                .keys()
                .map(|name| (name, state.attribute(name).clone())),
        )
    }
}
