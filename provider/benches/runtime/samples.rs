//! Measured values, and the calls that were counted.

use std::collections::BTreeMap;

use harness::proxy::{Call, counts};

use crate::figure::Figure;

/// Everything that was measured.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    values: BTreeMap<(Figure, usize), Vec<f64>>,
    calls: BTreeMap<(Figure, usize), BTreeMap<String, usize>>,
    /// What could not be measured, and why.
    pub(crate) remarks: Vec<String>,
}

/// What the values of a figure come to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summary {
    /// How many there are.
    pub(crate) count: usize,
    /// The best of them.
    pub(crate) min: f64,
    /// The middle one.
    pub(crate) median: f64,
}

impl Samples {
    /// Keeps a value for so many runtimes, in the unit of the figure.
    pub(crate) fn add(&mut self, figure: Figure, count: usize, value: f64) {
        self.values.entry((figure, count)).or_default().push(value);
    }

    /// Keeps what was asked of the API server; the last time counts.
    pub(crate) fn add_calls(&mut self, figure: Figure, count: usize, calls: &[Call]) {
        self.calls.insert((figure, count), counts(calls));
    }

    /// Sums up a figure for so many runtimes; `None` if it was not measured.
    pub(crate) fn summary(&self, figure: Figure, count: usize) -> Option<Summary> {
        let mut values = self.values.get(&(figure, count))?.clone();
        values.sort_by(f64::total_cmp);
        Some(Summary {
            count: values.len(),
            min: *values.first()?,
            median: *values.get(values.len() / 2)?,
        })
    }

    /// Returns how often what was asked for.
    pub(crate) fn calls(&self, figure: Figure, count: usize) -> Option<&BTreeMap<String, usize>> {
        self.calls.get(&(figure, count))
    }
}
