use std::collections::BTreeMap;

use proptest::{collection::btree_map, prelude::*};

use super::*;

/// A value in an object, and whose it is.
#[derive(Debug, Clone)]
enum Shape {
    Leaf { value: Value, is_ours: bool },
    Map(BTreeMap<String, Self>),
    Items(BTreeMap<u16, BTreeMap<String, Self>>),
}

/// The leaves of an object: the way to each, as pointer and as path, and whether it is ours.
#[derive(Default)]
struct Leaves(Vec<(String, String, bool)>);

fn scalars() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        "[a-z\"\\\\ü]{1,4}".prop_map(Value::from),
    ]
}

fn shapes() -> impl Strategy<Value = Shape> {
    let atomic = proptest::collection::vec(scalars(), 1..3).prop_map(Value::from);
    let leaf = (prop_oneof![scalars(), atomic], any::<bool>())
        .prop_map(|(value, is_ours)| Shape::Leaf { value, is_ours });
    leaf.prop_recursive(4, 32, 4, |inner| {
        // No two of these paths are the same text.
        let names = prop_oneof!["[a-e/]{1,3}", "[f-j][.][f-j/]{1,2}"];
        let fields = btree_map(names, inner, 1..4);
        prop_oneof![
            fields.clone().prop_map(Shape::Map),
            btree_map(any::<u16>(), fields, 1..3).prop_map(Shape::Items),
        ]
    })
}

impl Shape {
    /// The value, what we own of it, and what others own.
    fn build(&self, at: (&str, &str), leaves: &mut Leaves) -> (Value, Value, Value) {
        match self {
            Self::Leaf { value, is_ours } => {
                let path = at.1.strip_prefix('.').unwrap();
                leaves.0.push((at.0.to_owned(), path.to_owned(), *is_ours));
                let fields = |owns: bool| if owns { json!({}) } else { Value::Null };
                (value.clone(), fields(*is_ours), fields(!is_ours))
            }
            Self::Map(fields) => {
                let mut built = [json!({}), json!({}), json!({})];
                add(&mut built, fields, at, leaves);
                let [value, ours, theirs] = built;
                (value, ours, theirs)
            }
            Self::Items(items) => {
                let mut built = [json!([]), json!({}), json!({})];
                for (position, (name, fields)) in items.iter().enumerate() {
                    let pointer = format!("{}/{position}", at.0);
                    let path = format!("{}[key={name}]", at.1);
                    let mut item = [json!({ "key": name }), json!({ ".": {} }), json!({})];
                    add(&mut item, fields, (&pointer, &path), leaves);
                    let [value, ours, theirs] = item;
                    built[0].as_array_mut().unwrap().push(value);
                    let key = format!("k:{{\"key\":{name}}}");
                    built[1][&key] = ours;
                    if theirs != json!({}) {
                        built[2][&key] = theirs;
                    }
                }
                let [value, ours, theirs] = built;
                (value, ours, theirs)
            }
        }
    }
}

fn add(
    built: &mut [Value; 3],
    fields: &BTreeMap<String, Shape>,
    at: (&str, &str),
    leaves: &mut Leaves,
) {
    for (name, shape) in fields {
        let pointer = format!("{}/{}", at.0, name.replace('/', "~1"));
        let (value, ours, theirs) = shape.build((&pointer, &format!("{}.{name}", at.1)), leaves);
        built[0][name] = value;
        let is_leaf = matches!(shape, Shape::Leaf { .. });
        for (tree, fields) in [(1, ours), (2, theirs)] {
            if !fields.is_null() && (is_leaf || fields != json!({})) {
                built[tree][format!("f:{name}")] = fields;
            }
        }
    }
}

fn built(shape: &Shape) -> (Value, Leaves) {
    let mut leaves = Leaves::default();
    let fields = BTreeMap::from([("spec".to_owned(), shape.clone())]);
    let mut parts = [json!({}), json!({}), json!({})];
    add(&mut parts, &fields, ("", ""), &mut leaves);
    let [value, mine, others] = parts;
    (object(&value, &[ours(&mine), theirs(&others)]), leaves)
}

/// Trees of anything, with keys that look like those of `fieldsV1`.
fn anything() -> impl Strategy<Value = Value> {
    let keys = prop_oneof![
        Just(".".to_owned()),
        "(f:)?[a-d]",
        "[kvi]:[0-2]",
        "k:\\{\"[a-d]\":[0-2]\\}",
        "[*.a-d:]{0,3}",
    ];
    scalars().prop_recursive(6, 64, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map(keys.clone(), inner, 0..4).prop_map(|it| json!(it)),
        ]
    })
}

