//! A place in a live object, on the way through it.

use serde_json::Value;

use super::step::Step;

/// A place in a live object.
#[derive(Clone, Copy)]
pub(super) struct Place<'l> {
    value: Option<&'l Value>,
    secrecy: Secrecy,
}

/// Who may know what is at a place.
#[derive(Clone, Copy, PartialEq)]
enum Secrecy {
    /// Everybody.
    Open,
    /// It is a Secret, which has values below.
    Secret,
    /// Nobody: it is a value of a Secret.
    Hidden,
}

impl<'l> Place<'l> {
    /// The root of an object. One that does not tell its kind may be a Secret.
    pub(super) fn root(live: &'l Value) -> Self {
        let kind = live.get("kind").and_then(Value::as_str);
        let secrecy = if kind.is_none_or(|kind| kind == "Secret") {
            Secrecy::Secret
        } else {
            Secrecy::Open
        };
        Self {
            value: Some(live),
            secrecy,
        }
    }

    /// The root of a document, which is no object of Kubernetes and has no secrets.
    pub(super) fn document(document: &'l Value) -> Self {
        Self {
            value: Some(document),
            secrecy: Secrecy::Open,
        }
    }

    /// The place one step on.
    pub(super) fn step(self, step: &Step) -> Self {
        let secrecy = match (self.secrecy, step) {
            (Secrecy::Secret, Step::Field(name)) if name == "data" || name == "stringData" => {
                Secrecy::Hidden
            }
            (Secrecy::Secret, _) => Secrecy::Open,
            (secrecy, _) => secrecy,
        };
        Self {
            value: self.value.and_then(|value| step.find(value)),
            secrecy,
        }
    }

    /// The value there. Null is none: the API server leaves it out when it pleases.
    pub(super) fn value(self) -> Option<&'l Value> {
        self.value.filter(|value| !value.is_null())
    }

    /// What is there is a value of a Secret.
    pub(super) fn is_hidden(self) -> bool {
        self.secrecy == Secrecy::Hidden
    }
}
