//! Every rule that a manifest can break, in one table.

mod id;

use std::fmt::{self, Write as _};

use serde::Serialize;

use super::Dialect;
pub use id::RuleId;

use Dialect::{Kai, KreV1, KreV2};
use Origin::{Original, Ours};
use RuleId as Id;
use Severity::{Error, Warning};

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The manifest is refused.
    Error,
    /// The manifest is accepted, but looks odd.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// Whose rule it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The original engine's: part of a strict verdict.
    Original,
    /// Ours: something that breaks only at run time there, or looks odd.
    Ours,
}

/// A rule as it is for some dialects.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// Whose manifests it is for.
    pub dialects: &'static [Dialect],
    /// What breaking it means.
    pub severity: Severity,
    /// Whose rule it is.
    pub origin: Origin,
    /// What it demands, in one line.
    pub says: &'static str,
    /// What the original says when it is broken, or what happens there.
    pub theirs: &'static str,
}

/// The row of the table for a rule and a dialect.
pub fn rule(id: RuleId, dialect: Dialect) -> Option<&'static Rule> {
    RULES
        .iter()
        .find(|rule| rule.id == id && rule.dialects.contains(&dialect))
}

const KRE: &[Dialect] = &[KreV1, KreV2];
const V1: &[Dialect] = &[KreV1];
const V2: &[Dialect] = &[KreV2];
const KAI: &[Dialect] = &[Kai];
const ALL: &[Dialect] = &[KreV1, KreV2, Kai];

const fn row(
    id: RuleId,
    dialects: &'static [Dialect],
    severity: Severity,
    origin: Origin,
    texts: (&'static str, &'static str),
) -> Rule {
    let (says, theirs) = texts;
    Rule {
        id,
        dialects,
        severity,
        origin,
        says,
        theirs,
    }
}

const fn original(
    id: RuleId,
    dialects: &'static [Dialect],
    says: &'static str,
    theirs: &'static str,
) -> Rule {
    row(id, dialects, Error, Original, (says, theirs))
}

const fn error(
    id: RuleId,
    dialects: &'static [Dialect],
    says: &'static str,
    theirs: &'static str,
) -> Rule {
    row(id, dialects, Error, Ours, (says, theirs))
}

const fn warning(
    id: RuleId,
    dialects: &'static [Dialect],
    says: &'static str,
    theirs: &'static str,
) -> Rule {
    row(id, dialects, Warning, Ours, (says, theirs))
}

