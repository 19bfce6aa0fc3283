//! One of everything that a schema may hold, as pages.

use std::collections::BTreeMap;

use super::{Catalogue, Kind, pages};
use crate::{
    schema::{
        Attribute, Attributes, Block, BlockNesting, Count, Equivalence, InIdentity, Mode,
        NestedBlock, Nesting, OnChange, Parameter, Rules, Schema, Shape, Signature,
    },
    types::Type,
    value::Value,
};

fn attribute(ty: Type, mode: Mode, description: &str) -> Attribute {
    Attribute {
        description: description.to_owned(),
        ..Attribute::new(Shape::Value(ty), mode)
    }
}

fn named<T>(entries: impl IntoIterator<Item = (&'static str, T)>) -> BTreeMap<String, T> {
    entries
        .into_iter()
        .map(|(name, entry)| (name.to_owned(), entry))
        .collect()
}

fn described(description: &str, attributes: Attributes) -> Block {
    Block {
        description: description.to_owned(),
        attributes,
        ..Block::default()
    }
}

fn block(nesting: BlockNesting, block: Block) -> NestedBlock {
    NestedBlock {
        nesting,
        block,
        computed: false,
    }
}

fn id() -> Attribute {
    Attribute {
        on_change: OnChange::Replace,
        identity: Some(InIdentity::Required),
        rules: Rules {
            pattern: Some("^([a-z]|[0-9])+$".to_owned()),
            min_length: Some(1),
            max_length: Some(20),
            ..Rules::default()
        },
        ..attribute(Type::String, Mode::Required, "What the shelf is called.")
    }
}

fn engine() -> Attribute {
    Attribute {
        on_change: OnChange::Refuse("create another shelf and move the books".to_owned()),
        equivalence: Some(Equivalence::IgnoreCase),
        rules: Rules {
            one_of: vec![
                ("oak".into(), "Heavy, and lasts.".to_owned()),
                ("pine".into(), "Light.\nAnd soft.".to_owned()),
            ],
            ..Rules::default()
        },
        ..attribute(
            Type::String,
            Mode::Default("oak".into()),
            "The wood.\n\nA second paragraph.",
        )
    }
}

fn labels() -> Attribute {
    let length = |max| Rules {
        max_length: Some(max),
        ..Rules::default()
    };
    Attribute {
        rules: Rules {
            max_items: Some(16),
            keys: Some(Box::new(length(63))),
            elements: Some(Box::new(length(255))),
            ..Rules::default()
        },
        ..attribute(
            Type::map(Type::String),
            Mode::Optional,
            "What is written on it:\n- titles\n- names",
        )
    }
}

fn places() -> Attribute {
    let height = Attribute {
        rules: Rules {
            above: Some(0_i64.into()),
            greatest: Some(10_i64.into()),
            ..Rules::default()
        },
        ..attribute(Type::Number, Mode::Required, "Above the floor.")
    };
    let owner = named([
        ("name", attribute(Type::String, Mode::Optional, "")),
        (
            "since",
            attribute(Type::String, Mode::Computed, "The first day."),
        ),
    ]);
    let owner = Attribute {
        description: "Whose it is.".to_owned(),
        ..Attribute::new(Shape::Nested(Nesting::Single, owner), Mode::Optional)
    };
    let places = named([("height", height), ("owner", owner)]);
    Attribute {
        description: "Where books may stand.".to_owned(),
        rules: Rules {
            min_items: Some(1),
            ..Rules::default()
        },
        ..Attribute::new(Shape::Nested(Nesting::Map, places), Mode::Required)
    }
}

fn bolts() -> Attribute {
    let bolt = Type::object([("size", Type::Number), ("threads", Type::set(Type::String))]);
    let size = Rules {
        multiple_of: Some(2_i64.into()),
        ..Rules::default()
    };
    Attribute {
        rules: Rules {
            elements: Some(Box::new(Rules {
                attributes: vec![("size".to_owned(), size)],
                ..Rules::default()
            })),
            ..Rules::default()
        },
        ..attribute(Type::list(bolt), Mode::OptionalComputed, "What holds it.")
    }
}

fn shelf_attributes() -> Attributes {
    let key = Attribute {
        sensitive: true,
        write_only: true,
        ..attribute(Type::String, Mode::Optional, "Opens the `glass|door`.")
    };
    let color = Attribute {
        deprecated: Some("use `engine`".to_owned()),
        ..attribute(Type::String, Mode::Optional, "The color.")
    };
    let found = Type::Tuple(vec![Type::Bool, Type::Dynamic]);
    named([
        ("bolts", bolts()),
        ("color", color),
        ("engine", engine()),
        ("found", attribute(found, Mode::Computed, "What was found.")),
        ("id", id()),
        ("key_wo", key),
        ("labels", labels()),
        ("places", places()),
    ])
}

fn shelf() -> Schema {
    let rivet = named([("steel", attribute(Type::Bool, Mode::Optional, "Not brass."))]);
    let board = Block {
        blocks: named([(
            "rivet",
            block(
                BlockNesting::Set(Count {
                    min: 1,
                    max: Some(4),
                }),
                described("Holds the board.", rivet),
            ),
        )]),
        ..described("One board.", BTreeMap::new())
    };
    let door = Block {
        deprecated: Some("use `key_wo`".to_owned()),
        ..described("In front of it.", BTreeMap::new())
    };
    let seen = named([("at", attribute(Type::String, Mode::Computed, "When."))]);
    let required = BlockNesting::Single { required: true };
    let blocks = named([
        ("board", block(BlockNesting::List(Count::default()), board)),
        ("door", block(BlockNesting::Map, door)),
        ("frame", block(required, Block::default())),
        ("seen", block(BlockNesting::Group, described("", seen))),
    ]);
    Schema {
        block: Block {
            blocks,
            ..described(
                "A shelf for `books`, see [the guide](../guides/shelves.md).\n\nIt stands.",
                shelf_attributes(),
            )
        },
        ..Schema::default()
    }
}

fn titles() -> Signature {
    let separator = Parameter {
        allow_null: true,
        ..Parameter::new("separator", Type::String, "What stands between them.")
    };
    Signature {
        summary: "Joins titles.".to_owned(),
        description: "Joins the titles of books.\n\nIn order.".to_owned(),
        deprecated: Some("Use `join`.".to_owned()),
        parameters: vec![separator],
        variadic: Some(Parameter::new(
            "titles",
            Type::list(Type::String),
            "The titles.",
        )),
        returns: Type::object([("text", Type::String)]),
    }
}

fn catalogue() -> Catalogue {
    let plain = |description, attributes| Schema {
        block: described(description, attributes),
        ..Schema::default()
    };
    let isbn = named([("isbn", attribute(Type::String, Mode::Required, ""))]);
    let key = named([("key", attribute(Type::String, Mode::Computed, "The key."))]);
    Catalogue {
        provider_name: "library".to_owned(),
        provider_description: Some("Furnishes libraries.".to_owned()),
        provider: Schema::default(),
        resources: named([("library_shelf", shelf())]),
        data_sources: named([("library_book", plain("A book.", isbn))]),
        ephemeral_resources: named([("library_key", plain("", key))]),
        functions: named([("titles", titles())]),
    }
}

fn example(path: &str) -> Option<String> {
    let text = match path {
        "provider/provider.tf" => "provider \"library\" {}\n",
        "resources/library_shelf/resource.tf" => "resource \"library_shelf\" \"a\" {  \n}\n\n",
        "resources/library_shelf/import.sh" => "terraform import library_shelf.a a\n",
        "resources/library_shelf/import-by-identity.tf" => {
            "import {\n  to       = library_shelf.a\n  identity = { id = \"a\" }\n}\n"
        }
        "functions/titles/function.tf" => {
            "output \"a\" {\n  value = provider::library::titles(\", \")\n}\n"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

#[track_caller]
fn page(path: &str) -> String {
    pages(&catalogue(), example).remove(path).unwrap()
}

#[test]
fn a_resource_has_a_page() {
    insta::assert_snapshot!(page("resources/shelf.md"));
}

#[test]
fn a_data_source_has_a_page() {
    insta::assert_snapshot!(page("data-sources/book.md"));
}

#[test]
fn an_ephemeral_resource_has_a_page() {
    insta::assert_snapshot!(page("ephemeral-resources/key.md"));
}

#[test]
fn a_function_has_a_page() {
    insta::assert_snapshot!(page("functions/titles.md"));
}

#[test]
fn the_provider_is_the_index() {
    insta::assert_snapshot!(page("index.md"));
}

#[test]
fn everything_in_the_catalogue_has_a_page_and_nothing_else() {
    let pages = pages(&catalogue(), example);
    let paths: Vec<_> = pages.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "data-sources/book.md",
            "ephemeral-resources/key.md",
            "functions/titles.md",
            "index.md",
            "resources/shelf.md",
        ]
    );
}

#[test]
fn pages_end_with_one_line_feed_and_lines_without_spaces() {
    for (path, text) in pages(&catalogue(), example) {
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
        assert!(!text.contains(" \n"), "{path}");
    }
}

#[test]
fn every_link_to_a_nested_schema_has_its_anchor() {
    let page = page("resources/shelf.md");
    let links: Vec<_> = page.split("(#").skip(1).collect();
    assert_eq!(links.len(), page.matches("<a id=").count());
    for link in links {
        let (target, _) = link.split_once(')').unwrap();
        assert!(page.contains(&format!("<a id=\"{target}\"></a>\n###")));
    }
}

#[test]
fn a_page_without_examples_has_no_sections_for_them() {
    let pages = pages(&catalogue(), |_| None);
    let page = &pages["resources/shelf.md"];
    assert!(!page.contains("## Example Usage") && !page.contains("## Import"));
}

#[test]
fn a_name_without_the_prefix_of_the_provider_stays_whole() {
    assert_eq!(
        Kind::Resource.page("lib", "library_a"),
        "resources/library_a.md"
    );
}

#[test]
fn a_default_of_an_object_is_shown_as_it_would_be_written() {
    let default = Value::object([("size", Value::string("1Gi"))]);
    let size = Type::object([("size", Type::String)]);
    let mut catalogue = catalogue();
    catalogue.provider.block.attributes =
        named([("storage", attribute(size, Mode::Default(default), "Space."))]);
    let page = pages(&catalogue, |_| None).remove("index.md").unwrap();
    assert!(page.contains("- `storage` (Object) Space. Defaults to `{ size = \"1Gi\" }`."));
}
