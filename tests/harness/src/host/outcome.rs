//! What an operation of a host said, line by line.

use std::fmt;

use serde_json::Value;

use super::Diagnostic;
use crate::process::Output;
use crate::report::fail;

/// A command that has ended, with its `-json` output read.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The errors and warnings, in the order in which they were shown.
    pub diagnostics: Vec<Diagnostic>,
    /// Everything else that was shown, e.g. `terraform_data.a: Creating...`.
    pub messages: Vec<String>,
    /// The command itself.
    pub output: Output,
}

impl Outcome {
    /// Reads the output of a command that was run with `-json`.
    pub(super) fn read(output: Output) -> Self {
        let mut diagnostics = Vec::new();
        let mut messages = Vec::new();
        for line in output.stdout.lines() {
            let Ok(json) = serde_json::from_str::<Value>(line) else {
                messages.push(line.to_owned());
                continue;
            };
            if json.get("diagnostic").is_some() {
                diagnostics.extend(Diagnostic::of_line(&json));
            } else if let Some(message) = json.get("@message").and_then(Value::as_str) {
                messages.push(message.to_owned());
            }
        }
        Self {
            diagnostics,
            messages,
            output,
        }
    }

    /// Returns the errors among the diagnostics.
    pub fn errors(&self) -> Vec<&Diagnostic> {
        self.diagnostics
            .iter()
            .filter(|one| one.is_error())
            .collect()
    }

    /// Returns the warnings among the diagnostics.
    pub fn warnings(&self) -> Vec<&Diagnostic> {
        self.diagnostics
            .iter()
            .filter(|one| !one.is_error())
            .collect()
    }

    /// Returns the only error, and fails the test if there is none or another one.
    #[track_caller]
    pub fn only_error(&self) -> &Diagnostic {
        match self.errors().as_slice() {
            [error] => error,
            errors => fail(format!("{} errors instead of one\n{self}", errors.len())),
        }
    }

    /// Fails the test unless the command succeeded.
    #[track_caller]
    pub fn assert_success(&self) {
        if !self.output.succeeded() {
            fail(format!("the command failed\n{self}"));
        }
    }

    /// Fails the test unless the command failed in an orderly way: by itself, with exit code 1.
    #[track_caller]
    pub fn assert_failure(&self) {
        if self.output.code() != Some(1) || self.output.expired {
            fail(format!("the command did not fail with exit code 1\n{self}"));
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            diagnostics,
            messages,
            output,
        } = self;
        let mut lines = messages.clone();
        lines.extend(diagnostics.iter().map(Diagnostic::to_string));
        Output {
            stdout: lines.join("\n"),
            ..output.clone()
        }
        .fmt(f)
    }
}
