//! Each rule, kept and broken.

use std::{collections::BTreeMap, fs};

use hcl_edit::parser::parse_body;
use terraform::{
    Attribute, Block, Diagnostics, Path, Schema, Type, Value,
    diagnostics::error,
    docs::Catalogue,
    schema::{
        Attributes, BlockNesting, Count, InIdentity, Mode, NestedBlock, Nesting, Parameter, Shape,
        Signature,
    },
};

use super::{Problem, body_value, file, problems};

fn plain(ty: Type, mode: Mode) -> Attribute {
    Attribute::new(Shape::Value(ty), mode)
}

fn named<T>(entries: impl IntoIterator<Item = (&'static str, T)>) -> BTreeMap<String, T> {
    entries
        .into_iter()
        .map(|(name, entry)| (name.to_owned(), entry))
        .collect()
}

fn nested_attribute(nesting: Nesting) -> Attribute {
    let attributes = named([
        ("height", plain(Type::Number, Mode::Required)),
        ("lit", plain(Type::Bool, Mode::Optional)),
        ("seen", plain(Type::String, Mode::Computed)),
    ]);
    Attribute::new(Shape::Nested(nesting, attributes), Mode::Optional)
}

fn block(nesting: BlockNesting) -> NestedBlock {
    let attributes = named([("wood", plain(Type::String, Mode::Required))]);
    NestedBlock {
        nesting,
        block: Block {
            attributes,
            ..Block::default()
        },
        computed: false,
    }
}

fn shelf_attributes() -> Attributes {
    let id = Attribute {
        identity: Some(InIdentity::Required),
        ..plain(Type::String, Mode::Required)
    };
    let bolt = Type::object([("size", Type::Number)]);
    named([
        ("anything", plain(Type::Dynamic, Mode::Optional)),
        ("bolt", plain(bolt, Mode::Optional)),
        ("id", id),
        ("labels", plain(Type::map(Type::String), Mode::Optional)),
        ("pair", plain(Type::Tuple(vec![Type::Bool]), Mode::Optional)),
        ("place", nested_attribute(Nesting::Single)),
        ("places", nested_attribute(Nesting::Map)),
        ("rows", nested_attribute(Nesting::List)),
        ("spots", nested_attribute(Nesting::Set)),
        ("status", plain(Type::String, Mode::Computed)),
        ("tags", plain(Type::set(Type::String), Mode::Optional)),
        ("title", plain(Type::String, Mode::Optional)),
        ("visible", plain(Type::Bool, Mode::Default(true.into()))),
        ("weight", plain(Type::Number, Mode::OptionalComputed)),
    ])
}

fn shelf() -> Schema {
    let boards = BlockNesting::List(Count {
        min: 0,
        max: Some(2),
    });
    let blocks = named([
        ("board", block(boards)),
        ("door", block(BlockNesting::Single { required: false })),
        ("drawer", block(BlockNesting::Map)),
        ("frame", block(BlockNesting::Group)),
    ]);
    Schema {
        block: Block {
            attributes: shelf_attributes(),
            blocks,
            ..Block::default()
        },
        ..Schema::default()
    }
}

fn with(name: &'static str, mode: Mode) -> Schema {
    let attributes = named([(name, plain(Type::String, mode))]);
    Schema {
        block: Block {
            attributes,
            ..Block::default()
        },
        ..Schema::default()
    }
}

fn catalogue() -> Catalogue {
    let mut strict = with("name", Mode::Required);
    let frames = BlockNesting::Set(Count { min: 1, max: None });
    let door = BlockNesting::Single { required: true };
    strict.block.blocks = named([("frame", block(frames)), ("door", block(door))]);
    let join = Signature {
        summary: String::new(),
        description: String::new(),
        deprecated: None,
        parameters: vec![Parameter::new("separator", Type::String, "")],
        variadic: Some(Parameter::new("numbers", Type::Number, "")),
        returns: Type::String,
    };
    let upper = Signature {
        variadic: None,
        ..join.clone()
    };
    Catalogue {
        provider_name: "library".to_owned(),
        provider_description: None,
        provider: with("address", Mode::Optional),
        resources: named([("library_shelf", shelf()), ("library_strict", strict)]),
        data_sources: named([("library_book", with("isbn", Mode::Required))]),
        ephemeral_resources: named([("library_key", with("door", Mode::Required))]),
        functions: named([("join", join), ("upper", upper)]),
    }
}

fn checked(text: &str, check: impl Fn(&Block, &Value) -> Diagnostics) -> Vec<String> {
    let problems = file::problems(&catalogue(), "a.tf", text, &check);
    problems.iter().map(Problem::to_string).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(checked(text, |_, _| Diagnostics::new()), expected);
}

/// Checks lines of the body of a shelf; the first is on line 3.
#[track_caller]
fn shelf_with(lines: &str, expected: &[&str]) {
    let text = format!("resource \"library_shelf\" \"a\" {{\n  id = \"a\"\n{lines}\n}}\n");
    check(&text, expected);
}

#[test]
fn a_syntax_error_is_located() {
    let problems = checked("locals {\n  a = \n}\n", |_, _| Diagnostics::new());
    assert!(
        problems.len() == 1 && problems[0].starts_with("a.tf:2: syntax error: "),
        "{problems:?}"
    );
}

#[test]
fn an_attribute_that_is_set_twice_is_a_syntax_error() {
    let problems = checked("locals {\n  a = 1\n  a = 2\n}\n", |_, _| Diagnostics::new());
    assert!(
        problems[0].starts_with("a.tf:3: syntax error"),
        "{problems:?}"
    );
}

#[test]
fn blocks_of_other_providers_and_of_the_host_are_accepted() {
    check(
        r#"
        terraform {
          required_providers {
            library = { source = "a/library" }
          }
        }
        variable "a" {}
        locals { a = 1 }
        module "a" { source = "./a" }
        resource "librarian_person" "a" { name = other_thing.a.b }
        provider "other" { address = 1 }
        output "a" { value = var.a }
        "#,
        &[],
    );
}

#[test]
fn what_stands_outside_of_known_blocks_is_refused() {
    check(
        "a = 1\nresorce \"library_shelf\" \"a\" {}\n",
        &[
            "a.tf:1: attribute outside of a block: `a`",
            "a.tf:2: unknown kind of block: `resorce`",
        ],
    );
}

#[test]
fn types_that_the_provider_does_not_have_are_refused() {
    check(
        "resource \"library_book\" \"a\" {}\n\
         data \"library_shelf\" \"a\" {}\n\
         ephemeral \"library_shelf\" \"a\" {}\n\
         check \"a\" {\n  data \"library_none\" \"a\" {}\n}\n",
        &[
            "a.tf:1: unknown resource: `library_book`",
            "a.tf:2: unknown data source: `library_shelf`",
            "a.tf:3: unknown ephemeral resource: `library_shelf`",
            "a.tf:5: unknown data source: `library_none`",
        ],
    );
}

#[test]
fn labels_are_counted() {
    check(
        "resource \"library_shelf\" {}\nprovider {}\n",
        &[
            "a.tf:1: a resource has two labels: its type and its name",
            "a.tf:2: a provider has one label: its name",
        ],
    );
}

#[test]
fn data_sources_ephemeral_resources_and_the_provider_have_schemas() {
    check(
        "data \"library_book\" \"a\" { isbn = \"1\" }\n\
         ephemeral \"library_key\" \"a\" { door = \"1\" }\n\
         provider \"library\" {\n  alias   = \"a\"\n  address = \"b\"\n}\n",
        &[],
    );
    check(
        "data \"library_book\" \"a\" { title = \"1\" }\n\
         ephemeral \"library_key\" \"a\" {}\n\
         provider \"library\" {\n  adress = \"b\"\n}\n",
        &[
            "a.tf:1: missing required attribute: `isbn`",
            "a.tf:1: unknown attribute: `title`",
            "a.tf:2: missing required attribute: `door`",
            "a.tf:4: unknown attribute: `adress`",
        ],
    );
}

#[test]
fn arguments_of_the_host_are_accepted() {
    shelf_with(
        r#"
        count      = 2
        for_each   = {}
        provider   = library.other
        depends_on = [library_strict.a]
        lifecycle { prevent_destroy = true }
        provisioner "local-exec" { command = "true" }
        connection { host = "a" }
        "#,
        &[],
    );
}

#[test]
fn an_unknown_attribute_or_block_is_refused() {
    shelf_with(
        "  titel = 1\n  boards {}",
        &[
            "a.tf:3: unknown attribute: `titel`",
            "a.tf:4: unknown block: `boards`",
        ],
    );
}

#[test]
fn attributes_and_blocks_are_not_mixed_up() {
    shelf_with(
        "  board = []\n  place {}",
        &[
            "a.tf:3: block is written as attribute: `board`",
            "a.tf:4: attribute is written as block: `place`",
        ],
    );
}

#[test]
fn a_required_attribute_is_there_and_not_null() {
    check(
        "resource \"library_shelf\" \"a\" { id = null }\n",
        &["a.tf:1: missing required attribute: `id`"],
    );
    check("resource \"library_shelf\" \"a\" { id = var.id }\n", &[]);
}

#[test]
fn what_only_the_provider_sets_cannot_be_set() {
    shelf_with(
        "  status = \"a\"\n  place = { height = 1, seen = \"a\" }",
        &[
            "a.tf:3: attribute cannot be set: `status`",
            "a.tf:4: attribute cannot be set: `place.seen`",
        ],
    );
}

#[test]
fn literals_that_convert_are_accepted() {
    shelf_with(
        r#"
        title   = 1.5
        weight  = "-2e3"
        visible = "true"
        labels  = { a = 1, "b c" = true, (var.key) = "c" }
        tags    = ["a", 1, null]
        pair    = [true]
        bolt    = { size = -(1) }
        anything = [{ a = [null] }, 1]
        "#,
        &[],
    );
}

#[test]
fn literals_of_the_wrong_kind_are_refused() {
    shelf_with(
        "  title = []\n  weight = \"heavy\"\n  visible = 1\n  labels = [\"a\"]\n  \
         tags = { a = 1 }\n  pair = []\n  bolt = { size = true }",
        &[
            "a.tf:3: value is not string: `title`",
            "a.tf:4: value is not number: `weight`",
            "a.tf:5: value is not bool: `visible`",
            "a.tf:6: value is not map(string): `labels`",
            "a.tf:7: value is not set(string): `tags`",
            "a.tf:8: value is not tuple([bool]): `pair`",
            "a.tf:9: value is not number: `bolt.size`",
        ],
    );
}

#[test]
fn expressions_are_accepted() {
    shelf_with(
        r#"
        title   = "a-${var.a}"
        weight  = var.a + 1
        visible = !var.a
        labels  = { for a in var.a : a => 1 }
        tags    = toset(var.a)
        pair    = var.a ? [true] : null
        place   = merge(var.a, { b = 1 })
        places  = var.a[*].b
        rows    = [var.a, { height = var.a }]
        "#,
        &[],
    );
}

#[test]
fn nested_attributes_follow_their_schemas() {
    shelf_with(
        r#"
        place  = { height = 1, lit = false }
        places = { "a b" = { height = 1 } }
        rows   = [{ height = 1 }]
        spots  = [{ height = "1" }]
        "#,
        &[],
    );
    shelf_with(
        "  place = { heigt = 1 }\n  places = { \"a b\" = { height = [] } }\n  \
         rows = [{ height = 1 }, {}]\n  spots = [1]",
        &[
            "a.tf:3: missing required attribute: `place.height`",
            "a.tf:3: unknown attribute: `place.heigt`",
            "a.tf:4: value is not number: `places[\"a b\"].height`",
            "a.tf:5: missing required attribute: `rows[1].height`",
            "a.tf:6: value is not an object: `spots[0]`",
        ],
    );
}

#[test]
fn nested_attributes_are_of_the_right_kind() {
    shelf_with(
        "  place = []\n  places = [{ height = 1 }]\n  rows = { height = 1 }\n  spots = \"a\"",
        &[
            "a.tf:3: value is not an object: `place`",
            "a.tf:4: value is not a map of objects: `places`",
            "a.tf:5: value is not a list of objects: `rows`",
            "a.tf:6: value is not a list of objects: `spots`",
        ],
    );
}

#[test]
fn objects_that_are_values_have_all_their_attributes() {
    shelf_with(
        "  bolt = { length = 1 }",
        &[
            "a.tf:3: missing required attribute: `bolt.size`",
            "a.tf:3: unknown attribute: `bolt.length`",
        ],
    );
}

#[test]
fn nested_blocks_follow_their_schemas() {
    shelf_with(
        "  board { wood = \"oak\" }\n  drawer \"a\" { wood = \"oak\" }",
        &[],
    );
    shelf_with(
        "  board { color = 1 }\n  drawer { wood = \"oak\" }\n  board \"a\" { wood = \"oak\" }",
        &[
            "a.tf:3: missing required attribute: `board.wood`",
            "a.tf:3: unknown attribute: `board.color`",
            "a.tf:4: block has one label: `drawer`",
            "a.tf:5: block has no label: `board`",
        ],
    );
}

#[test]
fn arguments_of_the_host_have_no_meaning_in_nested_blocks() {
    shelf_with(
        "  board {\n    wood = \"oak\"\n    count = 1\n  }",
        &["a.tf:5: unknown attribute: `board.count`"],
    );
}

#[test]
fn nested_blocks_are_counted() {
    let wood = "{ wood = \"oak\" }";
    shelf_with(
        &format!("board {wood}\nboard {wood}\nboard {wood}\ndoor {wood}\ndoor {wood}"),
        &[
            "a.tf:1: more than 1 blocks: `door`",
            "a.tf:1: more than 2 blocks: `board`",
        ],
    );
    check(
        "resource \"library_strict\" \"a\" {\n  name = \"a\"\n}\n",
        &[
            "a.tf:1: fewer than 1 blocks: `door`",
            "a.tf:1: fewer than 1 blocks: `frame`",
        ],
    );
}

#[test]
fn dynamic_blocks_stand_for_any_number() {
    let strict = |dynamic: &str| {
        format!(
            "resource \"library_strict\" \"a\" {{\n  name = \"a\"\n  \
             door {{ wood = \"oak\" }}\n  {dynamic}\n}}\n"
        )
    };
    let content = "for_each = var.a\n content {\n wood = frame.value\n }";
    check(
        &strict(&format!("dynamic \"frame\" {{\n{content}\n}}")),
        &[],
    );
    check(
        &strict("dynamic \"frame\" { for_each = var.a }"),
        &["a.tf:4: dynamic block needs one `content`: `frame`"],
    );
    check(
        &strict("dynamic \"frame\" {\n  content {\n    color = 1\n  }\n}"),
        &[
            "a.tf:4: dynamic block without `for_each`: `frame`",
            "a.tf:5: missing required attribute: `frame.wood`",
            "a.tf:6: unknown attribute: `frame.color`",
        ],
    );
}

#[test]
fn functions_exist_and_are_called_with_as_many_arguments_as_they_take() {
    check(
        r#"
        output "a" { value = provider::library::join("-", 1, "2", var.a) }
        output "b" { value = upper(provider::library::upper("${provider::library::join("-")}")) }
        output "c" { value = provider::library::join(var.a...) }
        output "d" { value = provider::other::upper() }
        "#,
        &[],
    );
    check(
        "locals {\n\
         a = provider::library::none()\n\
         b = provider::library::upper()\n\
         c = [provider::library::upper(\"a\", \"b\")]\n\
         d = \"${provider::library::join()}\"\n\
         e = provider::library::join(\"-\", \"a\")\n\
         }\n",
        &[
            "a.tf:2: unknown function: `none`",
            "a.tf:3: number of arguments is 0 instead of 1: `upper`",
            "a.tf:4: number of arguments is 2 instead of 1: `upper`",
            "a.tf:5: number of arguments is 0 instead of at least 1: `join`",
            "a.tf:6: value is not number: `numbers`",
        ],
    );
}

#[test]
fn references_lead_to_attributes_that_exist() {
    check(
        r#"
        locals {
          a = library_shelf.a.status
          b = library_shelf.a["x"].board[0].wood
          c = library_shelf.a
          d = data.library_book.a.isbn
          e = ephemeral.library_key.a.door
          f = [for shelf in library_shelf.a : shelf.none]
          g = library_shelf.a[*].id
        }
        "#,
        &[],
    );
    check(
        "locals {\n\
         a = library_shelf.a[0].state\n\
         b = \"${data.library_book.a.title}\"\n\
         c = library_none.a.id\n\
         }\n",
        &[
            "a.tf:2: unknown attribute of `library_shelf`: `state`",
            "a.tf:3: unknown attribute of `library_book`: `title`",
            "a.tf:4: reference to an unknown type: `library_none`",
        ],
    );
}

#[test]
fn imports_by_identity_follow_its_schema() {
    check(
        "import {\n  to       = library_shelf.a\n  identity = { id = \"a\" }\n}\n\
         import {\n  to = library_shelf.a\n  id = \"a\"\n}\n",
        &[],
    );
    check(
        "import {\n  to       = library_shelf.a\n  identity = { ident = \"a\" }\n}\n\
         import {\n  to       = library_strict.a\n  identity = {}\n}\n\
         import {\n  to       = library_shelf.a\n  identity = { id = [] }\n}\n",
        &[
            "a.tf:3: missing required attribute: `identity.id`",
            "a.tf:3: unknown attribute: `identity.ident`",
            "a.tf:7: resource has no identity: `library_strict`",
            "a.tf:11: value is not string: `identity.id`",
        ],
    );
}

#[test]
fn errors_of_the_check_are_problems_where_their_path_leads() {
    let text = "resource \"library_shelf\" \"a\" {\n  id    = \"a\"\n  title = \"b\"\n}\n";
    let found = checked(text, |_, value| {
        let title = value.attribute("title").as_str().unwrap_or_default();
        let mut found: Diagnostics = error("Title", title).at(Path::from("title")).into();
        found.extend(Diagnostics::error("Shelf", "all of it"));
        found.extend(Diagnostics::warning("Shelf", "never mind"));
        found
    });
    assert_eq!(found, ["a.tf:1: Shelf: all of it", "a.tf:3: Title: b"]);
}

#[track_caller]
fn value(text: &str) -> Value {
    body_value(&parse_body(text).unwrap(), &shelf().block)
}

#[test]
fn a_body_becomes_a_value_of_the_type_of_its_block() {
    let value = value(
        r#"
        weight = "1.50"
        title  = <<-END
          a
          b
        END
        tags   = ["a", 1, "a"]
        place  = { height = -1 }
        drawer "a" { wood = "oak" }
        "#,
    );
    let expected = [
        ("weight", Value::Number("1.5".parse().unwrap())),
        ("title", "a\nb\n".into()),
        ("tags", Value::set(["1".into(), "a".into()])),
        ("labels", Value::Null),
        (
            "place",
            Value::object([
                ("height", Value::integer(-1)),
                ("lit", Value::Null),
                ("seen", Value::Null),
            ]),
        ),
        (
            "drawer",
            Value::map([("a", Value::object([("wood", Value::string("oak"))]))]),
        ),
        ("board", Value::list([])),
        ("door", Value::Null),
        ("frame", Value::object([("wood", Value::Null)])),
    ];
    for (name, expected) in expected {
        assert_eq!(*value.attribute(name), expected, "{name}");
    }
}

#[test]
fn what_is_no_literal_is_unknown_where_it_stands() {
    let value = value(
        r#"
        title  = "a-${var.a}"
        labels = { a = var.a }
        place  = { height = var.a }
        tags   = [for a in var.a : a]
        rows   = [{ height = 1, (var.a) = 2 }]
        dynamic "board" {
          for_each = var.a
          content { wood = "oak" }
        }
        "#,
    );
    for name in ["title", "tags", "board"] {
        assert!(value.attribute(name).is_unknown(), "{name}");
    }
    assert!(value.attribute("labels").attribute("a").is_unknown());
    assert!(value.attribute("place").attribute("height").is_unknown());
    assert_eq!(*value.attribute("rows"), Value::list([Value::unknown()]));
}

#[test]
fn a_literal_for_any_type_brings_its_own() {
    let value = value("anything = { a = [1, null] }");
    let ty = Type::object([("a", Type::Tuple(vec![Type::Number, Type::Dynamic]))]);
    let inner = Value::object([("a", Value::Tuple(vec![Value::integer(1), Value::Null]))]);
    let expected = Value::Dynamic(ty, Box::new(inner));
    assert_eq!(*value.attribute("anything"), expected);
}

#[test]
fn escapes_of_a_text_are_undone() {
    let value = value("title = \"a$${b}\\n%%{c}\"");
    assert_eq!(value.attribute("title").as_str(), Some("a${b}\n%{c}"));
}

/// Writes files to a folder and returns what is wrong with them.
fn folder(files: &[(&str, &str)], catalogue: &Catalogue) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let problems = problems(catalogue, folder.path(), |_, _| Diagnostics::new()).unwrap();
    problems.iter().map(Problem::to_string).collect()
}

