//! Each message, as a user reads it.

use kre_core::runtime::{Component, RuntimeSpec};
use kre_core::{
    drift::{Conflict, FieldPath},
    path::AttributePath,
};
use kre_engine::{kubernetes::Rule, work::Ungrown};
use terraform::{Diagnostics, Severity};

use super::*;

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

fn with_subject(told: impl Fn(Subject<'_>) -> Diagnostics) -> String {
    let (id, namespace) = ("demo".parse().unwrap(), "kre-demo".parse().unwrap());
    let told = told(Subject {
        id: &id,
        namespace: &namespace,
        owns_namespace: true,
    });
    let texts = told.iter().map(|it| {
        let severity = match it.severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        let place = it.path.iter().map(|path| format!(" (at {path})"));
        let place: String = place.collect();
        format!("{severity}: {}{place}\n\n{}", it.summary, it.detail)
    });
    texts.collect::<Vec<_>>().join("\n\n---\n\n")
}

fn object(kind: &str, name: &str) -> ObjectKey {
    ObjectKey::namespaced("apps/v1", kind, "kre-demo", name)
}

fn unpulled() -> Report {
    Report {
        workload: object("StatefulSet", "demo-nats"),
        component: Some(Component::Nats),
        pod: Some("demo-nats-0".to_owned()),
        container: Some("nats".to_owned()),
        cause: "image cannot be pulled".to_owned(),
        detail: "nats:2.99: not found".to_owned(),
        log: Vec::new(),
        attribute: Some(AttributePath::of(&["nats", "image"])),
        unless: "",
    }
}

fn crashing() -> Report {
    let log = ["Starting nats-server", "open /data: permission denied"];
    Report {
        cause: "container keeps ending".to_owned(),
        detail: "exit code 1, 4 restarts".to_owned(),
        log: log.map(str::to_owned).to_vec(),
        unless: "unless its log says otherwise, ",
        ..unpulled()
    }
}

#[test]
fn a_volume_that_cannot_grow_is_told_at_its_size() {
    let ungrown = Ungrown {
        claim: ObjectKey::namespaced(
            "v1",
            "PersistentVolumeClaim",
            "kre-demo",
            "data-demo-nats-0",
        ),
        class: Some("fixed".to_owned()),
        size: Some("1Gi".to_owned()),
        why: "only dynamically provisioned pvc can be resized".to_owned(),
    };
    insta::assert_snapshot!(with_subject(|subject| super::ungrown(subject, &ungrown)));
}

fn owner() -> Owner {
    Owner {
        instance: "00010203040506ff".to_owned(),
        age: Some(DAY * 3),
    }
}

fn kept() -> Vec<String> {
    let kept = [
        "PersistentVolumeClaim data-demo-nats-0 (1Gi)",
        "PersistentVolumeClaim data-demo-mongo-0 (2Gi)",
    ];
    kept.map(str::to_owned).to_vec()
}

#[test]
fn a_hopeless_wait_leads_from_the_workload_to_the_attribute() {
    let told = with_subject(|subject| unready(subject, Ended::Hopeless, &[unpulled(), crashing()]));
    insta::assert_snapshot!(told);
}

#[test]
fn a_timeout_names_what_is_still_missing() {
    let pending = Report {
        component: None,
        pod: None,
        container: None,
        cause: "pods cannot be created".to_owned(),
        detail: "exceeded quota: compute, requested: requests.memory=256Mi".to_owned(),
        attribute: None,
        ..unpulled()
    };
    let ended = Ended::TimedOut {
        after: MINUTE * 10,
        timeout: "timeouts.create",
    };
    let told = with_subject(|subject| unready(subject, ended, std::slice::from_ref(&pending)));
    insta::assert_snapshot!(told);
}

#[test]
fn a_timeout_that_nothing_explains_says_so() {
    let ended = Ended::TimedOut {
        after: Duration::from_secs(90),
        timeout: "timeouts.update",
    };
    insta::assert_snapshot!(with_subject(|subject| unready(subject, ended, &[])));
}

#[test]
fn a_stopped_wait_says_how_it_goes_on() {
    let told = with_subject(|subject| unready(subject, Ended::Stopped, &[unpulled()]));
    insta::assert_snapshot!(told);
}

#[test]
fn an_object_that_is_refused_is_named_with_the_attribute() {
    let place = AttributePath::of(&["nats", "resources", "requests"]);
    let why = "Admission webhook `policy.example.com` denied it: requests must be set.";
    let workload = object("StatefulSet", "demo-nats");
    let told = with_subject(|subject| {
        let unwritten = Unwritten {
            object: &workload,
            problem: "is not admitted",
            attribute: Some(place.clone()),
            look: Some(subject.describe(&workload)),
        };
        failed(subject, &unwritten, why)
    });
    insta::assert_snapshot!(told);
}

#[test]
fn a_right_that_is_missing_can_be_granted_at_once() {
    let rule = |namespace: &str| Rule {
        user: "system:serviceaccount:ci:terraform".to_owned(),
        verb: "patch".to_owned(),
        resource: "statefulsets".to_owned(),
        group: "apps".to_owned(),
        namespace: Some(namespace.to_owned()),
        others: Vec::new(),
    };
    let told = with_subject(|subject| {
        let mut told = forbidden(subject, &rule("kre-demo"));
        let shared = Subject {
            owns_namespace: false,
            ..subject
        };
        told.extend(forbidden(shared, &rule("kre-demo")));
        let all = Rule {
            verb: "list".to_owned(),
            resource: "*".to_owned(),
            group: "*".to_owned(),
            ..rule("kre-demo")
        };
        let kinds = ["jobs.batch (may not be listed)".to_owned()];
        told.extend(unlisted(subject, &kinds, &all));
        told
    });
    insta::assert_snapshot!(told);
}

#[test]
fn a_conflict_names_field_manager_and_choices() {
    let conflict = |field: &str, manager: &str, since: Option<&str>| Conflict {
        path: FieldPath::parse(field),
        manager: manager.to_owned(),
        since: since.map(str::to_owned),
    };
    let found = [
        conflict(
            "spec.replicas",
            "kubectl-scale",
            Some("2026-11-20T09:00:00Z"),
        ),
        conflict("metadata.labels[\"team\"]", "flux", None),
    ];
    let workload = object("StatefulSet", "demo-nats");
    let told = with_subject(|subject| conflicts(subject, &workload, &found));
    insta::assert_snapshot!(told);
}

#[test]
fn an_object_of_somebody_else_is_left_alone() {
    let secret = object("Secret", "demo-mongo");
    insta::assert_snapshot!(with_subject(|subject| occupied(subject, &secret)));
}

#[test]
fn a_runtime_that_lives_is_refused_with_both_causes() {
    let refusal = Refusal::Lives {
        status: "ready".to_owned(),
    };
    let told = with_subject(|subject| refused(subject, &refusal, &owner()));
    insta::assert_snapshot!(told);
}

#[test]
fn a_runtime_that_goes_is_waited_for() {
    let told = with_subject(|subject| refused(subject, &Refusal::Goes, &owner()));
    insta::assert_snapshot!(told);
}

#[test]
fn data_that_has_stayed_is_named_with_its_age_and_size() {
    let refusal = Refusal::Retained { items: kept() };
    let told = with_subject(|subject| refused(subject, &refusal, &owner()));
    insta::assert_snapshot!(told);
}

#[test]
fn what_does_not_fit_data_that_has_stayed_is_refused_at_its_place() {
    let spec = |size: &str| {
        let storage = serde_json::json!({ "storage": { "size": size } });
        let spec = serde_json::json!({
            "id": "demo", "name": "Demo", "nats": storage, "mongodb": storage,
        });
        serde_json::from_value::<RuntimeSpec>(spec).unwrap()
    };
    let changes = kre_core::runtime::changes(&spec("2Gi"), &spec("1Gi"));
    insta::assert_snapshot!(with_subject(|subject| unfit(subject, &changes)));
}

#[test]
fn a_runtime_of_another_cluster_is_missed_with_a_warning() {
    insta::assert_snapshot!(with_subject(|subject| elsewhere(
        subject, "first", "second"
    )));
}

#[test]
fn what_does_not_go_away_is_named_with_what_holds_it() {
    let left = |object: &str, held_by: &str| Left {
        object: object.to_owned(),
        held_by: held_by.to_owned(),
    };
    let left = [
        left("Namespace kre-demo", "some of its content is still there"),
        left(
            "PersistentVolumeClaim data-demo-nats-0",
            "finalizer kubernetes.io/pvc-protection",
        ),
    ];
    insta::assert_snapshot!(with_subject(|subject| stuck(subject, MINUTE * 10, &left)));
}

#[test]
fn a_runtime_with_versions_is_not_removed() {
    let versions = ["greeter-v1".to_owned(), "greeter-v2".to_owned()];
    insta::assert_snapshot!(with_subject(|subject| has_versions(subject, &versions)));
}

#[test]
fn what_is_kept_is_named_with_both_ways_on() {
    insta::assert_snapshot!(with_subject(|subject| retained(subject, &kept())));
}

#[test]
fn a_namespace_with_strangers_stays() {
    let strangers = ["Deployment grafana".to_owned()];
    insta::assert_snapshot!(with_subject(|subject| shared(subject, &strangers)));
}

#[test]
fn a_runtime_of_another_stamp_names_its_owner() {
    insta::assert_snapshot!(with_subject(|subject| superseded(subject, &owner())));
}

#[test]
fn a_service_that_cannot_be_asked_is_only_a_warning() {
    let why = "No pod of StatefulSet demo-mongo is ready.";
    insta::assert_snapshot!(with_subject(|subject| unasked(subject, "MongoDB", why)));
}

#[test]
fn a_lost_password_is_never_made_anew() {
    let told = |subject: Subject<'_>| missing_secret(subject, "demo-mongo", "data-demo-mongo-0");
    insta::assert_snapshot!(with_subject(told));
}

#[test]
fn spans_are_in_the_unit_that_people_would_use() {
    let spans = [1, 119, 120, 7_199, 7_200, 172_799, 172_800];
    let said = spans.map(|seconds| span(Duration::from_secs(seconds)));
    let expected = [
        "1 second",
        "119 seconds",
        "2 minutes",
        "119 minutes",
        "2 hours",
        "47 hours",
        "2 days",
    ];
    assert_eq!(said, expected);
}
