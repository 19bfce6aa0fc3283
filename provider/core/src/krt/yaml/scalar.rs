//! Scalars: plain, quoted, and blocks of lines.

use super::{Fault, Mark, scan::Scanner, token::TokenKind};

/// Blanks and line breaks inside a scalar, until it is clear what they mean.
#[derive(Debug, Default)]
struct Gap {
    blanks: String,
    first_break: String,
    more_breaks: String,
    has_break: bool,
}

impl Gap {
    /// Adds what the gap means: its blanks, or a fold of its lines.
    fn flush(&mut self, text: &mut String) {
        if !self.has_break {
            text.push_str(&self.blanks);
        } else if self.first_break == "\n" {
            match self.more_breaks.as_str() {
                "" => text.push(' '),
                more => text.push_str(more),
            }
        } else {
            text.push_str(&self.first_break);
            text.push_str(&self.more_breaks);
        }
        *self = Self::default();
    }
}

/// What to do with the line breaks behind a block scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Clip,
    Strip,
    Keep,
}

impl Scanner<'_> {
    pub(super) fn scan_plain(&mut self) -> Result<TokenKind, Fault> {
        let start = self.cursor.mark;
        let indent = self.indent.map_or(0, |indent| indent.saturating_add(1));
        let mut text = String::new();
        let mut gap = Gap::default();
        loop {
            if self.cursor.is_document_mark() || self.cursor.here() == b'#' {
                break;
            }
            while !self.cursor.is_space() && !self.ends_plain() {
                gap.flush(&mut text);
                text.push(self.cursor.take());
            }
            if !self.cursor.is_blank() && !self.cursor.is_break() {
                break;
            }
            self.scan_gap(&mut gap, Some((indent, start)))?;
            if !self.is_flow() && self.cursor.mark.column < indent {
                break;
            }
        }
        if gap.has_break {
            self.is_key_allowed = true;
        }
        Ok(TokenKind::Scalar {
            value: text,
            is_plain: true,
        })
    }

    fn ends_plain(&self) -> bool {
        match self.cursor.here() {
            b':' => self.cursor.is_space_at(1),
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => self.is_flow(),
            _ => false,
        }
    }

    /// Passes blanks and line breaks. A plain scalar does not allow tabs before its indentation.
    fn scan_gap(&mut self, gap: &mut Gap, plain: Option<(usize, Mark)>) -> Result<(), Fault> {
        loop {
            if self.cursor.is_blank() {
                if gap.has_break
                    && self.cursor.here() == b'\t'
                    && let Some((indent, start)) = plain
                    && self.cursor.mark.column < indent
                {
                    let message = "found a tab character that violates indentation";
                    return Err(Fault::syntax(start, message));
                }
                let blank = self.cursor.take();
                if !gap.has_break {
                    gap.blanks.push(blank);
                }
            } else if let Some(line_break) = self.cursor.take_break() {
                if gap.has_break {
                    gap.more_breaks.push(line_break);
                } else {
                    gap.first_break.push(line_break);
                    gap.has_break = true;
                }
            } else {
                return Ok(());
            }
        }
    }

    pub(super) fn scan_single_quoted(&mut self) -> Result<TokenKind, Fault> {
        self.scan_quoted(b'\'')
    }

    pub(super) fn scan_double_quoted(&mut self) -> Result<TokenKind, Fault> {
        self.scan_quoted(b'"')
    }

    fn scan_quoted(&mut self, quote: u8) -> Result<TokenKind, Fault> {
        let start = self.cursor.mark;
        self.cursor.skip();
        let mut text = String::new();
        loop {
            if self.cursor.is_document_mark() {
                return Err(Fault::syntax(start, "found unexpected document indicator"));
            }
            if self.cursor.is_end() {
                return Err(Fault::syntax(start, "found unexpected end of stream"));
            }
            let mut gap = Gap::default();
            while !self.cursor.is_space() {
                if self.cursor.here() == quote {
                    if quote == b'\'' && self.cursor.at(1) == b'\'' {
                        text.push('\'');
                        self.cursor.skip_many(2);
                        continue;
                    }
                    break;
                }
                if quote != b'"' || self.cursor.here() != b'\\' {
                    text.push(self.cursor.take());
                } else if self.cursor.is_break_at(1) {
                    self.cursor.skip();
                    self.cursor.take_break();
                    gap.has_break = true;
                    break;
                } else {
                    text.push(self.scan_escape(start)?);
                }
            }
            if self.cursor.here() == quote {
                self.cursor.skip();
                return Ok(TokenKind::Scalar {
                    value: text,
                    is_plain: false,
                });
            }
            self.scan_gap(&mut gap, None)?;
            gap.flush(&mut text);
        }
    }

    /// A backslash and what it stands for.
    fn scan_escape(&mut self, start: Mark) -> Result<char, Fault> {
        let simple = match self.cursor.at(1) {
            b'0' => '\0',
            b'a' => '\u{7}',
            b'b' => '\u{8}',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\u{b}',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'e' => '\u{1b}',
            b' ' => ' ',
            b'"' => '"',
            b'\'' => '\'',
            b'\\' => '\\',
            b'N' => '\u{85}',
            b'_' => '\u{a0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            b'x' => return self.scan_code(2, start),
            b'u' => return self.scan_code(4, start),
            b'U' => return self.scan_code(8, start),
            _ => return Err(Fault::syntax(start, "found unknown escape character")),
        };
        self.cursor.skip_many(2);
        Ok(simple)
    }

    fn scan_code(&mut self, length: usize, start: Mark) -> Result<char, Fault> {
        self.cursor.skip_many(2);
        let mut code: u32 = 0;
        for ahead in 0..length {
            let Some(digit) = char::from(self.cursor.at(ahead)).to_digit(16) else {
                let message = "did not find expected hexdecimal number";
                return Err(Fault::syntax(start, message));
            };
            code = (code << 4) | digit;
        }
        let character = char::from_u32(code)
            .ok_or_else(|| Fault::syntax(start, "found invalid Unicode character escape code"))?;
        self.cursor.skip_many(length);
        Ok(character)
    }

    pub(super) fn scan_block_scalar(&mut self, is_literal: bool) -> Result<TokenKind, Fault> {
        let start = self.cursor.mark;
        self.cursor.skip();
        let (chomp, increment) = self.scan_block_header(start)?;
        let base = self.indent.unwrap_or(0);
        let mut indent = increment.map(|increment| base.saturating_add(increment));
        let mut text = String::new();
        let mut last_break = String::new();
        let mut more_breaks = String::new();
        let mut was_blank = false;
        let mut depth = self.scan_block_breaks(&mut indent, &mut more_breaks, start)?;
        while self.cursor.mark.column == depth && !self.cursor.is_end() {
            let is_blank = self.cursor.is_blank();
            if !is_literal && !was_blank && !is_blank && last_break.starts_with('\n') {
                if more_breaks.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(&last_break);
            }
            last_break.clear();
            text.push_str(&more_breaks);
            more_breaks.clear();
            was_blank = is_blank;
            while !self.cursor.is_break_or_end() {
                text.push(self.cursor.take());
            }
            last_break.extend(self.cursor.take_break());
            depth = self.scan_block_breaks(&mut indent, &mut more_breaks, start)?;
        }
        if chomp != Chomp::Strip {
            text.push_str(&last_break);
        }
        if chomp == Chomp::Keep {
            text.push_str(&more_breaks);
        }
        Ok(TokenKind::Scalar {
            value: text,
            is_plain: false,
        })
    }

    /// The signs behind `|` or `>`: what to chomp, and how deep the text stands.
    fn scan_block_header(&mut self, start: Mark) -> Result<(Chomp, Option<usize>), Fault> {
        let mut chomp = self.scan_chomp();
        let increment = self.scan_increment(start)?;
        if chomp.is_none() && increment.is_some() {
            chomp = self.scan_chomp();
        }
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
        Ok((chomp.unwrap_or(Chomp::Clip), increment))
    }

    fn scan_chomp(&mut self) -> Option<Chomp> {
        let chomp = match self.cursor.here() {
            b'+' => Chomp::Keep,
            b'-' => Chomp::Strip,
            _ => return None,
        };
        self.cursor.skip();
        Some(chomp)
    }

    fn scan_increment(&mut self, start: Mark) -> Result<Option<usize>, Fault> {
        let digit = char::from(self.cursor.here()).to_digit(10);
        match digit {
            None => return Ok(None),
            Some(0) => {
                return Err(Fault::syntax(
                    start,
                    "found an indentation indicator equal to 0",
                ));
            }
            Some(_) => self.cursor.skip(),
        }
        Ok(digit.and_then(|digit| usize::try_from(digit).ok()))
    }

    /// Passes indentation and empty lines; returns how deep the text stands.
    fn scan_block_breaks(
        &mut self,
        indent: &mut Option<usize>,
        breaks: &mut String,
        start: Mark,
    ) -> Result<usize, Fault> {
        let mut deepest = 0;
        loop {
            let is_before = |column: usize| indent.is_none_or(|indent| column < indent);
            while is_before(self.cursor.mark.column) && self.cursor.here() == b' ' {
                self.cursor.skip();
            }
            deepest = deepest.max(self.cursor.mark.column);
            if is_before(self.cursor.mark.column) && self.cursor.here() == b'\t' {
                let message = "found a tab character where an indentation space is expected";
                return Err(Fault::syntax(start, message));
            }
            match self.cursor.take_break() {
                Some(line_break) => breaks.push(line_break),
                None => break,
            }
        }
        let least = self.indent.map_or(1, |indent| indent.saturating_add(1));
        let depth = indent.unwrap_or_else(|| deepest.max(least).max(1));
        *indent = Some(depth);
        Ok(depth)
    }
}
