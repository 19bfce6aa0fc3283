//! The names of rules.

use std::fmt;

use serde::Serialize;

macro_rules! ids {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// The name of a rule. Names never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum RuleId { $($(#[$doc])* $variant,)+ }

        impl RuleId {
            /// Every name, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name as it is printed.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

ids! {
    /// The file is no YAML.
    YamlSyntax = "yaml-syntax",
    /// A value is of another type than its field.
    YamlType = "yaml-type",
    /// A key is there twice.
    YamlDuplicateKey = "yaml-duplicate-key",
    /// An alias is unknown, contains itself or multiplies too much.
    YamlAlias = "yaml-alias",
    /// A merge key has a value that is no mapping.
    YamlMerge = "yaml-merge",
    /// A value does not fit its tag.
    YamlTag = "yaml-tag",
    /// A field is missing or empty.
    FieldRequired = "field-required",
    /// A name has characters that it must not have.
    NameFormat = "name-format",
    /// A name is too long.
    NameLength = "name-length",
    /// The tag of a version is none.
    VersionTag = "version-tag",
    /// The version of the format is unknown.
    KrtVersionUnknown = "krt-version-unknown",
    /// The version of the format is missing.
    KrtVersionMissing = "krt-version-missing",
    /// The proto file is named otherwise.
    ProtoSuffix = "proto-suffix",
    /// A key of the configuration has characters that it must not have.
    VariableFormat = "variable-format",
    /// There is no workflow.
    WorkflowsEmpty = "workflows-empty",
    /// Two workflows have the same name.
    WorkflowDuplicate = "workflow-duplicate",
    /// The type of a workflow is unknown.
    WorkflowType = "workflow-type",
    /// A workflow has no nodes.
    WorkflowWithoutNodes = "workflow-without-nodes",
    /// Two nodes of a workflow have the same name.
    NodeDuplicate = "node-duplicate",
    /// The type of a process is unknown.
    ProcessType = "process-type",
    /// A workflow lacks a trigger or an exit.
    ProcessesIncomplete = "processes-incomplete",
    /// A sequence names a node that does not exist.
    SequentialUnknown = "sequential-unknown",
    /// A workflow has no exitpoint.
    ExitpointMissing = "exitpoint-missing",
    /// The exitpoint is no node of the workflow.
    ExitpointUnknown = "exitpoint-unknown",
    /// A node subscribes to nothing.
    SubscriptionMissing = "subscription-missing",
    /// A node subscribes twice to the same.
    SubscriptionDuplicate = "subscription-duplicate",
    /// A node subscribes to itself.
    SubscriptionSelf = "subscription-self",
    /// A node subscribes to a node that does not exist.
    SubscriptionUnknown = "subscription-unknown",
    /// A process subscribes to one of a type that it must not hear.
    SubscriptionType = "subscription-type",
    /// A channel cannot be one.
    ChannelFormat = "channel-format",
    /// The scope of an object store is unknown.
    ObjectStoreScope = "object-store-scope",
    /// A file that the manifest counts on is not there.
    FileMissing = "file-missing",
    /// The name of an object store cannot be one.
    ObjectStoreName = "object-store-name",
    /// A protocol is unknown.
    Protocol = "protocol",
    /// A port is out of range.
    PortRange = "port-range",
    /// An amount of processors has no valid form.
    CpuFormat = "cpu-format",
    /// The limit of processors is below the request.
    CpuOrder = "cpu-order",
    /// An amount of memory has no valid form.
    MemoryFormat = "memory-format",
    /// The limit of memory is below the request.
    MemoryOrder = "memory-order",
    /// A label of machines cannot be one.
    NodeSelector = "node-selector",
    /// Two workflows have the same method.
    EntrypointDuplicate = "entrypoint-duplicate",
    /// A method cannot be part of a stream's name.
    EntrypointMethod = "entrypoint-method",
    /// A name means something else.
    NameReserved = "name-reserved",
    /// Two nodes get the same name in the cluster.
    NameCollision = "name-collision",
    /// A name in the cluster gets too long.
    NameTooLong = "name-too-long",
    /// The number of replicas is negative.
    ReplicasNegative = "replicas-negative",
    /// A key of the configuration belongs to the engine.
    ConfigReserved = "config-reserved",
    /// A key of the configuration is there twice.
    ConfigDuplicate = "config-duplicate",
    /// A key of the configuration cannot be an environment variable.
    ConfigKeyFormat = "config-key-format",
    /// Secrets are ignored.
    SecretsUnused = "secrets-unused",
    /// A node is never reached.
    NodeUnreachable = "node-unreachable",
    /// The exitpoint is never reached.
    ExitpointUnreachable = "exitpoint-unreachable",
    /// Nodes wait for each other in a circle.
    Cycle = "cycle",
    /// A node belongs to no workflow.
    NodeUnused = "node-unused",
    /// A key means nothing.
    KeyUnknown = "key-unknown",
    /// A key is there twice and the last one counts.
    KeyRepeated = "key-repeated",
    /// Another document follows, which nobody reads.
    DocumentIgnored = "document-ignored",
    /// The tag of an image belongs to another engine.
    ImageIncompatible = "image-incompatible",
    /// The dialect is not clear.
    DialectAmbiguous = "dialect-ambiguous",
    /// The dialect is one that newer engines refuse.
    DialectOutdated = "dialect-outdated",
    /// The file is named otherwise.
    FileName = "file-name",
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for RuleId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
