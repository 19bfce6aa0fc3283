//! Whether the files are there that a manifest counts on.

use std::collections::BTreeSet;

use crate::krt::{
    decode::Text,
    draft::Draft,
    rules::RuleId,
    verdict::{Place, Report},
};

/// Looks for each file among those that come with the manifest, if any do.
pub(in crate::krt) fn check(
    report: &mut Report,
    draft: &Draft<'_>,
    present: Option<&BTreeSet<String>>,
) {
    let Some(present) = present else {
        return;
    };
    for (location, text) in wanted(draft) {
        let wanted = clean(&text.value);
        // That a path is missing altogether is said elsewhere.
        if text.value.is_empty() || present.contains(&wanted) {
            continue;
        }
        let place = Place::new(location, text.at.unwrap_or(draft.at));
        let (message, remedy) = explain(&wanted, present);
        report.add(RuleId::FileMissing, &place, message, remedy);
    }
}

/// The files that the manifest counts on, with their locations.
fn wanted<'m>(draft: &Draft<'m>) -> Vec<(String, &'m Text)> {
    let proto = draft
        .proto
        .map(|text| ("Entrypoint.Proto".to_owned(), text));
    let nodes = draft.workflows.iter().flat_map(|workflow| &workflow.nodes);
    let sources = nodes.filter_map(|node| Some((format!("{}.Src", node.prefix), node.source?)));
    let pool = draft.pool.iter().cloned();
    proto.into_iter().chain(pool).chain(sources).collect()
}

fn explain(wanted: &str, present: &BTreeSet<String>) -> (String, String) {
    let folder = format!("{wanted}/");
    if present.iter().any(|path| path.starts_with(&folder)) {
        let message = format!("this is a directory: `{wanted}`");
        return (message, "name the file in it that is meant".to_owned());
    }
    let message = format!("there is no such file: `{wanted}`");
    let name = wanted.rsplit('/').next().unwrap_or(wanted);
    let elsewhere = present
        .iter()
        .find(|path| path.rsplit('/').next() == Some(name));
    let remedy = match elsewhere {
        Some(path) => format!("did you mean `{path}`?"),
        None => "add it, or see whether `.krtignore` leaves it out".to_owned(),
    };
    (message, remedy)
}

/// The path as the engine takes it: below the root whatever it says, without detours.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::krt::{Options, judge};

    const MANIFEST: &str = "\
krtVersion: v2
version: greeter-v1
description: Greets.
entrypoint: {proto: public_input.proto, image: kre-entrypoint}
workflows:
  - name: greet
    entrypoint: Greet
    exitpoint: hello
    nodes:
      - {name: hello, image: kre-py, src: ./src//hello/main.py, subscriptions: [entrypoint]}
";

    fn problems(files: &[&str], strict: bool) -> Vec<String> {
        let options = Options {
            strict,
            files: Some(files.iter().map(ToString::to_string).collect()),
            ..Options::default()
        };
        let verdict = judge(MANIFEST.as_bytes(), &options);
        let missing = verdict
            .problems
            .into_iter()
            .filter(|problem| problem.rule == RuleId::FileMissing);
        missing
            .map(|problem| {
                format!(
                    "{}: {}; {}",
                    problem.location, problem.message, problem.remedy
                )
            })
            .collect()
    }

    #[test]
    fn files_that_are_there_are_no_problem() {
        assert_eq!(
            problems(&["public_input.proto", "src/hello/main.py"], false),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_missing_file_is_named_with_one_that_may_be_meant() {
        assert_eq!(
            problems(&["api/public_input.proto", "src/hello/main.py"], false),
            [
                "Entrypoint.Proto: there is no such file: `public_input.proto`; did you mean `api/public_input.proto`?"
            ]
        );
    }

    #[test]
    fn a_directory_is_no_file() {
        assert_eq!(
            problems(
                &["public_input.proto", "src/hello/main.py/__init__.py"],
                false
            ),
            [
                "Workflows[0].Nodes[0].Src: this is a directory: `src/hello/main.py`; name the file in it that is meant"
            ]
        );
    }

    #[test]
    fn a_strict_verdict_looks_at_the_manifest_alone() {
        assert_eq!(problems(&[], true), Vec::<String>::new());
    }

    #[test]
    fn no_path_leads_out_of_the_files() {
        for (path, wanted) in [
            ("/a", "a"),
            ("../a", "a"),
            ("a/../../b", "b"),
            ("./a/.", "a"),
        ] {
            assert_eq!(clean(path), wanted);
        }
    }
}
