//! Anchors, aliases, tags and directives.

use super::{Fault, Mark, cursor::is_word, scan::Scanner, token::TokenKind};

/// The most digits of a number in `%YAML`.
const MAX_DIGITS: usize = 2;

impl Scanner<'_> {
    pub(super) fn scan_alias(&mut self) -> Result<TokenKind, Fault> {
        self.scan_name().map(TokenKind::Alias)
    }

    pub(super) fn scan_anchor(&mut self) -> Result<TokenKind, Fault> {
        self.scan_name().map(TokenKind::Anchor)
    }

    fn scan_name(&mut self) -> Result<String, Fault> {
        let start = self.cursor.mark;
        self.cursor.skip();
        let name = self.take_word();
        let ends_well = self.cursor.is_space()
            || matches!(
                self.cursor.here(),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if name.is_empty() || !ends_well {
            let message = "did not find expected alphabetic or numeric character";
            return Err(Fault::syntax(start, message));
        }
        Ok(name)
    }

    fn take_word(&mut self) -> String {
        let mut word = String::new();
        while is_word(self.cursor.here()) {
            word.push(self.cursor.take());
        }
        word
    }

    pub(super) fn scan_tag(&mut self) -> Result<TokenKind, Fault> {
        let start = self.cursor.mark;
        let (handle, suffix) = if self.cursor.at(1) == b'<' {
            self.cursor.skip_many(2);
            let suffix = self.scan_uri("", start)?;
            if self.cursor.here() != b'>' {
                return Err(Fault::syntax(start, "did not find the expected '>'"));
            }
            self.cursor.skip();
            (String::new(), suffix)
        } else {
            self.scan_short_tag(start)?
        };
        if !self.cursor.is_space() {
            let message = "did not find expected whitespace or line break";
            return Err(Fault::syntax(start, message));
        }
        Ok(TokenKind::Tag { handle, suffix })
    }

    /// `!handle!suffix`, `!suffix` or `!`.
    fn scan_short_tag(&mut self, start: Mark) -> Result<(String, String), Fault> {
        let handle = self.scan_handle(false, start)?;
        if handle.len() > 1 && handle.ends_with('!') {
            let suffix = self.scan_uri("", start)?;
            return Ok((handle, suffix));
        }
        let suffix = self.scan_uri(&handle, start)?;
        if suffix.is_empty() {
            return Ok((String::new(), "!".to_owned()));
        }
        Ok(("!".to_owned(), suffix))
    }

    fn scan_handle(&mut self, is_directive: bool, start: Mark) -> Result<String, Fault> {
        if self.cursor.here() != b'!' {
            return Err(Fault::syntax(start, "did not find expected '!'"));
        }
        let mut handle = String::from(self.cursor.take());
        handle.push_str(&self.take_word());
        if self.cursor.here() == b'!' {
            handle.push(self.cursor.take());
        } else if is_directive && handle != "!" {
            return Err(Fault::syntax(start, "did not find expected '!'"));
        }
        Ok(handle)
    }

    /// The rest of a tag, of which a head with its `!` may have been passed already.
    fn scan_uri(&mut self, head: &str, start: Mark) -> Result<String, Fault> {
        let mut uri = head
            .strip_prefix('!')
            .unwrap_or_default()
            .as_bytes()
            .to_vec();
        let mut is_empty = head.is_empty();
        while is_uri(self.cursor.here()) {
            if self.cursor.here() == b'%' {
                self.scan_escapes(start, &mut uri)?;
            } else {
                uri.push(self.cursor.here());
                self.cursor.skip();
            }
            is_empty = false;
        }
        if is_empty {
            return Err(Fault::syntax(start, "did not find expected tag URI"));
        }
        Ok(String::from_utf8_lossy(&uri).into_owned())
    }

    /// The octets of one character, each as `%` and two hexadecimal digits.
    fn scan_escapes(&mut self, start: Mark, uri: &mut Vec<u8>) -> Result<(), Fault> {
        let first = self.scan_octet(start)?;
        let width = match first {
            0x00..=0x7f => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf7 => 4,
            _ => {
                let message = "found an incorrect leading UTF-8 octet";
                return Err(Fault::syntax(start, message));
            }
        };
        uri.push(first);
        for _ in 1..width {
            let octet = self.scan_octet(start)?;
            if octet & 0xc0 != 0x80 {
                let message = "found an incorrect trailing UTF-8 octet";
                return Err(Fault::syntax(start, message));
            }
            uri.push(octet);
        }
        Ok(())
    }

    fn scan_octet(&mut self, start: Mark) -> Result<u8, Fault> {
        let digit = |ahead| char::from(self.cursor.at(ahead)).to_digit(16);
        let octet = match (self.cursor.here(), digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => u8::try_from((high << 4) | low).ok(),
            _ => None,
        };
        let Some(octet) = octet else {
            return Err(Fault::syntax(start, "did not find URI escaped octet"));
        };
        self.cursor.skip_many(3);
        Ok(octet)
    }

    pub(super) fn scan_directive(&mut self) -> Result<TokenKind, Fault> {
        let start = self.cursor.mark;
        self.cursor.skip();
        let name = self.take_word();
        if name.is_empty() {
            return Err(Fault::syntax(
                start,
                "could not find expected directive name",
            ));
        }
        if !self.cursor.is_space() {
            return Err(Fault::syntax(
                start,
                "found unexpected non-alphabetical character",
            ));
        }
        let kind = match name.as_str() {
            "YAML" => self.scan_version(start)?,
            "TAG" => self.scan_tag_directive(start)?,
            _ => return Err(Fault::syntax(start, "found unknown directive name")),
        };
        self.cursor.skip_blanks();
        if self.cursor.here() == b'#' {
            self.cursor.skip_line();
        }
        if !self.cursor.is_break_or_end() {
            return Err(Fault::syntax(
                start,
                "did not find expected comment or line break",
            ));
        }
        self.cursor.take_break();
        Ok(kind)
    }

    fn scan_version(&mut self, start: Mark) -> Result<TokenKind, Fault> {
        self.cursor.skip_blanks();
        let major = self.scan_number(start)?;
        if self.cursor.here() != b'.' {
            return Err(Fault::syntax(
                start,
                "did not find expected digit or '.' character",
            ));
        }
        self.cursor.skip();
        let minor = self.scan_number(start)?;
        Ok(TokenKind::VersionDirective { major, minor })
    }

    fn scan_number(&mut self, start: Mark) -> Result<u8, Fault> {
        let mut digits = String::new();
        while self.cursor.here().is_ascii_digit() {
            if digits.len() == MAX_DIGITS {
                return Err(Fault::syntax(start, "found extremely long version number"));
            }
            digits.push(self.cursor.take());
        }
        digits
            .parse()
            .map_err(|_| Fault::syntax(start, "did not find expected version number"))
    }

    fn scan_tag_directive(&mut self, start: Mark) -> Result<TokenKind, Fault> {
        self.cursor.skip_blanks();
        let handle = self.scan_handle(true, start)?;
        if !self.cursor.is_blank() {
            return Err(Fault::syntax(start, "did not find expected whitespace"));
        }
        self.cursor.skip_blanks();
        let prefix = self.scan_uri("", start)?;
        if !self.cursor.is_space() {
            let message = "did not find expected whitespace or line break";
            return Err(Fault::syntax(start, message));
        }
        Ok(TokenKind::TagDirective { handle, prefix })
    }
}

fn is_uri(byte: u8) -> bool {
    is_word(byte)
        || matches!(
            byte,
            b';' | b'/'
                | b'?'
                | b':'
                | b'@'
                | b'&'
                | b'='
                | b'+'
                | b'$'
                | b','
                | b'.'
                | b'!'
                | b'~'
                | b'*'
                | b'\''
                | b'('
                | b')'
                | b'['
                | b']'
                | b'%'
        )
}
