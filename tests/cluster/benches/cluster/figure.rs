//! What is measured, and how good it should be.

/// One thing to know about a test cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Figure {
    /// The build of the control plane and of KWOK.
    Build,
    /// The same with all services.
    BuildWithServices,
    /// From asking for a cluster to having all of it, with everything built.
    Start,
    /// From asking for its end to nothing being left.
    End,
    /// Memory of all processes when nobody asks for anything, shared pages counted in parts.
    Memory,
    /// From the first request to the last of a thousand Deployments being available.
    Fill,
    /// From asking for a cluster with one node that runs containers to having all of it.
    ContainersStart,
    /// From asking for its end to nothing being left.
    ContainersEnd,
    /// Memory of all its processes when nobody asks for anything.
    ContainersMemory,
    /// From asking for a pod there to its being ready.
    Pod,
}

impl Figure {
    /// All of them, in the order of the report.
    pub(crate) const ALL: [Self; 10] = [
        Self::Build,
        Self::BuildWithServices,
        Self::Start,
        Self::End,
        Self::Memory,
        Self::Fill,
        Self::ContainersStart,
        Self::ContainersEnd,
        Self::ContainersMemory,
        Self::Pod,
    ];

    /// Returns what the report calls it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Build => "build, control plane and KWOK",
            Self::BuildWithServices => "build, with all services",
            Self::Start => "warm start → ready",
            Self::End => "down",
            Self::Memory => "proportional memory at rest",
            Self::Fill => "1,000 available Deployments",
            Self::ContainersStart => "tier 2, warm start → ready",
            Self::ContainersEnd => "tier 2, down",
            Self::ContainersMemory => "tier 2, memory at rest, one node",
            Self::Pod => "tier 2, pod → ready",
        }
    }

    /// Returns the unit of its values.
    pub(crate) const fn unit(self) -> &'static str {
        match self {
            Self::Memory | Self::ContainersMemory => "MiB",
            _ => "s",
        }
    }

    /// Returns the largest median that is good enough, if one was set.
    pub(crate) const fn goal(self) -> Option<f64> {
        match self {
            Self::Build => Some(360.0),
            Self::BuildWithServices => Some(720.0),
            Self::Start => Some(8.0),
            Self::Memory => Some(1229.0),
            Self::ContainersStart => Some(20.0),
            Self::End | Self::Fill | Self::ContainersEnd | Self::ContainersMemory | Self::Pod => {
                None
            }
        }
    }
}
