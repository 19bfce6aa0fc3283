//! What holds for every schema and every configuration.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{arbitrary, contract, path::Step};

/// A schema, a configuration that may have unknowns, and a state of some earlier time.
fn change() -> impl Strategy<Value = (Block, Value, Value)> {
    arbitrary::schema::block().prop_flat_map(|block| {
        let config = arbitrary::schema::config(&block);
        let prior = prop_oneof![Just(Value::Null), arbitrary::schema::prior(&block)];
        (Just(block), config, prior)
    })
}

/// A schema, a known configuration, and a state that an apply of it could have left.
///
/// Left out are states in which elements of a set became one: a second element in the
/// configuration is then one that is still missing, as far as anybody can tell.
fn applied() -> impl Strategy<Value = (Block, Value, Value)> {
    arbitrary::schema::block().prop_flat_map(|block| {
        let config = arbitrary::schema::known_config(&block);
        (Just(block), config).prop_flat_map(|(block, config)| {
            let planned = plan(&block, &Value::Null, &config);
            let state = arbitrary::schema::state_for(&block, &planned)
                .prop_filter("elements became one", move |state| {
                    nothing_merged(&planned, state)
                });
            (Just(block), Just(config), state)
        })
    })
}

proptest! {
    #[test]
    fn no_plan_contradicts_its_configuration((block, config, prior) in change()) {
        let planned = plan(&block, &prior, &config);
        let violations = contract::plan_violations(&block, &prior, &config, &planned);
        prop_assert_eq!(violations, vec![]);
    }

    #[test]
    fn no_consequence_names_a_place_that_is_not_there((block, config, prior) in change()) {
        let planned = plan(&block, &prior, &config);
        let replace = Vec::from_iter(consequences(&block, &prior, &planned).replace);
        prop_assert_eq!(contract::replacement_violations(&prior, &planned, &replace), vec![]);
    }

    #[test]
    fn a_state_against_its_own_configuration_changes_nothing((block, config, state) in applied()) {
        prop_assert_eq!(plan(&block, &state, &config), state);
    }

    #[test]
    fn planning_the_same_twice_gives_the_same((block, config, prior) in change()) {
        let first = plan(&block, &prior, &config);
        prop_assert_eq!(plan(&block, &prior, &config), first);
    }

    #[test]
    fn a_saveable_state_is_saved_as_it_is((block, _, state) in applied()) {
        prop_assert_eq!(crate::state::saveable(&block, state.clone()), state);
    }

    #[test]
    fn whatever_is_answered_is_made_saveable((block, _, _) in change(), answer in answers()) {
        let saved = crate::state::saveable(&block, answer);
        if !saved.is_null() {
            prop_assert_eq!(contract::read_violations(&block, &saved), vec![]);
        }
    }
}

/// Tells whether every set that was planned has as many elements in the state.
fn nothing_merged(planned: &Value, state: &Value) -> bool {
    let state = set_sizes(state);
    set_sizes(planned)
        .into_iter()
        .all(|(place, size)| state.get(&place) == Some(&size))
}

/// How many elements the sets at each place have, by the names that lead there.
fn set_sizes(value: &Value) -> BTreeMap<String, usize> {
    fn add(value: &Value, place: &str, sizes: &mut BTreeMap<String, usize>) {
        if let Value::Set(elements) = value.inner() {
            *sizes.entry(place.to_owned()).or_default() += elements.len();
        }
        for (step, child) in value.children() {
            match step {
                Some(Step::Attribute(name)) => add(child, &format!("{place}.{name}"), sizes),
                _ => add(child, place, sizes),
            }
        }
    }
    let mut sizes = BTreeMap::new();
    add(value, "", &mut sizes);
    sizes
}

/// Anything that a resource could answer, fitting or not.
fn answers() -> impl Strategy<Value = Value> {
    arbitrary::ty().prop_flat_map(|ty| arbitrary::value(&ty))
}
