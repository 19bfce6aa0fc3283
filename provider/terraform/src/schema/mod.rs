//! What a resource accepts, what it answers, and how each attribute behaves in a plan.

mod identity;
mod opened;
mod pointer;
mod rules;
mod signature;

use std::collections::BTreeMap;

use crate::{types::Type, value::Value};

pub use identity::{IdentityAttribute, IdentitySchema};
pub(crate) use opened::{close, open};
pub use rules::{Equivalence, Rules};
pub use signature::{Parameter, Signature};

/// The schema of a provider, resource, data source or ephemeral resource.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// Version of the state's shape; stored states of older versions are upgraded.
    pub version: u32,
    /// Version of the identity's shape, where attributes are part of one.
    pub identity_version: u32,
    /// The body.
    pub block: Block,
}

/// A body: attributes and nested blocks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Block {
    /// For the reader of the documentation, in Markdown.
    pub description: String,
    /// Why not to use it any more, and what instead; `None` while it may be used.
    pub deprecated: Option<String>,
    /// The attributes, by name.
    pub attributes: Attributes,
    /// The nested blocks, by type name.
    pub blocks: BTreeMap<String, NestedBlock>,
}

/// Attributes by name, sorted so that output is stable.
pub type Attributes = BTreeMap<String, Attribute>;

/// One attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// For the reader of the documentation, in Markdown.
    pub description: String,
    /// What its values look like.
    pub shape: Shape,
    /// Who sets it.
    pub mode: Mode,
    /// Hidden in output; still in clear text in the state.
    pub sensitive: bool,
    /// Only in the configuration: never in a plan, a state or an answer.
    pub write_only: bool,
    /// Why not to use it any more, and what instead; `None` while it may be used.
    pub deprecated: Option<String>,
    /// What a changed value means for the object.
    pub on_change: OnChange,
    /// A value that the provider chose once stays the planned value in later updates.
    pub keep_prior: bool,
    /// Which other spellings mean the same, if any do.
    pub equivalence: Option<Equivalence>,
    /// Which known values are accepted.
    pub rules: Rules,
    /// Part of the resource's identity, which only an attribute of the root can be.
    pub identity: Option<InIdentity>,
}

/// What an attribute's values look like.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A value of this type.
    Value(Type),
    /// Objects whose attributes have schemas of their own.
    Nested(Nesting, Attributes),
}

/// How the objects of a nested attribute stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// A map to objects.
    Map,
}

/// Who sets an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    /// The configuration must.
    Required,
    /// The configuration may; otherwise it is null.
    Optional,
    /// The configuration may; otherwise it has this value.
    Default(Value),
    /// The configuration may; otherwise the provider chooses.
    OptionalComputed,
    /// The provider does.
    Computed,
}

/// What a changed value means for the object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum OnChange {
    /// The object is updated.
    #[default]
    Update,
    /// The object is replaced by a new one.
    Replace,
    /// The change is refused while planning; the text says what to do instead.
    Refuse(String),
}

/// What an import by identity has to say of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InIdentity {
    /// The import must name it.
    Required,
    /// The import may leave it out.
    Optional,
}

/// A nested block.
#[derive(Debug, Clone, PartialEq)]
pub struct NestedBlock {
    /// How many there may be, and what they make together.
    pub nesting: BlockNesting,
    /// What each of them holds.
    pub block: Block,
    /// Blocks that the provider fills in when the configuration has none (hosts from 1.16).
    pub computed: bool,
}

/// How nested blocks stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockNesting {
    /// One object, null if there is no block.
    Single {
        /// There must be a block.
        required: bool,
    },
    /// One object, never null.
    Group,
    /// A list, empty if there is no block.
    List(Count),
    /// A set, empty if there is no block.
    Set(Count),
    /// A map by the block's label, empty if there is no block.
    Map,
}

/// How many blocks there may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// At least so many.
    pub min: u32,
    /// At most so many; `None` for any number.
    pub max: Option<u32>,
}

impl Schema {
    /// The type of its values.
    pub fn implied_type(&self) -> Type {
        self.block.implied_type()
    }

    /// The schema of the identity; `None` if no attribute is part of one.
    pub fn identity(&self) -> Option<IdentitySchema> {
        IdentitySchema::of(self)
    }
}

impl Block {
    /// The type of its values.
    pub fn implied_type(&self) -> Type {
        let attributes = self
            .attributes
            .iter()
            .map(|(name, it)| (name.clone(), it.implied_type()));
        let blocks = self
            .blocks
            .iter()
            .map(|(name, it)| (name.clone(), it.implied_type()));
        Type::object(attributes.chain(blocks))
    }
}

impl Attribute {
    /// An attribute of a type, otherwise plain.
    pub fn new(shape: Shape, mode: Mode) -> Self {
        Self {
            description: String::new(),
            shape,
            mode,
            sensitive: false,
            write_only: false,
            deprecated: None,
            on_change: OnChange::Update,
            keep_prior: false,
            equivalence: None,
            rules: Rules::default(),
            identity: None,
        }
    }

    /// The type of its values.
    pub fn implied_type(&self) -> Type {
        match &self.shape {
            Shape::Value(ty) => ty.clone(),
            Shape::Nested(nesting, attributes) => {
                let object = attributes
                    .iter()
                    .map(|(name, it)| (name.clone(), it.implied_type()));
                nesting.around(Type::object(object))
            }
        }
    }
}

impl Nesting {
    fn around(self, object: Type) -> Type {
        match self {
            Self::Single => object,
            Self::List => Type::list(object),
            Self::Set => Type::set(object),
            Self::Map => Type::map(object),
        }
    }
}

impl Mode {
    /// Tells whether the provider may answer a value that the configuration does not have.
    pub fn is_computed(&self) -> bool {
        matches!(
            self,
            Self::Default(_) | Self::OptionalComputed | Self::Computed
        )
    }

    /// Tells whether the configuration may have a value.
    pub fn is_configurable(&self) -> bool {
        !matches!(self, Self::Computed)
    }
}

impl NestedBlock {
    /// The type of its values.
    ///
    /// Lists and maps of blocks with `dynamic` inside are themselves dynamic: their elements may
    /// differ in type.
    pub fn implied_type(&self) -> Type {
        let object = self.block.implied_type();
        match self.nesting {
            BlockNesting::Single { .. } | BlockNesting::Group => object,
            BlockNesting::List(_) | BlockNesting::Map if object.has_dynamic() => Type::Dynamic,
            BlockNesting::List(_) => Type::list(object),
            BlockNesting::Set(_) => Type::set(object),
            BlockNesting::Map => Type::map(object),
        }
    }
}
