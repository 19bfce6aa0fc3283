//! Managed resources: what each has to say and do.

use std::{
    collections::BTreeSet,
    fmt,
    future::{Future, ready},
};

use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use terraform::{Diagnostics, Path, Schema, Value, declare::DeclareError, diagnostics};
use tokio_util::sync::CancellationToken;

use crate::{
    private::Private,
    provider::{Host, Provider},
    spec::read,
};

/// A managed resource type. Its methods translate; what the schema decides is decided already.
pub trait Resource: 'static {
    /// The provider that it belongs to.
    type Provider: Provider;
    /// Name in configurations: `kre_runtime`.
    const TYPE_NAME: &'static str;

    /// Describes the resource.
    fn schema() -> Result<Schema, DeclareError>;

    /// Checks what the schema cannot say; values may be unknown.
    fn validate(_config: &Value) -> Diagnostics {
        Diagnostics::new()
    }

    /// Completes a plan: sets what is known already, refuses what cannot be.
    ///
    /// Called for creation, update and destruction, again before an apply, and with a prior state
    /// of null for the second half of a replacement. The same input has to give the same plan.
    fn plan(
        _provider: &Self::Provider,
        _plan: &mut Plan,
    ) -> impl Future<Output = Diagnostics> + Send {
        ready(Diagnostics::new())
    }

    /// Makes the object.
    fn create(provider: &Self::Provider, change: Change) -> impl Future<Output = Applied> + Send;

    /// Looks at the object. A null state says that it is gone, which only certainty justifies.
    fn read(
        provider: &Self::Provider,
        current: Current,
    ) -> impl Future<Output = Result<Found, Diagnostics>> + Send;

    /// Changes the object. A resource without updates has no attribute whose change is one.
    fn update(_provider: &Self::Provider, _change: Change) -> impl Future<Output = Applied> + Send {
        let name = Self::TYPE_NAME;
        ready(Applied::failed(Diagnostics::bug(format!(
            "`{name}` was asked to update, which it never plans"
        ))))
    }

    /// Removes the object; it is no error if it is gone already.
    fn delete(provider: &Self::Provider, change: Change) -> impl Future<Output = Applied> + Send;

    /// Finds an object that exists. The state may be partial: a read follows.
    fn import(
        _provider: &Self::Provider,
        _by: ImportBy,
    ) -> impl Future<Output = Result<Imported, Diagnostics>> + Send {
        let name = Self::TYPE_NAME;
        ready(Err(Diagnostics::error(
            format!("`{name}` cannot be imported"),
            "Objects of this type exist only in the state that created them.",
        )))
    }

    /// Brings a state of an older schema version to the current one. Works on the stored JSON
    /// alone: the provider may not be configured.
    fn upgrade(stored: &Stored) -> Result<Value, Diagnostics> {
        Err(unknown_version(Self::TYPE_NAME, "state", stored.version))
    }

    /// Brings an identity of an older version to the current one, as [`Resource::upgrade`] does.
    fn upgrade_identity(stored: &Stored) -> Result<Value, Diagnostics> {
        Err(unknown_version(Self::TYPE_NAME, "identity", stored.version))
    }

    /// Takes over the state of an object that was of another type; `None` if this resource knows
    /// nothing of that type. The provider may not be configured.
    fn move_from(_source: &Source) -> Option<Result<Imported, Diagnostics>> {
        None
    }
}

fn unknown_version(type_name: &str, what: &str, version: u32) -> Diagnostics {
    Diagnostics::error(
        format!("Stored {what} of `{type_name}` cannot be upgraded"),
        format!(
            "Version {version} of the {what} was never released. The state may come from a development build: import the object anew."
        ),
    )
}

/// A plan that the schema has made and the resource completes.
#[derive(Debug)]
pub struct Plan {
    /// The state as last read; null for a creation.
    pub prior: Value,
    /// The configuration, write-only values included; null for a destruction.
    pub config: Value,
    /// What the object is to be; null for a destruction.
    pub planned: Value,
    /// What is remembered with the object; handed to the apply.
    pub private: Private,
    /// What the first plan remembered, when a host (1.16) plans again before it applies.
    pub first: Option<Private>,
    /// Attributes whose change replaces the object, beside those that the schema names.
    pub replace: BTreeSet<Path>,
    /// What the host can do.
    pub host: Host,
}