/// Every rule. One that differs between dialects has several rows.
#[rustfmt::skip]
pub static RULES: &[Rule] = &[
    original(Id::YamlSyntax, ALL, "The file is YAML.", "`yaml: line N: …`"),
    original(Id::YamlType, ALL, "Every value has the type of its field.", "`cannot unmarshal … into …`"),
    original(Id::YamlDuplicateKey, KAI, "No key is there twice in a mapping.", "`mapping key … already defined at line N`, `field … already set in type …`"),
    original(Id::YamlAlias, ALL, "Every alias has its anchor, does not contain itself, and aliases do not multiply without bounds.", "`unknown anchor … referenced`, `anchor … value contains itself`, `document contains excessive aliasing`"),
    original(Id::YamlMerge, ALL, "The value of `<<` is a mapping or a list of mappings.", "`map merge requires map or sequence of maps as the value`"),
    original(Id::YamlTag, ALL, "A value with a tag has the form that the tag demands.", "`cannot decode … as a …`, `!!binary value contains invalid base64 data`"),
    original(Id::FieldRequired, KRE, "Required fields are there and not empty.", "`the field \"X\" is required`"),
    original(Id::FieldRequired, KAI, "Required fields are there and not empty.", "`missing required field`"),
    original(Id::NameFormat, KRE, "Names consist of lower-case letters, digits and inner hyphens.", "`invalid resource name \"v\" at \"X\"`"),
    original(Id::NameFormat, KAI, "Names consist of lower-case letters, digits and inner hyphens.", "`invalid field name; only numbers, hyphens and lowercase letters are allowed`"),
    original(Id::NameLength, KRE, "Names have at most 19 characters.", "`invalid length \"v\" at \"X\" must be lower than 20`"),
    original(Id::NameLength, KAI, "Names have at most 20 characters.", "`field length is higher than the maximum: X; maximum length allowed: 20`"),
    original(Id::VersionTag, KAI, "The version is a tag such as `v1.2.3`.", "`invalid version tag; must follow the format 'vX.Y.Z'`"),
    original(Id::KrtVersionUnknown, V2, "`krtVersion` is `v2`.", "`invalid value \"v\" at krtVersion \"X\"`"),
    original(Id::KrtVersionMissing, V2, "`krtVersion` is there.", "`error krtVersion input from krt.yml not valid: `"),
    original(Id::ProtoSuffix, KRE, "The name of the proto file ends with `.proto`.", "`invalid value \"v\" at \"X\" must end with .proto`"),
    original(Id::VariableFormat, KRE, "Variables consist of capital letters, digits and inner underscores.", "`invalid value \"v\" at env var \"X\" must contain only capital letters, numbers, and underscores`"),
    original(Id::WorkflowsEmpty, V2, "There is a workflow.", "`there are no defined workflows`"),
    error(Id::WorkflowsEmpty, V1, "There is a workflow.", "Accepted; the version serves nothing."),
    original(Id::WorkflowDuplicate, KAI, "No two workflows have the same name.", "`workflow names must be unique`"),
    error(Id::WorkflowDuplicate, KRE, "No two workflows have the same name.", "Accepted; their Deployments get the same names."),
    original(Id::WorkflowType, KAI, "The type of a workflow is `data`, `training`, `feedback` or `serving`.", "`invalid workflow type, must be either 'data', 'training' 'feedback' or 'serving'`"),
    error(Id::WorkflowWithoutNodes, KRE, "A workflow has a node.", "v1: accepted; requests are never answered. v2: refused for its exitpoint."),
    original(Id::NodeDuplicate, V2, "No two nodes of a workflow have the same name.", "`node names should be unique per workflows`"),
    original(Id::NodeDuplicate, KAI, "No two processes of a workflow have the same name.", "`process names must be unique`"),
    error(Id::NodeDuplicate, V1, "No two nodes have the same name, and none is in a sequence twice.", "Accepted; the last one counts, or both get the same messages."),
    original(Id::ProcessType, KAI, "The type of a process is `trigger`, `task` or `exit`.", "`invalid process type, must be either 'trigger', 'task' or 'exit'`"),
    original(Id::ProcessesIncomplete, KAI, "A workflow has a trigger and an exit.", "`not enough processes declared for this workflow, needed at least 1 trigger and 1 exit process`"),
    original(Id::SequentialUnknown, V1, "A sequence names nodes that exist.", "`node in sequential not found: v`"),
    original(Id::ExitpointMissing, V2, "A workflow has an exitpoint.", "`missing exitpoint in workflow \"w\"`, besides `the field \"X\" is required`"),
    original(Id::ExitpointUnknown, V2, "The exitpoint is a node of the workflow.", "`exitpoint node \"v\" not found in workflow \"w\" nodes`"),
    original(Id::SubscriptionMissing, V2, "A node has a subscription.", "`node \"n\" requires at least one subscription`"),
    original(Id::SubscriptionDuplicate, KAI, "A process subscribes once to the same.", "`subscriptions cannot be duplicated`"),
    warning(Id::SubscriptionDuplicate, V2, "A node subscribes once to the same.", "Accepted."),
    original(Id::SubscriptionSelf, KAI, "A process does not subscribe to itself.", "`cannot subscribe to itself`"),
    warning(Id::SubscriptionSelf, V2, "A node does not subscribe to itself.", "Accepted; messages go round."),
    original(Id::SubscriptionUnknown, KAI, "A process subscribes to processes of its workflow.", "`cannot subscribe to non existent process: process named \"v\" does not exist`"),
    error(Id::SubscriptionUnknown, V2, "A node subscribes to `entrypoint` or to nodes of its workflow.", "Accepted; the node crashes at start, because no stream has the subject."),
    original(Id::SubscriptionType, KAI, "A trigger hears exits; tasks and exits hear triggers and tasks.", "`invalid subscription: this process of type \"A\" cannot subscribe to \"B\" processes`"),
    error(Id::SubscriptionMissing, KAI, "A task or an exit has a subscription.", "An empty list is accepted; the process hears nothing."),
    error(Id::ChannelFormat, &[KreV2, Kai], "A channel is one word without spaces, dots and wildcards; `entrypoint` of KRE has none.", "Accepted; the subscription is refused by NATS and the process ends."),
    original(Id::ObjectStoreScope, V2, "The scope of an object store is `workflow` or `project`.", "`Field validation for 'Scope' failed on the 'oneof' tag`"),
    original(Id::ObjectStoreScope, KAI, "The scope of an object store is `product` or `workflow`.", "`invalid process object store scope, must be either 'product' or 'workflow'`"),
    error(Id::FileMissing, KRE, "The proto file and the sources of nodes come with the manifest.", "`error src file \"p\" for node \"n\" does not exists`, after the upload; without its proto file, the entrypoint ends at once."),
    error(Id::ObjectStoreName, V2, "The name of an object store is one.", "`invalid object store name`, when the version is started"),
    original(Id::Protocol, KAI, "The protocol is `HTTP` or `GRPC`.", "`invalid networking protocol, must be either 'HTTP' or 'GRPC'`"),
    error(Id::PortRange, KAI, "Ports are between 1 and 65535.", "Accepted; Kubernetes refuses the Service."),
    original(Id::CpuFormat, KAI, "Processors are given as `1`, `0.5` or `100m`, the latter with three digits.", "`invalid process CPU resource limit, must be of form '1', '0.5' or '100m'`"),
    original(Id::CpuOrder, KAI, "The limit of processors is not below the request.", "`invalid process CPU, 'limit' cannot be lower than 'request'`"),
    original(Id::MemoryFormat, KAI, "Memory is given as `350M` or `1Gi`.", "`invalid process memory resource limit, must be of form '350M' or '1Gi'`"),
    original(Id::MemoryOrder, KAI, "The limit of memory is not below the request.", "`invalid process memory, 'limit' cannot be lower than 'request'`"),
    original(Id::NodeSelector, KAI, "Node selectors are labels of Kubernetes with a value.", "`invalid key \"k\": …`, `invalid value \"v\": …`"),
    error(Id::EntrypointDuplicate, KRE, "No two workflows answer the same method.", "Accepted; they share a stream, which cannot be created twice."),
    error(Id::EntrypointMethod, KRE, "A method has no spaces, dots, wildcards and slashes, which its stream cannot have.", "Accepted; the stream cannot be created."),
    error(Id::NameReserved, KRE, "No version is called `active`, no node `entrypoint`.", "Accepted; names collide with the public Service and the entrypoint."),
    error(Id::NameCollision, ALL, "Workflow and node together give another name for each node.", "Accepted; two Deployments get the same name."),
    error(Id::NameTooLong, ALL, "Names in the cluster have at most 63 characters.", "Accepted; Kubernetes refuses the Deployment."),
    error(Id::ReplicasNegative, &[KreV2, Kai], "The number of replicas is not negative.", "Accepted; Kubernetes refuses the Deployment."),
    error(Id::ConfigReserved, KRE, "No key of the configuration begins with `KRT_`.", "Accepted; the key is overwritten by the engine's."),
    error(Id::ConfigKeyFormat, KRE, "Every key of the configuration can be an environment variable.", "Accepted; files are never checked."),
    warning(Id::ConfigDuplicate, KRE, "No key of the configuration is there twice.", "Accepted; one value wins."),
    warning(Id::SecretsUnused, KAI, "Secrets are of no effect.", "Accepted and ignored."),
    warning(Id::NodeUnreachable, &[KreV2, Kai], "Every node is reached by messages.", "Accepted; the node waits for ever."),
    warning(Id::ExitpointUnreachable, V2, "The exitpoint is reached by messages.", "Accepted; requests are never answered."),
    warning(Id::Cycle, &[KreV2, Kai], "Nodes do not subscribe in a circle.", "Accepted; messages may go round."),
    warning(Id::NodeUnused, V1, "Every node is part of a workflow.", "Accepted and ignored."),
    warning(Id::KeyUnknown, ALL, "Every key means something.", "Accepted and ignored."),
    warning(Id::KeyRepeated, KRE, "No key is there twice in a mapping.", "Accepted; the last one counts."),
    warning(Id::DocumentIgnored, ALL, "The file has one document.", "Accepted; further ones are ignored."),
    warning(Id::ImageIncompatible, KRE, "The runners are made for the engine.", "Accepted; messages are not understood."),
    warning(Id::DialectAmbiguous, ALL, "It is clear which dialect the file is written in.", "Each engine knows one dialect."),
    warning(Id::DialectOutdated, V1, "The file is written for an engine that exists.", "Engines from 8 on refuse it."),
    warning(Id::FileName, KRE, "The manifest is called `krt.yml` or `krt.yaml`.", "`error krt.yml file missing`"),
];

