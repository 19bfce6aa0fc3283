//! Every example works as it stands: it is applied, planned again, imported and destroyed.

use std::{fs, path::PathBuf};

use harness::host::Feature;

use crate::stage::{Stage, each};

/// The text of an example.
#[track_caller]
fn example(path: &str) -> String {
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples");
    fs::read_to_string(examples.join(path)).unwrap()
}

/// The names of the examples of a kind, e.g. of `resources`.
#[track_caller]
fn examples(kind: &str) -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(kind);
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Takes the provider block from the examples too.
#[track_caller]
fn prepare(stage: &Stage) {
    stage.remove("provider.tf");
    stage.write("terraform.tf", example("provider/provider.tf"));
}

#[track_caller]
fn apply_and_plan(stage: &Stage, configuration: &str) {
    stage.applied(configuration);
    stage.plan().assert_empty();
}

#[track_caller]
fn destroy(stage: &Stage) {
    stage.destroy();
    assert_eq!(stage.objects(), [""; 0]);
    assert_eq!(stage.state().addresses(), [""; 0]);
}

#[test]
fn every_resource_can_be_applied_and_destroyed() {
    each(
        &[
            Feature::Ephemeral,
            Feature::WriteOnly,
            Feature::MoveAcrossTypes,
        ],
        |stage| {
            prepare(stage);
            for name in examples("resources") {
                apply_and_plan(stage, &example(&format!("resources/{name}/resource.tf")));
                destroy(stage);
            }
        },
    );
}

#[test]
fn every_import_finds_what_the_example_made() {
    each(&[Feature::WriteOnly, Feature::MoveAcrossTypes], |stage| {
        prepare(stage);
        for name in ["conformance_thing", "conformance_everything"] {
            stage.applied(&example(&format!("resources/{name}/resource.tf")));
            let address = format!("{name}.a");
            stage.succeed(&["state", "rm", &address]);
            let line = example(&format!("resources/{name}/import.sh"));
            let words: Vec<_> = line.split_whitespace().skip(1).collect();
            stage.succeed(&words);
            stage.plan().assert_empty();
            destroy(stage);
        }
    });
}

#[test]
fn every_import_by_identity_finds_what_the_example_made() {
    each(&[Feature::Identity], |stage| {
        prepare(stage);
        let things = example("resources/conformance_thing/resource.tf");
        stage.applied(&things);
        stage.succeed(&["state", "rm", "conformance_thing.a"]);
        let import = example("resources/conformance_thing/import-by-identity.tf");
        apply_and_plan(stage, &[things, import].concat());
        destroy(stage);
    });
}

#[test]
fn a_legacy_thing_becomes_the_thing_of_the_example() {
    each(&[Feature::MoveAcrossTypes], |stage| {
        prepare(stage);
        stage.applied(&example("resources/conformance_legacy_thing/resource.tf"));
        apply_and_plan(stage, &example("resources/conformance_thing/resource.tf"));
        let created = ["create conformance_thing b", "create conformance_thing a"];
        assert_eq!(stage.log(), created);
        destroy(stage);
    });
}

#[test]
fn every_data_source_can_be_read() {
    each(&[Feature::MoveAcrossTypes], |stage| {
        prepare(stage);
        stage.write(
            "things.tf",
            example("resources/conformance_thing/resource.tf"),
        );
        stage.apply();
        for name in examples("data-sources") {
            apply_and_plan(
                stage,
                &example(&format!("data-sources/{name}/data-source.tf")),
            );
        }
        stage.configure("");
        destroy(stage);
    });
}

#[test]
fn every_ephemeral_resource_can_be_opened() {
    each(&[Feature::Ephemeral], |stage| {
        prepare(stage);
        for name in examples("ephemeral-resources") {
            let path = format!("ephemeral-resources/{name}/ephemeral-resource.tf");
            stage.configure(&example(&path));
            let outcome = stage.try_apply(&[]);
            let is_broken = name == "conformance_broken";
            assert_eq!(outcome.output.succeeded(), !is_broken, "{outcome}");
            assert_eq!(stage.objects(), [""; 0]);
        }
    });
}

#[test]
fn every_function_can_be_called() {
    each(&[Feature::Functions], |stage| {
        prepare(stage);
        for name in examples("functions") {
            stage.applied(&example(&format!("functions/{name}/function.tf")));
            assert!(!stage.output(&name).is_null());
        }
    });
}
