use std::time::Duration;

use super::*;
use crate::text::GoDuration;

#[test]
fn defaults_are_those_that_the_documentation_names() {
    let schema = serde_json::to_value(schemars::schema_for!(Timeouts)).unwrap();
    for (name, span) in [
        ("create", Timeouts::CREATE),
        ("read", Timeouts::READ),
        ("update", Timeouts::UPDATE),
        ("delete", Timeouts::DELETE),
    ] {
        let told = schema["properties"][name]["description"].as_str().unwrap();
        let (_, default) = told.split_once("by default `").unwrap();
        let (default, _) = default.split_once('`').unwrap();
        assert_eq!(
            default.parse::<GoDuration>().unwrap().span(),
            span,
            "{name}"
        );
    }
}

#[test]
fn what_is_said_counts_and_else_the_default() {
    let spans = |timeouts: &Timeouts| {
        [
            timeouts.create(),
            timeouts.read(),
            timeouts.update(),
            timeouts.delete(),
        ]
    };
    let minutes = |minutes: [u64; 4]| minutes.map(Duration::from_mins);
    assert_eq!(spans(&spec(minimal()).timeouts), minutes([10, 2, 10, 10]));
    assert_eq!(spans(&spec(maximal()).timeouts), minutes([5, 1, 5, 5]));
}
