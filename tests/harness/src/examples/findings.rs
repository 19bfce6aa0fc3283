//! What is found wrong while walking through a file.

use std::ops::Range;

use hcl_edit::Span;

use super::Problem;

/// Messages, each with the place in the file.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<(usize, String)>);

impl Findings {
    /// Adds a message about a part of the file.
    pub(super) fn add(&mut self, place: &impl Span, message: impl Into<String>) {
        let start = place.span().map(|Range { start, .. }| start);
        self.0.push((start.unwrap_or_default(), message.into()));
    }

    /// Turns places into lines.
    pub(super) fn into_problems(self, file: &str, text: &str) -> Vec<Problem> {
        let problem = |(offset, message)| Problem {
            file: file.to_owned(),
            line: line(text, offset),
            message,
        };
        self.0.into_iter().map(problem).collect()
    }
}

fn line(text: &str, offset: usize) -> usize {
    let before = text.bytes().take(offset);
    before.filter(|byte| *byte == b'\n').count() + 1
}
