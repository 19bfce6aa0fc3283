//! The command line, as pipelines use it.

#![cfg(test)]

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use terraform_provider_kre::command;

const MANIFEST: &str = "\
krtVersion: v2
version: greeter-v1
description: Greets.
entrypoint: {proto: public_input.proto, image: 'konstellation/kre-entrypoint:3.3.6'}
workflows:
  - name: greet
    entrypoint: Greet
    exitpoint: hello
    nodes:
      - name: hello
        image: konstellation/kre-py:3.4.1
        src: src/main.py
        subscriptions: [entrypoint]
";

struct Ended {
    code: ExitCode,
    out: String,
    err: String,
}

fn run(arguments: &[&str]) -> Ended {
    let arguments = ["terraform-provider-kre", "krt"].iter().chain(arguments);
    let arguments: Vec<_> = arguments.map(OsString::from).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = command::run(&arguments, &mut out, &mut err).unwrap();
    Ended {
        code,
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}

/// A directory with a KRT in it, and the path of that.
fn greeter(manifest: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let krt = folder.path().join("greeter");
    fs::create_dir_all(krt.join("src")).unwrap();
    fs::write(krt.join("krt.yaml"), manifest).unwrap();
    fs::write(krt.join("public_input.proto"), "syntax = \"proto3\";\n").unwrap();
    fs::write(krt.join("src/main.py"), "print('hello')\n").unwrap();
    (folder, krt)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn what_is_not_for_the_tool_is_left_to_the_plugin() {
    for arguments in [&["program"][..], &["program", "--debug"], &[]] {
        let arguments: Vec<_> = arguments.iter().map(OsString::from).collect();
        assert!(command::run(&arguments, &mut Vec::new(), &mut Vec::new()).is_none());
    }
}

#[test]
fn an_accepted_krt_ends_with_0() {
    let (_folder, krt) = greeter(MANIFEST);
    let ended = run(&["validate", text(&krt)]);

    assert_eq!(ended.code, ExitCode::SUCCESS);
    assert_eq!(
        ended.out,
        format!("{}: accepted as kre-v2\n", krt.display())
    );
}

#[test]
fn a_refused_krt_ends_with_1_and_says_where_and_why() {
    let (_folder, krt) = greeter(&MANIFEST.replace("name: greet", "name: Greet It"));
    let ended = run(&["validate", text(&krt)]);

    assert_eq!(ended.code, ExitCode::from(1));
    let error = ended.out.lines().next().unwrap();
    assert!(error.contains(":6:11: Workflows[0].Name: "), "{error}");
    assert!(error.ends_with("call it `greet-it`"), "{error}");
}

#[test]
fn a_file_that_cannot_be_read_ends_with_2_and_the_others_are_judged() {
    let (_folder, krt) = greeter(MANIFEST);
    let ended = run(&["validate", "no-such-file", text(&krt)]);

    assert_eq!(ended.code, ExitCode::from(2));
    assert!(ended.err.contains("no-such-file"), "{}", ended.err);
    assert!(ended.out.contains("accepted"), "{}", ended.out);
}

#[test]
fn arguments_that_mean_nothing_end_with_2() {
    for arguments in [
        &["validate"][..],
        &["frobnicate"],
        &["validate", "--dialect=x", "f"],
    ] {
        assert_eq!(run(arguments).code, ExitCode::from(2), "{arguments:?}");
    }
}

#[test]
fn json_is_one_line_a_file() {
    let (_folder, krt) = greeter(&MANIFEST.replace("[entrypoint]", "[nobody]"));
    let ended = run(&["validate", "--json", text(&krt), "no-such-file"]);

    let lines: Vec<serde_json::Value> = ended
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [refused, unread] = lines.as_slice() else {
        panic!("{}", ended.out)
    };
    assert_eq!(refused["dialect"], "kre-v2");
    assert_eq!(refused["accepted"], false);
    assert_eq!(refused["problems"][0]["rule"], "subscription-unknown");
    assert_eq!(refused["problems"][0]["line"], 13);
    assert_eq!(unread["accepted"], false);
    assert!(unread["error"].as_str().unwrap().contains("no-such-file"));
}

#[test]
fn a_strict_verdict_is_the_original_s() {
    let (_folder, krt) = greeter(&MANIFEST.replace("[entrypoint]", "[nobody]"));

    assert_eq!(
        run(&["validate", "--strict", text(&krt)]).code,
        ExitCode::SUCCESS
    );
}

#[test]
fn a_dialect_can_be_chosen() {
    let (_folder, krt) = greeter(MANIFEST);
    let ended = run(&["validate", "--dialect", "kai", text(&krt)]);

    assert_eq!(ended.code, ExitCode::from(1));
    assert!(ended.out.ends_with("refused as kai\n"), "{}", ended.out);
}

#[test]
fn a_misnamed_manifest_is_accepted_with_a_hint() {
    let (folder, _) = greeter(MANIFEST);
    let misnamed = folder.path().join("kre.yaml");
    fs::write(&misnamed, MANIFEST).unwrap();
    let ended = run(&["validate", text(&misnamed)]);

    assert_eq!(ended.code, ExitCode::SUCCESS);
    assert!(ended.out.contains("[file-name]"), "{}", ended.out);
}

#[test]
fn a_source_that_is_not_there_is_missed() {
    let (_folder, krt) = greeter(&MANIFEST.replace("src/main.py", "main.py"));
    let ended = run(&["validate", text(&krt)]);

    assert_eq!(ended.code, ExitCode::from(1));
    assert!(
        ended.out.contains("did you mean `src/main.py`?"),
        "{}",
        ended.out
    );
}

#[test]
fn what_is_packed_is_what_was_there() {
    let (folder, krt) = greeter(MANIFEST);
    let packed = folder.path().join("greeter.krt");
    let ended = run(&["pack", text(&krt), "-o", text(&packed)]);

    assert_eq!(ended.code, ExitCode::SUCCESS, "{}", ended.err);
    let again = folder.path().join("again.krt");
    let repacked = run(&["pack", text(&packed), "-o", text(&again)]);
    assert_eq!(ended.out.get(..64), repacked.out.get(..64));
    assert_eq!(fs::read(packed).unwrap(), fs::read(again).unwrap());
}

#[test]
fn a_refused_krt_is_not_packed() {
    let (folder, krt) = greeter(&MANIFEST.replace("krtVersion: v2", "krtVersion: v3"));
    let packed = folder.path().join("greeter.krt");
    let ended = run(&["pack", text(&krt), "-o", text(&packed)]);

    assert_eq!(ended.code, ExitCode::from(1));
    assert!(!packed.exists());
}

#[test]
fn a_graph_is_shown_in_the_form_that_is_asked_for() {
    let (_folder, krt) = greeter(MANIFEST);
    for (format, beginning) in [
        ("text", "greeter-v1 (kre-v2)\n"),
        ("graphviz", "digraph"),
        ("mermaid", "flowchart"),
    ] {
        let ended = run(&["show", "--format", format, text(&krt)]);
        assert!(ended.out.starts_with(beginning), "{}", ended.out);
    }
}
