//! Durations as Go writes them: `1h30m`, `90s`, `1.5s`.

use std::time::Duration;

/// What a duration looks like; the schema checks it.
pub(super) const PATTERN: &str = r"^(?:[0-9]+(?:\.[0-9]+)?(?:ns|us|µs|ms|s|m|h))+$";

/// Reads a duration; `None` if it is none, or longer than can be.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut whole = Duration::ZERO;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| letter != '.' && !letter.is_ascii_digit())?;
        let (number, after) = rest.split_at(end);
        let end = after.find(|letter: char| letter.is_ascii_digit());
        let (unit, after) = after.split_at(end.unwrap_or(after.len()));
        let seconds = number.parse::<f64>().ok()? * seconds(unit)?;
        whole = whole.checked_add(Duration::try_from_secs_f64(seconds).ok()?)?;
        rest = after;
    }
    (!text.is_empty()).then_some(whole)
}

fn seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ns" => 1e-9,
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(parse(text), expected.map(Duration::from_millis), "{text}");
    }

    #[test]
    fn units_add_up() {
        check("60s", Some(60_000));
        check("1h30m", Some(5_400_000));
        check("1.5s", Some(1_500));
        check("1m250ms", Some(60_250));
    }

    #[test]
    fn a_number_without_unit_is_no_duration() {
        check("60", None);
        check("", None);
        check("5d", None);
        check("-5s", None);
        check("1..2s", None);
    }
}
