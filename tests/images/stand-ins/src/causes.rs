//! What an error says with everything that has led to it.

use std::error::Error;

/// Returns the messages of an error and of its causes, but none that another contains already.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Outer {
        text: &'static str,
        source: io::Error,
    }

    #[track_caller]
    fn check(text: &'static str, expected: &str) {
        let source = io::Error::other("no such bucket");
        assert_eq!(chain(&Outer { text, source }), expected);
    }

    #[test]
    fn a_cause_follows_what_it_led_to() {
        check("failed to read", "failed to read: no such bucket");
    }

    #[test]
    fn a_cause_is_not_said_twice() {
        check(
            "failed to read: no such bucket",
            "failed to read: no such bucket",
        );
    }
}
