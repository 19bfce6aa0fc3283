//! Measured values and what they come to.

use std::collections::BTreeMap;

use crate::Figure;

/// Measured values, by figure and name of the plugin.
#[derive(Debug, Default)]
pub(crate) struct Samples(BTreeMap<(Figure, String), Vec<f64>>);

/// What the values of one plugin come to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Summary {
    /// The best of them: what the plugin itself takes on a machine that does nothing else.
    pub(crate) min: f64,
    /// The middle one.
    pub(crate) median: f64,
}

impl Samples {
    /// Keeps a value, in the unit of the figure.
    pub(crate) fn add(&mut self, figure: Figure, name: &str, value: f64) {
        self.0
            .entry((figure, name.to_owned()))
            .or_default()
            .push(value);
    }

    /// Sums up the values of one plugin; `None` if it has none.
    pub(crate) fn summary(&self, figure: Figure, name: &str) -> Option<Summary> {
        let mut values = self.0.get(&(figure, name.to_owned()))?.clone();
        values.sort_by(f64::total_cmp);
        let min = *values.first()?;
        let median = *values.get(values.len() / 2)?;
        Some(Summary { min, median })
    }
}
