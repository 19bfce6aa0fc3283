//! What the state of a runtime has besides its specification.

use std::{collections::BTreeMap, sync::LazyLock};

use kre_core::runtime::{Endpoints, Part, Reference, RuntimeSpec, inventory};
use schemars::JsonSchema;
use serde::Serialize;
use terraform::{Diagnostics, Type, Value, bridge::to_value, declare::DeclareError, diagnostics};

/// What an object is that is as it was applied.
pub(super) const APPLIED: &str = "applied";

/// The attributes that the provider alone sets.
pub(super) const COMPUTED: [&str; 6] = [
    "ref",
    "endpoints",
    "components",
    "objects",
    "status",
    "cluster_uid",
];

/// What the provider answers of a runtime.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct Computed {
    /// What versions, workflows and publications refer to.
    #[serde(rename = "ref")]
    pub(super) reference: Reference,
    /// Where the services are reached from within the cluster.
    pub(super) endpoints: Endpoints,
    /// The services, by the attribute of the configuration that is about each.
    pub(super) components: BTreeMap<String, Part>,
    /// Everything that the runtime is made of, by kind and name, and what has become of it:
    /// `applied`, `missing`, or `changed:` with the paths of the fields and who changed them. A
    /// plan that mends what has changed shows it here.
    pub(super) objects: BTreeMap<String, String>,
    /// How far the runtime is.
    pub(super) status: Status,
    /// The uid of the cluster that it is in, which is that of the namespace `kube-system`.
    #[schemars(extend("x-terraform" = {"keep_prior": true}))]
    pub(super) cluster_uid: String,
}

/// How far a runtime is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Status {
    /// It works.
    Ready,
    /// The last apply ended before it worked. The next one goes on.
    Starting,
    /// The last apply failed. The next one tries again.
    Error,
}

impl Status {
    /// The status as a state has it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "READY",
            Self::Starting => "STARTING",
            Self::Error => "ERROR",
        }
    }
}

/// Everything that a runtime is to be made of, as it should be.
pub(super) fn objects(spec: &RuntimeSpec) -> BTreeMap<String, String> {
    let inventory = inventory(spec);
    let items = inventory.items().iter();
    items
        .map(|item| (item.id.to_string(), APPLIED.to_owned()))
        .collect()
}

/// The type of states. It is the same for all of them, and made once.
pub(super) fn ty() -> Result<&'static Type, Diagnostics> {
    static TYPE: LazyLock<Result<Type, DeclareError>> =
        LazyLock::new(|| super::schema().map(|schema| schema.implied_type()));
    TYPE.as_ref().map_err(Diagnostics::bug)
}

/// The state of a runtime with this specification, for imports and for what was found.
pub(super) fn state(
    spec: &RuntimeSpec,
    objects: BTreeMap<String, String>,
    status: Status,
    cluster_uid: String,
) -> Result<Value, Diagnostics> {
    let mut spec = spec.clone();
    spec.namespace = Some(spec.namespace());
    let computed = Computed {
        reference: spec.reference(),
        endpoints: spec.endpoints(),
        components: spec.parts(),
        objects,
        status,
        cluster_uid,
    };
    let state = State { spec, computed };
    to_value(&state, ty()?).map_err(|error| Diagnostics::bug(diagnostics::chain(&error)))
}

#[derive(Serialize)]
struct State {
    #[serde(flatten)]
    spec: RuntimeSpec,
    #[serde(flatten)]
    computed: Computed,
}