impl Plan {
    /// Tells whether the object is to be made.
    pub fn creates(&self) -> bool {
        self.prior.is_null() && !self.planned.is_null()
    }

    /// Tells whether the object is to go.
    pub fn destroys(&self) -> bool {
        self.planned.is_null()
    }

    /// Tells whether the plan changes anything.
    pub fn changes(&self) -> bool {
        self.prior != self.planned
    }

    /// Plans a computed attribute that is known already; does nothing to a destruction.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.planned.set_attribute(name, value.into());
    }

    /// Leaves a computed attribute open until the apply.
    pub fn open(&mut self, name: &str) {
        self.set(name, Value::unknown());
    }
}

/// A change to carry out.
#[derive(Debug)]
pub struct Change {
    /// The state before; null for a creation.
    pub prior: Value,
    /// What the object is to be, unknown where it is not known yet; null for a removal.
    pub planned: Value,
    /// The configuration, the only place that has write-only values; null for a removal.
    pub config: Value,
    /// What the plan remembered.
    pub private: Private,
    /// Cancelled when the user wants to stop: finish quickly, and answer what is done.
    pub stop: CancellationToken,
}

impl Change {
    /// Reads what the object is to be; what is not known yet is absent.
    pub fn spec<T: DeserializeOwned>(&self) -> Result<T, Diagnostics> {
        read(&self.planned)
    }

    /// Reads what the object was before.
    pub fn before<T: DeserializeOwned>(&self) -> Result<T, Diagnostics> {
        read(&self.prior)
    }
}

/// What came of a change.
#[derive(Debug)]
pub struct Applied {
    /// The state now. Null after a removal; also null if a failed change left the prior state as
    /// it was. A creation that fails half-way answers what exists *and* the error.
    pub state: Value,
    /// What is remembered with the object.
    pub private: Private,
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
}

impl Applied {
    /// The change is done, and this is the state now.
    pub fn done(state: Value) -> Self {
        Self {
            state,
            private: Private::default(),
            diagnostics: Diagnostics::new(),
        }
    }

    /// The object is gone.
    pub fn gone() -> Self {
        Self::done(Value::Null)
    }

    /// Nothing has changed, for these reasons.
    pub fn failed(diagnostics: Diagnostics) -> Self {
        Self {
            diagnostics,
            ..Self::gone()
        }
    }

    /// Remembers something with the object.
    pub fn remember(mut self, private: Private) -> Self {
        self.private = private;
        self
    }

    /// Says something about it.
    pub fn report(mut self, diagnostics: impl Into<Diagnostics>) -> Self {
        self.diagnostics.extend(diagnostics.into());
        self
    }
}

impl From<Diagnostics> for Applied {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::failed(diagnostics)
    }
}

impl From<Result<Self, Diagnostics>> for Applied {
    fn from(result: Result<Self, Diagnostics>) -> Self {
        result.unwrap_or_else(Self::failed)
    }
}

/// The object to look at.
#[derive(Debug)]
pub struct Current {
    /// The state as last saved, or a partial one right after an import.
    pub state: Value,
    /// What is remembered with the object.
    pub private: Private,
    /// Cancelled when the user wants to stop.
    pub stop: CancellationToken,
}

impl Current {
    /// The object is in this state now; what is remembered stays.
    pub fn now(self, state: Value) -> Found {
        Found {
            state,
            private: self.private,
            warnings: Diagnostics::new(),
        }
    }

    /// The object is gone.
    pub fn gone(self) -> Found {
        self.now(Value::Null)
    }

    /// Nothing was seen that differs from the state as last saved.
    pub fn unchanged(self) -> Found {
        let state = self.state.clone();
        self.now(state)
    }
}

