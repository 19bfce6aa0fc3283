//! What fluent-bit sends of logs.

use mongodb::bson::{Document, doc};
use serde_json::{Map, Value};
use time::OffsetDateTime;

/// Whose a line is: fluent-bit adds these from its environment.
const OWNERS: [&str; 6] = [
    "versionId",
    "versionName",
    "nodeName",
    "nodeId",
    "workflowName",
    "workflowId",
];

/// Why a message is no log.
#[derive(Debug, thiserror::Error)]
pub(super) enum LogError {
    #[error("failed to read a message: {0}")]
    Json(#[from] serde_json::Error),
    #[error("an entry is no pair of time and fields")]
    Entry,
    #[error("a line does not say whose it is: {0}")]
    Missing(&'static str),
}

/// Reads a message: `[[<seconds>, {fields}], …]`.
pub(super) fn parse(payload: &[u8]) -> Result<Vec<Document>, LogError> {
    let entries: Vec<Value> = serde_json::from_slice(payload)?;
    entries.iter().map(line).collect()
}

fn line(entry: &Value) -> Result<Document, LogError> {
    let fields = entry.get(1).and_then(Value::as_object);
    let (Some(seconds), Some(fields)) = (entry.get(0).and_then(Value::as_f64), fields) else {
        return Err(LogError::Entry);
    };
    let text = |name: &str| text(fields, name);
    let mut line = doc! {
        "date": text("logtime").unwrap_or_else(|| date(seconds)),
        "level": text("level").unwrap_or_else(|| "INFO".to_owned()),
        // Lines without the form that the parser knows come as they are.
        "message": text("capture").or_else(|| text("log")).unwrap_or_default(),
    };
    for name in OWNERS {
        let owner = text(name).ok_or(LogError::Missing(name))?;
        line.insert(name, owner);
    }
    Ok(line)
}

fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name)?.as_str().map(str::to_owned)
}

/// Writes a time as RFC 3339 has it; one beyond all calendars is that of the epoch.
fn date(seconds: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "fractions of seconds are not written, and the largest number will do"
    )]
    let seconds = seconds as i64;
    let time = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (hour, minute, second) = time.to_hms();
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", time.date())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(fields: &Value) -> Result<Vec<Document>, LogError> {
        let mut all = json!({});
        let all = all.as_object_mut().unwrap();
        all.extend(OWNERS.map(|name| (name.to_owned(), json!(name.to_uppercase()))));
        all.extend(fields.as_object().unwrap().clone());
        all.retain(|_, value| !value.is_null());
        parse(json!([[1_660_000_000.25, all]]).to_string().as_bytes())
    }

    #[test]
    fn a_line_keeps_what_it_says() {
        let fields =
            json!({ "logtime": "2022-01-01T00:00:00.000Z", "level": "WARN", "capture": "x" });
        let lines = parsed(&fields).unwrap();

        let expected = doc! {
            "date": "2022-01-01T00:00:00.000Z",
            "level": "WARN",
            "message": "x",
            "versionId": "VERSIONID",
            "versionName": "VERSIONNAME",
            "nodeName": "NODENAME",
            "nodeId": "NODEID",
            "workflowName": "WORKFLOWNAME",
            "workflowId": "WORKFLOWID",
        };
        assert_eq!(lines, [expected]);
    }

    #[test]
    fn time_and_level_have_defaults() {
        let lines = parsed(&json!({ "log": "x" })).unwrap();

        assert_eq!(lines[0].get_str("date").unwrap(), "2022-08-08T23:06:40Z");
        assert_eq!(lines[0].get_str("level").unwrap(), "INFO");
        assert_eq!(lines[0].get_str("message").unwrap(), "x");
    }

    #[test]
    fn a_line_of_nobody_is_refused() {
        let error = parsed(&json!({ "nodeId": null })).unwrap_err();
        assert!(matches!(error, LogError::Missing("nodeId")));
    }
}
