//! Text to tokens.
//!
//! Two things make this more than splitting. In block context, indentation begins and ends
//! collections; and a mapping's key is recognised only by the `:` behind it, so that tokens wait
//! in a queue until it is clear whether a key mark belongs before them.

mod level;

use std::collections::{BTreeMap, VecDeque};

use super::{
    Fault, Generation, Mark,
    cursor::Cursor,
    token::{Token, TokenKind},
};

/// How deep the originals' library follows nesting, of either kind.
const MAX_DEPTH: usize = 10_000;

/// Where a key without `?` could have begun.
#[derive(Debug, Clone, Copy, Default)]
struct Candidate {
    is_possible: bool,
    is_required: bool,
    token: usize,
    mark: Mark,
}

/// Finds tokens.
#[derive(Debug)]
pub(in crate::krt::yaml) struct Scanner<'a> {
    pub(in crate::krt::yaml) cursor: Cursor<'a>,
    pub(in crate::krt::yaml) generation: Generation,
    queue: VecDeque<Token>,
    given: usize,
    is_started: bool,
    is_ended: bool,
    pub(in crate::krt::yaml) indent: Option<usize>,
    indents: Vec<Option<usize>>,
    /// One per level of `[` and `{`, and one below them.
    candidates: Vec<Candidate>,
    candidates_by_token: BTreeMap<usize, usize>,
    pub(in crate::krt::yaml) is_key_allowed: bool,
}

impl<'a> Scanner<'a> {
    pub(in crate::krt::yaml) fn new(cursor: Cursor<'a>, generation: Generation) -> Self {
        Self {
            cursor,
            generation,
            queue: VecDeque::new(),
            given: 0,
            is_started: false,
            is_ended: false,
            indent: None,
            indents: Vec::new(),
            candidates: vec![Candidate::default()],
            candidates_by_token: BTreeMap::new(),
            is_key_allowed: true,
        }
    }

    /// Looks at the next token. Behind the last one there is always another end of stream.
    pub(in crate::krt::yaml) fn peek(&mut self) -> Result<&Token, Fault> {
        self.fill()?;
        let end = self.cursor.mark;
        if self.queue.is_empty() {
            self.push(TokenKind::StreamEnd, end);
        }
        self.queue
            .front()
            .ok_or_else(|| Fault::syntax(end, "did not find the end of the stream"))
    }

    /// Removes the next token. Called after [`Scanner::peek`].
    pub(in crate::krt::yaml) fn next(&mut self) -> Option<Token> {
        self.given = self.given.saturating_add(1);
        self.queue.pop_front()
    }

    /// The number of `[` and `{` that are open.
    pub(in crate::krt::yaml) fn flow_depth(&self) -> usize {
        self.candidates.len().saturating_sub(1)
    }

    pub(in crate::krt::yaml) fn is_flow(&self) -> bool {
        self.flow_depth() > 0
    }

    pub(in crate::krt::yaml) fn last_token(&self) -> Option<&TokenKind> {
        self.queue.back().map(|token| &token.kind)
    }

    /// Fetches until it is clear what the first token in the queue is.
    fn fill(&mut self) -> Result<(), Fault> {
        // The third generation looks two tokens further, for the sake of comments.
        let ahead = match self.generation {
            Generation::Second => 0,
            Generation::Third => 2,
        };
        while !self.is_ended {
            if self.queue.len() > ahead && !self.may_be_key()? {
                return Ok(());
            }
            self.fetch()?;
            self.cursor.readable()?;
        }
        Ok(())
    }

    /// Fetches one token, and those that come with it.
    fn fetch(&mut self) -> Result<(), Fault> {
        if !self.is_started {
            self.is_started = true;
            self.push(TokenKind::StreamStart, self.cursor.mark);
            return Ok(());
        }
        self.skip_to_token()?;
        self.unroll(Some(self.cursor.mark.column));
        self.cursor.look_ahead();
        if self.cursor.is_end() {
            return self.fetch_stream_end();
        }
        if self.cursor.mark.column == 0 && self.cursor.here() == b'%' {
            return self.fetch_directive();
        }
        self.fetch_content()?;
        if self.generation == Generation::Third
            && !matches!(self.last_token(), Some(TokenKind::BlockEntry))
        {
            self.skip_line_comment();
        }
        Ok(())
    }

    fn fetch_content(&mut self) -> Result<(), Fault> {
        if self.cursor.is_document_mark() {
            return self.fetch_document_mark();
        }
        let is_flow = self.is_flow();
        let before_space = self.cursor.is_space_at(1);
        match self.cursor.here() {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if before_space => self.fetch_block_entry(),
            b'?' if is_flow || before_space => self.fetch_key(),
            b':' if is_flow || before_space => self.fetch_value(),
            b'*' => self.fetch_property(Self::scan_alias),
            b'&' => self.fetch_property(Self::scan_anchor),
            b'!' => self.fetch_property(Self::scan_tag),
            b'|' if !is_flow => self.fetch_block_scalar(true),
            b'>' if !is_flow => self.fetch_block_scalar(false),
            b'\'' => self.fetch_property(Self::scan_single_quoted),
            b'"' => self.fetch_property(Self::scan_double_quoted),
            first if self.may_begin_plain(first) => self.fetch_property(Self::scan_plain),
            _ => Err(Fault::syntax(
                self.cursor.mark,
                "found character that cannot start any token",
            )),
        }
    }

