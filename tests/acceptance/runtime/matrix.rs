//! Runtimes whose provider is killed, before or after the answer to each of its calls.
//!
//! Whatever the moment, one apply makes everything right, and one destroy brings back what was
//! there before. The protocol sets two limits, which stand here as facts:
//!
//! - A creation that is killed leaves nothing in the state. So there is nothing to destroy: the
//!   next creation takes over what it finds, without `adopt_retained`, and its destroy removes it.
//! - A creation that is killed after its very last write has made a runtime that is ready and that
//!   no state knows. The next creation refuses it, since it cannot be told from somebody else's,
//!   and says how to import it.
//!
//! `KRE_TEST_MATRIX` says how many moments are tried, see [`matrix_of`].

use std::{collections::BTreeMap, fmt};

use harness::{
    host::Host,
    matrix::{Place, matrix_of},
    proxy::{Moment, Prey, Proxy, Sprung},
};
use serde_json::Value;

use super::ready::{RUNTIME, assert_converged, there};
use crate::cluster::ClusterStage;

/// What is configured before an update.
const BEFORE: &str = r#"
    nats           = { storage = { size = "1Gi" } }
    mongodb        = { storage = { size = "1Gi" } }
    network_policy = "none"
"#;

/// The same over data that has stayed.
const ADOPTING: &str = r#"
    nats           = { storage = { size = "1Gi" } }
    mongodb        = { storage = { size = "1Gi" } }
    network_policy = "none"
    adopt_retained = true
"#;

/// What an update makes of it: it changes an image, lets a volume grow, removes the writer with
/// its Secret and its user, and makes a NetworkPolicy.
const AFTER: &str = r#"
    nats           = { storage = { size = "2Gi" }, image = "nats:2.11.8-alpine" }
    mongodb        = { storage = { size = "1Gi" } }
    mongo_writer   = { enabled = false }
    network_policy = "isolated"
"#;

/// What becomes of data, and of what has been killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Course {
    on_destroy: &'static str,
    is_applied: bool,
}

const COURSES: [Course; 4] = [
    Course::new("delete", false),
    Course::new("delete", true),
    Course::new("retain", false),
    Course::new("retain", true),
];

impl Course {
    const fn new(on_destroy: &'static str, is_applied: bool) -> Self {
        Self {
            on_destroy,
            is_applied,
        }
    }

    fn retains(self) -> bool {
        self.on_destroy == "retain"
    }
}

impl fmt::Display for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { on_destroy, .. } = self;
        let next = if self.is_applied {
            "applied"
        } else {
            "destroyed"
        };
        write!(f, ", then {next} (on_destroy = {on_destroy:?})")
    }
}

/// A runtime of its own for each run.
struct Trial {
    stage: ClusterStage,
    course: Course,
    /// What data is in, and with which password, before the operation.
    data: BTreeMap<String, Value>,
}

impl Place for Trial {
    fn proxy(&self) -> &Proxy {
        &self.stage.proxy
    }

    fn prey(&self) -> Prey {
        self.stage.prey()
    }
}

