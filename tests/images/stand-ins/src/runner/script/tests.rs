use proptest::prelude::*;

use super::*;

/// Reads a script whose default handler has one instruction, and returns what that does.
fn action(instruction: &str) -> Action {
    let script = parse(&format!("handler:\n  {instruction}\n")).unwrap();
    let mut steps = script.default_handler.unwrap();
    assert_eq!(steps.len(), 1);
    steps.remove(0).action
}

#[track_caller]
fn refused(script: &str, why: &str) {
    assert_eq!(parse(script).unwrap_err().to_string(), why);
}

/// Says why an instruction is refused, which is on line 2.
#[track_caller]
fn check(instruction: &str, why: &str) {
    refused(
        &format!("handler:\n  {instruction}\n"),
        &format!("line 2: {why}"),
    );
}

#[test]
fn a_script_has_settings_and_sections() {
    let text = "\
# A node that says who it is.
start after 1500ms
exit after 2 messages

init:
  log \"here I am\"
handler:
  append \" via a\"
  send
handler etl:
  any
";
    let step = |action| Step {
        on: None,
        when: None,
        action,
    };
    let send = |what| {
        step(Action::Publish {
            what,
            channel: None,
        })
    };
    let expected = Script {
        start_after: Duration::from_millis(1500),
        exit_after: NonZeroU64::new(2),
        init: Some(vec![step(Action::Log("here I am".to_owned()))]),
        default_handler: Some(vec![
            step(Action::Append(" via a".to_owned())),
            send(Output::Text(MessageType::Ok)),
        ]),
        custom_handlers: BTreeMap::from([("etl".to_owned(), vec![send(Output::Incoming)])]),
    };
    assert_eq!(parse(text).unwrap(), expected);
}

#[test]
fn a_handler_may_do_nothing() {
    assert_eq!(parse("handler:").unwrap().default_handler, Some(Vec::new()));
}

#[test]
fn messages_of_a_node_have_their_handler_and_others_the_default_one() {
    let script = parse("handler:\nhandler etl:\n  send").unwrap();

    assert_eq!(script.handler("etl").map(<[_]>::len), Some(1));
    assert_eq!(script.handler("model").map(<[_]>::len), Some(0));
}

#[test]
fn without_a_default_handler_there_is_none_for_other_nodes() {
    assert_eq!(parse("handler etl:").unwrap().handler("model"), None);
}

