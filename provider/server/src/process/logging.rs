//! The log, in the format of hclog: one JSON object per line of standard error.
//!
//! Terraform reads each line and gives it its own dress; a line in any other format it shows raw.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Write},
};

use serde_json::Value;
use time::OffsetDateTime;
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span,
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
    registry::{LookupSpan, Scope},
    util::SubscriberInitExt,
};

use super::environment::Environment;

/// The longest text in a line, in bytes: hosts split lines at 64 KiB and show the parts raw.
const MAX_TEXT: usize = 8 * 1024;

/// Starts to log if the environment asks for it.
///
/// `name` is the provider's, e.g. `"kre"`. A second call changes nothing.
pub(crate) fn install(name: &str, environment: &Environment) {
    let level = level(name, environment);
    if level == LevelFilter::OFF {
        return;
    }
    let log = Hclog {
        name: name.to_owned(),
        level,
        write: write_line,
    };
    // Somebody who embeds the server may have a log of their own, which then stays.
    let _ = tracing_subscriber::registry().with(log).try_init();
}

/// Finds out how much to log; the most specific variable decides.
fn level(name: &str, environment: &Environment) -> LevelFilter {
    let specific = format!("TF_LOG_PROVIDER_{}", name.to_uppercase().replace('-', "_"));
    [specific.as_str(), "TF_LOG_PROVIDER", "TF_LOG"]
        .iter()
        .find_map(|variable| environment.text(variable))
        .map_or(LevelFilter::OFF, |level| parse(&level))
}

