//! Runtimes while the API server is gone or busy, while somebody interrupts, and while two want the
//! same.

use std::{thread, time::Duration};

use harness::{
    host::Outcome,
    patience::eventually,
    proxy::{Call, Fault, Moment, Trap},
};

use super::ready::{RUNTIME, assert_applied, assert_converged};
use crate::cluster::{ClusterStage, on_cluster};

/// How long an API server takes to restart.
const RESTART: Duration = Duration::from_secs(2);

/// Writes the configuration of a runtime that holds nobody's data.
fn configure(stage: &ClusterStage, id: &str, arguments: &str) {
    stage.configure(&format!(
        "resource \"kre_runtime\" \"demo\" {{
            id         = {id:?}
            name       = \"Demo\"
            nats       = {{ storage = {{ size = \"1Gi\" }} }}
            mongodb    = {{ storage = {{ size = \"1Gi\" }} }}
            on_destroy = \"delete\"
            {arguments}
        }}"
    ));
}

const WITHOUT_WRITER: &str = "mongo_writer = { enabled = false }";

fn is(sort: &'static str) -> impl Fn(&Call) -> bool + Send + 'static {
    move |call| call.sort() == sort
}

#[test]
fn an_api_server_that_restarts_is_waited_for() {
    on_cluster(&[], |stage| {
        let restarts = |sort, moment| {
            let trap = Trap::when(is(sort), moment, harness::matrix::Place::prey(stage));
            stage.proxy.arm(trap.refusing(RESTART));
        };
        configure(stage, stage.id(), "");
        restarts("apply statefulsets", Moment::After);
        stage.apply();
        assert!(stage.proxy.disarm().is_some());
        assert_converged(stage);

        configure(stage, stage.id(), WITHOUT_WRITER);
        restarts("delete deployments", Moment::After);
        stage.apply();
        assert!(stage.proxy.disarm().is_some());
        assert_converged(stage);

        restarts("delete persistentvolumeclaims", Moment::Before);
        stage.destroy();
        assert!(stage.proxy.disarm().is_some());
        stage.assert_as_before();
    });
}

/// Applies, and lets the API server be gone from a call on.
fn apply_without_server(stage: &ClusterStage, arguments: &[&str], from: &'static str) -> Outcome {
    stage.proxy.forget();
    let outcome = thread::scope(|scope| {
        scope.spawn(|| {
            eventually(from, || {
                let calls = stage.proxy.calls();
                let is_asked = calls.iter().any(is(from));
                is_asked.then_some(()).ok_or("not asked for")
            });
            stage.proxy.refuse();
        });
        stage.try_apply(arguments)
    });
    stage.proxy.serve();
    outcome
}

#[test]
fn an_api_server_that_stays_away_is_named_and_work_goes_on_when_it_is_back() {
    on_cluster(&[], |stage| {
        let is_named = |failed: &Outcome| {
            failed.assert_failure();
            let error = failed.only_error();
            let server = stage.proxy.url();
            assert!(error.to_string().contains(&server), "{error}");
        };
        let limit = r#"timeouts = { update = "8s", delete = "12s" }"#;
        configure(stage, stage.id(), r#"timeouts = { create = "8s" }"#);
        is_named(&apply_without_server(stage, &[], "watch pods"));
        assert_eq!(stage.state().attribute(RUNTIME, "status"), "ERROR");
        configure(stage, stage.id(), "");
        stage.apply();
        assert_converged(stage);

        configure(stage, stage.id(), &format!("{limit}\n{WITHOUT_WRITER}"));
        is_named(&apply_without_server(stage, &[], "delete deployments"));
        assert_eq!(stage.state().attribute(RUNTIME, "status"), "ERROR");
        stage.apply();
        assert_converged(stage);

        let destroy = &["-destroy"];
        is_named(&apply_without_server(stage, destroy, "delete statefulsets"));
        assert!(stage.state().find(RUNTIME).is_some());
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn a_busy_api_server_is_asked_again() {
    on_cluster(&[], |stage| {
        let is_busy = || {
            let writes = |call: &Call| call.writes();
            stage
                .proxy
                .inject(Fault::too_many_requests(1).times(3).only(writes));
            stage.proxy.inject(Fault::unavailable().times(6));
        };
        configure(stage, stage.id(), "");
        is_busy();
        stage.apply();
        assert_converged(stage);

        configure(stage, stage.id(), WITHOUT_WRITER);
        is_busy();
        stage.apply();
        assert_converged(stage);

        is_busy();
        stage.destroy();
        stage.assert_as_before();
    });
}

#[test]
fn a_creation_that_is_interrupted_is_starting_and_goes_on_with_the_next_apply() {
    on_cluster(&[], |stage| {
        let never = r#"annotations = { "devcluster.kre.konstellation.io/fate" = "never-ready" }"#;
        configure(stage, stage.id(), never);
        let is_waiting = || stage.proxy.calls().iter().any(is("watch pods"));

        let interrupted = stage.apply_interrupted(is_waiting);

        interrupted.assert_failure();
        let errors = interrupted.errors();
        let [error, halted @ ..] = errors.as_slice() else {
            panic!("{interrupted}")
        };
        assert!(error.summary.starts_with("Stopped"), "{error}");
        assert!(
            halted.iter().all(|it| it.summary == "execution halted"),
            "{interrupted}"
        );
        assert_eq!(stage.state().attribute(RUNTIME, "status"), "STARTING");
        configure(stage, stage.id(), "");
        stage.apply();
        assert_converged(stage);
        stage.destroy();
        stage.assert_as_before();
    });
}

/// What keeps somebody back: calls of a sort are refused for a while.
type Hold = (&'static str, usize);

fn hold(stage: &ClusterStage, hold: Option<Hold>) {
    if let Some((sort, times)) = hold {
        let fault = Fault::too_many_requests(1).times(times);
        stage.proxy.inject(fault.only(is(sort)));
    }
}

/// Two create the same runtime; the second begins when the first has asked for something.
#[track_caller]
fn check_rivals(first: Option<Hold>, begin: Option<&'static str>, second: Option<Hold>) {
    on_cluster(&[], |one| {
        let other = ClusterStage::open(one.host());
        for (stage, held) in [(one, first), (&other, second)] {
            configure(stage, one.id(), "");
            hold(stage, held);
        }
        let outcomes = thread::scope(|scope| {
            let second = scope.spawn(|| {
                if let Some(sort) = begin {
                    eventually(sort, || {
                        let calls = one.proxy.calls();
                        let is_asked = calls.iter().any(is(sort));
                        is_asked.then_some(()).ok_or("not asked for")
                    });
                }
                other.try_apply(&[])
            });
            [one.try_apply(&[]), second.join().unwrap()]
        });
        let said = || format!("{}\n\n{}", outcomes[0], outcomes[1]);
        let (winner, loser) = match outcomes.each_ref().map(|it| it.output.succeeded()) {
            [true, false] => (one, &other),
            [false, true] => (&other, one),
            [true, true] => panic!("both have won\n{}", said()),
            [false, false] => panic!("both have lost\n{}", said()),
        };
        assert_applied(winner);
        loser.apply_error();
        loser.destroy();
        assert_applied(winner);
        winner.destroy();
        one.assert_as_before();
    });
}

#[test]
fn of_two_that_create_the_same_one_wins() {
    check_rivals(None, None, None);
}

#[test]
fn a_namespace_without_an_owner_belongs_to_whoever_writes_the_anchor_first() {
    let anchor = "create configmaps";
    check_rivals(Some((anchor, 3)), Some("apply namespaces"), None);
    check_rivals(
        Some((anchor, 2)),
        Some("apply namespaces"),
        Some((anchor, 4)),
    );
}

#[test]
fn whoever_takes_over_goes_on_with_what_the_other_makes_meanwhile() {
    let (anchor, objects) = ("update configmaps", "apply secrets");
    check_rivals(Some((objects, 3)), Some(objects), None);
    check_rivals(None, Some("create configmaps"), Some((anchor, 1)));
    check_rivals(None, Some("create configmaps"), Some((objects, 3)));
}
