//! Names and sizes as messages show them.

use std::fmt;

/// Longest part of a foreign name that a message repeats, in characters.
const SHOWN: usize = 120;

/// Makes a foreign name safe to print: cut, and without anything that moves a cursor.
pub(super) fn quote(name: &[u8]) -> String {
    // Four bytes are the most that a character takes.
    let head = name.get(..SHOWN * 4).unwrap_or(name);
    let text = String::from_utf8_lossy(head);
    let mut quoted: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        quoted.push('…');
    }
    quoted
}

/// A number of bytes, shown in the largest unit that divides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bytes(pub(super) u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bytes) = *self;
        for (unit, name) in [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")] {
            if bytes >= unit && bytes.is_multiple_of(unit) {
                return write!(f, "{} {name}", bytes / unit);
            }
        }
        write!(f, "{bytes} bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_in_the_unit_that_divides_them() {
        assert_eq!(Bytes(500 << 20).to_string(), "500 MiB");
        assert_eq!(Bytes(2 << 30).to_string(), "2 GiB");
        assert_eq!(Bytes(1025).to_string(), "1025 bytes");
        assert_eq!(Bytes(0).to_string(), "0 bytes");
    }

    #[test]
    fn a_cut_name_says_so() {
        assert_eq!(quote(b"abc"), "abc");
        assert_eq!(quote(&[b'a'; 121]), format!("{}…", "a".repeat(120)));
    }
}
