//! What stands between tokens.

use super::{Fault, Generation, scan::Scanner};

/// How far the third generation looks for another comment, in bytes.
const WINDOW: usize = 512;

impl Scanner<'_> {
    /// Passes blanks, comments and line breaks.
    ///
    /// A tab at the beginning of a line of a block stays: no token begins with one.
    pub(super) fn skip_to_token(&mut self) -> Result<(), Fault> {
        loop {
            if self.cursor.is_taken_for_mark() {
                self.cursor.skip();
            }
            while self.cursor.here() == b' '
                || self.cursor.here() == b'\t' && (self.is_flow() || !self.is_key_allowed)
            {
                self.cursor.skip();
            }
            if self.cursor.here() == b'#' {
                match self.generation {
                    Generation::Second => self.cursor.skip_line(),
                    Generation::Third => self.skip_comments(),
                }
            }
            self.cursor.readable()?;
            if self.cursor.take_break().is_none() {
                return Ok(());
            }
            if !self.is_flow() {
                self.is_key_allowed = true;
            }
        }
    }

    /// Passes the comment behind a token, in the same line.
    pub(super) fn skip_line_comment(&mut self) {
        if self.cursor.breaks > 0 {
            return;
        }
        let blanks = (0..WINDOW).take_while(|ahead| self.cursor.is_blank_at(*ahead));
        let blanks = blanks.count();
        if blanks < WINDOW && self.cursor.at(blanks) == b'#' {
            self.cursor.skip_line();
        }
    }

    /// Passes a comment and those in the lines below, whatever blanks are before them.
    fn skip_comments(&mut self) {
        let mut ahead = 0;
        while ahead < WINDOW {
            if self.cursor.is_blank_at(ahead) || self.cursor.is_break_at(ahead) {
                ahead = ahead.saturating_add(1);
                continue;
            }
            if self.cursor.at(ahead) != b'#' {
                return;
            }
            let seen = self.cursor.mark.index.saturating_add(ahead);
            while self.cursor.mark.index < seen && !self.cursor.is_end() {
                if self.cursor.take_break().is_none() {
                    self.cursor.skip();
                }
            }
            self.cursor.skip_line();
            ahead = 1;
        }
    }
}
