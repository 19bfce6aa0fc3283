//! What planned changes mean for the object: updated, replaced, refused.

use std::collections::BTreeSet;

use crate::{
    diagnostics::{self, Diagnostics},
    path::Path,
    schema::{Attribute, Attributes, Block, NestedBlock, OnChange, Shape},
    value::{Set, Value},
};

/// What planned changes mean for the object.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Consequences {
    /// The attributes whose change replaces the object, in a fixed order.
    pub replace: BTreeSet<Path>,
    /// One error for each change that is refused; none if the object is replaced anyway.
    pub refused: Diagnostics,
}

/// Works out what the difference between prior and planned state means.
///
/// Creation and destruction change no object, so they have no consequences.
pub fn consequences(block: &Block, prior: &Value, planned: &Value) -> Consequences {
    let mut found = Consequences::default();
    if prior.is_null() || planned.is_null() {
        return found;
    }
    found.block(block, prior, planned, &Path::root());
    if !found.replace.is_empty() {
        found.refused = Diagnostics::new();
    }
    found
}

impl Consequences {
    fn block(&mut self, block: &Block, prior: &Value, planned: &Value, path: &Path) {
        self.attributes(&block.attributes, prior, planned, path);
        for (name, NestedBlock { block, .. }) in &block.blocks {
            let (prior, planned) = (prior.attribute(name), planned.attribute(name));
            let path = path.attribute(name);
            self.objects(Inside::Block(block), prior, planned, &path);
        }
    }

    fn attributes(&mut self, attributes: &Attributes, prior: &Value, planned: &Value, path: &Path) {
        for (name, attribute) in attributes {
            let (prior, planned) = (prior.attribute(name), planned.attribute(name));
            self.attribute(attribute, prior, planned, path.attribute(name));
        }
    }

    fn attribute(&mut self, attribute: &Attribute, prior: &Value, planned: &Value, path: Path) {
        if prior == planned {
            return;
        }
        if let Shape::Nested(_, attributes) = &attribute.shape {
            self.objects(Inside::Attributes(attributes), prior, planned, &path);
        }
        match &attribute.on_change {
            OnChange::Update => {}
            OnChange::Replace => {
                self.replace.insert(path);
            }
            OnChange::Refuse(_) if !planned.is_wholly_known() => {}
            OnChange::Refuse(remedy) => {
                let summary = format!("`{path}` cannot be changed");
                self.refused
                    .push(diagnostics::error(summary, remedy.as_str()).at(path));
            }
        }
    }

    /// Goes into each planned object, beside the prior one at the same address.
    fn objects(&mut self, inside: Inside<'_>, prior: &Value, planned: &Value, path: &Path) {
        if let Value::Set(elements) = planned.inner() {
            self.set(inside, prior, elements, path);
            return;
        }
        if let Value::Object(_) = planned {
            self.object(inside, prior, planned, path);
            return;
        }
        for (step, planned) in planned.children() {
            let Some(step) = step else { continue };
            let single: Path = std::iter::once(step.clone()).collect();
            let prior = prior.at(&single).unwrap_or(&Value::Null);
            self.object(inside, prior, planned, &path.step(step));
        }
    }

    fn object(&mut self, inside: Inside<'_>, prior: &Value, planned: &Value, path: &Path) {
        match inside {
            Inside::Attributes(attributes) => self.attributes(attributes, prior, planned, path),
            Inside::Block(block) => self.block(block, prior, planned, path),
        }
    }

    /// Elements of a set have no address: an element that was not there before counts as new in
    /// all its attributes, and what it means is said of the set.
    fn set(&mut self, inside: Inside<'_>, prior: &Value, planned: &Set, path: &Path) {
        let known = prior.as_elements().unwrap_or_default();
        for element in planned.iter().filter(|element| !known.contains(element)) {
            let mut inner = Self::default();
            inner.object(inside, &Value::Null, element, &Path::root());
            if !inner.replace.is_empty() {
                self.replace.insert(path.clone());
            }
            let refused = inner
                .refused
                .into_iter()
                .map(|refusal| refusal.at(path.clone()));
            self.refused.extend(refused.collect());
        }
    }
}

#[derive(Clone, Copy)]
enum Inside<'a> {
    Attributes(&'a Attributes),
    Block(&'a Block),
}
