use super::{head::ids, *};

const EVERY: [Status; 5] = [
    Status::Creating,
    Status::Ready,
    Status::Updating,
    Status::Deleting,
    Status::Retained,
];

/// A head of instance 1 with component `a`.
fn head(status: Status, been_ready: bool) -> Head {
    Head {
        status,
        instance: instance(1),
        progress: Progress {
            been_ready,
            ..Progress::default()
        },
        inventory: inventory(&["a"]),
    }
}

/// A creation of instance 1 that had adopted the volume of `a`.
fn adopting() -> Head {
    let mut head = head(Status::Creating, false);
    head.progress.adopted = vec![component("a")[0].id.clone()];
    head
}

/// Claims for instance 2 with component `b`.
fn claimed(found: &Head, consents: bool) -> Result<Head, Refusal> {
    claim(
        Some(found),
        &instance(2),
        &inventory(&["b"]),
        consents,
        None,
    )
}

#[test]
fn a_creation_where_nothing_was_begins_with_what_it_makes() {
    let head = claim(None, &instance(2), &inventory(&["b"]), false, None).unwrap();
    assert_eq!(head.status, Status::Creating);
    assert_eq!(head.instance, instance(2));
    assert_eq!(head.progress, Progress::default());
    assert_eq!(head.inventory, inventory(&["b"]));
}

#[test]
fn only_what_was_never_finished_is_taken_over_without_consent() {
    let lives = |status| Err(Refusal::Lives { status });
    for (status, expected) in [
        (Status::Creating, Ok(())),
        (Status::Ready, lives(Status::Ready)),
        (Status::Updating, lives(Status::Updating)),
        (Status::Deleting, Err(Refusal::Goes)),
        (
            Status::Retained,
            Err(Refusal::Retained {
                items: inventory(&["a"]).items().to_vec(),
            }),
        ),
    ] {
        let found = head(status, status != Status::Creating);
        assert_eq!(claimed(&found, false).map(|_| ()), expected);
    }
}

#[test]
fn consent_takes_over_what_is_left_and_nothing_that_lives() {
    for status in EVERY {
        let found = head(status, status != Status::Creating);
        let is_taken = claimed(&found, true).is_ok();
        let expected = matches!(status, Status::Creating | Status::Retained);
        assert_eq!(is_taken, expected, "{status:?}");
    }
}

#[test]
fn our_own_instance_and_the_one_that_we_replace_are_taken_over() {
    for status in [Status::Ready, Status::Updating, Status::Deleting] {
        let found = head(status, true);
        let now = inventory(&["b"]);
        let again = claim(Some(&found), &instance(1), &now, false, None).unwrap();
        assert_eq!(again.progress.superseded, vec![]);
        let replaces = instance(1);
        let taken = claim(Some(&found), &instance(2), &now, false, Some(&replaces)).unwrap();
        assert_eq!(taken.progress.superseded, vec![instance(1)]);
        for head in [again, taken] {
            assert_eq!(head.status, Status::Creating);
            assert_eq!(removal(&head, &anchor(), false).keep, component("a")[..1]);
        }
    }
}

#[test]
fn data_that_a_removed_instance_left_takes_consent_even_to_replace_it() {
    let found = head(Status::Retained, false);
    let replaces = instance(1);
    let claimed = claim(
        Some(&found),
        &instance(2),
        &inventory(&["a"]),
        false,
        Some(&replaces),
    );
    assert!(matches!(claimed, Err(Refusal::Retained { .. })));
}

#[test]
fn a_takeover_owns_and_names_what_was_there() {
    let mut found = head(Status::Creating, false);
    found.progress.superseded = vec![instance(0)];
    let taken = claimed(&found, false).unwrap();
    for number in 0..=2 {
        assert!(taken.owns(Some(&instance(number))), "{number}");
    }
    assert!(!taken.owns(Some(&instance(3))));
    assert!(!taken.owns(None));
    assert_eq!(taken.inventory, inventory(&["a", "b"]));
    assert_eq!(taken.progress.adopted, vec![]);
}

#[test]
fn a_creation_that_had_adopted_is_taken_over_with_consent_and_adopts_the_same() {
    let items = component("a")[..1].to_vec();
    assert_eq!(
        claimed(&adopting(), false),
        Err(Refusal::Retained {
            items: items.clone()
        })
    );
    let taken = claimed(&adopting(), true).unwrap();
    assert_eq!(taken.progress.adopted, ids(&items));
    assert_eq!(removal(&taken, &anchor(), false).keep, items);
}

#[test]
fn what_was_never_ready_goes_but_for_what_it_adopted() {
    for retains in [false, true] {
        let all = removal(&head(Status::Deleting, false), &anchor(), retains);
        let [volume, server] = component("a");
        assert_eq!(all.delete, [server.clone(), volume.clone()]);
        assert_eq!(all.keep, []);
        let own = removal(&adopting().deleting(), &anchor(), retains);
        assert_eq!(own.delete, [server]);
        assert_eq!(own.keep, [volume]);
    }
}

#[test]
fn what_has_been_ready_goes_with_its_data_only_if_that_was_said() {
    for status in [Status::Ready, Status::Updating, Status::Deleting] {
        let [volume, server] = component("a");
        let gone = removal(&head(status, true), &anchor(), false);
        assert_eq!(gone.delete, [server.clone(), volume.clone()]);
        assert_eq!(gone.keep, []);
        let kept = removal(&head(status, true), &anchor(), true);
        assert_eq!(kept.delete, [server]);
        assert_eq!(kept.keep, [volume]);
    }
}

