use proptest::prelude::*;

use crate::{
    arbitrary,
    contract::{
        SchemaKind, apply_violations, conforms, final_plan_violations, plan_violations,
        proposed_new, read_violations, schema_violations, tests::*,
    },
    schema::{Schema, close, open},
};

/// The least that a provider has to do for a plan: what it may choose is unknown.
fn plan_attributes(attributes: &Attributes, config: &Value) -> Vec<(String, Value)> {
    let planned = attributes.iter().map(|(name, attribute)| {
        let value = config.attribute(name);
        let value = match &attribute.shape {
            _ if attribute.write_only => Value::Null,
            _ if value.is_null() && attribute.mode.is_computed() => Value::unknown(),
            Shape::Value(_) => value.clone(),
            Shape::Nested(nesting, inside) => mapped(*nesting, value, &|object| {
                Value::object(plan_attributes(inside, object))
            }),
        };
        (name.clone(), value)
    });
    planned.collect()
}

fn plan(block: &Block, config: &Value) -> Value {
    let mut planned = plan_attributes(&block.attributes, config);
    for (name, nested) in &block.blocks {
        let nesting = match nested.nesting {
            BlockNesting::Single { .. } | BlockNesting::Group => Nesting::Single,
            BlockNesting::List(_) => Nesting::List,
            BlockNesting::Set(_) => Nesting::Set,
            BlockNesting::Map => Nesting::Map,
        };
        let blocks = open(nested, config.attribute(name));
        let blocks = mapped(nesting, &blocks, &|object| plan(&nested.block, object));
        planned.push((name.clone(), close(nested, blocks)));
    }
    Value::object(planned)
}

fn mapped(nesting: Nesting, value: &Value, change: &dyn Fn(&Value) -> Value) -> Value {
    match (nesting, value) {
        (_, Value::Null | Value::Unknown(_)) => value.clone(),
        (Nesting::Single, value) => change(value),
        (_, Value::List(elements)) => Value::list(elements.iter().map(change)),
        (_, Value::Set(elements)) => Value::set(elements.iter().map(change)),
        (_, Value::Map(elements)) => {
            Value::map(elements.iter().map(|(key, value)| (key, change(value))))
        }
        (_, value) => value.clone(),
    }
}

fn with_config() -> impl Strategy<Value = (Block, Value)> {
    arbitrary::schema::block().prop_flat_map(|block| {
        let config = arbitrary::schema::config(&block);
        (Just(block), config)
    })
}

fn with_prior() -> impl Strategy<Value = (Block, Value, Value)> {
    arbitrary::schema::block().prop_flat_map(|block| {
        let prior = arbitrary::schema::prior(&block);
        let config = arbitrary::schema::known_config(&block);
        (Just(block), prior, config)
    })
}

fn with_state() -> impl Strategy<Value = (Block, Value, Value)> {
    with_config().prop_flat_map(|(block, config)| {
        let planned = plan(&block, &config);
        let state = arbitrary::schema::state_for(&block, &planned);
        (Just(block), Just(planned), state)
    })
}

proptest! {
    #[test]
    fn arbitrary_schemas_are_legal(block in arbitrary::schema::block()) {
        let schema = Schema { block, ..Schema::default() };
        prop_assert_eq!(schema_violations(&schema, SchemaKind::Managed), []);
    }

    #[test]
    fn arbitrary_configurations_conform((block, config) in with_config()) {
        prop_assert_eq!(conforms(&block.implied_type(), &config), []);
    }

    #[test]
    fn arbitrary_states_are_legal((block, prior, _) in with_prior()) {
        prop_assert_eq!(read_violations(&block, &prior), []);
    }

    #[test]
    fn a_proposal_conforms((block, prior, config) in with_prior()) {
        let proposed = proposed_new(&block, &prior, &config);
        prop_assert_eq!(conforms(&block.implied_type(), &proposed), []);
    }

    #[test]
    fn the_configuration_is_proposed_on_creation((block, config) in with_config()) {
        prop_assert_eq!(proposed_new(&block, &Value::Null, &config), config);
    }

    #[test]
    fn leaving_to_the_provider_what_is_its_own_is_a_valid_plan((block, config) in with_config()) {
        let planned = plan(&block, &config);
        prop_assert_eq!(plan_violations(&block, &Value::Null, &config, &planned), []);
    }

    #[test]
    fn keeping_what_is_proposed_is_a_valid_plan((block, prior, config) in with_prior()) {
        let planned = plan(&block, &proposed_new(&block, &prior, &config));
        let mut found = plan_violations(&block, &prior, &config, &planned);
        // What is taken from the prior state can make two elements of a set equal.
        found.retain(|it| it.problem != "another number of elements planned than configured");
        prop_assert_eq!(found, []);
    }

    #[test]
    fn a_plan_is_compatible_with_itself((block, config) in with_config()) {
        let planned = plan(&block, &config);
        prop_assert_eq!(final_plan_violations(&block, &planned, &planned), []);
    }

    #[test]
    fn filling_in_what_is_unknown_is_a_valid_result((block, planned, state) in with_state()) {
        prop_assert_eq!(apply_violations(&block, &planned, &state), []);
    }
}
