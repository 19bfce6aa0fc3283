use proptest::prelude::*;

use super::*;
use crate::desired::{Desired, Entry};

/// Ids, and what else may be left out or in.
fn specs() -> impl Strategy<Value = RuntimeSpec> {
    let id = "[a-z][a-z0-9]{1,6}(-[a-z0-9]{1,7})?".prop_filter("short", |it| it.len() >= 3);
    let namespace = proptest::option::of("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
    (
        id,
        namespace,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        1_u32..10_000,
    )
        .prop_map(|(id, namespace, own, writer, full, size)| {
            let json = with(if full { maximal() } else { minimal() }, "/id", json!(id));
            let json = with(json, "/namespace", json!(namespace));
            let json = with(json, "/create_namespace", json!(own));
            let json = with(json, "/mongo_writer", json!({ "enabled": writer }));
            spec(with(json, "/nats/storage/size", json!(format!("{size}Gi"))))
        })
}

fn labels(value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (name, inside) in fields {
                if ["labels", "matchLabels", "selector"].contains(&name.as_str()) {
                    let entries = inside.as_object().into_iter().flatten();
                    let texts = entries
                        .filter_map(|(key, it)| Some((key.clone(), it.as_str()?.to_owned())));
                    found.extend(texts);
                }
                labels(inside, found);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| labels(element, found)),
        _ => {}
    }
}

fn names(desired: &Desired) -> Vec<String> {
    desired
        .objects()
        .map(|object| object.key().name.clone())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rendering_twice_gives_the_same(spec in specs()) {
        prop_assert_eq!(render(&spec, &facts()), render(&spec, &facts()));
    }

    #[test]
    fn the_inventory_needs_no_facts_and_names_everything(spec in specs()) {
        let desired = render(&spec, &facts());
        prop_assert_eq!(desired.inventory(), inventory(&spec));
        for object in desired.objects() {
            prop_assert!(inventory(&spec).contains(&object.item().id));
        }
        let count = desired.entries.len() + 1 + usize::from(desired.ground.is_some());
        prop_assert_eq!(inventory(&spec).items().len(), count);
    }

    #[test]
    fn no_label_and_no_name_is_too_long(spec in specs()) {
        let desired = render(&spec, &facts());
        for name in names(&desired) {
            prop_assert!(name.len() <= 63, "{}", name);
        }
        let mut found = Vec::new();
        for object in desired.objects() {
            labels(object.content(), &mut found);
        }
        for (key, value) in found {
            prop_assert!(value.len() <= 63, "{}", value);
            prop_assert!(key.rsplit('/').next().unwrap().len() <= 63, "{}", key);
        }
    }

    #[test]
    fn whatever_is_written_is_read_back(spec in specs()) {
        let contract = Contract::of(&spec, &facts());
        let data = contract.to_data().into_iter().map(|(key, it)| (key.to_owned(), it)).collect();
        prop_assert_eq!(Contract::parse(&data).unwrap(), contract);
        let text = serde_json::to_string(&spec).unwrap();
        prop_assert_eq!(serde_json::from_str::<RuntimeSpec>(&text).unwrap(), spec);
    }

    #[test]
    fn a_specification_against_itself_changes_nothing(spec in specs()) {
        prop_assert_eq!(crate::runtime::changes(&spec, &spec), vec![]);
    }

    #[test]
    fn secrets_alone_hold_passwords(spec in specs()) {
        let desired = render(&spec, &facts());
        for object in desired.objects().filter(|object| object.key().kind != "Secret") {
            let text = object.content().to_string();
            prop_assert!(!text.contains("-password"), "{}", text);
        }
        let shown = format!("{desired:?}");
        prop_assert!(!shown.contains("-password"), "{}", shown);
        let users = desired.entries.iter().filter(|entry| matches!(entry, Entry::User(..)));
        prop_assert_eq!(users.count(), if spec.mongo_writer.enabled { 2 } else { 1 });
    }
}
