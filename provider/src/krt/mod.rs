//! KRTs as users of the provider see them.

#[cfg(test)]
pub(crate) mod tests;
mod view;

pub(crate) use view::{Finding, Manifest};

use kre_core::krt::Problem;

/// A problem in one line: where, what, which rule, and what to do.
pub(crate) fn explain(problem: &Problem) -> String {
    let Problem {
        line,
        column,
        location,
        message,
        rule,
        remedy,
        ..
    } = problem;
    let mut text = format!("{line}:{column}: ");
    if !location.is_empty() {
        text.push_str(&format!("{location}: "));
    }
    text.push_str(&format!("{message} [{rule}]"));
    if !remedy.is_empty() {
        text.push_str(&format!("; {remedy}"));
    }
    text
}
