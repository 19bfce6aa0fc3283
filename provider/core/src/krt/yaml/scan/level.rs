//! Where keys can have begun, and how deep blocks stand.

use super::{Candidate, Fault, MAX_DEPTH, Mark, Scanner, TokenKind};

/// How far behind the beginning of a key its `:` may stand, in characters.
const MAX_KEY: usize = 1024;

impl Scanner<'_> {
    /// Whether a key mark may yet belong before the first token of the queue.
    pub(super) fn may_be_key(&mut self) -> Result<bool, Fault> {
        match self.candidates_by_token.get(&self.given) {
            Some(level) => self.is_still_possible(*level),
            None => Ok(false),
        }
    }

    pub(super) fn is_still_possible(&mut self, level: usize) -> Result<bool, Fault> {
        let here = self.cursor.mark;
        let Some(candidate) = self.candidates.get_mut(level) else {
            return Ok(false);
        };
        if !candidate.is_possible {
            return Ok(false);
        }
        let begun = candidate.mark;
        if begun.line == here.line && begun.index.saturating_add(MAX_KEY) >= here.index {
            return Ok(true);
        }
        if candidate.is_required {
            return Err(Fault::syntax(begun, "could not find expected ':'"));
        }
        candidate.is_possible = false;
        Ok(false)
    }

    pub(super) fn next_number(&self) -> usize {
        self.given.saturating_add(self.queue.len())
    }

    pub(super) fn save_candidate(&mut self) -> Result<(), Fault> {
        if !self.is_key_allowed {
            return Ok(());
        }
        let candidate = Candidate {
            is_possible: true,
            is_required: !self.is_flow() && self.indent == Some(self.cursor.mark.column),
            token: self.next_number(),
            mark: self.cursor.mark,
        };
        self.drop_candidate()?;
        let level = self.flow_depth();
        if let Some(last) = self.candidates.last_mut() {
            *last = candidate;
            self.candidates_by_token.insert(candidate.token, level);
        }
        Ok(())
    }

    pub(super) fn drop_candidate(&mut self) -> Result<(), Fault> {
        let Some(candidate) = self.candidates.last_mut() else {
            return Ok(());
        };
        if !candidate.is_possible {
            return Ok(());
        }
        if candidate.is_required {
            return Err(Fault::syntax(candidate.mark, "could not find expected ':'"));
        }
        candidate.is_possible = false;
        self.candidates_by_token.remove(&candidate.token);
        Ok(())
    }

    /// Begins a block collection if the column is deeper than the current one.
    pub(super) fn roll(
        &mut self,
        mark: Mark,
        number: Option<usize>,
        kind: TokenKind,
    ) -> Result<(), Fault> {
        if self.is_flow() || self.indent.is_some_and(|indent| indent >= mark.column) {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = Some(mark.column);
        if self.indents.len() > MAX_DEPTH {
            let message = format!("exceeded max depth of {MAX_DEPTH}");
            return Err(Fault::syntax(mark, message));
        }
        match number {
            Some(number) => self.insert(number, kind, mark),
            None => self.push(kind, mark),
        }
        Ok(())
    }

    /// Ends the block collections that are deeper than a column; all of them without one.
    pub(super) fn unroll(&mut self, column: Option<usize>) {
        if self.is_flow() {
            return;
        }
        while self.indent > column {
            self.push(TokenKind::BlockEnd, self.cursor.mark);
            self.indent = self.indents.pop().flatten();
        }
    }
}
