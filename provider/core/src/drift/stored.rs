//! How what was ours is written: as little JSON as tells it.
//!
//! It is the tree of `fieldsV1`, without the `f:` of fields where nothing else is meant. A leaf is
//! a digest, or 1 for something and 0 for nothing; what was at a place with others below is at
//! `.`. A whole document is below `*`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value};

use super::{
    Owned,
    owned::{Extent, Mark, Node},
    seal::Digest,
    step::Step,
};

/// The key of what was at the place itself.
const SELF: &str = ".";

/// The key of a whole document.
const WHOLE: &str = "*";

impl Serialize for Owned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tree = write_node(&self.root);
        let stored = match self.extent {
            Extent::Fields => tree,
            Extent::Whole => Value::Object(Map::from_iter([(WHOLE.to_owned(), tree)])),
        };
        stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Owned {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Value::deserialize(deserializer)?;
        let (extent, tree) = match stored.get(WHOLE) {
            Some(tree) => (Extent::Whole, tree),
            None => (Extent::Fields, &stored),
        };
        let root = read_node(tree).map_err(D::Error::custom)?;
        Ok(Self { extent, root })
    }
}

fn write_node(node: &Node) -> Value {
    let mark = node.mark.map(|mark| match mark {
        Mark::Value(digest) => Value::from(digest.text()),
        Mark::Present => Value::from(1),
        Mark::Absent => Value::from(0),
    });
    match mark {
        Some(mark) if node.children.is_empty() => mark,
        mark => {
            let mark = mark.map(|mark| (SELF.to_owned(), mark));
            let children = node.children.iter();
            let children = children.map(|(step, child)| (write_step(step), write_node(child)));
            Value::Object(mark.into_iter().chain(children).collect())
        }
    }
}

fn read_node(tree: &Value) -> Result<Node, String> {
    let Value::Object(fields) = tree else {
        return Ok(Node {
            mark: Some(read_mark(tree)?),
            ..Node::default()
        });
    };
    let mut node = Node::default();
    for (key, below) in fields {
        if key == SELF {
            node.mark = Some(read_mark(below)?);
        } else {
            node.children.insert(read_step(key)?, read_node(below)?);
        }
    }
    Ok(node)
}

fn read_mark(leaf: &Value) -> Result<Mark, String> {
    let mark = match (leaf.as_str(), leaf.as_u64()) {
        (Some(text), _) => Digest::parse(text).map(Mark::Value),
        (_, Some(1)) => Some(Mark::Present),
        (_, Some(0)) => Some(Mark::Absent),
        _ => None,
    };
    mark.ok_or_else(|| format!("neither a digest nor 0 or 1: `{leaf}`"))
}

fn write_step(step: &Step) -> String {
    match step {
        Step::Field(name) if is_plain(name) => name.clone(),
        step => step.key(),
    }
}

fn read_step(key: &str) -> Result<Step, String> {
    if is_plain(key) {
        return Ok(Step::Field(key.to_owned()));
    }
    Step::parse(key).ok_or_else(|| format!("no step into an object: `{key}`"))
}

/// Nothing but a field is meant by it.
fn is_plain(name: &str) -> bool {
    let is_step = ["f:", "k:", "v:", "i:"]
        .iter()
        .any(|it| name.starts_with(it));
    !is_step && name != SELF && name != WHOLE
}
