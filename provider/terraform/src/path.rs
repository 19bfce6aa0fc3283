//! Where in a value something is.

use std::fmt;

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into an attribute or nested block of an object.
    Attribute(String),
    /// Into the element of a map.
    Key(String),
    /// Into the element of a list or tuple, counted from 0.
    Index(usize),
}

/// The way from a root value to a place in it; empty for the root itself.
///
/// Elements of sets have no address: a path to something in a set ends at the set.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<Step>);

impl Path {
    /// The path of the whole value.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Goes on into an attribute.
    pub fn attribute(&self, name: impl Into<String>) -> Self {
        self.step(Step::Attribute(name.into()))
    }

    /// Goes on into the element of a map.
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.step(Step::Key(key.into()))
    }

    /// Goes on into the element of a list or tuple.
    pub fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    /// Goes one step on.
    pub fn step(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }
}

impl From<&str> for Path {
    /// The path of one attribute of the root.
    fn from(attribute: &str) -> Self {
        Self::root().attribute(attribute)
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

/// Writes the path as an expression has it: `nodes["a"].ports[0]`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_like_an_expression() {
        let path = Path::from("nodes").key("a b").attribute("ports").index(0);
        assert_eq!(path.to_string(), r#"nodes["a b"].ports[0]"#);
    }
}
