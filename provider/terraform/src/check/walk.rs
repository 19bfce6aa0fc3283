//! The walk through a configuration, along its schema.

use crate::{
    check::{leaf, place::Place},
    diagnostics::{Diagnostic, Diagnostics, error},
    plan,
    schema::{
        Attribute, Attributes, Block, BlockNesting, Count, Mode, NestedBlock, Nesting, Shape,
    },
    value::{Set, Value},
};

/// A walk, and what it has found so far.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) found: Diagnostics,
}

impl Walk {
    /// Checks a body; one that is null or unknown has nothing to check.
    pub(super) fn body(&mut self, block: &Block, value: &Value, place: &Place) {
        if value.is_null() || value.is_unknown() {
            return;
        }
        self.attributes(&block.attributes, value, place);
        for (name, nested) in &block.blocks {
            self.blocks(nested, value.attribute(name), &place.attribute(name));
        }
    }

    /// Checks a value against shape and rules of its attribute, whoever sets it.
    pub(super) fn shape(&mut self, attribute: &Attribute, value: &Value, place: &Place) {
        self.rules(leaf::broken(&attribute.rules, value, place));
        let Shape::Nested(nesting, attributes) = &attribute.shape else {
            return;
        };
        match nesting {
            Nesting::Single => return self.attributes(attributes, value, place),
            Nesting::Set => self.distinct(value, place, |it| {
                plan::object_with_defaults(attributes, it)
            }),
            Nesting::List | Nesting::Map => {}
        }
        for (step, element) in value.children() {
            self.element(attributes, element, &place.element(step));
        }
    }

    fn attributes(&mut self, attributes: &Attributes, object: &Value, place: &Place) {
        for (name, attribute) in attributes {
            self.attribute(attribute, object.attribute(name), &place.attribute(name));
        }
    }

    fn attribute(&mut self, attribute: &Attribute, value: &Value, place: &Place) {
        if value.is_unknown() {
            return;
        }
        match (&attribute.mode, value.is_null()) {
            (Mode::Required, true) => self.report(missing(place)),
            (_, true) => {}
            (Mode::Computed, false) => self.report(read_only(place)),
            (_, false) => {
                let place = place
                    .clone()
                    .hiding(attribute.sensitive || attribute.write_only);
                self.shape(attribute, value, &place);
            }
        }
    }

    fn element(&mut self, attributes: &Attributes, element: &Value, place: &Place) {
        if element.is_unknown() {
            return;
        }
        if element.is_null() {
            return self.report(leaf::null_element(place));
        }
        self.attributes(attributes, element, place);
    }

    fn blocks(&mut self, nested: &NestedBlock, value: &Value, place: &Place) {
        if value.is_unknown() {
            return;
        }
        let counted = match nested.nesting {
            BlockNesting::Single { required } => {
                if required && value.is_null() {
                    self.report(missing_block(place));
                }
                return self.body(&nested.block, value, place);
            }
            BlockNesting::Group => return self.body(&nested.block, value, place),
            BlockNesting::List(count) | BlockNesting::Set(count) => Some(count),
            BlockNesting::Map => None,
        };
        // The host asks for a computed block with null where it would otherwise be empty.
        if let Some(count) = counted.filter(|_| !(nested.computed && value.is_null())) {
            self.count(count, value, place);
        }
        if let BlockNesting::Set(_) = nested.nesting {
            self.distinct(value, place, |it| plan::with_defaults(&nested.block, it));
        }
        for (step, element) in value.children() {
            self.body(&nested.block, element, &place.block(step));
        }
    }

    /// Checks that no two elements of a set are one once their defaults are filled in: a host
    /// would take the plan for a mistake in the provider.
    fn distinct(&mut self, set: &Value, place: &Place, fill: impl Fn(&Value) -> Value) {
        let fill = |element: &Value| match element {
            Value::Object(_) => fill(element),
            null_or_unknown => null_or_unknown.clone(),
        };
        let elements = set.as_elements().unwrap_or_default();
        let filled: Set = elements.iter().map(fill).collect();
        if filled.len() < elements.len() {
            let detail = format!(
                "Two elements of {place} are the same once the defaults of what they leave out \
                 are filled in. Remove one, or set what makes them differ."
            );
            let summary = format!("Equal elements in \"{}\"", place.name());
            self.report(error(summary, detail).at(place.path()));
        }
    }

    fn count(&mut self, count: Count, value: &Value, place: &Place) {
        let (fewest, most) = leaf::size(value);
        let name = place.name();
        let min = u64::from(count.min);
        if most < min {
            let detail = format!(
                "There are {most} `{name}` blocks, but at least {min} are needed. Add {} more.",
                min - most
            );
            self.report(error(format!("Too few \"{name}\" blocks"), detail).at(place.path()));
        }
        let Some(max) = count.max.map(u64::from) else {
            return;
        };
        if fewest > max {
            let detail = format!(
                "There are {fewest} `{name}` blocks, but at most {max} are accepted. Remove {}.",
                fewest - max
            );
            self.report(error(format!("Too many \"{name}\" blocks"), detail).at(place.path()));
        }
    }

    fn rules(&mut self, found: Vec<Diagnostic>) {
        for diagnostic in found {
            self.report(diagnostic);
        }
    }

    /// Elements without an address break the same rule in the same words: once is enough.
    fn report(&mut self, diagnostic: Diagnostic) {
        if self.found.iter().next_back() != Some(&diagnostic) {
            self.found.push(diagnostic);
        }
    }
}

fn missing(place: &Place) -> Diagnostic {
    let detail =
        format!("{place} has no value, but needs one. Set it to a value that is not null.");
    error("Missing required attribute", detail).at(place.path())
}

fn missing_block(place: &Place) -> Diagnostic {
    let detail = format!("{place} is not there, but is needed. Add the block.");
    error("Missing required block", detail).at(place.path())
}

fn read_only(place: &Place) -> Diagnostic {
    let detail = format!(
        "{place} is set, but only the provider decides its value. Remove it from the configuration."
    );
    error(
        format!("Read-only attribute \"{}\" is set", place.name()),
        detail,
    )
    .at(place.path())
}