/// The object as it was found.
#[derive(Debug)]
pub struct Found {
    /// The state now; null if the object is gone.
    pub state: Value,
    /// What is remembered with the object.
    pub private: Private,
    /// What the user should know.
    pub warnings: Diagnostics,
}

impl Found {
    /// Says something about it.
    pub fn warn(mut self, warnings: impl Into<Diagnostics>) -> Self {
        self.warnings.extend(warnings.into());
        self
    }
}

/// How an import names the object.
#[derive(Debug, Clone, PartialEq)]
pub enum ImportBy {
    /// By one text, as on the command line.
    Id(String),
    /// By the attributes of the identity; those that an import may leave out can be null.
    Identity(Value),
}

/// An object that an import or a move brought in.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The state as far as it is known without looking.
    pub state: Value,
    /// What is remembered with the object.
    pub private: Private,
}

impl From<Value> for Imported {
    fn from(state: Value) -> Self {
        Self {
            state,
            private: Private::default(),
        }
    }
}

/// What a state file holds, from an older version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its version.
    pub version: u32,
    /// Its JSON.
    pub json: Vec<u8>,
}

impl Stored {
    /// Reads the JSON as a value of the type that this version had; what is missing is null.
    pub fn value(&self, ty: &terraform::Type) -> Result<Value, Diagnostics> {
        terraform::codec::json::decode_state(&self.json, ty).map_err(|error| {
            Diagnostics::error(
                "Stored state cannot be read",
                format!(
                    "It is not what version {} was: {}. Restore the state from a backup.",
                    self.version,
                    diagnostics::chain(&error)
                ),
            )
        })
    }
}

/// An object that was of another type until now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Address of the provider that it belonged to: `registry.terraform.io/kre/kre`.
    pub provider: String,
    /// The type that it was of.
    pub type_name: String,
    /// Its state.
    pub state: Stored,
    /// What was remembered with it.
    pub private: Private,
}

/// A row of the table of resources. Made by [`resource`].
pub struct ResourceEntry<P> {
    pub(crate) type_name: &'static str,
    pub(crate) schema: fn() -> Result<Schema, DeclareError>,
    pub(crate) validate: fn(&Value) -> Diagnostics,
    pub(crate) plan: for<'a> fn(&'a P, &'a mut Plan) -> BoxFuture<'a, Diagnostics>,
    pub(crate) create: for<'a> fn(&'a P, Change) -> BoxFuture<'a, Applied>,
    pub(crate) read: for<'a> fn(&'a P, Current) -> BoxFuture<'a, Result<Found, Diagnostics>>,
    pub(crate) update: for<'a> fn(&'a P, Change) -> BoxFuture<'a, Applied>,
    pub(crate) delete: for<'a> fn(&'a P, Change) -> BoxFuture<'a, Applied>,
    pub(crate) import: for<'a> fn(&'a P, ImportBy) -> BoxFuture<'a, Result<Imported, Diagnostics>>,
    pub(crate) upgrade: fn(&Stored) -> Result<Value, Diagnostics>,
    pub(crate) upgrade_identity: fn(&Stored) -> Result<Value, Diagnostics>,
    pub(crate) move_from: fn(&Source) -> Option<Result<Imported, Diagnostics>>,
}

impl<P> fmt::Debug for ResourceEntry<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResourceEntry")
            .field(&self.type_name)
            .finish()
    }
}

/// The row of a resource type in its provider's table.
pub const fn resource<R: Resource>() -> ResourceEntry<R::Provider> {
    ResourceEntry {
        type_name: R::TYPE_NAME,
        schema: R::schema,
        validate: R::validate,
        plan: |provider, plan| Box::pin(R::plan(provider, plan)),
        create: |provider, change| Box::pin(R::create(provider, change)),
        read: |provider, current| Box::pin(R::read(provider, current)),
        update: |provider, change| Box::pin(R::update(provider, change)),
        delete: |provider, change| Box::pin(R::delete(provider, change)),
        import: |provider, by| Box::pin(R::import(provider, by)),
        upgrade: R::upgrade,
        upgrade_identity: R::upgrade_identity,
        move_from: R::move_from,
    }
}
