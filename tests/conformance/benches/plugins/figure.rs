//! What is measured, and how good it should be.

/// One thing to know about a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Figure {
    /// From just before the process exists to the complete handshake.
    Handshake,
    /// The same, with a host that asks for AutoMTLS.
    EncryptedHandshake,
    /// From the handshake to the first schema, the connection included.
    Schema,
    /// The same over AutoMTLS, the proofs of both sides included.
    EncryptedSchema,
    /// From just before the process exists to the first schema, without AutoMTLS.
    StartToSchema,
    /// The same with AutoMTLS: what a user waits for.
    EncryptedStartToSchema,
    /// The round trip of reading nothing, on a warm connection with AutoMTLS.
    Read,
    /// Resident memory a moment after the first schema.
    Resident,
    /// The same, with pages that processes share counted in parts.
    Proportional,
    /// The size of the binary without symbols.
    Size,
}

impl Figure {
    /// All of them, in the order of the report.
    pub(crate) const ALL: [Self; 10] = [
        Self::Handshake,
        Self::EncryptedHandshake,
        Self::Schema,
        Self::EncryptedSchema,
        Self::StartToSchema,
        Self::EncryptedStartToSchema,
        Self::Read,
        Self::Resident,
        Self::Proportional,
        Self::Size,
    ];

    /// Returns what the report calls it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Handshake => "start → handshake",
            Self::EncryptedHandshake => "start → handshake, AutoMTLS",
            Self::Schema => "handshake → first schema",
            Self::EncryptedSchema => "handshake → first schema, AutoMTLS",
            Self::StartToSchema => "start → first schema",
            Self::EncryptedStartToSchema => "start → first schema, AutoMTLS",
            Self::Read => "empty ReadResource, AutoMTLS",
            Self::Resident => "idle resident memory",
            Self::Proportional => "idle proportional memory",
            Self::Size => "stripped binary",
        }
    }

    /// Returns the unit of its samples.
    pub(crate) const fn unit(self) -> &'static str {
        match self {
            Self::Resident | Self::Proportional => "MiB",
            Self::Size => "MB",
            _ => "ms",
        }
    }

    /// Returns the largest median that is good enough for our plugins, if one was set.
    pub(crate) const fn goal(self) -> Option<f64> {
        match self {
            Self::Handshake => Some(5.0),
            Self::EncryptedHandshake => Some(8.0),
            Self::Schema | Self::EncryptedSchema => Some(2.0),
            Self::Read => Some(0.3),
            Self::Resident | Self::Size => Some(15.0),
            Self::StartToSchema | Self::EncryptedStartToSchema | Self::Proportional => None,
        }
    }
}