#[test]
fn everything_in_the_catalogue_has_an_example() {
    assert_eq!(
        folder(&[], &catalogue()),
        [
            "data-sources/library_book/data-source.tf:1: missing example of `library_book`",
            "ephemeral-resources/library_key/ephemeral-resource.tf:1: \
             missing example of `library_key`",
            "functions/join/function.tf:1: missing example of `join`",
            "functions/upper/function.tf:1: missing example of `upper`",
            "provider/provider.tf:1: missing example of `library`",
            "resources/library_shelf/resource.tf:1: missing example of `library_shelf`",
            "resources/library_strict/resource.tf:1: missing example of `library_strict`",
        ]
    );
}

#[test]
fn an_example_shows_what_it_is_named_after() {
    let mut catalogue = catalogue();
    catalogue.resources.clear();
    catalogue.data_sources.clear();
    catalogue.ephemeral_resources.clear();
    catalogue.functions.remove("upper");
    let call = "output \"a\" { value = provider::library::join(\"-\") }\n";
    let provider = "provider \"library\" {}\n";
    let names = ["provider/provider.tf", "functions/join/function.tf"];
    let right = [(names[0], provider), (names[1], call)];
    assert!(folder(&right, &catalogue).is_empty());
    let swapped = [(names[0], call), (names[1], provider)];
    assert_eq!(
        folder(&swapped, &catalogue),
        [
            "functions/join/function.tf:1: example does not show `join`",
            "provider/provider.tf:1: example does not show `library`",
        ]
    );
}

#[test]
fn files_below_any_folder_are_checked_but_hidden_ones() {
    let mut catalogue = Catalogue {
        provider_name: "library".to_owned(),
        ..Catalogue::default()
    };
    catalogue.provider = with("address", Mode::Optional);
    let files = [
        ("provider/provider.tf", "provider \"library\" {}\n"),
        (
            "complete/deep/main.tf",
            "\n\nresource \"library_none\" \"a\" {}\n",
        ),
        ("complete/.terraform/modules/a.tf", "not even\n"),
        ("complete/README.md", "not even\n"),
    ];
    assert_eq!(
        folder(&files, &catalogue),
        ["complete/deep/main.tf:3: unknown resource: `library_none`"]
    );
}

#[test]
#[should_panic(expected = "provider/provider.tf:1: missing example of `library`")]
fn a_problem_fails_the_test() {
    let folder = tempfile::tempdir().unwrap();
    super::assert_fit(&catalogue(), folder.path(), |_, _| Diagnostics::new());
}
