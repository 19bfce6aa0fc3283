//! What stands in parentheses behind a name.

use crate::{
    schema::{Attribute, BlockNesting, Count, NestedBlock, Nesting, Shape},
    types::Type,
};

/// Names the type of an attribute and what else a reader should see at once.
pub(super) fn attribute_tags(attribute: &Attribute) -> String {
    let mut tags = vec![match &attribute.shape {
        Shape::Value(ty) => type_name(ty),
        Shape::Nested(Nesting::Single, _) => "Attributes".to_owned(),
        Shape::Nested(Nesting::List, _) => "Attributes List".to_owned(),
        Shape::Nested(Nesting::Set, _) => "Attributes Set".to_owned(),
        Shape::Nested(Nesting::Map, _) => "Attributes Map".to_owned(),
    }];
    let claims = [
        (attribute.sensitive, "Sensitive"),
        (attribute.write_only, "Write-only"),
        (attribute.deprecated.is_some(), "Deprecated"),
    ];
    for (_, claim) in claims.iter().filter(|(holds, _)| *holds) {
        tags.push((*claim).to_owned());
    }
    tags.join(", ")
}

/// Says how many blocks there may be and what they make together.
pub(super) fn block_tags(nested: &NestedBlock) -> String {
    let mut tags = match nested.nesting {
        BlockNesting::Single { .. } | BlockNesting::Group => vec!["Block".to_owned()],
        BlockNesting::List(count) => counted("Block List", count),
        BlockNesting::Set(count) => counted("Block Set", count),
        BlockNesting::Map => vec!["Block Map, by label".to_owned()],
    };
    if nested.block.deprecated.is_some() {
        tags.push("Deprecated".to_owned());
    }
    tags.join(", ")
}

fn counted(kind: &str, Count { min, max }: Count) -> Vec<String> {
    let mut tags = vec![kind.to_owned()];
    if min > 0 {
        tags.push(format!("Min: {min}"));
    }
    tags.extend(max.map(|max| format!("Max: {max}")));
    tags
}

/// Names a type in the words that pages of providers use.
pub(in crate::docs) fn type_name(ty: &Type) -> String {
    match ty {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String => "String".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(element) => format!("List of {}", type_name(element)),
        Type::Set(element) => format!("Set of {}", type_name(element)),
        Type::Map(element) => format!("Map of {}", type_name(element)),
        Type::Object(_) => "Object".to_owned(),
        Type::Tuple(elements) => {
            let elements: Vec<_> = elements.iter().map(type_name).collect();
            format!("Tuple of {}", elements.join(" and "))
        }
    }
}
