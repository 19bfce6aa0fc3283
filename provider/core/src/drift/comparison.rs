//! What was remembered beside what is found.

use serde_json::Value;

use super::{
    Difference, FieldPath, Owned, Seal,
    managers::{Fields, Managers},
    owned::{Extent, Mark, Node},
    place::Place,
    step::Step,
};

/// A field that was ours, and what is found in its place.
pub(super) struct Compared {
    /// Where, and who owns it now.
    pub(super) difference: Difference,
    /// Whether the value is the same.
    pub(super) value: Same,
    /// It is still ours.
    is_ours: bool,
    /// Something above it is gone, and it with that.
    is_implied: bool,
}

/// Whether a value is the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Same {
    /// It is.
    Yes,
    /// It is another, or there is none.
    No,
    /// It is secret, and there is no key, or was none.
    Unknown,
}

/// A comparison under way.
struct Comparison<'c> {
    extent: Extent,
    seal: &'c Seal,
    managers: &'c Managers<'c>,
    compared: Vec<Compared>,
}

/// Where a comparison has come to.
struct At<'c> {
    place: Place<'c>,
    fields: Option<&'c Fields>,
    path: FieldPath,
    is_implied: bool,
}

/// Compares every field that was ours.
pub(super) fn compare(owned: &Owned, live: &Value, seal: &Seal) -> Vec<Compared> {
    let (managers, place) = match owned.extent {
        Extent::Fields => (Managers::of(live), Place::root(live)),
        Extent::Whole => (Managers::default(), Place::document(live)),
    };
    let mut comparison = Comparison {
        extent: owned.extent,
        seal,
        managers: &managers,
        compared: Vec::new(),
    };
    let root = At {
        place,
        fields: Some(managers.root()),
        path: FieldPath::default(),
        is_implied: false,
    };
    comparison.visit(&owned.root, &root);
    comparison.compared
}

impl Compared {
    /// Tells whether it is worth naming.
    pub(super) fn is_difference(&self) -> bool {
        !self.is_implied && (self.value == Same::No || !self.is_ours)
    }
}

impl Same {
    fn of(is_same: bool) -> Self {
        if is_same { Self::Yes } else { Self::No }
    }
}

impl<'c> Comparison<'c> {
    fn visit(&mut self, node: &Node, at: &At<'c>) {
        let mut is_implied = at.is_implied;
        match node.mark {
            Some(mark) => {
                self.compare(mark, at);
                is_implied |= mark != Mark::Absent && at.place.value().is_none();
            }
            None if self.extent == Extent::Whole => self.additions(node, at),
            None => {}
        }
        for (step, child) in &node.children {
            let next = At {
                place: at.place.step(step),
                fields: at.fields.and_then(|fields| fields.children.get(step)),
                path: at.path.step(step),
                is_implied,
            };
            self.visit(child, &next);
        }
    }

    fn compare(&mut self, mark: Mark, at: &At<'_>) {
        let (is_ours, by) = match (self.extent, at.fields) {
            (Extent::Whole, _) => (true, None),
            (Extent::Fields, None) => (false, None),
            (Extent::Fields, Some(fields)) => {
                (self.managers.is_ours(fields), self.managers.last(fields))
            }
        };
        self.compared.push(Compared {
            difference: Difference {
                path: at.path.clone(),
                by: by.map(str::to_owned),
            },
            value: self.same(mark, at),
            is_ours,
            is_implied: at.is_implied,
        });
    }

    fn same(&self, mark: Mark, at: &At<'_>) -> Same {
        let Some(value) = at.place.value() else {
            return Same::of(mark == Mark::Absent);
        };
        if at.fields.is_some_and(|fields| !fields.children.is_empty()) {
            // It is a collection: what others have put into it is theirs.
            return Same::Yes;
        }
        let is_hidden = at.place.is_hidden();
        match mark {
            Mark::Absent => Same::No,
            Mark::Present if is_hidden && value.is_string() => Same::Unknown,
            Mark::Present => Same::Yes,
            Mark::Value(before) => match self.seal.digest(value, is_hidden) {
                None => Same::Unknown,
                Some(now) => Same::of(now == before),
            },
        }
    }

    /// Adds the fields that a document did not have.
    fn additions(&mut self, node: &Node, at: &At<'_>) {
        let fields = at.place.value().and_then(Value::as_object);
        for (name, value) in fields.into_iter().flatten() {
            let step = Step::Field(name.clone());
            if value.is_null() || node.children.contains_key(&step) {
                continue;
            }
            self.compared.push(Compared {
                difference: Difference {
                    path: at.path.step(&step),
                    by: None,
                },
                value: Same::No,
                is_ours: true,
                is_implied: false,
            });
        }
    }
}
