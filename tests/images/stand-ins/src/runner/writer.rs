//! What goes to the database: requests to the mongo-writer.

use std::time::Duration;

use async_nats::{Request, RequestErrorKind};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::context::Context;
use super::error::HandlerError;
use crate::{log, wire};

/// How long a document may take.
const DOCUMENT: Duration = Duration::from_mins(1);

/// How long a metric may take.
const METRIC: Duration = Duration::from_secs(1);

/// The collection of the metrics.
const METRICS: &str = "classificationMetrics";

#[derive(Deserialize)]
struct Answer {
    success: bool,
}

/// Saves a document: `db.save`.
pub(super) async fn save(
    context: &Context,
    collection: &str,
    document: &Map<String, Value>,
) -> Result<(), HandlerError> {
    let limit = context.limit().await?;
    let request = json!({ "coll": collection, "doc": document });
    let bytes = wire::fit(request.to_string().into_bytes(), limit).map_err(HandlerError::Wire)?;
    ask(context, bytes, DOCUMENT, "data").await
}

/// Saves a prediction and what it should have been: `prediction.save`.
pub(super) async fn save_prediction(
    context: &Context,
    predicted: &str,
    truth: &str,
) -> Result<(), HandlerError> {
    let document = json!({
        "date": rfc3339(OffsetDateTime::now_utc()),
        "error": "",
        "predictedValue": predicted,
        "trueValue": truth,
        "extra": null,
        "versionId": context.environment.version_id,
        "versionName": context.environment.version,
    });
    let request = json!({ "coll": METRICS, "doc": document });
    ask(context, request.to_string().into_bytes(), METRIC, "metric").await
}

/// Only somebody who does not listen at all makes the handler fail.
async fn ask(
    context: &Context,
    bytes: Vec<u8>,
    timeout: Duration,
    what: &str,
) -> Result<(), HandlerError> {
    let subject = context.environment.nats.mongo_writer.clone();
    let request = Request::new().payload(bytes.into()).timeout(Some(timeout));
    let answer = match context.client.send_request(subject, request).await {
        Ok(answer) => answer,
        Err(error) if error.kind() == RequestErrorKind::TimedOut => {
            log::error(&format!("Error saving {what}: request timed out"));
            return Ok(());
        }
        Err(error) if error.kind() == RequestErrorKind::NoResponders => {
            let text = "nats: no responders available for request";
            return Err(HandlerError::Raised(text.to_owned()));
        }
        Err(error) => return Err(HandlerError::Raised(format!("nats: {error}"))),
    };
    let answer: Answer = serde_json::from_slice(&answer.payload)
        .map_err(|error| HandlerError::Raised(error.to_string()))?;
    if !answer.success {
        log::error(&format!("Unexpected error saving {what}"));
    }
    Ok(())
}

fn rfc3339(now: OffsetDateTime) -> String {
    let (hour, minute, second, microsecond) = now.to_hms_micro();
    let date = now.date();
    format!("{date}T{hour:02}:{minute:02}:{second:02}.{microsecond:06}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_microseconds() {
        let now = OffsetDateTime::from_unix_timestamp_nanos(1_660_000_000_000_012_000).unwrap();
        assert_eq!(rfc3339(now), "2022-08-08T23:06:40.000012Z");
    }
}
