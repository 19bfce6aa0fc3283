//! How a thing fails, for those who want to see it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use terraform::{Diagnostics, Path, Value, diagnostics};
use terraform_server::Plan;

/// Which operation fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Fail {
    /// None.
    #[default]
    #[serde(rename = "")]
    Never,
    /// The creation, before anything exists.
    CreateBefore,
    /// The creation, after the thing exists.
    CreateHalf,
    /// Updates, before anything has changed.
    UpdateBefore,
    /// Updates, after something has changed; the next update finishes what is left.
    UpdateHalf,
    /// The removal.
    Delete,
    /// The creation and updates, by a mistake in the provider.
    Panic,
    /// Every plan but that of the removal.
    Plan,
    /// None, but each look at the thing has something to say.
    ReadWarning,
}

impl Fail {
    /// Fails if this is the operation that should, or if any should by mistake.
    pub(super) fn before(self, operation: Self) -> Result<(), Diagnostics> {
        assert!(
            self != Self::Panic || operation == Self::Delete,
            "`fail` asks for a mistake, to see that the process survives it"
        );
        if self != operation {
            return Ok(());
        }
        Err(on_demand("The operation failed").into())
    }

    fn of(state: &Value) -> Self {
        terraform::bridge::from_value(state.attribute("fail")).unwrap_or_default()
    }
}

/// What a plan is refused for.
pub(super) fn of_plan(plan: &Plan) -> Diagnostics {
    if Fail::of(&plan.planned) == Fail::Plan {
        return on_demand("The plan failed").into();
    }
    let protected = plan.prior.attribute("protected").as_bool();
    if plan.destroys() && protected == Some(true) {
        let remedy = "Apply `protected = false` first.";
        let refusal = diagnostics::error("The thing is protected", remedy);
        return refusal.at(Path::from("protected")).into();
    }
    Diagnostics::new()
}

/// What a look at a thing has to say.
pub(super) fn of_read(state: &Value) -> Diagnostics {
    if Fail::of(state) != Fail::ReadWarning {
        return Diagnostics::new();
    }
    let path = Path::from("fail");
    diagnostics::warning("The thing was looked at", "`fail` asks for this warning.")
        .at(path)
        .into()
}

fn on_demand(summary: &str) -> diagnostics::Diagnostic {
    diagnostics::error(summary, "`fail` asks for it.").at(Path::from("fail"))
}
