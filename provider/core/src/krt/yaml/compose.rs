//! Events to a tree.

use std::collections::BTreeMap;

use super::{
    Fault, FaultKind, Generation, Mark,
    cursor::Cursor,
    grammar::{Event, EventKind, Grammar, Properties},
    resolve::short_tag,
    scan::Scanner,
    text,
};

/// A node of a [`Document`], by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(usize);

/// The first document of a text; the originals read no other.
///
/// Nodes refer to each other by number, so that depth costs no stack, not even to drop.
#[derive(Debug, Default)]
pub(crate) struct Document {
    nodes: Vec<Node>,
    /// Where another document begins, which nobody reads.
    pub(crate) next: Option<Mark>,
}

/// A node and where it begins.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) mark: Mark,
    /// The tag as written, in its short form; empty where there is none.
    pub(crate) tag: String,
}

/// What a node is.
#[derive(Debug)]
pub(crate) enum Kind {
    Scalar {
        value: String,
        is_plain: bool,
    },
    Sequence(Vec<NodeId>),
    /// Keys and values in turn.
    Mapping(Vec<(NodeId, NodeId)>),
    Alias {
        name: String,
        target: NodeId,
    },
}

impl Document {
    /// The node at the top; `None` in an empty text.
    pub(crate) fn root(&self) -> Option<NodeId> {
        (!self.nodes.is_empty()).then_some(NodeId(0))
    }

    /// A node. `None` never happens for a number that the document gave out.
    pub(crate) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }
}

/// A collection that is not finished.
struct Open {
    id: NodeId,
    key: Option<NodeId>,
}

struct Composer {
    generation: Generation,
    document: Document,
    anchors: BTreeMap<String, NodeId>,
    open: Vec<Open>,
}

/// Reads the first document of a file.
///
/// # Errors
///
/// The first offence: what comes behind it cannot be trusted to mean anything.
pub(crate) fn compose(bytes: &[u8], generation: Generation) -> Result<Document, Fault> {
    let text = text::read(bytes);
    let cursor = Cursor::new(&text.text, text.offence);
    let mut grammar = Grammar::new(Scanner::new(cursor, generation));
    let mut composer = Composer {
        generation,
        document: Document::default(),
        anchors: BTreeMap::new(),
        open: Vec::new(),
    };
    loop {
        let Event { kind, mark } = grammar.next()?;
        match kind {
            EventKind::DocumentStart => {}
            EventKind::StreamEnd => break,
            EventKind::DocumentEnd => {
                composer.document.next = following(&mut grammar);
                break;
            }
            kind => composer.add(kind, mark)?,
        }
    }
    Ok(composer.document)
}

/// Where a second document begins. What is wrong there is nobody's business.
fn following(grammar: &mut Grammar<'_>) -> Option<Mark> {
    let event = grammar.next().ok()?;
    (event.kind == EventKind::DocumentStart).then_some(event.mark)
}

impl Composer {
    fn add(&mut self, kind: EventKind, mark: Mark) -> Result<(), Fault> {
        let (kind, properties, is_open) = match kind {
            EventKind::SequenceEnd | EventKind::MappingEnd => {
                self.open.pop();
                return Ok(());
            }
            EventKind::Alias(name) => {
                let Some(target) = self.anchors.get(&name).copied() else {
                    let message = format!("unknown anchor '{name}' referenced");
                    return Err(Fault::new(FaultKind::Alias, mark, message));
                };
                (Kind::Alias { name, target }, Properties::default(), false)
            }
            EventKind::Scalar {
                properties,
                value,
                is_plain,
            } => (Kind::Scalar { value, is_plain }, properties, false),
            EventKind::SequenceStart(properties) => (Kind::Sequence(Vec::new()), properties, true),
            EventKind::MappingStart(properties) => (Kind::Mapping(Vec::new()), properties, true),
            EventKind::DocumentStart | EventKind::DocumentEnd | EventKind::StreamEnd => {
                return Ok(());
            }
        };
        let Properties { anchor, tag } = properties;
        let id = NodeId(self.document.nodes.len());
        let tag = self.tag(&kind, tag);
        self.document.nodes.push(Node { kind, mark, tag });
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, id);
        }
        self.attach(id);
        if is_open {
            self.open.push(Open { id, key: None });
        }
        Ok(())
    }

    /// The second generation ignores the tags of collections, the third the tag `!`.
    fn tag(&self, kind: &Kind, tag: Option<String>) -> String {
        let tag = tag.unwrap_or_default();
        match (self.generation, kind) {
            (Generation::Second, Kind::Scalar { .. }) => short_tag(tag),
            (Generation::Third, _) if tag != "!" => short_tag(tag),
            _ => String::new(),
        }
    }

    /// Makes a node a part of the innermost open collection.
    fn attach(&mut self, id: NodeId) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        let parent = self.document.nodes.get_mut(open.id.0);
        match parent.map(|parent| &mut parent.kind) {
            Some(Kind::Sequence(items)) => items.push(id),
            Some(Kind::Mapping(pairs)) => match open.key.take() {
                Some(key) => pairs.push((key, id)),
                None => open.key = Some(id),
            },
            _ => {}
        }
    }
}
