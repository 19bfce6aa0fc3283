use std::{fmt::Display, str::FromStr, time::Duration};

use proptest::prelude::*;
use schemars::JsonSchema;

use super::*;

#[track_caller]
fn accepts<T: FromStr<Err: Display> + Display>(texts: &[&str]) {
    for text in texts {
        match text.parse::<T>() {
            Ok(parsed) => assert_eq!(parsed.to_string(), *text),
            Err(error) => panic!("{error}"),
        }
    }
}

#[track_caller]
fn refuses<T: FromStr<Err: Display>>(message: &str, texts: &[&str]) {
    for text in texts {
        let error = text.parse::<T>().err().map(|error| error.to_string());
        assert_eq!(error, Some(format!("{message}: `{text}`")));
    }
}

#[test]
fn every_pattern_compiles() {
    for pattern in [
        AnnotationKey::PATTERN,
        Description::PATTERN,
        DisplayName::PATTERN,
        DomainName::PATTERN,
        GoDuration::PATTERN,
        ImageReference::PATTERN,
        LabelKey::PATTERN,
        LabelValue::PATTERN,
        NamespaceName::PATTERN,
        ObjectName::PATTERN,
        Quantity::PATTERN,
        TolerationKey::PATTERN,
    ] {
        assert!(regex_lite::Regex::new(pattern).is_ok(), "{pattern}");
    }
}

#[test]
fn the_schema_says_what_the_parser_does() {
    fn schema<T: JsonSchema>() -> serde_json::Value {
        schemars::schema_for!(T).into()
    }
    let namespace = schema::<NamespaceName>();
    assert_eq!(namespace["pattern"], NamespaceName::PATTERN);
    assert_eq!(namespace["maxLength"], 63);
    assert_eq!(schema::<Quantity>()["pattern"], Quantity::PATTERN);
    assert_eq!(schema::<GoDuration>()["maxLength"], 60);
}

#[test]
fn namespaces_are_labels_of_dns() {
    accepts::<NamespaceName>(&["a", "kre-demo", "1-2"]);
    refuses::<NamespaceName>(
        "namespace must be 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends, such as `kre-demo`",
        &["", "-a", "a-", "Kre", "a.b", "a\n", &"a".repeat(64)],
    );
}

#[test]
fn label_values_may_be_empty_and_keys_may_have_a_domain() {
    accepts::<LabelValue>(&["", "a", "A_b.c-d"]);
    assert!("a b".parse::<LabelValue>().is_err());
    assert!("a".repeat(64).parse::<LabelValue>().is_err());
    accepts::<LabelKey>(&["team", "example.com/Team_1"]);
    for key in ["", "/a", "a/", "Example.com/a", "a/b/c", "-a"] {
        assert!(key.parse::<LabelKey>().is_err(), "{key}");
    }
}

#[test]
fn images_follow_the_grammar_of_references() {
    let digest = format!("nats@sha256:{}", "0a".repeat(32));
    accepts::<ImageReference>(&[
        "nats",
        "nats:2.15.2",
        "konstellation/kre-py:3.4.1",
        "localhost:5000/a__b/c-d:T_1",
        "[::1]:5000/a",
        "registry.invalid/nats",
        &digest,
    ]);
    for image in [
        "",
        "Nats",
        "nats:",
        "nats:-a",
        "a//b",
        "nats@sha256:12",
        "a b",
        "https://a/b",
        "a:b:c",
    ] {
        assert!(image.parse::<ImageReference>().is_err(), "{image}");
    }
}

#[test]
fn amounts_are_those_of_kubernetes() {
    accepts::<Quantity>(&[
        "0", "1", "1.", ".5", "500m", "1.5Gi", "1e3", "1E-2", "7Ei", "2E",
    ]);
    refuses::<Quantity>(
        "amount must be a number, perhaps with a suffix of Kubernetes, such as `500m` or `2Gi`",
        &[
            "", "-1", "+1", "1 Gi", "1GB", "1gi", "Gi", ".", "1K", "1e", "1e100",
        ],
    );
    refuses::<Quantity>(
        "amount must be less than 2^63, such as `2Gi`",
        &["8Ei", "1e19", "9e99"],
    );
}

#[test]
fn amounts_that_mean_the_same_are_equal() {
    for (left, right) in [
        ("1024Mi", "1Gi"),
        ("0.5", "500m"),
        ("1k", "1000"),
        ("1e3", "1k"),
        ("2E", "2e18"),
        ("0.1n", "1n"),
        ("0Gi", "0"),
    ] {
        assert_eq!(
            left.parse::<Quantity>(),
            right.parse::<Quantity>(),
            "{left}"
        );
    }
    assert!("1Gi".parse::<Quantity>().unwrap() > "1G".parse::<Quantity>().unwrap());
}

#[test]
fn units_are_rounded_up() {
    assert_eq!("1Ki".parse::<Quantity>().unwrap().units(), 1024);
    assert_eq!("1500m".parse::<Quantity>().unwrap().units(), 2);
}

#[test]
fn durations_are_those_of_go() {
    accepts::<GoDuration>(&["90s", "1h30m", "1.5h", "100ms", "1µs", "2ns", ".5s"]);
    let span = |text: &str| text.parse::<GoDuration>().unwrap().span();
    assert_eq!(span("1h30m"), Duration::from_mins(90));
    assert_eq!(span("1.5s"), Duration::from_millis(1500));
    assert_eq!("60s".parse::<GoDuration>(), "1m".parse::<GoDuration>());
    refuses::<GoDuration>(
        "duration must be numbers with units, such as `90s` or `1h30m`",
        &["", "5", "5 s", "-5s", "5d", "s", "1h 30m"],
    );
    refuses::<GoDuration>(
        "duration must be longer than nothing, such as `90s`",
        &["0s", "0.1ns"],
    );
    refuses::<GoDuration>(
        "duration must be shorter than 292 years, such as `1h30m`",
        &["9999999999h", "99999999999999999999999999999999999999999h"],
    );
}

proptest! {
    #[test]
    fn amounts_are_equal_exactly_if_they_mean_the_same(left in 0_u64..2_000_000, right in 0_u64..2_000_000) {
        let parse = |text: String| text.parse::<Quantity>().unwrap();
        let (mebi, kibi) = (parse(format!("{left}Mi")), parse(format!("{right}Ki")));
        prop_assert_eq!(mebi == kibi, left * 1024 == right);
        prop_assert_eq!(mebi, parse(format!("{}Ki", left * 1024)));
        prop_assert_eq!(parse(format!("{right}m")) == parse(format!("{}", right / 1000)), right % 1000 == 0);
    }

    #[test]
    fn no_text_is_too_much_for_a_parser(text in ".{0,60}") {
        let _ = (text.parse::<Quantity>(), text.parse::<GoDuration>(), text.parse::<ImageReference>());
    }
}
