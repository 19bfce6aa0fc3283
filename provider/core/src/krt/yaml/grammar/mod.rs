//! Tokens to events: which sequences of tokens are a document.

mod block;
mod flow;

use super::{
    Fault, Mark,
    scan::Scanner,
    token::{Token, TokenKind},
};

/// A step through the tree of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::krt::yaml) enum EventKind {
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    Alias(String),
    Scalar {
        properties: Properties,
        value: String,
        is_plain: bool,
    },
    SequenceStart(Properties),
    SequenceEnd,
    MappingStart(Properties),
    MappingEnd,
}

/// An event and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::krt::yaml) struct Event {
    pub(in crate::krt::yaml) kind: EventKind,
    pub(in crate::krt::yaml) mark: Mark,
}

/// What may stand before a node. The tag is complete: its handle is resolved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::krt::yaml) struct Properties {
    pub(in crate::krt::yaml) anchor: Option<String>,
    pub(in crate::krt::yaml) tag: Option<String>,
}

/// What is expected next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    StreamStart,
    DocumentStart { is_first: bool },
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequence { is_first: bool },
    IndentlessSequence,
    BlockMappingKey { is_first: bool },
    BlockMappingValue,
    FlowSequence { is_first: bool },
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingKey { is_first: bool },
    FlowMappingValue { is_omitted: bool },
    End,
}

/// Where a node stands, which decides what it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Flow,
    Block,
    /// A value of a block mapping, where `- a` needs no indentation.
    BlockOrIndentless,
}

/// Finds events.
#[derive(Debug)]
pub(in crate::krt::yaml) struct Grammar<'a> {
    scanner: Scanner<'a>,
    state: State,
    states: Vec<State>,
    handles: Vec<(String, String)>,
}

impl<'a> Grammar<'a> {
    pub(in crate::krt::yaml) fn new(scanner: Scanner<'a>) -> Self {
        Self {
            scanner,
            state: State::StreamStart,
            states: Vec::new(),
            handles: Vec::new(),
        }
    }

    /// The next event; behind the last one, the end of the stream again and again.
    pub(in crate::krt::yaml) fn next(&mut self) -> Result<Event, Fault> {
        match self.state {
            State::StreamStart => {
                self.skip()?;
                self.state = State::DocumentStart { is_first: true };
                self.next()
            }
            State::DocumentStart { is_first } => self.document_start(is_first),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(Context::Block),
            State::BlockSequence { is_first } => self.block_sequence(is_first),
            State::IndentlessSequence => self.indentless_sequence(),
            State::BlockMappingKey { is_first } => self.block_mapping_key(is_first),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequence { is_first } => self.flow_sequence(is_first),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => {
                let mark = self.mark()?;
                self.state = State::FlowSequence { is_first: false };
                Ok(event(EventKind::MappingEnd, mark))
            }
            State::FlowMappingKey { is_first } => self.flow_mapping_key(is_first),
            State::FlowMappingValue { is_omitted } => self.flow_mapping_value(is_omitted),
            State::End => Ok(event(EventKind::StreamEnd, self.mark()?)),
        }
    }

    fn peek(&mut self) -> Result<&TokenKind, Fault> {
        self.scanner.peek().map(|token| &token.kind)
    }

    fn mark(&mut self) -> Result<Mark, Fault> {
        self.scanner.peek().map(|token| token.mark)
    }

    fn skip(&mut self) -> Result<(), Fault> {
        self.scanner.peek()?;
        self.scanner.next();
        Ok(())
    }

    fn take(&mut self) -> Result<Token, Fault> {
        let mark = self.mark()?;
        let missing = || Fault::syntax(mark, "did not find the end of the stream");
        self.scanner.next().ok_or_else(missing)
    }

    /// Passes the next token if it is the expected one.
    fn accept(&mut self, kind: &TokenKind) -> Result<bool, Fault> {
        let is_there = self.peek()? == kind;
        if is_there {
            self.skip()?;
        }
        Ok(is_there)
    }

    fn fault<T>(&mut self, message: &str) -> Result<T, Fault> {
        Err(Fault::syntax(self.mark()?, message))
    }