/// What stands above the table in the documentation.
const HEAD: &str = "\
# Rules for KRT files

A KRT file is judged by the rules of its dialect: `kre-v1` (KRE up to 7), `kre-v2` (KRE from 8) or
`kai`. Which one it is follows from its keys, unless it is said.

A strict verdict counts the originals' rules alone: what it accepts, the original accepts, and what
it refuses, the original refuses, for the same rules. Without `strict`, our own rules are added:
errors where the original lets something pass that breaks at run time, warnings where something
only looks odd. A warning refuses nothing.

Three things are not as in the originals, on purpose. Aliases may cause 100,000 steps of reading,
where the originals stop at about four times as many. Merges may lie 100 deep within each other. And
a mapping with both a merge and a collection as key, on which KAI crashes, is refused.
";

/// The page of the documentation that explains the rules.
pub fn guide() -> String {
    format!("{HEAD}{}", table())
}

/// The table as Markdown.
pub fn table() -> String {
    let mut text = String::new();
    let sections = [
        ("The originals' rules", Original, Error),
        ("Our own: errors", Ours, Error),
        ("Our own: warnings", Ours, Warning),
    ];
    for (title, origin, severity) in sections {
        let _ = write!(text, "\n### {title}\n\n");
        text.push_str("| Rule | Dialects | What it demands | The original |\n|---|---|---|---|\n");
        let of_section = |rule: &&Rule| rule.origin == origin && rule.severity == severity;
        for rule in RULES.iter().filter(of_section) {
            let dialects: Vec<_> = rule
                .dialects
                .iter()
                .map(|dialect| dialect.as_str())
                .collect();
            let dialects = dialects.join(", ");
            let (id, says, theirs) = (rule.id, rule.says, rule.theirs);
            let _ = writeln!(text, "| `{id}` | {dialects} | {says} | {theirs} |");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_in_the_table() {
        for id in RuleId::ALL {
            assert!(RULES.iter().any(|rule| rule.id == *id), "{id}");
        }
    }

    #[test]
    fn a_rule_and_a_dialect_have_one_row() {
        for id in RuleId::ALL {
            for dialect in Dialect::ALL {
                let rows = RULES
                    .iter()
                    .filter(|rule| rule.id == *id && rule.dialects.contains(dialect));
                assert!(rows.count() <= 1, "{id} {dialect}");
            }
        }
    }

    #[test]
    fn names_are_kebab_case() {
        for id in RuleId::ALL {
            let is_kebab = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
            assert!(id.as_str().bytes().all(is_kebab), "{id}");
        }
    }
}
