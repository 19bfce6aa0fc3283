//! What a client sees of a version.

use std::time::{Duration, Instant};

use harness::patience::eventually;

use super::fixture::{Fixture, reply};
use super::stores::WORKFLOWS;
use crate::support::pods::idle;

/// How long the entrypoint waits for a workflow, as its manifest says.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

#[test]
fn a_letter_goes_through_nodes_of_both_languages() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };

    let answer = fixture.answer("Greet", "Ada");

    assert_eq!(answer, "Ada, welcome > hello > polish, from the archive");
}

#[test]
fn a_channel_leads_into_its_branch_alone() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };

    let answer = fixture.answer("Sort", "to the right");

    assert_eq!(answer, "to the right > read > right > join");
}

#[test]
fn configuration_is_that_of_the_nearest_scope() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };

    let answer = fixture.answer("Sort", "to the left");

    assert_eq!(
        answer,
        "to the left > read > left:red,round,big,blue > join"
    );
}

#[test]
fn an_object_that_one_node_has_stored_is_read_by_another() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };

    let answer = fixture.answer("Sort", "a copy, right");

    assert_eq!(
        answer,
        "a copy, right > read > right > join, kept: a copy, right > read"
    );
}

#[test]
fn a_document_is_saved_once_before_the_answer() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };

    fixture.answer("Sort", "right, and keep it");

    assert_eq!(fixture.stores.letters("in time"), 1);
}

#[test]
fn an_early_reply_arrives_before_the_work_is_done() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };
    let _turn = fixture.turn("Sort");

    let executed = fixture.call("Sort", "right, however slow");
    let late = fixture.stores.letters("late");

    assert_eq!(late, 0);
    assert_eq!(
        reply(&executed),
        "right, however slow > read > right > join"
    );
    eventually("the work is done", || {
        match fixture.stores.letters("late") {
            1 => Ok(()),
            count => Err(count),
        }
    });
}

#[test]
fn an_early_exit_is_an_answer() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };

    let answer = fixture.answer("Greet", "enough");

    assert_eq!(answer, "enough, welcome > hello > polish, early");
}

#[test]
fn what_a_handler_raises_is_what_the_client_reads() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };
    let _turn = fixture.turn("Greet");

    let executed = fixture.call("Greet", "trouble");

    assert_eq!(executed.code, Some(1), "{executed}");
    assert_eq!(
        executed.stderr,
        "INTERNAL: Error in node 'polish' executing handler for node 'hello': \
         Error in 'hello': no letters today\n"
    );
}

#[test]
fn a_node_that_is_not_there_is_waited_for() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };
    let since = Instant::now();

    let executed = fixture.call("Doze", "Ada");

    assert_eq!(executed.stderr, "UNKNOWN: Internal Server Error\n");
    assert!(since.elapsed() >= REQUEST_TIMEOUT, "{:?}", since.elapsed());
}

#[test]
fn the_entrypoint_says_what_it_offers() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };

    let executed = fixture.client(&[]);

    assert_eq!(
        executed.stdout,
        "letters.Entrypoint.Greet\nletters.Entrypoint.Sort\nletters.Entrypoint.Doze\n"
    );
}

#[test]
fn every_subscription_is_a_consumer_of_its_node() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };

    let sort = &WORKFLOWS[1];

    assert_eq!(fixture.stores.durables(&sort.stream()), sort.durables());
}

#[test]
fn the_description_of_the_service_can_be_downloaded() {
    let Some(fixture) = Fixture::shared() else {
        return;
    };
    let stage = &fixture.stage;
    stage.create(idle("shell"));
    stage.ready(&["shell"]);

    let expected = include_str!("../../../../images/contract/krt/public_input.proto");
    let command = "wget -qO- http://demo-v1-entrypoint/public_input.proto";

    stage.until_says("shell", command, expected.trim_end());
}
