//! What the faces say, line by line, as the originals do.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

use time::OffsetDateTime;

/// Where the originals' `tee` also puts every line.
static COPY: OnceLock<Option<Mutex<File>>> = OnceLock::new();

/// Has every line appended to a file too, as `tee -a` has it; one that cannot be opened is only
/// complained about.
pub(crate) fn copy_to(path: &str) {
    let file = OpenOptions::new().append(true).create(true).open(path);
    if let Err(error) = &file {
        line(&format!("tee: {path}: {error}"));
    }
    COPY.get_or_init(|| file.ok().map(Mutex::new));
}

/// Writes lines to stdout.
pub(crate) fn line(text: &str) {
    let text = format!("{text}\n");
    // Whoever reads the log may be gone: that is no reason to end.
    drop(io::stdout().lock().write_all(text.as_bytes()));
    if let Some(Some(file)) = COPY.get() {
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        drop(file.write_all(text.as_bytes()));
    }
}

/// Writes what happens, with the time.
pub(crate) fn info(text: &str) {
    line(&stamped(OffsetDateTime::now_utc(), "INFO", text));
}

/// Writes what went wrong, with the time.
pub(crate) fn error(text: &str) {
    line(&stamped(OffsetDateTime::now_utc(), "ERROR", text));
}

fn stamped(now: OffsetDateTime, level: &str, text: &str) -> String {
    let (hour, minute, second, millisecond) = now.to_hms_milli();
    let date = now.date();
    format!("{date}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z {level} {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_with_time_and_level() {
        let now = OffsetDateTime::from_unix_timestamp(1_660_000_000).unwrap();
        assert_eq!(
            stamped(now, "INFO", "Loading"),
            "2022-08-08T23:06:40.000Z INFO Loading"
        );
    }
}
