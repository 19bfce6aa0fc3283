//! Functions that the provider defines.

use harness::host::Feature;
use serde_json::{Value, json};

use crate::stage::each;

fn call(call: &str) -> String {
    format!("output \"result\" {{ value = provider::conformance::{call} }}\n")
}

/// Fails the test unless a call has a result.
#[track_caller]
fn check(expression: &str, expected: &Value) {
    each(&[Feature::Functions], |stage| {
        stage.applied(&call(expression));
        assert_eq!(&stage.output("result"), expected);
    });
}

/// Fails the test unless a call is refused at a part of its text, for a reason.
#[track_caller]
fn check_refused(expression: &str, part: &str, reason: &str) {
    each(&[Feature::Functions], |stage| {
        stage.configure(&call(expression));

        let diagnostics = stage.validate_json();

        let [error] = &diagnostics[..] else {
            panic!("{diagnostics:?}")
        };
        assert!(error.detail.contains(reason), "{error}");
        assert_eq!(error.code, part);
    });
}

#[test]
fn a_function_takes_any_number_of_arguments() {
    check("join(\"-\", \"a\", \"b\", \"c\")", &json!("a-b-c"));
}

#[test]
fn a_function_takes_and_returns_compound_values() {
    let call = "pair(\"a\", [1, 2.5], { width = 3, unit = \"m\" })";
    check(call, &json!(["a", [1, 2.5], { "unit": "m", "width": 3 }]));
}

#[test]
fn a_function_returns_a_type_that_depends_on_its_argument() {
    check("describe([true]).value[0]", &json!(true));
}

#[test]
fn a_function_may_take_null() {
    check("coalesce_name(null)", &json!("nameless"));
}

#[test]
fn an_error_points_at_the_argument() {
    check_refused("divide(1, 0)", "0", "a number cannot be divided by zero");
}

#[test]
fn null_is_refused_where_a_function_does_not_take_it() {
    check_refused("join(null, \"a\")", "null", "must not be null");
}

#[test]
fn a_value_of_a_wrong_type_is_refused() {
    check_refused("divide(\"six\", 3)", "six", "number");
}

#[test]
fn a_function_may_be_called_with_what_is_known_only_after_apply() {
    let later = "resource \"terraform_data\" \"later\" { input = \"later\" }\n";
    let result = call("join(\"-\", terraform_data.later.output, \"b\")");
    each(&[Feature::Functions], |stage| {
        stage.configure(&[later, &result].concat());

        let plan = stage.plan();
        stage.apply_plan(&plan);

        let planned = plan.json.pointer("/output_changes/result/after_unknown");
        assert_eq!(planned, Some(&json!(true)));
        assert_eq!(stage.output("result"), "later-b");
        stage.plan().assert_empty();
    });
}

#[test]
fn a_function_may_look_at_unknown_values() {
    let later = "resource \"terraform_data\" \"later\" { input = \"later\" }\n";
    let result = call("is_known(terraform_data.later.output)");
    each(&[Feature::Functions], |stage| {
        stage.configure(&[later, &result].concat());
        let planned = stage.plan().json["output_changes"]["result"]["after"].clone();
        assert_eq!(planned, json!(false));
    });
}