    fn pop(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    /// Continues with a node, and behind it with a state.
    fn node_then(&mut self, context: Context, then: State) -> Result<Event, Fault> {
        self.states.push(then);
        self.node(context)
    }

    /// Continues with a node that was left out, and behind it with a state.
    fn empty_then(&mut self, mark: Mark, then: State) -> Event {
        self.state = then;
        empty(mark)
    }

    fn document_start(&mut self, is_first: bool) -> Result<Event, Fault> {
        if !is_first {
            while self.accept(&TokenKind::DocumentEnd)? {}
        }
        let mark = self.mark()?;
        let is_bare = match self.peek()? {
            TokenKind::StreamEnd => {
                self.state = State::End;
                return Ok(event(EventKind::StreamEnd, mark));
            }
            TokenKind::VersionDirective { .. }
            | TokenKind::TagDirective { .. }
            | TokenKind::DocumentStart => false,
            _ => is_first,
        };
        self.directives()?;
        self.states.push(State::DocumentEnd);
        if is_bare {
            self.state = State::BlockNode;
            return Ok(event(EventKind::DocumentStart, mark));
        }
        if !self.accept(&TokenKind::DocumentStart)? {
            return self.fault("did not find expected <document start>");
        }
        self.state = State::DocumentContent;
        Ok(event(EventKind::DocumentStart, mark))
    }

    fn directives(&mut self) -> Result<(), Fault> {
        self.handles.clear();
        let mut has_version = false;
        loop {
            let mark = self.mark()?;
            match self.peek()?.clone() {
                TokenKind::VersionDirective { .. } if has_version => {
                    return Err(Fault::syntax(mark, "found duplicate %YAML directive"));
                }
                TokenKind::VersionDirective { major: 1, minor: 1 } => has_version = true,
                TokenKind::VersionDirective { .. } => {
                    return Err(Fault::syntax(mark, "found incompatible YAML document"));
                }
                TokenKind::TagDirective { handle, prefix } => {
                    if self.handles.iter().any(|(known, _)| *known == handle) {
                        return Err(Fault::syntax(mark, "found duplicate %TAG directive"));
                    }
                    self.handles.push((handle, prefix));
                }
                _ => break,
            }
            self.skip()?;
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            self.handles.push((handle.to_owned(), prefix.to_owned()));
        }
        Ok(())
    }

    fn document_content(&mut self) -> Result<Event, Fault> {
        let mark = self.mark()?;
        match self.peek()? {
            TokenKind::VersionDirective { .. }
            | TokenKind::TagDirective { .. }
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => {
                self.pop();
                Ok(empty(mark))
            }
            _ => self.node(Context::Block),
        }
    }

    fn document_end(&mut self) -> Result<Event, Fault> {
        let mark = self.mark()?;
        self.accept(&TokenKind::DocumentEnd)?;
        self.state = State::DocumentStart { is_first: false };
        Ok(event(EventKind::DocumentEnd, mark))
    }

    fn node(&mut self, context: Context) -> Result<Event, Fault> {
        let mark = self.mark()?;
        if matches!(self.peek()?, TokenKind::Alias(_)) {
            self.pop();
            let name = match self.take()?.kind {
                TokenKind::Alias(name) => name,
                _ => String::new(),
            };
            return Ok(event(EventKind::Alias(name), mark));
        }
        let properties = self.properties()?;
        let is_block = context != Context::Flow;
        let kind = match self.peek()? {
            TokenKind::BlockEntry if context == Context::BlockOrIndentless => {
                self.state = State::IndentlessSequence;
                EventKind::SequenceStart(properties)
            }
            TokenKind::Scalar { .. } => return self.scalar(properties, mark),
            TokenKind::FlowSequenceStart => {
                self.state = State::FlowSequence { is_first: true };
                EventKind::SequenceStart(properties)
            }
            TokenKind::FlowMappingStart => {
                self.state = State::FlowMappingKey { is_first: true };
                EventKind::MappingStart(properties)
            }
            TokenKind::BlockSequenceStart if is_block => {
                self.state = State::BlockSequence { is_first: true };
                EventKind::SequenceStart(properties)
            }
            TokenKind::BlockMappingStart if is_block => {
                self.state = State::BlockMappingKey { is_first: true };
                EventKind::MappingStart(properties)
            }
            _ if properties != Properties::default() => {
                self.pop();
                EventKind::Scalar {
                    properties,
                    value: String::new(),
                    is_plain: true,
                }
            }
            _ => return self.fault("did not find expected node content"),
        };
        Ok(event(kind, mark))
    }

    fn scalar(&mut self, properties: Properties, mark: Mark) -> Result<Event, Fault> {
        self.pop();
        let (value, is_plain) = match self.take()?.kind {
            TokenKind::Scalar { value, is_plain } => (value, is_plain),
            _ => (String::new(), true),
        };
        let kind = EventKind::Scalar {
            properties,
            value,
            is_plain,
        };
        Ok(event(kind, mark))
    }

    /// An anchor and a tag, in either order.
    fn properties(&mut self) -> Result<Properties, Fault> {
        let mut properties = Properties::default();
        for _ in 0..2 {
            let mark = self.mark()?;
            match self.peek()?.clone() {
                TokenKind::Anchor(name) if properties.anchor.is_none() => {
                    properties.anchor = Some(name);
                }
                TokenKind::Tag { handle, suffix } if properties.tag.is_none() => {
                    properties.tag = Some(self.tag(&handle, &suffix, mark)?);
                }
                _ => break,
            }
            self.skip()?;
        }
        Ok(properties)
    }

    fn tag(&self, handle: &str, suffix: &str, mark: Mark) -> Result<String, Fault> {
        if handle.is_empty() {
            return Ok(suffix.to_owned());
        }
        let known = self.handles.iter().find(|(known, _)| known == handle);
        let tag = known.map(|(_, prefix)| format!("{prefix}{suffix}"));
        tag.filter(|tag| !tag.is_empty())
            .ok_or_else(|| Fault::syntax(mark, "found undefined tag handle"))
    }
}

fn event(kind: EventKind, mark: Mark) -> Event {
    Event { kind, mark }
}

/// A node that was left out.
fn empty(mark: Mark) -> Event {
    let kind = EventKind::Scalar {
        properties: Properties::default(),
        value: String::new(),
        is_plain: true,
    };
    event(kind, mark)
}