#[test]
fn quotes_keep_spaces_and_know_escapes() {
    let expected = Action::Append("say \"hi\",\n\\o/ # all".to_owned());
    assert_eq!(action(r#"append "say \"hi\",\n\\o/ # all""#), expected);
}

#[test]
fn configuration_without_a_scope_is_searched_or_the_node_s() {
    let key = || "tone".to_owned();
    assert_eq!(
        action("config get tone"),
        Action::ConfigGet {
            key: key(),
            scope: None
        }
    );
    let (value, scope) = ("soft".to_owned(), Scope::Node);
    assert_eq!(
        action("config set tone soft"),
        Action::ConfigSet {
            key: key(),
            value,
            scope
        }
    );
    assert_eq!(
        action("config delete tone"),
        Action::ConfigDelete { key: key(), scope }
    );
}

#[test]
fn configuration_has_three_scopes() {
    for (name, scope) in [
        ("node", Scope::Node),
        ("workflow", Scope::Workflow),
        ("project", Scope::Project),
    ] {
        let key = "tone".to_owned();
        let expected = Action::ConfigDelete { key, scope };
        assert_eq!(action(&format!("config delete tone in {name}")), expected);
    }
}

#[test]
fn a_document_is_the_rest_of_the_line() {
    let collection = "greetings".to_owned();
    let document = Map::from_iter([("to all".to_owned(), Value::from("you"))]);
    let expected = Action::DatabaseSave {
        collection,
        document,
    };
    assert_eq!(action(r#"db save greetings { "to all": "you" }"#), expected);
}

#[test]
fn what_is_sent_may_go_to_a_channel() {
    for (instruction, what) in [
        ("send to spam", Output::Text(MessageType::Ok)),
        ("any to spam", Output::Incoming),
        ("early reply to spam", Output::Text(MessageType::EarlyReply)),
        ("early exit to spam", Output::Text(MessageType::EarlyExit)),
    ] {
        let channel = Some("spam".to_owned());
        assert_eq!(action(instruction), Action::Publish { what, channel });
    }
}

#[test]
fn an_instruction_may_be_for_one_kind_of_message() {
    let script = parse("handler:\n on early-reply any").unwrap();
    assert_eq!(
        script.handler("").unwrap()[0].on,
        Some(MessageType::EarlyReply)
    );
}

#[test]
fn an_instruction_may_be_for_texts_with_or_without_a_part() {
    for (instruction, expected) in [
        ("when \"the end\" send", [true, false]),
        ("unless \"the end\" send", [false, true]),
        ("on ok when \"the end\" send", [true, false]),
    ] {
        let script = parse(&format!("handler:\n {instruction}")).unwrap();
        let condition = script.handler("").unwrap()[0].when.as_ref().unwrap();
        let held = ["this is the end", "this is not"].map(|text| condition.holds(text));
        assert_eq!(held, expected, "{instruction}");
    }
}

#[test]
fn durations_have_three_units() {
    for (text, milliseconds) in [("250ms", 250), ("3s", 3000), ("2m", 120_000)] {
        let expected = Action::Delay(Duration::from_millis(milliseconds));
        assert_eq!(action(&format!("delay {text}")), expected);
    }
}

#[test]
fn what_is_not_an_instruction_is_refused() {
    check("def handler(ctx, data):", "instruction is not known: `def`");
    check("object take x", "instruction is not known: `object take`");
    check("config take x", "instruction is not known: `config take`");
    check("db find x {}", "instruction is not known: `db find`");
    check("early bird", "instruction is not known: `early bird`");
}

#[test]
fn a_missing_or_surplus_word_is_refused() {
    check("append", "text is missing");
    check("when", "part of the text is missing");
    check("unless x", "instruction is missing");
    check("append a b", "word is not expected: `b`");
    check("send spam", "word is not expected: `spam`");
    check("config set tone", "value is missing");
    check("config get tone in node", "word is not expected: `in`");
}

#[test]
fn values_that_are_none_are_refused() {
    check(
        "delay 3h",
        "duration is not one such as 250ms, 3s, 2m: `3h`",
    );
    check(
        "delay -3s",
        "duration is not one such as 250ms, 3s, 2m: `-3s`",
    );
    check(
        "config get x from world",
        "scope is not node, workflow or project: `world`",
    );
    check(
        "on fire send",
        "kind of message is not ok, error, early-reply or early-exit: `fire`",
    );
    check("db save x [1]", "document is not a JSON object: `[1]`");
    check("repeat +1 x", "number is not one from 1: `+1`");
    check("repeat 0 x", "number is not one from 1: `0`");
    check("repeat 4294967295 abc", "text would be too long");
}

#[test]
fn open_quotes_and_unknown_escapes_are_refused() {
    for text in [
        r#"append "open"#,
        r#"append "\t""#,
        r#"append "a"b"#,
        r#"append a"b""#,
    ] {
        check(text, "quotes or escapes are not in order");
    }
}

#[test]
fn sections_come_once_and_instructions_in_them() {
    refused(
        "send",
        "line 1: instruction is outside of every section: `send`",
    );
    refused(
        "exit",
        "line 1: instruction is outside of every section: `exit`",
    );
    refused(
        "handler:\nhandler:",
        "line 2: section is there twice: `handler`",
    );
    refused("init:\ninit:", "line 2: section is there twice: `init`");
    refused(
        "handler a:\nhandler a:",
        "line 2: section is there twice: `handler a`",
    );
    refused("init x:", "line 1: section is not known: `init x`");
}

#[test]
fn a_script_without_a_handler_is_refused() {
    refused("", "line 1: no handler");
    refused("init:\n  log x\n", "line 2: no handler");
}

#[test]
fn init_cannot_use_a_message() {
    for (instruction, what) in [
        ("send", "send"),
        ("on ok log x", "on"),
        ("unless x log y", "when"),
        ("fail", "fail"),
    ] {
        let why = format!("line 2: instruction has no message in `init:`: `{what}`");
        refused(&format!("init:\n  {instruction}\nhandler:"), &why);
    }
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', r"\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', r"\n"))
}

proptest! {
    #[test]
    fn any_text_survives_its_quotes(text in r"[^\r\u{b}\u{c}]*") {
        prop_assert_eq!(action(&format!("append {}", quoted(&text))), Action::Append(text));
    }

    #[test]
    fn any_script_is_read_or_refused_with_a_line_of_it(
        lines in proptest::collection::vec(
            prop_oneof![
                any::<String>(),
                "(handler|init|on|when|config|object|db save|early|start after|exit after)( [a-z\"{}:0-9]{0,4}){0,4}",
            ],
            0..8,
        ),
    ) {
        let text = lines.join("\n");
        if let Err(error) = parse(&text) {
            let error = error.to_string();
            let line = error.strip_prefix("line ").unwrap().split_once(':').unwrap().0;
            prop_assert!((1..=text.lines().count().max(1)).contains(&line.parse().unwrap()));
        }
    }
}
