//! What a host tells its user about a configuration or an operation.

use std::fmt;

use serde_json::Value;

/// The warning of every command that runs a provider from a folder, as all tests do.
const OVERRIDES: &str = "Provider development overrides are in effect";

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The operation failed.
    Error,
    /// The operation succeeded, and the user should know something.
    Warning,
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Counted from 1.
    pub line: u64,
    /// In characters, counted from 1.
    pub column: u64,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The file, from the folder of the configuration.
    pub file: String,
    /// Where it starts.
    pub start: Position,
    /// Behind its last character.
    pub end: Position,
}

/// One thing that a user is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What happened.
    pub summary: String,
    /// Why, and what to do next; may be empty.
    pub detail: String,
    /// The resource that it is about; empty if it is about none.
    pub address: String,
    /// The part of the configuration that it is about.
    pub range: Option<Range>,
    /// The text of that part; empty without a range.
    pub code: String,
}

impl Diagnostic {
    /// Tells whether it is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Reads a list of diagnostics, without the warning that all tests get.
    pub(super) fn list(json: Option<&Value>) -> Vec<Self> {
        let all = json.and_then(Value::as_array).into_iter().flatten();
        all.filter_map(Self::read).collect()
    }

    /// Reads the diagnostic of a line of `-json` output, if it holds one.
    pub(super) fn of_line(line: &Value) -> Option<Self> {
        Self::read(line.get("diagnostic")?)
    }

    fn read(json: &Value) -> Option<Self> {
        let text = |name| json.get(name).and_then(Value::as_str).unwrap_or_default();
        let summary = text("summary").to_owned();
        if summary == OVERRIDES {
            return None;
        }
        Some(Self {
            severity: if text("severity") == "error" {
                Severity::Error
            } else {
                Severity::Warning
            },
            summary,
            detail: text("detail").to_owned(),
            address: text("address").to_owned(),
            range: json.get("range").and_then(range),
            code: json
                .get("snippet")
                .and_then(highlighted)
                .unwrap_or_default(),
        })
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            severity,
            summary,
            detail,
            address,
            range,
            code,
        } = self;
        let severity = match severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        write!(f, "{severity}: {summary}")?;
        if !address.is_empty() {
            write!(f, "\n  with {address}")?;
        }
        if let Some(Range { file, start, .. }) = range {
            write!(f, "\n  at {file}:{}:{}: {code}", start.line, start.column)?;
        }
        if detail.is_empty() {
            Ok(())
        } else {
            write!(f, "\n{detail}")
        }
    }
}

fn range(json: &Value) -> Option<Range> {
    Some(Range {
        file: json.get("filename")?.as_str()?.to_owned(),
        start: position(json.get("start")?)?,
        end: position(json.get("end")?)?,
    })
}

fn position(json: &Value) -> Option<Position> {
    Some(Position {
        line: json.get("line")?.as_u64()?,
        column: json.get("column")?.as_u64()?,
    })
}

/// Cuts the part that is meant out of the lines that are shown.
fn highlighted(json: &Value) -> Option<String> {
    let offset = |name| usize::try_from(json.get(name)?.as_u64()?).ok();
    let code = json.get("code")?.as_str()?;
    let part = code.get(offset("highlight_start_offset")?..offset("highlight_end_offset")?)?;
    Some(part.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: Value) -> Vec<Diagnostic> {
        Diagnostic::list(Some(&Value::Array(vec![json])))
    }

    #[test]
    fn an_error_points_at_its_code() {
        let read = read(json!({
            "severity": "error",
            "summary": "Unsuitable size",
            "detail": "Too small.",
            "address": "kre_runtime.demo",
            "range": {
                "filename": "main.tf",
                "start": { "line": 2, "column": 10, "byte": 20 },
                "end": { "line": 2, "column": 15, "byte": 25 },
            },
            "snippet": {
                "code": "  size = \"1\"",
                "highlight_start_offset": 9,
                "highlight_end_offset": 12,
            },
        }));

        assert_eq!(read[0].code, "\"1\"");
        assert_eq!(
            read[0].range.as_ref().unwrap().start,
            Position {
                line: 2,
                column: 10
            }
        );
        assert_eq!(
            read[0].to_string(),
            "Error: Unsuitable size\n  with kre_runtime.demo\n  at main.tf:2:10: \"1\"\nToo small."
        );
    }

    #[test]
    fn a_warning_needs_no_place() {
        let read = read(json!({ "severity": "warning", "summary": "Old", "detail": "" }));

        assert!(!read[0].is_error());
        assert_eq!(read[0].range, None);
        assert_eq!(read[0].to_string(), "Warning: Old");
    }

    #[test]
    fn the_warning_of_all_tests_is_left_out() {
        assert_eq!(
            read(json!({ "severity": "warning", "summary": OVERRIDES })),
            []
        );
    }
}
