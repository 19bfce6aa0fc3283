//! What is called, where, and with what.

use std::ffi::OsString;

/// A command line that was understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arguments {
    /// `host:port`.
    pub(super) server: String,
    /// The name that the server is called by, if another.
    pub(super) authority: Option<String>,
    /// The method, with or without its service; `None` asks which ones there are.
    pub(super) method: Option<String>,
    /// The request.
    pub(super) json: String,
}

impl Arguments {
    /// Reads a command line; `None` if it makes no sense.
    pub(super) fn of(arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        let mut words = Vec::new();
        for argument in arguments {
            words.push(argument.into_string().ok()?);
        }
        let mut words = words.into_iter();
        let mut first = words.next()?;
        let mut authority = None;
        if first == "--authority" {
            authority = Some(words.next()?);
            first = words.next()?;
        }
        let found = Self {
            server: Some(first).filter(|server| !server.starts_with('-'))?,
            authority,
            method: words.next(),
            json: words.next().unwrap_or_else(|| "{}".to_owned()),
        };
        words.next().is_none().then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Option<Arguments> {
        Arguments::of(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn a_request_is_empty_unless_it_is_given() {
        let arguments = of("127.0.0.1:9000 Greet").unwrap();

        assert_eq!(arguments.method.as_deref(), Some("Greet"));
        assert_eq!(arguments.json, "{}");
    }

    #[test]
    fn an_authority_stands_before_the_address() {
        let arguments = of("--authority demo-entrypoint.local 127.0.0.1:80").unwrap();

        assert_eq!(
            arguments.authority.as_deref(),
            Some("demo-entrypoint.local")
        );
        assert_eq!(arguments.server, "127.0.0.1:80");
        assert_eq!(arguments.method, None);
    }

    #[test]
    fn what_makes_no_sense_is_not_understood() {
        for line in ["", "--help", "--authority a", "a:1 B {} c"] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
