use proptest::prelude::*;

use super::{
    cluster::{Cluster, End, Run, State, Stop, World},
    *,
};

/// One of two users runs Terraform.
#[derive(Debug, Clone)]
struct Step {
    user: usize,
    run: Run,
    end: End,
}

fn runs() -> impl Strategy<Value = Run> {
    let components = proptest::sample::subsequence(vec!["a", "b", "c"], 1..=3);
    let apply = (components, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(components, consents, replaces, retains)| Run::Apply {
            components,
            consents,
            replaces,
            retains,
        },
    );
    let destroy = any::<bool>().prop_map(|retains| Run::Destroy { retains });
    prop_oneof![3 => apply, 2 => destroy]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let end = prop_oneof![
        2 => Just(End::Never),
        2 => (0_usize..14).prop_map(End::Killed),
        1 => (0_usize..14).prop_map(End::Failed),
    ];
    let step = (0_usize..2, runs(), end).prop_map(|(user, run, end)| Step { user, run, end });
    proptest::collection::vec(step, 1..12)
}

/// Runs the steps; every write on the way is checked by the cluster.
fn after(steps: &[Step]) -> (World, [State; 2]) {
    let mut world = World::new();
    let mut states = [State::default(), State::default()];
    for Step { user, run, end } in steps {
        let before = world.cluster.clone();
        let state = &mut states[*user];
        let was = state.clone();
        let outcome = world.run(state, run, *end);
        check(&before, &was, run, &outcome, &world);
    }
    (world, states)
}

/// What holds for each run.
fn check(before: &Cluster, was: &State, run: &Run, outcome: &Result<(), Stop>, world: &World) {
    let after = &world.cluster;
    if let Err(Stop::Refused(_)) = outcome
        && !was.is_tainted
    {
        assert_eq!(before, after, "a refusal touches nothing");
    }
    let Some(found) = &before.anchor else { return };
    if was.instance.as_ref() == Some(&found.instance) {
        return;
    }
    let lives = matches!(
        found.status,
        Status::Ready | Status::Updating | Status::Deleting
    );
    if lives || matches!(run, Run::Destroy { .. }) {
        assert_eq!(before, after, "nobody touches what is another's");
    }
    let is_used = before.things.values().any(|thing| thing.is_used);
    if let Run::Apply {
        consents: false, ..
    } = run
        && is_used
    {
        assert_eq!(before, after, "nobody adopts without consent");
    }
}

fn apply(components: &[&'static str]) -> Run {
    Run::Apply {
        components: components.to_vec(),
        consents: true,
        replaces: false,
        retains: true,
    }
}

/// Who can go on: the owner, who is told again what is there if nobody knows of it any more.
fn owner(world: &World, states: &[State; 2]) -> State {
    let anchor = world.cluster.anchor.as_ref();
    let instance = anchor.map(|head| head.instance.clone());
    let mut owners = states.iter().filter(|state| state.instance == instance);
    let mut owner = owners.next().cloned().unwrap_or_default();
    let lives =
        anchor.is_some_and(|head| !matches!(head.status, Status::Creating | Status::Retained));
    if owner.instance.is_none() && lives {
        world.import(&mut owner);
    }
    owner
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whatever_was_killed_the_next_apply_converges(steps in steps()) {
        let (mut world, states) = after(&steps);
        let mut state = owner(&world, &states);
        prop_assert_eq!(world.run(&mut state, &apply(&["a", "c"]), End::Never), Ok(()));
        let Cluster { anchor, things } = &world.cluster;
        let head = anchor.as_ref().unwrap();
        prop_assert_eq!(head.status, Status::Ready);
        prop_assert_eq!(Some(&head.instance), state.instance.as_ref());
        for item in ["a", "c"].into_iter().flat_map(component) {
            prop_assert_eq!(&things[&item.id].stamp, &head.instance);
        }
        for (id, thing) in things {
            let is_needed = inventory(&["a", "c"]).contains(id);
            prop_assert!(is_needed || thing.is_volume, "{:?} is left", id);
        }
        let named = inventory(&["a", "b", "c"]).difference(&head.inventory);
        prop_assert!(named.iter().all(|item| !things.contains_key(&item.id)));
    }

    #[test]
    fn a_destroy_leaves_what_holds_data_and_only_if_it_should(
        steps in steps(),
        retains in any::<bool>(),
    ) {
        let (mut world, states) = after(&steps);
        let mut state = owner(&world, &states);
        let Some(instance) = state.instance.clone() else { return Ok(()) };
        let before = world.cluster.anchor.clone().unwrap();
        let had_been_ready = world.been_ready.contains(&instance);
        let destroy = Run::Destroy { retains };
        prop_assert_eq!(world.run(&mut state, &destroy, End::Never), Ok(()));
        let Cluster { anchor, things } = &world.cluster;
        prop_assert!(things.values().all(|thing| thing.is_volume));
        prop_assert_eq!(&state, &State::default());
        match anchor {
            None => prop_assert!(things.is_empty()),
            Some(head) => {
                prop_assert_eq!(head.status, Status::Retained);
                let adopted = !before.progress.adopted.is_empty();
                let was_left = before.status == Status::Retained;
                prop_assert!(was_left || adopted || (retains && had_been_ready));
            }
        }
    }

    #[test]
    fn whatever_was_killed_a_destroy_can_be_repeated(
        steps in steps(),
        retains in any::<bool>(),
        kills in proptest::collection::vec(0_usize..10, 0..4),
    ) {
        let (mut world, states) = after(&steps);
        let mut state = owner(&world, &states);
        let mut once = World::new();
        once.cluster = world.cluster.clone();
        once.been_ready = world.been_ready.clone();
        let destroy = Run::Destroy { retains };
        once.run(&mut state.clone(), &destroy, End::Never).unwrap();
        for kill in kills {
            let _ = world.run(&mut state, &destroy, End::Killed(kill));
        }
        world.run(&mut state, &destroy, End::Never).unwrap();
        prop_assert_eq!(world.cluster, once.cluster);
    }

    #[test]
    fn everything_goes_in_the_end_if_that_is_said(steps in steps()) {
        let (mut world, states) = after(&steps);
        let mut state = owner(&world, &states);
        world.run(&mut state, &apply(&["b"]), End::Never).unwrap();
        world.run(&mut state, &Run::Destroy { retains: false }, End::Never).unwrap();
        prop_assert_eq!(world.cluster, Cluster::default());
    }
}
