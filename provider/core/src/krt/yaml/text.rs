//! Bytes of a file as text: the encoding, and the characters that YAML forbids.

use std::borrow::Cow;

/// How many bytes the originals' library reads at once. An offence in a piece that is never asked
/// for, because the first document ends before it, is never seen.
pub(super) const PIECE: usize = 512;

/// Text up to the first offence, as far as it can be read.
#[derive(Debug)]
pub(super) struct Text<'a> {
    /// What can be read. Holds no NUL.
    pub(super) text: Cow<'a, str>,
    /// Why nothing can be read behind `text`.
    pub(super) offence: Option<&'static str>,
}

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Utf16 { big_endian: bool },
}

/// What stands at the beginning of some bytes.
enum Step {
    Character { character: char, width: usize },
    Incomplete(&'static str),
    Offence(&'static str),
}

/// Reads bytes as both generations do: UTF-8, or UTF-16 with a byte order mark.
pub(super) fn read(bytes: &[u8]) -> Text<'_> {
    let (encoding, start) = encoding(bytes);
    if let Some(text) = plain(bytes, encoding, start) {
        return Text {
            text: Cow::Borrowed(text),
            offence: None,
        };
    }
    decode(bytes, encoding, start)
}

fn encoding(bytes: &[u8]) -> (Encoding, usize) {
    match bytes {
        [0xff, 0xfe, ..] => (Encoding::Utf16 { big_endian: false }, 2),
        [0xfe, 0xff, ..] => (Encoding::Utf16 { big_endian: true }, 2),
        [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
        _ => (Encoding::Utf8, 0),
    }
}

/// The bytes themselves, where they are UTF-8 and hold nothing forbidden.
fn plain(bytes: &[u8], encoding: Encoding, start: usize) -> Option<&str> {
    if !matches!(encoding, Encoding::Utf8) {
        return None;
    }
    let text = std::str::from_utf8(bytes.get(start..)?).ok()?;
    text.chars().all(is_allowed).then_some(text)
}

fn decode(bytes: &[u8], encoding: Encoding, start: usize) -> Text<'static> {
    let mut text = String::new();
    let mut position = start;
    let mut piece_end = PIECE;
    let mut piece_text = 0;
    loop {
        let Some(rest) = bytes.get(position..).filter(|rest| !rest.is_empty()) else {
            return finished(text, None);
        };
        if position >= piece_end {
            piece_end = position.saturating_add(PIECE);
            piece_text = text.len();
        }
        match step(rest, encoding) {
            Step::Character { character, width } => {
                if position.saturating_add(width) > piece_end {
                    piece_end = position.saturating_add(PIECE);
                    piece_text = text.len();
                }
                if !is_allowed(character) {
                    text.truncate(piece_text);
                    return finished(text, Some("control characters are not allowed"));
                }
                text.push(character);
                position = position.saturating_add(width);
            }
            Step::Incomplete(offence) | Step::Offence(offence) => {
                text.truncate(piece_text);
                return finished(text, Some(offence));
            }
        }
    }
}

fn finished(text: String, offence: Option<&'static str>) -> Text<'static> {
    Text {
        text: Cow::Owned(text),
        offence,
    }
}

fn step(bytes: &[u8], encoding: Encoding) -> Step {
    match encoding {
        Encoding::Utf8 => utf8(bytes),
        Encoding::Utf16 { big_endian } => utf16(bytes, big_endian),
    }
}

fn utf8(bytes: &[u8]) -> Step {
    let window = bytes.get(..4.min(bytes.len())).unwrap_or_default();
    let valid = match std::str::from_utf8(window) {
        Ok(valid) => valid,
        Err(error) if error.valid_up_to() > 0 => {
            let valid = window.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(valid).unwrap_or_default()
        }
        Err(error) if error.error_len().is_none() => {
            return Step::Incomplete("incomplete UTF-8 octet sequence");
        }
        Err(_) => return Step::Offence("invalid UTF-8"),
    };
    character(valid.chars().next())
}

fn utf16(bytes: &[u8], big_endian: bool) -> Step {
    let unit = |at: usize| {
        let pair = bytes.get(at..at.saturating_add(2))?;
        let pair = <[u8; 2]>::try_from(pair).ok()?;
        Some(if big_endian {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        })
    };
    let Some(first) = unit(0) else {
        return Step::Incomplete("incomplete UTF-16 character");
    };
    let units = [Some(first), unit(2)];
    let decoded = char::decode_utf16(units.into_iter().flatten()).next();
    match decoded {
        Some(Ok(found)) => Step::Character {
            character: found,
            width: found.len_utf16().saturating_mul(2),
        },
        _ => Step::Offence("invalid UTF-16"),
    }
}

fn character(found: Option<char>) -> Step {
    match found {
        Some(character) => Step::Character {
            character,
            width: character.len_utf8(),
        },
        None => Step::Offence("invalid UTF-8"),
    }
}

/// Whether YAML allows a character at all.
fn is_allowed(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}'
        | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], text: &str, offence: Option<&str>) {
        let read = read(bytes);
        assert_eq!((read.text.as_ref(), read.offence), (text, offence));
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        check(b"\xef\xbb\xbfa: b", "a: b", None);
        check(b"\xff\xfea\0:\0", "a:", None);
        check(b"\xfe\xff\0a\0:", "a:", None);
    }

    #[test]
    fn what_yaml_forbids_ends_the_text() {
        check(b"a\0b", "", Some("control characters are not allowed"));
        check(b"a\x80", "", Some("invalid UTF-8"));
        check(b"a\xe2\x82", "", Some("incomplete UTF-8 octet sequence"));
        check(
            "a\u{7f}".as_bytes(),
            "",
            Some("control characters are not allowed"),
        );
    }

    #[test]
    fn a_piece_before_the_offence_can_be_read() {
        let mut bytes = vec![b'a'; 600];
        bytes.push(0);
        check(
            &bytes,
            &"a".repeat(512),
            Some("control characters are not allowed"),
        );
    }
}