    fn may_begin_plain(&self, first: u8) -> bool {
        match first {
            b'-' => !self.cursor.is_blank_at(1),
            b'?' | b':' => !self.is_flow() && !self.cursor.is_space_at(1),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => false,
            _ => !self.cursor.is_space(),
        }
    }

    fn fetch_stream_end(&mut self) -> Result<(), Fault> {
        let mark = &mut self.cursor.mark;
        if mark.column != 0 {
            mark.column = 0;
            mark.line = mark.line.saturating_add(1);
        }
        self.end_blocks()?;
        self.is_ended = true;
        self.push(TokenKind::StreamEnd, self.cursor.mark);
        self.cursor.readable()
    }

    /// What `---`, `...`, a directive and the end have in common.
    fn end_blocks(&mut self) -> Result<(), Fault> {
        self.unroll(None);
        self.drop_candidate()?;
        self.is_key_allowed = false;
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), Fault> {
        self.end_blocks()?;
        let mark = self.cursor.mark;
        let kind = self.scan_directive()?;
        self.push(kind, mark);
        Ok(())
    }

    fn fetch_document_mark(&mut self) -> Result<(), Fault> {
        self.end_blocks()?;
        let mark = self.cursor.mark;
        let kind = match self.cursor.here() {
            b'-' => TokenKind::DocumentStart,
            _ => TokenKind::DocumentEnd,
        };
        self.cursor.skip_many(3);
        self.push(kind, mark);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<(), Fault> {
        self.save_candidate()?;
        let mark = self.cursor.mark;
        self.candidates.push(Candidate {
            token: self.next_number(),
            mark,
            ..Candidate::default()
        });
        if self.flow_depth() > MAX_DEPTH {
            let message = format!("exceeded max depth of {MAX_DEPTH}");
            return Err(Fault::syntax(mark, message));
        }
        self.is_key_allowed = true;
        self.cursor.skip();
        self.push(kind, mark);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<(), Fault> {
        self.drop_candidate()?;
        if self.is_flow()
            && let Some(closed) = self.candidates.pop()
        {
            self.candidates_by_token.remove(&closed.token);
        }
        self.indicator(kind, false);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), Fault> {
        self.drop_candidate()?;
        self.indicator(TokenKind::FlowEntry, true);
        Ok(())
    }

    /// Passes one character that is a token.
    fn indicator(&mut self, kind: TokenKind, is_key_allowed: bool) {
        let mark = self.cursor.mark;
        self.is_key_allowed = is_key_allowed;
        self.cursor.skip();
        self.push(kind, mark);
    }

    fn fetch_block_entry(&mut self) -> Result<(), Fault> {
        if !self.is_flow() {
            self.demand_key_allowed("block sequence entries are not allowed in this context")?;
            self.roll(self.cursor.mark, None, TokenKind::BlockSequenceStart)?;
        }
        self.drop_candidate()?;
        self.indicator(TokenKind::BlockEntry, true);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Fault> {
        if !self.is_flow() {
            self.demand_key_allowed("mapping keys are not allowed in this context")?;
            self.roll(self.cursor.mark, None, TokenKind::BlockMappingStart)?;
        }
        self.drop_candidate()?;
        self.indicator(TokenKind::Key, !self.is_flow());
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), Fault> {
        let level = self.flow_depth();
        if self.is_still_possible(level)?
            && let Some(key) = self.candidates.get_mut(level)
        {
            key.is_possible = false;
            let key = *key;
            self.insert(key.token, TokenKind::Key, key.mark);
            self.roll(key.mark, Some(key.token), TokenKind::BlockMappingStart)?;
            self.candidates_by_token.remove(&key.token);
            self.indicator(TokenKind::Value, false);
            return Ok(());
        }
        if !self.is_flow() {
            self.demand_key_allowed("mapping values are not allowed in this context")?;
            self.roll(self.cursor.mark, None, TokenKind::BlockMappingStart)?;
        }
        self.indicator(TokenKind::Value, !self.is_flow());
        Ok(())
    }

    /// Fetches what can be a key.
    fn fetch_property(
        &mut self,
        scan: impl FnOnce(&mut Self) -> Result<TokenKind, Fault>,
    ) -> Result<(), Fault> {
        self.save_candidate()?;
        self.is_key_allowed = false;
        let mark = self.cursor.mark;
        let kind = scan(self)?;
        self.push(kind, mark);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, is_literal: bool) -> Result<(), Fault> {
        self.drop_candidate()?;
        self.is_key_allowed = true;
        let mark = self.cursor.mark;
        let kind = self.scan_block_scalar(is_literal)?;
        self.push(kind, mark);
        Ok(())
    }

    fn demand_key_allowed(&self, message: &str) -> Result<(), Fault> {
        if self.is_key_allowed {
            Ok(())
        } else {
            Err(Fault::syntax(self.cursor.mark, message))
        }
    }

    fn push(&mut self, kind: TokenKind, mark: Mark) {
        self.queue.push_back(Token { kind, mark });
    }

    /// Puts a token before one that waits; behind all, if that one has been given out.
    fn insert(&mut self, number: usize, kind: TokenKind, mark: Mark) {
        let end = self.queue.len();
        let place = number
            .checked_sub(self.given)
            .map_or(end, |place| place.min(end));
        self.queue.insert(place, Token { kind, mark });
    }
}
