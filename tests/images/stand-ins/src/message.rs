//! What runners send each other, generation 2 (research/kre.md §7.4).

use prost_types::Any;

/// A message on its way through a workflow.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct KreNatsMessage {
    /// The call that it belongs to.
    #[prost(string, tag = "1")]
    pub(crate) request_id: String,
    /// What the node made of it.
    #[prost(message, optional, tag = "2")]
    pub(crate) payload: Option<Any>,
    /// Why it failed; empty if it did not.
    #[prost(string, tag = "3")]
    pub(crate) error: String,
    /// Who sent it.
    #[prost(string, tag = "4")]
    pub(crate) from_node: String,
    /// What it says besides its payload.
    #[prost(enumeration = "MessageType", tag = "5")]
    pub(crate) message_type: i32,
}

/// What a message says besides its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(crate) enum MessageType {
    /// Nobody has said so.
    Undefined = 0,
    /// All is well.
    Ok = 1,
    /// A handler has failed.
    Error = 2,
    /// An answer before the end of the workflow.
    EarlyReply = 3,
    /// An answer instead of the end of the workflow.
    EarlyExit = 4,
}
