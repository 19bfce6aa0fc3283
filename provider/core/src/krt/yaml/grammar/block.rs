//! Collections that indentation delimits.

use super::{Context, Event, EventKind, Fault, Grammar, Mark, State, TokenKind, event};

impl Grammar<'_> {
    pub(super) fn block_sequence(&mut self, is_first: bool) -> Result<Event, Fault> {
        if is_first {
            self.skip()?;
        }
        let mark = self.mark()?;
        if self.accept(&TokenKind::BlockEntry)? {
            let then = State::BlockSequence { is_first: false };
            return match self.peek()? {
                TokenKind::BlockEntry | TokenKind::BlockEnd => Ok(self.empty_then(mark, then)),
                _ => self.node_then(Context::Block, then),
            };
        }
        if !self.accept(&TokenKind::BlockEnd)? {
            return self.fault("did not find expected '-' indicator");
        }
        self.pop();
        Ok(event(EventKind::SequenceEnd, mark))
    }

    pub(super) fn indentless_sequence(&mut self) -> Result<Event, Fault> {
        let mark = self.mark()?;
        if self.accept(&TokenKind::BlockEntry)? {
            let then = State::IndentlessSequence;
            return match self.peek()? {
                TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                    Ok(self.empty_then(mark, then))
                }
                _ => self.node_then(Context::Block, then),
            };
        }
        self.pop();
        Ok(event(EventKind::SequenceEnd, mark))
    }

    pub(super) fn block_mapping_key(&mut self, is_first: bool) -> Result<Event, Fault> {
        if is_first {
            self.skip()?;
        }
        let mark = self.mark()?;
        if self.accept(&TokenKind::Key)? {
            return self.block_mapping_part(mark, State::BlockMappingValue);
        }
        if !self.accept(&TokenKind::BlockEnd)? {
            return self.fault("did not find expected key");
        }
        self.pop();
        Ok(event(EventKind::MappingEnd, mark))
    }

    pub(super) fn block_mapping_value(&mut self) -> Result<Event, Fault> {
        let mark = self.mark()?;
        let then = State::BlockMappingKey { is_first: false };
        if self.accept(&TokenKind::Value)? {
            return self.block_mapping_part(mark, then);
        }
        Ok(self.empty_then(mark, then))
    }

    /// A key or a value, either of which may be missing.
    fn block_mapping_part(&mut self, mark: Mark, then: State) -> Result<Event, Fault> {
        match self.peek()? {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                Ok(self.empty_then(mark, then))
            }
            _ => self.node_then(Context::BlockOrIndentless, then),
        }
    }
}