/// Reads a level as Terraform does: `JSON` and what it does not know mean everything.
fn parse(level: &str) -> LevelFilter {
    match level.trim().to_uppercase().as_str() {
        "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

/// Writes a line in one piece, so that threads do not mix theirs.
fn write_line(line: &[u8]) {
    // A log that cannot be written is no reason to fail.
    let _ = io::stderr().lock().write_all(line);
}

/// Turns events into hclog's lines.
struct Hclog<W> {
    name: String,
    level: LevelFilter,
    write: W,
}

impl<W> Hclog<W> {
    /// Tells whether the code that speaks is the provider's own.
    ///
    /// Libraries print headers and frames below INFO, and with them secrets.
    fn is_own(&self, target: &str) -> bool {
        let name = self.name.replace('-', "_");
        target.starts_with("terraform") || target.starts_with(&name)
    }

    fn line(&self, event: &Event<'_>, mut fields: Fields) -> io::Result<Vec<u8>> {
        let message = fields
            .0
            .remove("message")
            .map_or_else(String::new, |message| {
                message
                    .as_str()
                    .map_or_else(|| message.to_string(), str::to_owned)
            });
        let level = level_name(*event.metadata().level());
        // Terraform 1.11 panics when one of these is no string.
        for (key, text) in [
            ("@level", level.to_owned()),
            ("@message", message),
            ("@module", format!("provider.{}", self.name)),
            ("@timestamp", timestamp(OffsetDateTime::now_utc())),
        ] {
            fields.0.insert(key.to_owned(), Value::String(text));
        }
        let mut line = serde_json::to_vec(&fields.0)?;
        line.push(b'\n');
        Ok(line)
    }
}

impl<S, W> Layer<S> for Hclog<W>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: Fn(&[u8]) + 'static,
{
    fn enabled(&self, metadata: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        let level = *metadata.level();
        level <= self.level && (level <= Level::INFO || self.is_own(metadata.target()))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_new_span(
        &self,
        attributes: &span::Attributes<'_>,
        id: &span::Id,
        context: Context<'_, S>,
    ) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(Scope::from_root)
        {
            if let Some(of_span) = span.extensions().get::<Fields>() {
                fields.0.extend(of_span.0.clone());
            }
        }
        event.record(&mut fields);
        if let Ok(line) = self.line(event, fields) {
            (self.write)(&line);
        }
    }
}

const fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// Renders a time with exactly six digits of a second: hosts read no other number of them.
fn timestamp(time: OffsetDateTime) -> String {
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second, micro) = time.to_hms_micro();
    let month = u8::from(month);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z")
}

/// What an event or a span says beside its message.
#[derive(Default)]
struct Fields(BTreeMap<String, Value>);

impl Fields {
    /// Adds a field; a leading `@` is hclog's and falls away.
    fn insert(&mut self, field: &Field, value: Value) {
        let name = field.name().trim_start_matches('@');
        self.0.insert(name.to_owned(), value);
    }

    fn insert_text(&mut self, field: &Field, mut text: String) {
        if text.len() > MAX_TEXT {
            text.truncate(text.floor_char_boundary(MAX_TEXT));
            text.push('…');
        }
        self.insert(field, Value::String(text));
    }
}

impl Visit for Fields {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert_text(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.insert_text(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use time::{Date, Month, Time};

    use super::*;

    /// Returns the lines that `speak` logs at `level`.
    fn logged(level: LevelFilter, speak: impl FnOnce()) -> Vec<Value> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&lines);
        let write = move |line: &[u8]| sink.lock().unwrap().push(line.to_vec());
        let log = Hclog {
            name: "kre".to_owned(),
            level,
            write,
        };
        tracing::subscriber::with_default(tracing_subscriber::registry().with(log), speak);
        let lines = lines.lock().unwrap();
        lines
            .iter()
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect()
    }

    #[track_caller]
    fn level_of<const N: usize>(
        variables: [(&'static str, &'static str); N],
        expected: LevelFilter,
    ) {
        assert_eq!(level("kre", &Environment::from(variables)), expected);
    }

    #[test]
    fn silence_is_the_default() {
        level_of([], LevelFilter::OFF);
        level_of([("TF_LOG", "off")], LevelFilter::OFF);
    }

    #[test]
    fn the_most_specific_variable_decides() {
        level_of([("TF_LOG", "info")], LevelFilter::INFO);
        level_of(
            [("TF_LOG", "INFO"), ("TF_LOG_PROVIDER", "WARN")],
            LevelFilter::WARN,
        );
        level_of(
            [
                ("TF_LOG_PROVIDER", "WARN"),
                ("TF_LOG_PROVIDER_KRE", "DEBUG"),
            ],
            LevelFilter::DEBUG,
        );
    }

    #[test]
    fn json_and_unknown_levels_mean_everything() {
        level_of([("TF_LOG", "JSON")], LevelFilter::TRACE);
        level_of([("TF_LOG", "1")], LevelFilter::TRACE);
    }

    #[test]
    fn an_event_becomes_a_line_of_hclog() {
        let lines = logged(LevelFilter::TRACE, || {
            tracing::warn!(attempt = 2, name = "greeter", "still {}", "waiting");
        });
        let [line] = lines.as_slice() else {
            panic!("one event is one line: {lines:?}");
        };
        assert_eq!(line["@level"], "warn");
        assert_eq!(line["@message"], "still waiting");
        assert_eq!(line["@module"], "provider.kre");
        assert_eq!(line["attempt"], 2);
        assert_eq!(line["name"], "greeter");
    }

    #[test]
    fn fields_cannot_pose_as_keys_of_hclog() {
        let lines = logged(LevelFilter::TRACE, || {
            tracing::info!({ "@level" = 5, "@message" = true }, "hello");
        });
        assert_eq!(lines[0]["@level"], "info");
        assert!(lines[0]["@message"].is_string());
    }

    #[test]
    fn an_event_tells_where_it_happened() {
        let lines = logged(LevelFilter::TRACE, || {
            let span =
                tracing::info_span!("apply", name = "greeter", revision = tracing::field::Empty);
            span.record("revision", 7);
            let _inside = span.enter();
            tracing::info!("applied");
        });
        assert_eq!(lines[0]["name"], "greeter");
        assert_eq!(lines[0]["revision"], 7);
    }

    #[test]
    fn libraries_are_not_heard_below_info() {
        let lines = logged(LevelFilter::TRACE, || {
            tracing::debug!(target: "h2::codec", "authorization: secret");
            tracing::info!(target: "async_nats", "connected");
            tracing::trace!(target: "kre_engine::nats", "own");
        });
        let messages: Vec<_> = lines.iter().map(|line| &line["@message"]).collect();
        assert_eq!(messages, ["connected", "own"]);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let lines = logged(LevelFilter::TRACE, || {
            tracing::info!("{}", "ä".repeat(MAX_TEXT))
        });
        let message = lines[0]["@message"].as_str().unwrap();
        assert!(message.ends_with("ä…") && message.len() <= MAX_TEXT + '…'.len_utf8());
    }

    #[test]
    fn a_timestamp_has_six_digits_of_a_second_even_if_they_are_zero() {
        let date = Date::from_calendar_date(2026, Month::August, 3).unwrap();
        let whole = Time::from_hms(9, 5, 7).unwrap();
        assert_eq!(
            timestamp(date.with_time(whole).assume_utc()),
            "2026-08-03T09:05:07.000000Z"
        );
        let late = Time::from_hms_nano(23, 59, 59, 999_999_999).unwrap();
        assert_eq!(
            timestamp(date.with_time(late).assume_utc()),
            "2026-08-03T23:59:59.999999Z"
        );
    }
}