#[test]
fn a_removal_that_retains_can_be_repeated_after_each_step() {
    let before = head(Status::Ready, true);
    let first = removal(&before, &anchor(), true);
    let during = before.deleting();
    assert_eq!(removal(&during, &anchor(), true), first);
    assert_eq!(during.deleting(), during);
    let after = during.retaining(&first);
    assert_eq!(after.deleting(), after);
    for retains in [false, true] {
        let repeated = removal(&after, &anchor(), retains);
        assert_eq!(repeated.delete, []);
        assert_eq!(repeated.keep, first.keep);
        assert_eq!(after.retaining(&repeated), after);
    }
}

#[test]
fn what_is_retained_has_its_ground_and_anchor_and_data() {
    let before = head(Status::Deleting, true);
    let after = before.retaining(&removal(&before, &anchor(), true));
    let [ground, anchor, volume, _] = &inventory(&["a"]).items().to_vec()[..] else {
        panic!("no such inventory");
    };
    let left = [ground, anchor, volume].map(Clone::clone);
    assert_eq!(after.status, Status::Retained);
    assert_eq!(after.inventory.items(), left);
}

#[test]
fn what_was_adopted_and_never_stamped_is_still_owned_by_who_adopts_next() {
    let dying = adopting_from(&head(Status::Retained, false)).deleting();
    let left = dying.retaining(&removal(&dying, &anchor(), false));
    let taken = claim(Some(&left), &instance(3), &inventory(&["a"]), true, None).unwrap();
    for number in 1..=3 {
        assert!(taken.owns(Some(&instance(number))), "{number}");
    }
}

fn adopting_from(retained: &Head) -> Head {
    claim(Some(retained), &instance(2), &inventory(&["a"]), true, None).unwrap()
}

#[test]
fn an_update_names_what_was_and_what_will_be_and_forgets_nothing() {
    for found in [head(Status::Ready, true), adopting()] {
        let updating = found.updating(&inventory(&["b"]));
        assert_eq!(updating.status, Status::Updating);
        assert_eq!(updating.inventory, inventory(&["a", "b"]));
        assert_eq!(updating.progress, found.progress);
    }
}

#[test]
fn an_instance_that_comes_back_adopts_what_it_left() {
    let before = head(Status::Ready, true);
    let left = before.retaining(&removal(&before, &anchor(), true));
    let back = left.updating(&inventory(&["a"]));
    let [volume, server] = component("a");
    let gone = removal(&back, &anchor(), false);
    assert_eq!(gone.delete, [server]);
    assert_eq!(gone.keep, [volume]);
}

#[test]
fn what_is_finished_has_nothing_of_anybody_else_any_more() {
    let now = inventory(&["a"]);
    let done = adopting_from(&head(Status::Retained, false)).finished(&now);
    assert_eq!(done, Head::lost(instance(2), &now));
    assert!(!done.owns(Some(&instance(1))));
}

#[test]
fn data_of_a_component_that_is_gone_stays_and_is_not_forgotten() {
    let updating = head(Status::Ready, true).updating(&inventory(&["b"]));
    let [volume, server] = component("a");
    let obsolete = obsolete(&updating, &inventory(&["b"]));
    assert_eq!(obsolete.delete, [server]);
    assert_eq!(obsolete.keep, std::slice::from_ref(&volume));
    let done = updating.finished(&inventory(&["b"]));
    assert!(done.inventory.contains(&volume.id));
    assert!(removal(&done, &anchor(), true).keep.contains(&volume));
    assert!(removal(&done, &anchor(), false).delete.contains(&volume));
}

#[test]
fn data_that_an_earlier_instance_left_is_owned_as_long_as_it_is_there() {
    let done = adopting_from(&head(Status::Retained, false)).finished(&inventory(&["b"]));
    assert!(done.owns(Some(&instance(1))));
    let now = inventory(&["a", "b"]);
    let done = done.updating(&now).finished(&now);
    assert!(!done.owns(Some(&instance(1))));
}

#[test]
fn what_was_never_ready_leaves_no_volume_behind_when_it_changes() {
    let taken = claimed(&head(Status::Creating, false), false).unwrap();
    let [volume, server] = component("a");
    let obsolete = obsolete(&taken, &inventory(&["b"]));
    assert_eq!(obsolete.delete, [server, volume]);
    assert_eq!(obsolete.keep, []);
    assert_eq!(
        taken.finished(&inventory(&["b"])).inventory,
        inventory(&["b"])
    );
}

#[test]
fn a_namespace_that_was_given_up_is_left_alone() {
    let shared = Inventory::new(inventory(&["a"]).items()[1..].to_vec());
    let updating = head(Status::Ready, true).updating(&shared);
    assert_eq!(obsolete(&updating, &shared), Removal::default());
    assert_eq!(updating.finished(&shared).inventory, shared);
}

#[test]
fn a_refusal_names_both_of_its_causes() {
    let told = [
        Refusal::Lives {
            status: Status::Ready,
        },
        Refusal::Goes,
        Refusal::Retained { items: vec![] },
    ]
    .map(|refusal| refusal.to_string());
    insta::assert_snapshot!(told.join("\n"));
}
