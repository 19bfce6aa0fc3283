//! What outside of a container has to be said, because the original has it fixed.

use std::{ffi::OsString, net::SocketAddr, path::PathBuf};

use crate::place;

/// Where the original expects the description of its service, whatever the version calls it.
const PROTO: &str = "/krt-files/public_input.proto";

/// The port of the original.
const PORT: u16 = 9000;

/// Where what is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arguments {
    /// The description of the service; `--proto`.
    pub(super) proto: PathBuf,
    /// Where calls are expected; `--listen`.
    pub(super) listen: SocketAddr,
}

impl Arguments {
    /// Reads arguments; what is none of them has no meaning, as for the original.
    pub(super) fn of(mut arguments: impl Iterator<Item = OsString>) -> Self {
        let mut found = Self {
            proto: PROTO.into(),
            listen: place::endpoint(PORT),
        };
        while let Some(name) = arguments.next() {
            let value = arguments.next().unwrap_or_default();
            match name.to_str() {
                Some("--proto") => found.proto = value.into(),
                Some("--listen") => {
                    let address = value.to_str().and_then(|text| text.parse().ok());
                    found.listen = address.unwrap_or(found.listen);
                }
                _ => {}
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str]) -> Arguments {
        Arguments::of(arguments.iter().map(OsString::from))
    }

    #[test]
    fn without_arguments_everything_is_where_the_original_has_it() {
        let arguments = of(&[]);

        assert_eq!(arguments.proto, PathBuf::from(PROTO));
        assert_eq!(arguments.listen.to_string(), "0.0.0.0:9000");
    }

    #[test]
    fn a_test_says_where_its_own_things_are() {
        let arguments = of(&["--listen", "127.0.0.1:19000", "--proto", "a.proto"]);

        assert_eq!(arguments.proto, PathBuf::from("a.proto"));
        assert_eq!(arguments.listen.to_string(), "127.0.0.1:19000");
    }
}
