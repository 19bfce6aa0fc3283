//! How far into a configuration a host can point.

use crate::{
    diagnostics::Diagnostics,
    path::{Path, Step},
    schema::Block,
};

impl Block {
    /// Returns the beginning of a path that a host finds in the text of a configuration.
    ///
    /// Hosts follow blocks, one attribute, and the elements right behind it. Given a longer path
    /// they point at the header of the resource, or at another attribute of the same name.
    pub fn pointer(&self, path: &Path) -> Path {
        let mut block = Some(self);
        let mut behind_attribute = false;
        let mut found = Vec::new();
        for step in path.steps() {
            if let Step::Attribute(name) = step {
                if behind_attribute {
                    break;
                }
                let nested = block.and_then(|block| block.blocks.get(name));
                behind_attribute = nested.is_none();
                block = nested.map(|nested| &nested.block);
            }
            found.push(step.clone());
        }
        found.into_iter().collect()
    }

    /// Shortens the paths of diagnostics so that hosts can point at them. The rest of the way is
    /// in their texts.
    pub fn point(&self, diagnostics: Diagnostics) -> Diagnostics {
        let shortened = diagnostics.into_iter().map(|mut diagnostic| {
            diagnostic.path = diagnostic.path.map(|path| self.pointer(&path));
            diagnostic
        });
        shortened.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{BlockNesting, Count, NestedBlock};

    #[test]
    fn a_path_ends_behind_the_first_attribute_and_its_elements() {
        let list = BlockNesting::List(Count::default());
        let nested = NestedBlock {
            nesting: list,
            block: Block::default(),
            computed: false,
        };
        let block = Block {
            blocks: [("rule".to_owned(), nested)].into(),
            ..Block::default()
        };
        let inside = Path::from("rule").index(1).attribute("ports").index(0);
        assert_eq!(block.pointer(&inside.attribute("from")), inside);
        let part = Path::from("parts").key("a");
        assert_eq!(
            block.pointer(&part.attribute("size").attribute("unit")),
            part
        );
        assert_eq!(block.pointer(&Path::root()), Path::root());
    }
}
