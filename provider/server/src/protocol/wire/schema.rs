//! Schemas as messages.

use terraform::{
    Attribute, Block, Schema,
    schema::{
        Attributes, BlockNesting, Count, IdentityAttribute, IdentitySchema, InIdentity, Mode,
        NestedBlock, Nesting, Parameter, Shape, Signature,
    },
};
use tfplugin::tfplugin6::{
    Function, ResourceIdentitySchema, Schema as Message, StringKind,
    function::{Parameter as ParameterMessage, Return},
    resource_identity_schema::IdentityAttribute as IdentityMessage,
    schema::{
        Attribute as AttributeMessage, Block as BlockMessage, NestedBlock as NestedMessage, Object,
        nested_block::NestingMode, object::NestingMode as ObjectNesting,
    },
};

/// Writes a schema.
pub(crate) fn schema(schema: &Schema) -> Message {
    let Schema {
        version,
        identity_version: _,
        block,
    } = schema;
    Message {
        version: (*version).into(),
        block: Some(self::block(block, false)),
    }
}

fn block(block: &Block, computed: bool) -> BlockMessage {
    let Block {
        description,
        deprecated,
        attributes,
        blocks,
    } = block;
    BlockMessage {
        version: 0,
        attributes: self::attributes(attributes),
        block_types: blocks
            .iter()
            .map(|(name, nested)| nested_block(name, nested))
            .collect(),
        description: description.clone(),
        description_kind: StringKind::Markdown.into(),
        deprecated: deprecated.is_some(),
        deprecation_message: deprecated.clone().unwrap_or_default(),
        computed,
    }
}

fn attributes(attributes: &Attributes) -> Vec<AttributeMessage> {
    attributes
        .iter()
        .map(|(name, it)| attribute(name, it))
        .collect()
}

fn attribute(name: &str, attribute: &Attribute) -> AttributeMessage {
    let Attribute {
        description,
        shape,
        mode,
        sensitive,
        write_only,
        deprecated,
        on_change: _,
        keep_prior: _,
        equivalence: _,
        rules: _,
        identity: _,
    } = attribute;
    let (r#type, nested_type) = match shape {
        Shape::Value(ty) => (ty.to_json(), None),
        Shape::Nested(nesting, attributes) => (Vec::new(), Some(object(*nesting, attributes))),
    };
    AttributeMessage {
        name: name.to_owned(),
        r#type,
        nested_type,
        description: description.clone(),
        required: *mode == Mode::Required,
        optional: mode.is_configurable() && *mode != Mode::Required,
        computed: mode.is_computed(),
        sensitive: *sensitive,
        description_kind: StringKind::Markdown.into(),
        deprecated: deprecated.is_some(),
        write_only: *write_only,
        deprecation_message: deprecated.clone().unwrap_or_default(),
    }
}

fn object(nesting: Nesting, attributes: &Attributes) -> Object {
    let nesting = match nesting {
        Nesting::Single => ObjectNesting::Single,
        Nesting::List => ObjectNesting::List,
        Nesting::Set => ObjectNesting::Set,
        Nesting::Map => ObjectNesting::Map,
    };
    Object {
        attributes: self::attributes(attributes),
        nesting: nesting.into(),
        ..Object::default()
    }
}

fn nested_block(name: &str, nested: &NestedBlock) -> NestedMessage {
    let NestedBlock {
        nesting,
        block,
        computed,
    } = nested;
    let count = |Count { min, max }: Count| (min.into(), max.unwrap_or_default().into());
    let (nesting, (min_items, max_items)) = match *nesting {
        BlockNesting::Single { required } => {
            let exactly = i64::from(required);
            (NestingMode::Single, (exactly, exactly))
        }
        BlockNesting::Group => (NestingMode::Group, (0, 0)),
        BlockNesting::List(limits) => (NestingMode::List, count(limits)),
        BlockNesting::Set(limits) => (NestingMode::Set, count(limits)),
        BlockNesting::Map => (NestingMode::Map, (0, 0)),
    };
    NestedMessage {
        type_name: name.to_owned(),
        block: Some(self::block(block, *computed)),
        nesting: nesting.into(),
        min_items,
        max_items,
    }
}

/// Writes the schema of an identity.
pub(crate) fn identity_schema(schema: &IdentitySchema) -> ResourceIdentitySchema {
    let IdentitySchema {
        version,
        attributes,
    } = schema;
    let attributes = attributes.iter().map(|(name, attribute)| {
        let IdentityAttribute {
            description,
            ty,
            import,
        } = attribute;
        IdentityMessage {
            name: name.clone(),
            r#type: ty.to_json(),
            required_for_import: *import == InIdentity::Required,
            optional_for_import: *import == InIdentity::Optional,
            description: description.clone(),
        }
    });
    ResourceIdentitySchema {
        version: (*version).into(),
        identity_attributes: attributes.collect(),
    }
}

/// Writes the signature of a function.
pub(crate) fn function(signature: &Signature) -> Function {
    let Signature {
        summary,
        description,
        deprecated,
        parameters,
        variadic,
        returns,
    } = signature;
    Function {
        parameters: parameters.iter().map(parameter).collect(),
        variadic_parameter: variadic.as_ref().map(parameter),
        r#return: Some(Return {
            r#type: returns.to_json(),
        }),
        summary: summary.clone(),
        description: description.clone(),
        description_kind: StringKind::Markdown.into(),
        deprecation_message: deprecated.clone().unwrap_or_default(),
    }
}

fn parameter(parameter: &Parameter) -> ParameterMessage {
    let Parameter {
        name,
        description,
        ty,
        allow_null,
        allow_unknown,
    } = parameter;
    ParameterMessage {
        name: name.clone(),
        r#type: ty.to_json(),
        allow_null_value: *allow_null,
        allow_unknown_values: *allow_unknown,
        description: description.clone(),
        description_kind: StringKind::Markdown.into(),
    }
}
