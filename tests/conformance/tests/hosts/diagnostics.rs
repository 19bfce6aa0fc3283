//! What a user reads about a wrong configuration, and where it points.

use harness::host::{Diagnostic, Severity};

use crate::stage::{each, resource};

const EVERYTHING: &str = "name = \"a\"\nenabled = true\n";

/// Fails the test unless the one thing that is wrong is found at a part of the configuration.
#[track_caller]
fn check(configuration: &str, part: &str, detail: &str) {
    each(&[], |stage| {
        stage.configure(configuration);

        let found = stage.validate_json();

        let [Diagnostic { code, .. }] = &found[..] else {
            panic!("{found:#?}")
        };
        assert_eq!(code, part, "{}", found[0]);
        assert!(found[0].detail.starts_with(detail), "{}", found[0]);
        assert!(found[0].is_error());
    });
}

/// Checks a body of `conformance_everything`.
#[track_caller]
fn check_everything(body: &str, part: &str, detail: &str) {
    let body = format!("{EVERYTHING}{body}\ngroup_block {{}}");
    check(&resource("conformance_everything", &body), part, detail);
}

#[test]
fn a_value_out_of_range_is_found_where_it_stands() {
    check_everything(
        "amount = 1005",
        "1005",
        "`amount` is 1005, but must be at most 1000.",
    );
}

#[test]
fn a_value_that_is_none_of_a_few_is_found_where_it_stands() {
    check_everything(
        "level = \"hgih\"",
        "\"hgih\"",
        "`level` is \"hgih\", but must be one of",
    );
}

#[test]
fn an_element_is_found_where_it_stands() {
    check_everything("list = [\"a\", \"\"]", "\"\"", "`list[1]` is \"\"");
}

#[test]
fn a_value_inside_a_block_is_found_where_it_stands() {
    let blocks = "list_block {\ntitle = \"a\"\n}\nlist_block {\ntitle = \"b\"\nweight = 1.5\n}";
    check_everything(blocks, "1.5", "`list_block[1].weight` is 1.5");
}

#[test]
fn a_value_inside_a_block_with_a_label_is_found_where_it_stands() {
    let blocks = "map_block \"one\" {\ntitle = \"a\"\nweight = 1.5\n}";
    check_everything(blocks, "1.5", "`map_block[\"one\"].weight` is 1.5");
}

#[test]
fn a_wrong_setting_of_the_provider_is_found_where_it_stands() {
    each(&[], |stage| {
        let provider = "provider \"conformance\" {\n  directory = null\n}";
        stage.write("provider.tf", provider);
        stage.configure("data \"conformance_things\" \"all\" {}");

        let found = stage.validate_json();

        let [error] = &found[..] else {
            panic!("{found:#?}")
        };
        assert!(
            error.detail.starts_with("`directory` has no value"),
            "{error}"
        );
        assert_eq!(error.code, "null");
    });
}

#[test]
fn a_wrong_query_of_a_data_source_is_found_where_it_stands() {
    let query = "data \"conformance_everything\" \"a\" {\nfilter = { text = \"a\" }\nlimit = 0\n}";
    check(query, "0", "`limit` is 0, but must be at least 1.");
}

#[test]
fn a_query_for_nothing_is_found_where_it_stands() {
    each(&[], |stage| {
        stage.configure("data \"conformance_thing\" \"a\" {\n  name = \"missing\"\n}");
        let outcome = stage.plan_error();

        let error = outcome.only_error();
        assert_eq!(
            [&*error.summary, &*error.code],
            ["No thing `missing`", "\"missing\""]
        );
        assert_eq!(error.address, "data.conformance_thing.a");
    });
}

#[test]
fn everything_that_is_wrong_is_found_at_once() {
    let configuration = r#"
        resource "conformance_thing" "a" {
            name = "A thing"
            size = 0
        }
        resource "conformance_thing" "b" { name = "-" }
    "#;
    each(&[], |stage| {
        stage.configure(configuration);

        let found = stage.validate_json();

        let mut codes: Vec<_> = found.iter().map(|error| error.code.as_str()).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["\"-\"", "\"A thing\"", "0"]);
    });
}

#[test]
fn an_unknown_value_is_not_wrong_yet() {
    let configuration = r#"
        variable "size" { type = number }
        resource "terraform_data" "size" { input = var.size }
        resource "conformance_thing" "a" {
            name = "a"
            size = terraform_data.size.output
        }
    "#;
    each(&[], |stage| {
        stage.configure(configuration);
        assert_eq!(stage.validate_json(), []);
        stage.plan_with(&["-var=size=0"]);
        let outcome = stage.try_apply(&["-var=size=0"]);

        outcome.assert_failure();
        let error = outcome.only_error();
        assert_eq!(error.summary, "Invalid value for \"size\"");
        assert_eq!(error.address, "conformance_thing.a");
        assert_eq!(error.code, "terraform_data.size.output");
    });
}

#[test]
fn what_is_deprecated_is_a_warning_where_it_stands() {
    let configuration = resource(
        "conformance_everything",
        &format!("{EVERYTHING}outdated = \"old\"\ngroup_block {{}}"),
    );
    each(&[], |stage| {
        stage.configure(&configuration);

        let found = stage.validate_json();

        let [warning] = &found[..] else {
            panic!("{found:#?}")
        };
        assert_eq!(warning.severity, Severity::Warning);
        assert_eq!(warning.code, "\"old\"");
        assert!(warning.detail.contains("Use `text`."), "{warning}");
    });
}

#[test]
fn a_deprecated_resource_is_a_warning() {
    each(&[], |stage| {
        stage.configure(&resource("conformance_legacy_thing", "name = \"a\""));

        let found = stage.validate_json();

        let [warning] = &found[..] else {
            panic!("{found:#?}")
        };
        assert_eq!(warning.severity, Severity::Warning);
        assert_eq!(warning.summary, "Deprecated resource");
        assert_eq!(warning.address, "conformance_legacy_thing.a");
    });
}
