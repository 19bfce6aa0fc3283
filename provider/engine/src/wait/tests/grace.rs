//! How long a cause may last.

use std::time::Duration;

use kre_core::desired::ObjectKey;
use tokio::time::Instant;

use crate::wait::{
    cause::Cause,
    grace::{Memory, Outlook, outlook},
    symptom::Symptom,
};

const GRACE: Duration = Duration::from_secs(30);

/// Shows what is seen at these seconds, and returns whether there was hope after the last.
fn hope(seen: &[(u64, &[Symptom])]) -> bool {
    let start = Instant::now();
    let mut memory = Memory::default();
    let mut has_hope = true;
    for (second, symptoms) in seen {
        let now = start + Duration::from_secs(*second);
        let key = ObjectKey::namespaced("apps/v1", "StatefulSet", "default", "demo");
        let symptoms = symptoms.iter().cloned();
        let symptoms = symptoms.map(|symptom| (key.clone(), None, symptom));
        let findings = memory.findings(symptoms.collect(), now);
        has_hope = matches!(outlook(&findings, GRACE, now), Outlook::Open(_));
    }
    has_hope
}

fn symptom(cause: Cause) -> Symptom {
    Symptom::new(cause, "").of_container("app")
}

/// Causes that do not go away by waiting.
const LASTING: [Cause; 15] = [
    Cause::ImagePull,
    Cause::ImageDenied,
    Cause::Configuration,
    Cause::Start,
    Cause::Crash,
    Cause::Exit,
    Cause::Memory,
    Cause::Mount,
    Cause::Unschedulable,
    Cause::Volume,
    Cause::Quota,
    Cause::Admission,
    Cause::Creation,
    Cause::Missing,
    Cause::Paused,
];

#[test]
fn there_is_hope_before_the_grace_is_over() {
    for cause in LASTING {
        assert!(
            hope(&[(0, &[symptom(cause)]), (29, &[symptom(cause)])]),
            "{cause:?}"
        );
    }
}

#[test]
fn there_is_none_after_it() {
    for cause in LASTING {
        assert!(
            !hope(&[(0, &[symptom(cause)]), (30, &[symptom(cause)])]),
            "{cause:?}"
        );
    }
}

#[test]
fn a_cause_that_goes_away_begins_anew() {
    for cause in LASTING {
        let seen = [symptom(cause)];
        assert!(
            hope(&[(0, &seen), (20, &[]), (21, &seen), (40, &seen)]),
            "{cause:?}"
        );
        assert!(
            !hope(&[(0, &seen), (20, &[]), (21, &seen), (51, &seen)]),
            "{cause:?}"
        );
    }
}

#[test]
fn causes_that_take_turns_are_one() {
    let [crash, memory] = [Cause::Crash, Cause::Memory].map(symptom);
    assert!(!hope(&[(0, &[crash]), (30, &[memory])]));
}

#[test]
fn another_cause_begins_anew() {
    let [image, crash] = [Cause::ImagePull, Cause::Crash].map(symptom);
    assert!(hope(&[(0, &[image]), (30, &[crash])]));
}

#[test]
fn the_same_cause_in_another_container_is_another() {
    let other = symptom(Cause::Crash).of_container("other");
    assert!(hope(&[(0, &[symptom(Cause::Crash)]), (30, &[other])]));
}

#[test]
fn the_same_cause_in_the_next_pod_is_the_same() {
    let of = |name: &str| Symptom {
        pod: Some(name.to_owned()),
        ..symptom(Cause::Crash)
    };
    assert!(!hope(&[(0, &[of("a")]), (30, &[of("b")])]));
}

#[test]
fn what_may_pass_is_waited_for() {
    for cause in [
        Cause::Evicted,
        Cause::Unready,
        Cause::Starting,
        Cause::Leaving,
        Cause::Unobserved,
    ] {
        assert!(
            hope(&[(0, &[symptom(cause)]), (3000, &[symptom(cause)])]),
            "{cause:?}"
        );
    }
}

#[test]
fn a_container_that_runs_once_more_is_waited_for_until_it_ends() {
    let runs = || symptom(Cause::Crash).passing_if(true);
    assert!(hope(&[(0, &[symptom(Cause::Crash)]), (40, &[runs()])]));
    assert!(!hope(&[
        (0, &[symptom(Cause::Crash)]),
        (40, &[runs()]),
        (41, &[symptom(Cause::Crash)])
    ]));
}

#[test]
fn of_two_pods_the_one_without_hope_counts() {
    let runs = || symptom(Cause::Crash).passing_if(true);
    assert!(!hope(&[
        (0, &[runs()]),
        (30, &[runs(), symptom(Cause::Crash)])
    ]));
}
