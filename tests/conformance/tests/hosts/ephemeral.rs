//! Ephemeral resources: opened, renewed and closed, and never stored.

use harness::host::Feature;

use crate::stage::each;

const LEASE: &str = "ephemeral \"conformance_lease\" \"a\" { name = \"a\" }\n";

#[test]
fn a_lease_is_closed_again_by_each_command() {
    each(&[Feature::Ephemeral], |stage| {
        stage.configure(LEASE);
        stage.plan();
        let opened_and_closed = ["open conformance_lease a-1", "close conformance_lease a-1"];
        assert_eq!(stage.log(), opened_and_closed);

        stage.apply();
        assert_eq!(stage.objects(), [""; 0]);
        assert_eq!(stage.state().addresses(), [""; 0]);
    });
}

#[test]
fn a_lease_is_closed_when_the_run_fails() {
    each(&[Feature::Ephemeral], |stage| {
        let failing = r#"
            resource "conformance_thing" "a" {
                name = "a"
                fail = "create-before"
            }
        "#;
        stage.configure(&[LEASE, failing].concat());
        stage.apply_error();

        assert_eq!(stage.objects(), [""; 0]);
    });
}

#[test]
fn a_lease_is_renewed_as_long_as_it_is_needed() {
    // The provider block of the slow thing needs the lease, so it is open until the thing is done.
    let configuration = r#"
        ephemeral "conformance_lease" "a" {
            name  = "a"
            renew = true
        }
        provider "conformance" {
            alias     = "leased"
            directory = "${path.root}/world"
            token     = ephemeral.conformance_lease.a.token
        }
        resource "conformance_thing" "slow" {
            provider = conformance.leased
            name     = "slow"
            delay    = 3
        }
    "#;
    each(&[Feature::Ephemeral], |stage| {
        stage.applied(configuration);

        let log = stage.log();
        let renewals = log.iter().filter(|line| line.starts_with("renew"));
        assert!(renewals.count() >= 1, "{log:?}");
        assert_eq!(stage.objects(), ["conformance_thing/slow"]);
    });
}

#[test]
fn a_failure_to_open_points_at_its_cause() {
    each(&[Feature::Ephemeral], |stage| {
        stage.configure("ephemeral \"conformance_broken\" \"a\" { at = \"open\" }");
        let outcome = stage.plan_error();

        let error = outcome.only_error();
        assert_eq!(
            [&*error.summary, &*error.code],
            ["Nothing was opened", "\"open\""]
        );
        assert_eq!(error.address, "ephemeral.conformance_broken.a");
    });
}

#[test]
fn a_failure_to_close_is_told() {
    each(&[Feature::Ephemeral], |stage| {
        stage.configure("ephemeral \"conformance_broken\" \"a\" { at = \"close\" }");
        let outcome = stage.plan_error();

        assert_eq!(outcome.only_error().summary, "Nothing was closed");
    });
}

#[test]
fn a_failure_to_renew_is_told() {
    let configuration = r#"
        ephemeral "conformance_broken" "a" { at = "renew" }
        provider "conformance" {
            alias     = "leased"
            directory = "${path.root}/world"
            token     = ephemeral.conformance_broken.a.at
        }
        resource "conformance_thing" "slow" {
            provider = conformance.leased
            name     = "slow"
            delay    = 2
        }
    "#;
    each(&[Feature::Ephemeral], |stage| {
        stage.configure(configuration);
        let outcome = stage.try_apply(&[]);

        // OpenTofu fails and says why, Terraform does neither.
        let why = outcome.diagnostics.iter().map(|one| one.summary.as_str());
        let mut said = why.chain(outcome.messages.iter().map(String::as_str));
        let told = ["Nothing was renewed", "Renewal errored"];
        assert!(
            said.any(|line| told.iter().any(|told| line.contains(told))),
            "{outcome}"
        );
    });
}
