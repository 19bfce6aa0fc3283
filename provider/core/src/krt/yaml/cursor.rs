//! A place in a text, and what stands there.

use super::{Fault, Mark, text::PIECE};

/// How many characters a reader of the originals' library keeps ahead.
const AHEAD: usize = 4;

/// A moving place in a text.
///
/// Reads bytes, since all that YAML asks of a character is in its first bytes; counts characters.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    offence: Option<&'static str>,
    touched_offence: std::cell::Cell<bool>,
    offset: usize,
    /// Where it stands.
    pub(super) mark: Mark,
    /// The number of line breaks since the last character that was no blank.
    pub(super) breaks: usize,
}

impl<'a> Cursor<'a> {
    /// Begins at the start of a text, behind which an offence may lie.
    pub(super) fn new(text: &'a str, offence: Option<&'static str>) -> Self {
        Self {
            text,
            offence,
            touched_offence: std::cell::Cell::new(false),
            offset: 0,
            mark: Mark::default(),
            breaks: 0,
        }
    }

    /// The byte so many bytes ahead; zero behind the end.
    pub(super) fn at(&self, ahead: usize) -> u8 {
        let byte = self.text.as_bytes().get(self.offset.saturating_add(ahead));
        if byte.is_none() {
            self.touched_offence.set(true);
        }
        byte.copied().unwrap_or_default()
    }

    /// Looks as far ahead as the originals' reader does before each token.
    pub(super) fn look_ahead(&self) {
        self.at(AHEAD.saturating_sub(1));
    }

    /// The byte here; zero at the end.
    pub(super) fn here(&self) -> u8 {
        self.at(0)
    }

    /// Fails if the end was looked at and is there only because nothing can be read behind it.
    pub(super) fn readable(&self) -> Result<(), Fault> {
        match self.offence {
            Some(offence) if self.touched_offence.get() => Err(Fault::syntax(self.mark, offence)),
            _ => Ok(()),
        }
    }

    /// Whether this is the end.
    pub(super) fn is_end(&self) -> bool {
        self.here() == 0
    }

    /// Whether a space or a tab stands so many bytes ahead.
    pub(super) fn is_blank_at(&self, ahead: usize) -> bool {
        matches!(self.at(ahead), b' ' | b'\t')
    }

    /// Whether a space or a tab stands here.
    pub(super) fn is_blank(&self) -> bool {
        self.is_blank_at(0)
    }

    /// Whether a line break stands so many bytes ahead.
    pub(super) fn is_break_at(&self, ahead: usize) -> bool {
        self.break_width(ahead) > 0
    }

    /// Whether a line break stands here.
    pub(super) fn is_break(&self) -> bool {
        self.is_break_at(0)
    }

    /// Whether a line break or the end stands here.
    pub(super) fn is_break_or_end(&self) -> bool {
        self.is_end() || self.is_break()
    }

    /// Whether a blank, a line break or the end stands so many bytes ahead.
    pub(super) fn is_space_at(&self, ahead: usize) -> bool {
        self.is_blank_at(ahead) || self.at(ahead) == 0 || self.is_break_at(ahead)
    }

    /// Whether a blank, a line break or the end stands here.
    pub(super) fn is_space(&self) -> bool {
        self.is_space_at(0)
    }

    /// Whether `---` or `...` stands here, at the beginning of a line and alone.
    pub(super) fn is_document_mark(&self) -> bool {
        self.mark.column == 0
            && (self.at(0) == b'-' && self.at(1) == b'-' && self.at(2) == b'-'
                || self.at(0) == b'.' && self.at(1) == b'.' && self.at(2) == b'.')
            && self.is_space_at(3)
    }

    /// Whether the originals' library takes what stands here for a byte order mark.
    ///
    /// It looks at the beginning of its buffer instead: a text that begins with a second mark
    /// loses the first character of every line in the first piece that is read.
    pub(super) fn is_taken_for_mark(&self) -> bool {
        let piece_end = self
            .text
            .len()
            .min(PIECE.saturating_sub('\u{feff}'.len_utf8()));
        self.mark.column == 0
            && self.text.starts_with('\u{feff}')
            && self.offset.saturating_add(AHEAD) <= piece_end
    }

    /// Passes one character.
    pub(super) fn skip(&mut self) {
        self.take();
    }

    /// Passes so many characters.
    pub(super) fn skip_many(&mut self, count: usize) {
        for _ in 0..count {
            self.skip();
        }
    }

    /// Passes one character and returns it; a space at the end.
    pub(super) fn take(&mut self) -> char {
        if !self.is_blank() {
            self.breaks = 0;
        }
        let character = match self.here() {
            byte @ 1..=0x7f => char::from(byte),
            _ => self.wide(),
        };
        if self.offset < self.text.len() {
            self.offset = self.offset.saturating_add(character.len_utf8());
        }
        self.mark.index = self.mark.index.saturating_add(1);
        self.mark.column = self.mark.column.saturating_add(1);
        character
    }

    /// The character here that is not of ASCII; a space at the end.
    fn wide(&self) -> char {
        let rest = self.text.get(self.offset..);
        rest.and_then(|rest| rest.chars().next()).unwrap_or(' ')
    }

    /// Passes blanks.
    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank() {
            self.skip();
        }
    }

    /// Passes everything up to the line break.
    pub(super) fn skip_line(&mut self) {
        while !self.is_break_or_end() {
            self.skip();
        }
    }

    /// Passes a line break, if one stands here, and returns what it means inside a scalar.
    pub(super) fn take_break(&mut self) -> Option<char> {
        let width = self.break_width(0);
        let meaning = match (self.here(), self.at(2)) {
            _ if width == 0 => return None,
            (0xe2, 0xa8) => '\u{2028}',
            (0xe2, _) => '\u{2029}',
            _ => '\n',
        };
        let characters = if self.here() == b'\r' { width } else { 1 };
        self.offset = self.offset.saturating_add(width);
        self.mark.index = self.mark.index.saturating_add(characters);
        self.mark.column = 0;
        self.mark.line = self.mark.line.saturating_add(1);
        self.breaks = self.breaks.saturating_add(1);
        Some(meaning)
    }

    /// The bytes of the line break so many bytes ahead; zero if there is none.
    fn break_width(&self, ahead: usize) -> usize {
        let next = |more: usize| self.at(ahead.saturating_add(more));
        match self.at(ahead) {
            b'\r' if next(1) == b'\n' => 2,
            b'\n' | b'\r' => 1,
            0xc2 if next(1) == 0x85 => 2,
            0xe2 if next(1) == 0x80 && matches!(next(2), 0xa8 | 0xa9) => 3,
            _ => 0,
        }
    }
}

/// Whether a byte may stand in an anchor or a handle.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters_and_lines() {
        let mut cursor = Cursor::new("ä\r\nb", None);
        cursor.skip();
        assert_eq!((cursor.mark.index, cursor.mark.column), (1, 1));
        assert_eq!(cursor.take_break(), Some('\n'));
        assert_eq!((cursor.mark.line, cursor.mark.column), (1, 0));
        assert_eq!(cursor.take(), 'b');
        assert!(cursor.is_end());
    }

    #[test]
    fn an_offence_counts_once_it_is_looked_at() {
        let mut cursor = Cursor::new("a", Some("bad"));
        assert!(cursor.readable().is_ok());
        cursor.skip();
        assert!(cursor.is_end());
        assert!(cursor.readable().is_err());
    }
}
