//! Collections in brackets and braces.

use super::{Context, Event, EventKind, Fault, Grammar, Properties, State, TokenKind, event};

impl Grammar<'_> {
    pub(super) fn flow_sequence(&mut self, is_first: bool) -> Result<Event, Fault> {
        if is_first {
            self.skip()?;
        } else if *self.peek()? != TokenKind::FlowSequenceEnd
            && !self.accept(&TokenKind::FlowEntry)?
        {
            return self.fault("did not find expected ',' or ']'");
        }
        let mark = self.mark()?;
        if self.accept(&TokenKind::FlowSequenceEnd)? {
            self.pop();
            return Ok(event(EventKind::SequenceEnd, mark));
        }
        if self.accept(&TokenKind::Key)? {
            self.state = State::FlowPairKey;
            return Ok(event(EventKind::MappingStart(Properties::default()), mark));
        }
        self.node_then(Context::Flow, State::FlowSequence { is_first: false })
    }

    pub(super) fn flow_pair_key(&mut self) -> Result<Event, Fault> {
        let mark = self.mark()?;
        match self.peek()? {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                // The originals' library swallows what follows an omitted key.
                self.skip()?;
                Ok(self.empty_then(mark, State::FlowPairValue))
            }
            _ => self.node_then(Context::Flow, State::FlowPairValue),
        }
    }

    pub(super) fn flow_pair_value(&mut self) -> Result<Event, Fault> {
        let mark = self.mark()?;
        if self.accept(&TokenKind::Value)?
            && !matches!(
                self.peek()?,
                TokenKind::FlowEntry | TokenKind::FlowSequenceEnd
            )
        {
            return self.node_then(Context::Flow, State::FlowPairEnd);
        }
        Ok(self.empty_then(mark, State::FlowPairEnd))
    }

    pub(super) fn flow_mapping_key(&mut self, is_first: bool) -> Result<Event, Fault> {
        if is_first {
            self.skip()?;
        } else if *self.peek()? != TokenKind::FlowMappingEnd
            && !self.accept(&TokenKind::FlowEntry)?
        {
            return self.fault("did not find expected ',' or '}'");
        }
        let mark = self.mark()?;
        if self.accept(&TokenKind::FlowMappingEnd)? {
            self.pop();
            return Ok(event(EventKind::MappingEnd, mark));
        }
        if !self.accept(&TokenKind::Key)? {
            let then = State::FlowMappingValue { is_omitted: true };
            return self.node_then(Context::Flow, then);
        }
        let then = State::FlowMappingValue { is_omitted: false };
        match self.peek()? {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                Ok(self.empty_then(mark, then))
            }
            _ => self.node_then(Context::Flow, then),
        }
    }

    pub(super) fn flow_mapping_value(&mut self, is_omitted: bool) -> Result<Event, Fault> {
        let mark = self.mark()?;
        let then = State::FlowMappingKey { is_first: false };
        if !is_omitted
            && self.accept(&TokenKind::Value)?
            && !matches!(
                self.peek()?,
                TokenKind::FlowEntry | TokenKind::FlowMappingEnd
            )
        {
            return self.node_then(Context::Flow, then);
        }
        Ok(self.empty_then(mark, then))
    }
}
