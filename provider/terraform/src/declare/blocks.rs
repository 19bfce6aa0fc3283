//! The fields that are nested blocks.

use serde_json::Value as Json;

use crate::{
    declare::{
        Mistake,
        fields::{DEPRECATED, Field, Fields, objects},
        markdown,
        node::Kind,
        remarks::{BlockKind, KEYWORD},
    },
    schema::{BlockNesting, Count, NestedBlock, Rules},
};

impl Fields {
    /// Reads a field that is a nested block.
    pub(super) fn nested_block(
        &mut self,
        field: &Field<'_>,
        kind: BlockKind,
    ) -> Option<NestedBlock> {
        let (node, path) = (&field.node, &field.path);
        let element = match (kind, node.kind()) {
            (BlockKind::Single | BlockKind::Group, Ok(Kind::Object)) => Some(node.clone()),
            (BlockKind::List | BlockKind::Set, Ok(Kind::List { items, .. })) => objects(items),
            (BlockKind::Map, Ok(Kind::Map { values, .. })) => objects(values),
            _ => None,
        };
        let (Some(element), Ok(shape)) = (element, node.kind()) else {
            self.report(path, Mistake::BlockShape(kind.name()));
            return None;
        };
        let rules = self.limits(node, &shape, path);
        if !matches!(shape, Kind::Object) {
            self.element(&element, path);
        }
        self.refuse_for_blocks(field);
        let mut block = self.block(&element, path);
        if let Some(description) = node.text("description") {
            block.description = markdown::of(description);
        }
        let deprecated = node.holds("deprecated").then(|| DEPRECATED.to_owned());
        block.deprecated = field.remarks.deprecated.clone().or(deprecated);
        Some(NestedBlock {
            nesting: self.block_nesting(field, kind, &rules),
            block,
            computed: field.remarks.computed_block,
        })
    }

    fn block_nesting(&mut self, field: &Field<'_>, kind: BlockKind, rules: &Rules) -> BlockNesting {
        let narrow = |limit: u64| u32::try_from(limit).ok();
        let count = Count {
            min: rules.min_items.and_then(narrow).unwrap_or_default(),
            max: rules.max_items.and_then(narrow),
        };
        match kind {
            BlockKind::Single => BlockNesting::Single {
                required: field.required,
            },
            BlockKind::Group => BlockNesting::Group,
            BlockKind::List => BlockNesting::List(count),
            BlockKind::Set => BlockNesting::Set(count),
            BlockKind::Map => {
                for (limit, keyword) in [
                    (rules.min_items.is_some(), "minProperties"),
                    (rules.max_items.is_some(), "maxProperties"),
                    (rules.keys.is_some(), "propertyNames"),
                ] {
                    if limit {
                        self.report(&field.path, Mistake::Keyword(keyword.to_owned()));
                    }
                }
                BlockNesting::Map
            }
        }
    }

    /// Blocks are there or not: most of what can be said of an attribute has no meaning for them.
    fn refuse_for_blocks(&mut self, field: &Field<'_>) {
        let keys = field.node.keyword(KEYWORD).and_then(Json::as_object);
        for (key, _) in keys.into_iter().flatten() {
            if !matches!(key.as_str(), "block" | "computed_block" | "deprecated") {
                self.report(&field.path, Mistake::Meaningless(key.clone()));
            }
        }
    }
}
