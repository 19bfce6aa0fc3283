//! The place of an attribute in a configuration.

use std::fmt;

/// The way from the root of a configuration to an attribute.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttributePath(Vec<Step>);

/// One step of a way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// To an attribute of an object.
    Attribute(&'static str),
    /// To an element of a list.
    Index(usize),
    /// To an element of a map.
    Key(String),
}

impl AttributePath {
    /// The steps, from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The way through attributes of objects.
    pub fn of(names: &[&'static str]) -> Self {
        Self(names.iter().map(|name| Step::Attribute(name)).collect())
    }

    /// The way on to an attribute of the object here.
    #[must_use]
    pub fn attribute(&self, name: &'static str) -> Self {
        self.step(Step::Attribute(name))
    }

    /// The way on to an element of the list here.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    /// The way on to an element of the map here.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.step(Step::Key(key.into()))
    }

    fn step(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_a_configuration_has_it() {
        let path = AttributePath::of(&["nats", "tolerations"]).index(1);
        assert_eq!(path.attribute("key").to_string(), "nats.tolerations[1].key");
        let label = AttributePath::of(&["labels"]).key("a/b");
        assert_eq!(label.to_string(), "labels[\"a/b\"]");
    }
}
