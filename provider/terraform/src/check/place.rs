//! Where the walk through a configuration is, and how to speak of it.

use std::fmt;

use crate::path::{Path, Step};

/// A place in a configuration.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// As far as a diagnostic can point.
    path: Path,
    /// The rest of the way, behind an element that has no address; `None` in front of one.
    beyond: Option<Path>,
    /// Values must not be shown.
    hidden: bool,
}

impl Place {
    pub(super) fn root() -> Self {
        Self::at(Path::root())
    }

    pub(super) fn at(path: Path) -> Self {
        Self {
            path,
            beyond: None,
            hidden: false,
        }
    }

    pub(super) fn path(&self) -> Path {
        self.path.clone()
    }

    pub(super) fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// The same place, with its values hidden if they have to be.
    pub(super) fn hiding(mut self, hidden: bool) -> Self {
        self.hidden |= hidden;
        self
    }

    pub(super) fn attribute(&self, name: &str) -> Self {
        self.step(Step::Attribute(name.to_owned()))
    }

    /// Goes on into an element. Elements of sets have no address, and the keys of what is hidden
    /// are hidden.
    pub(super) fn element(&self, step: Option<Step>) -> Self {
        match step {
            Some(Step::Key(_)) if self.hidden => self.unaddressed(),
            Some(step) => self.step(step),
            None => self.unaddressed(),
        }
    }

    /// Goes on into one of several blocks. Where blocks differ in type, the labels of a map are
    /// the attributes of an object.
    pub(super) fn block(&self, step: Option<Step>) -> Self {
        self.element(step.map(|step| match step {
            Step::Attribute(label) => Step::Key(label),
            step => step,
        }))
    }

    /// The name of the attribute or block that this is, or is an element of.
    pub(super) fn name(&self) -> &str {
        let beyond = self.beyond.as_ref().map_or(&[][..], Path::steps);
        let mut steps = beyond.iter().rev().chain(self.path.steps().iter().rev());
        let name = steps.find_map(|step| match step {
            Step::Attribute(name) => Some(name.as_str()),
            _ => None,
        });
        name.unwrap_or("configuration")
    }

    fn step(&self, step: Step) -> Self {
        let mut place = self.clone();
        match &mut place.beyond {
            Some(beyond) => *beyond = beyond.step(step),
            None => place.path = place.path.step(step),
        }
        place
    }

    fn unaddressed(&self) -> Self {
        let mut place = self.clone();
        place.beyond.get_or_insert_default();
        place
    }
}

/// Writes the place as the subject of a sentence.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.beyond {
            None if path.steps().is_empty() => f.write_str("The configuration"),
            None => write!(f, "`{path}`"),
            Some(beyond) if beyond.steps().is_empty() => write!(f, "An element of `{path}`"),
            Some(beyond) => write!(f, "`{beyond}` in an element of `{path}`"),
        }
    }
}
