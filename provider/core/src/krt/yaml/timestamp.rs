//! Which texts are timestamps. Their value is of no interest here.

/// Whether a text is a date, or a date and a time.
pub(super) fn is_timestamp(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else {
        return false;
    };
    if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let Some((month, rest)) = rest.split_once('-') else {
        return false;
    };
    let end = rest.find(|character: char| !character.is_ascii_digit());
    let (day, time) = rest.split_at(end.unwrap_or(rest.len()));
    is_date(year, month, day) && is_time(time)
}

fn is_date(year: &str, month: &str, day: &str) -> bool {
    let (Ok(year), Some(month), Some(day)) =
        (year.parse::<u32>(), short_number(month), short_number(day))
    else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// The part behind the day: nothing, a time without zone behind a space, or one with a zone.
fn is_time(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let after_space = text.trim_start_matches(' ');
    if after_space.len() < text.len() {
        return clock(after_space) == Some("");
    }
    match text.strip_prefix(['T', 't']).and_then(clock) {
        Some(zone) => is_zone(zone),
        None => false,
    }
}

/// Passes hours, minutes, seconds and a fraction; returns the rest.
fn clock(text: &str) -> Option<&str> {
    let (hours, rest) = text.split_once(':')?;
    let (minutes, rest) = rest.split_once(':')?;
    let end = rest.find(|character: char| !character.is_ascii_digit());
    let (seconds, rest) = rest.split_at(end.unwrap_or(rest.len()));
    let in_range = short_number(hours)? < 24 && short_number(minutes)? < 60;
    if !in_range || short_number(seconds)? >= 60 {
        return None;
    }
    let Some(fraction) = rest.strip_prefix(['.', ',']) else {
        return Some(rest);
    };
    let end = fraction.find(|character: char| !character.is_ascii_digit());
    let (digits, rest) = fraction.split_at(end.unwrap_or(fraction.len()));
    (!digits.is_empty()).then_some(rest)
}

fn is_zone(zone: &str) -> bool {
    if zone == "Z" {
        return true;
    }
    let Some((hours, minutes)) = zone
        .strip_prefix(['+', '-'])
        .and_then(|zone| zone.split_once(':'))
    else {
        return false;
    };
    let two = |text: &str| (text.len() == 2).then(|| short_number(text)).flatten();
    two(hours).is_some_and(|hours| hours <= 24) && two(minutes).is_some_and(|minutes| minutes <= 60)
}

/// A number of one or two digits.
fn short_number(text: &str) -> Option<u32> {
    let is_short = (1..=2).contains(&text.len());
    let is_number = is_short && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_timestamps() {
        for text in [
            "2001-12-14",
            "2001-1-2",
            "2001-12-14T21:59:43.10-05:00",
            "2001-12-14t21:59:43Z",
            "2001-12-14 21:59:43.1",
            "2000-02-29",
        ] {
            assert!(is_timestamp(text), "{text}");
        }
    }

    #[test]
    fn impossible_dates_are_none() {
        for text in [
            "2001-02-29",
            "2001-13-01",
            "201-01-01",
            "2001-01-01T25:00:00Z",
            "2001-01-01x",
        ] {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
