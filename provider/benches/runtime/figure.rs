//! What is measured, and how good it should be.

/// How many runtimes there are.
pub(crate) const COUNTS: [usize; 3] = [1, 10, 100];

/// How many can do at once what they do without keeping the machine from it.
pub(crate) const FEW: usize = 10;

/// One thing to know about runtimes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Figure {
    /// From the first plan of all to the last answer of their creation.
    Create,
    /// From the last workload being available to the answer, but for the second in which
    /// mongo-writer has to prove itself.
    CreateWaiting,
    /// Peak memory of the provider that has created them.
    CreateMemory,
    /// From the first call that reads to the last answer, in a process that has just started.
    Refresh,
    /// The requests of such a refresh, all at once, from a client that does nothing else.
    Floor,
    /// The same refresh with the plans after it, which find nothing to change.
    Plan,
    /// Peak memory of the provider that has refreshed and planned.
    PlanMemory,
    /// `terraform plan` without changes.
    Terraform,
    /// The same of as many `terraform_data`: what Terraform itself takes.
    TerraformAlone,
    /// An update that restarts NATS.
    Update,
    /// From the last workload being available to the answer.
    UpdateWaiting,
    /// From the first plan to the last answer.
    Destroy,
}

impl Figure {
    /// All of them, in the order of the report.
    pub(crate) const ALL: [Self; 12] = [
        Self::Create,
        Self::CreateWaiting,
        Self::CreateMemory,
        Self::Refresh,
        Self::Floor,
        Self::Plan,
        Self::PlanMemory,
        Self::Terraform,
        Self::TerraformAlone,
        Self::Update,
        Self::UpdateWaiting,
        Self::Destroy,
    ];

    /// Returns what the report calls it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::CreateWaiting => "create: ready → answer, less 1 s",
            Self::CreateMemory => "create: peak memory",
            Self::Refresh => "refresh",
            Self::Floor => "refresh: its requests alone",
            Self::Plan => "refresh and plan, no change",
            Self::PlanMemory => "refresh and plan: peak memory",
            Self::Terraform => "terraform plan, no change",
            Self::TerraformAlone => "terraform plan of terraform_data",
            Self::Update => "update that restarts NATS",
            Self::UpdateWaiting => "update: ready → answer",
            Self::Destroy => "destroy, with data",
        }
    }

    /// Returns the unit of its samples.
    pub(crate) const fn unit(self) -> &'static str {
        match self {
            Self::CreateMemory | Self::PlanMemory => "MiB",
            _ => "ms",
        }
    }

    /// Returns the largest median that is good enough for so many runtimes, if one was set.
    pub(crate) const fn goal(self, count: usize) -> Option<f64> {
        match self {
            Self::CreateMemory | Self::PlanMemory => Some(60.0),
            Self::CreateWaiting | Self::UpdateWaiting if count <= FEW => Some(200.0),
            _ => None,
        }
    }

    /// Returns the figure that it is a multiple of.
    pub(crate) const fn floor(self) -> Option<Self> {
        match self {
            Self::Refresh | Self::Plan => Some(Self::Floor),
            Self::Terraform => Some(Self::TerraformAlone),
            _ => None,
        }
    }
}