fn objects() -> impl Strategy<Value = Value> {
    let manager = prop_oneof![Just(crate::runtime::MANAGER), Just("other")];
    let kind = prop_oneof![Just("Secret"), Just("Thing")];
    let entry = (manager, anything()).prop_map(|(it, fields)| entry(it, "", &fields));
    (
        anything(),
        anything(),
        kind,
        proptest::collection::vec(entry, 0..3),
    )
        .prop_map(|(a, data, kind, entries)| {
            let mut object = object(&json!({ "a": a, "data": data }), &entries);
            object["kind"] = json!(kind);
            object
        })
}

fn differing(before: &Value, after: &Value) -> Vec<String> {
    let differences = Owned::of(before, &seal()).differences(after, &seal());
    differences.iter().map(|it| it.path.to_string()).collect()
}

proptest! {
    #[test]
    fn nothing_is_different_of_the_same(live in objects()) {
        for seal in [seal(), Seal::without_key()] {
            prop_assert_eq!(Owned::of(&live, &seal).differences(&live, &seal), vec![]);
            prop_assert_eq!(Owned::whole(&live, &seal).differences(&live, &seal), vec![]);
        }
    }

    #[test]
    fn anything_beside_anything_is_compared(before in objects(), after in objects()) {
        let owned = Owned::of(&before, &seal());
        for difference in owned.differences(&after, &seal()) {
            prop_assert_eq!(FieldPath::parse(&difference.path.to_string()), difference.path);
        }
        let shown = Finding::of(&owned, Some(&after), &seal()).to_string();
        prop_assert!(shown == "applied" || shown.starts_with("changed: "), "{}", shown);
        Owned::whole(&before, &seal()).differences(&after, &seal());
        conflicts(&after);
    }

    #[test]
    fn whatever_was_ours_is_read_as_it_was_written(live in objects()) {
        for owned in [Owned::of(&live, &seal()), Owned::whole(&live, &seal())] {
            let json = serde_json::to_string(&owned).unwrap();
            prop_assert_eq!(serde_json::from_str::<Owned>(&json).unwrap(), owned);
        }
    }

    #[test]
    fn one_other_value_is_one_difference_or_foreign(shape in shapes(), index: prop::sample::Index) {
        let (before, leaves) = built(&shape);
        let (pointer, path, is_ours) = index.get(&leaves.0);
        let mut after = before.clone();
        *after.pointer_mut(pointer).unwrap() = json!("another value");
        let expected: Vec<_> = is_ours.then(|| path.clone()).into_iter().collect();
        prop_assert_eq!(differing(&before, &after), expected);
    }

    #[test]
    fn no_value_is_different_and_forced_at_once(shape in shapes(), index: prop::sample::Index) {
        let (before, leaves) = built(&shape);
        let (pointer, path, is_ours) = index.get(&leaves.0);
        let owned = Owned::of(&before, &seal());
        let conflict = Conflict { path: FieldPath::parse(path), manager: String::new(), since: None };
        let forces = |live: &Value, announced: &[&str]| {
            may_force(std::slice::from_ref(&conflict), Some(&owned), live, &seal(), &paths(announced))
        };
        prop_assert_eq!(forces(&before, &[]), *is_ours);
        let mut after = before.clone();
        *after.pointer_mut(pointer).unwrap() = json!("another value");
        prop_assert!(!forces(&after, &[]));
        prop_assert_eq!(forces(&after, &[path.as_str()]), *is_ours);
    }

    #[test]
    fn one_other_field_of_a_document_is_one_difference(before in anything(), name in "[a-d]") {
        let before = json!({ "a": before });
        let mut after = before.clone();
        after[&name] = json!("another value");
        let differences = Owned::whole(&before, &seal()).differences(&after, &seal());
        prop_assert!(name == "a" || differences.len() == 1, "{:?}", differences);
    }
}

#[test]
fn what_is_too_deep_is_one_value() {
    let nested = |leaf: Value, key: &str| (0..100).fold(leaf, |it, _| json!({ key: it }));
    let live = |leaf: i32| {
        object(
            &nested(json!(leaf), "a"),
            &[ours(&nested(json!({}), "f:a"))],
        )
    };
    let path = vec!["a"; DEPTH + 1].join(".");
    assert_eq!(differing(&live(1), &live(2)), [path]);
    let owned = Owned::whole(&nested(json!(1), "a"), &seal());
    assert_eq!(owned.differences(&nested(json!(2), "a"), &seal()).len(), 1);
}