impl Trial {
    fn open(host: &Host, course: Course) -> Self {
        let stage = ClusterStage::open(host);
        stage.connect_with(r#"fail_fast = "5s""#);
        Self {
            stage,
            course,
            data: BTreeMap::new(),
        }
    }

    /// Makes the runtime that the operation is about.
    #[track_caller]
    fn with_runtime(host: &Host, course: Course) -> Self {
        let mut trial = Self::open(host, course);
        trial.configure(BEFORE);
        trial.stage.apply();
        trial.data = trial.data_now();
        trial
    }

    fn configure(&self, arguments: &str) {
        let (id, on_destroy) = (self.stage.id(), self.course.on_destroy);
        self.stage.configure(&format!(
            "resource \"kre_runtime\" \"demo\" {{
                id         = {id:?}
                name       = \"Demo\"
                on_destroy = {on_destroy:?}
                {arguments}
            }}"
        ));
    }

    /// Returns the uids of the volumes and the content of the Secret that opens them.
    #[track_caller]
    fn data_now(&self) -> BTreeMap<String, Value> {
        let of = |kind: &str, name: &str, path: &str| {
            let name = format!("{}{name}", self.stage.id());
            let name = match kind {
                "PersistentVolumeClaim" => format!("data-{name}"),
                _ => name,
            };
            let found = self.stage.objects.get(kind, &self.stage.place(&name));
            let value = found.and_then(|it| it.pointer(path).cloned());
            (format!("{kind} {name}"), value.unwrap_or_default())
        };
        BTreeMap::from([
            of("PersistentVolumeClaim", "-nats-0", "/metadata/uid"),
            of("PersistentVolumeClaim", "-mongo-0", "/metadata/uid"),
            of("Secret", "-mongo", "/data"),
        ])
    }

    /// Goes on after the operation, and looks at what comes of it.
    #[track_caller]
    fn go_on(&self) {
        if self.course.is_applied {
            self.stage.apply();
            assert_converged(&self.stage);
            self.assert_data();
        }
        self.stage.destroy();
        self.assert_destroyed();
    }

    #[track_caller]
    fn assert_data(&self) {
        if self.course.retains() {
            assert_eq!(self.data_now(), self.data, "data");
        }
    }

    /// Fails the test unless everything is as before, but for data that stays.
    #[track_caller]
    fn assert_destroyed(&self) {
        assert_eq!(self.stage.state().find(RUNTIME), None);
        if self.course.retains() {
            self.assert_data();
            let id = self.stage.id();
            let stays = [
                format!("ConfigMap kre-runtime-{id}"),
                format!("Namespace kre-{id}"),
                format!("PersistentVolumeClaim data-{id}-mongo-0"),
                format!("PersistentVolumeClaim data-{id}-nats-0"),
                format!("Secret {id}-mongo"),
            ];
            assert_eq!(there(&self.stage), stays.into(), "what stays");
            self.stage
                .objects
                .delete("Namespace", &self.stage.namespace());
        }
        self.stage.assert_as_before();
    }

    /// Tells whether the runtime is ready, as its anchor says.
    fn says_ready(&self) -> bool {
        let anchor = format!("kre-runtime-{}", self.stage.id());
        let anchor = self
            .stage
            .objects
            .get("ConfigMap", &self.stage.place(&anchor));
        anchor.is_some_and(|anchor| anchor["data"]["status"] == "ready")
    }
}

#[test]
fn a_creation_is_killed_anywhere_and_taken_over_by_the_next() {
    Host::one(&[], |host| {
        matrix_of(
            &[Course::new("delete", true)],
            |course| {
                let trial = Trial::open(host, course);
                trial.configure(BEFORE);
                trial
            },
            |trial| drop(trial.stage.try_apply(&[])),
            take_over,
        );
    });
}

#[test]
fn an_adoption_is_killed_anywhere_and_finished_by_the_next() {
    Host::one(&[], |host| {
        matrix_of(
            &[Course::new("retain", true)],
            |course| {
                let trial = Trial::with_runtime(host, course);
                trial.stage.destroy();
                trial.configure(ADOPTING);
                trial
            },
            |trial| drop(trial.stage.try_apply(&[])),
            take_over,
        );
    });
}

/// Goes on after a creation of which the state knows nothing if it was killed.
#[track_caller]
fn take_over(trial: &Trial, sprung: Option<&Sprung>) {
    if sprung.is_some() {
        assert_eq!(trial.stage.state().find(RUNTIME), None);
        trial.stage.destroy();
        if trial.says_ready() {
            import(trial, sprung);
        }
    }
    trial.go_on();
}

/// Brings a runtime into the state that is ready and that nobody knows.
#[track_caller]
fn import(trial: &Trial, sprung: Option<&Sprung>) {
    let last = sprung.map(|sprung| (sprung.moment, sprung.call.sort()));
    assert_eq!(last, Some((Moment::After, "update configmaps".to_owned())));
    let (stage, id) = (&trial.stage, trial.stage.id());
    let refused = stage.apply_error();
    let error = refused.only_error();
    assert!(error.summary.contains("exists already"), "{error}");
    assert!(error.detail.contains("import {"), "{error}");
    assert!(error.detail.contains(&stage.place(id)), "{error}");
    stage.import(RUNTIME, &stage.place(id));
}

#[test]
fn an_update_is_killed_anywhere_and_finished_or_removed() {
    Host::one(&[], |host| {
        matrix_of(
            // What stays is the same after an apply.
            &COURSES[..3],
            |course| {
                let trial = Trial::with_runtime(host, course);
                trial.configure(AFTER);
                trial
            },
            |trial| drop(trial.stage.try_apply(&[])),
            |trial, _| trial.go_on(),
        );
    });
}

#[test]
fn a_destroy_is_killed_anywhere_and_repeated_or_taken_back() {
    Host::one(&[], |host| {
        matrix_of(
            &COURSES,
            |course| Trial::with_runtime(host, course),
            |trial| drop(trial.stage.try_apply(&["-destroy"])),
            |trial, _| {
                if trial.stage.state().find(RUNTIME).is_none() {
                    trial.configure(ADOPTING);
                }
                trial.go_on();
            },
        );
    });
}
