//! What holds for every schema and every configuration.

use proptest::prelude::*;

use super::*;
use crate::{arbitrary, contract, matching::matching};

/// A schema, a configuration that may have unknowns, and a state of some earlier time.
fn change() -> impl Strategy<Value = (Block, Value, Value)> {
    arbitrary::schema::block().prop_flat_map(|block| {
        let config = arbitrary::schema::config(&block);
        let prior = prop_oneof![Just(Value::Null), arbitrary::schema::prior(&block)];
        (Just(block), config, prior)
            .prop_filter("illegal", |(block, config, _)| is_legal(block, config))
    })
}

/// A schema, a known configuration, and a state that an apply of it could have left.
///
/// Left out are states in which elements of a set became one: a second element in the
/// configuration is then one that is still missing, as far as anybody can tell.
fn applied() -> impl Strategy<Value = (Block, Value, Value)> {
    arbitrary::schema::block().prop_flat_map(|block| {
        let config = arbitrary::schema::known_config(&block);
        let legal =
            (Just(block), config).prop_filter("illegal", |(block, config)| is_legal(block, config));
        legal.prop_flat_map(|(block, config)| {
            let planned = plan(&block, &Value::Null, &config);
            let state = arbitrary::schema::state_for(&block, &planned)
                .prop_filter("elements became one", move |state| became(&planned, state));
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
    fn whatever_is_answered_is_made_saveable((block, answer) in answers()) {
        let saved = crate::state::saveable(&block, answer);
        if !saved.is_null() {
            prop_assert_eq!(contract::read_violations(&block, &saved), vec![]);
        }
    }
}

/// Tells whether a state came of a plan without any two elements of a set becoming one.
fn became(planned: &Value, state: &Value) -> bool {
    match (planned.inner(), state.inner()) {
        (Value::Unknown(_), _) => true,
        (Value::Set(planned), Value::Set(state)) => {
            let sources = planned.iter().map(|planned| {
                let state = state.iter().enumerate();
                let sources = state.filter(|(_, state)| became(planned, state));
                sources.map(|(position, _)| position).collect()
            });
            let sources: Vec<Vec<usize>> = sources.collect();
            planned.len() == state.len() && matching(&sources).len() == planned.len()
        }
        (planned, state) => {
            let (inside, others) = (planned.children(), state.children());
            let pairs = inside.iter().zip(&others);
            let alike = inside.len() == others.len() && (!inside.is_empty() || planned == state);
            alike
                && pairs
                    .into_iter()
                    .all(|((_, planned), (_, state))| became(planned, state))
        }
    }
}

/// Tells whether no two elements of a set are one with their defaults: `check` refuses those.
fn is_legal(block: &Block, config: &Value) -> bool {
    !crate::check::config(block, config).has_errors()
}

/// A schema, and anything that a resource could answer, fitting or not: mostly a state in which
/// some parts are null or something else altogether.
fn answers() -> impl Strategy<Value = (Block, Value)> {
    let wrong = || prop_oneof![Just(Value::Null), anything()];
    arbitrary::schema::block().prop_flat_map(move |block| {
        let damage = prop::collection::vec((any::<prop::sample::Index>(), wrong()), 0..4);
        let damaged = (arbitrary::schema::prior(&block), damage).prop_map(|(mut state, damage)| {
            for (index, wrong) in damage {
                let mut left = index.index(size(&state));
                replace(&mut state, &mut left, wrong);
            }
            state
        });
        (Just(block), prop_oneof![4 => damaged, 1 => anything()])
    })
}

fn anything() -> impl Strategy<Value = Value> {
    arbitrary::ty().prop_flat_map(|ty| arbitrary::value(&ty))
}

/// Of how many values a value consists, itself among them.
fn size(value: &Value) -> usize {
    1 + inside(&mut value.clone())
        .into_iter()
        .map(|value| size(value))
        .sum::<usize>()
}

/// Replaces the value that comes after so many others.
fn replace(value: &mut Value, left: &mut usize, by: Value) {
    if *left == 0 {
        *value = by;
        return;
    }
    *left -= 1;
    for value in inside(value) {
        let size = size(value);
        if *left < size {
            replace(value, left, by);
            return;
        }
        *left -= size;
    }
}

/// The values within; not those of sets, which have no places.
fn inside(value: &mut Value) -> Vec<&mut Value> {
    match value {
        Value::List(elements) | Value::Tuple(elements) => elements.iter_mut().collect(),
        Value::Map(entries) | Value::Object(entries) => entries.values_mut().collect(),
        Value::Dynamic(_, inner) => vec![inner],
        _ => Vec::new(),
    }
}
