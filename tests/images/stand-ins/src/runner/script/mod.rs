//! The script that stands for a node's handlers: what the tests steer a runner with.
//!
//! One instruction per line. Words with spaces are quoted (`\"`, `\\`, `\n` inside); empty lines,
//! and lines that start with `#`, say nothing. Whatever else is not understood makes the script as
//! broken as a module that cannot be imported.
//!
//! ```text
//! start after 3s                    # settings, before the first section:
//! exit after 2 messages             #   slow start; end with code 0 after so many
//!
//! init:                             # once, when the subscriptions are there
//!   config set greeting hello in workflow
//!
//! handler:                          # for messages of any node
//!   append " via a"
//!   send
//!
//! handler etl:                      # for those of the node etl alone
//!   on error fail
//!   on early-exit early exit
//!   on ok any
//! ```
//!
//! The payload (google.protobuf.Any) is taken for a message with one string, its field 1: *the
//! text* below. Instructions change it or act, and nothing is sent unless one says so:
//!
//! | instruction | what it does |
//! |---|---|
//! | `append TEXT`, `replace TEXT`, `repeat TIMES TEXT` | adds to the text, replaces it, adds many times |
//! | `type NAME` | makes it a payload of this protobuf type, e.g. `main.Response` |
//! | `env NAME` | appends a variable of the environment |
//! | `file PATH` | appends a file of the KRT |
//! | `config get KEY [from SCOPE]` | appends a value; without scope: node, workflow, project |
//! | `config set KEY VALUE [in SCOPE]`, `config delete KEY [in SCOPE]` | without scope: node |
//! | `object put NAME`, `object get NAME`, `object delete NAME` | stores the text, appends one, deletes one |
//! | `db save COLLECTION {…}` | saves the JSON document, the rest of the line, through the mongo-writer |
//! | `prediction save PREDICTED TRUE` | likewise, for the classification metrics |
//! | `measure NAME` | writes a measurement; nobody minds if that fails |
//! | `send`, `early reply`, `early exit`, each `[to CHANNEL]` | sends the text |
//! | `any [to CHANNEL]` | sends the payload as it came |
//! | `log TEXT`, `delay DURATION` | as they say; durations end in `ms`, `s`, or `m` |
//! | `fail [TEXT]` | raises; without text, what the message says as its error |
//! | `exit` | ends the process at once, and the message stays unacknowledged |
//! | `on KIND INSTRUCTION` | only for messages that are `ok`, `error`, `early-reply`, `early-exit` |
//! | `when PART INSTRUCTION`, `unless PART INSTRUCTION` | only if the text contains this, or does not; after `on` |
//!
//! A handler without a word about `error` fails for a message that says it, as a careful one does.

mod parse;
mod setting;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::time::Duration;

use serde_json::{Map, Value};

pub(super) use parse::parse;

use crate::message::MessageType;

/// What a node does.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Script {
    /// How long it takes its time before it connects.
    pub(super) start_after: Duration,
    /// After how many messages it ends; `None` means never.
    pub(super) exit_after: Option<NonZeroU64>,
    /// What it does once.
    pub(super) init: Option<Vec<Step>>,
    /// What it does with a message for which there is nothing else.
    pub(super) default_handler: Option<Vec<Step>>,
    /// What it does with messages of some nodes, by their names.
    pub(super) custom_handlers: BTreeMap<String, Vec<Step>>,
}

impl Script {
    /// Chooses what is done with messages of a node.
    pub(super) fn handler(&self, from_node: &str) -> Option<&[Step]> {
        let handler = self.custom_handlers.get(from_node);
        handler.or(self.default_handler.as_ref()).map(Vec::as_slice)
    }
}

/// An instruction, for all messages or for some.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    /// The only kind of message for which it is done; `None` means all kinds.
    pub(super) on: Option<MessageType>,
    /// What the text has to be like; `None` means anything.
    pub(super) when: Option<Condition>,
    /// What is done.
    pub(super) action: Action,
}

/// What the text has to be like for an instruction to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    part: String,
    is_contained: bool,
}

impl Condition {
    /// Tells whether a text is so.
    pub(super) fn holds(&self, text: &str) -> bool {
        text.contains(&self.part) == self.is_contained
    }
}

/// What an instruction does; see the table above.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    Append(String),
    Replace(String),
    Repeat {
        times: u32,
        text: String,
    },
    Type(String),
    Environment(String),
    File(String),
    ConfigGet {
        key: String,
        scope: Option<Scope>,
    },
    ConfigSet {
        key: String,
        value: String,
        scope: Scope,
    },
    ConfigDelete {
        key: String,
        scope: Scope,
    },
    ObjectPut(String),
    ObjectGet(String),
    ObjectDelete(String),
    DatabaseSave {
        collection: String,
        document: Map<String, Value>,
    },
    PredictionSave {
        predicted: String,
        truth: String,
    },
    Measure(String),
    Publish {
        what: Output,
        channel: Option<String>,
    },
    Log(String),
    Delay(Duration),
    Fail(Option<String>),
    Exit,
}

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// The text, as a message of this kind.
    Text(MessageType),
    /// The payload as it came.
    Incoming,
}

/// Where a piece of configuration is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Node,
    Workflow,
    Project,
}
