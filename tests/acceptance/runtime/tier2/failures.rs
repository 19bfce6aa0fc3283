//! Pods that do not get ready, in the words of a kubelet.

use super::{beside_others, runtime, status};
use crate::{
    cluster::ClusterStage,
    runtime::reports::{refused, told},
};

/// Fails to apply a runtime, and returns what is told.
#[track_caller]
fn failed(stage: &ClusterStage, arguments: &[(&str, &str)]) -> String {
    told(stage, &refused(stage, &runtime(stage, arguments)))
}

/// Applies what is right after all, and destroys it.
#[track_caller]
fn mended(stage: &ClusterStage) {
    stage.applied(&runtime(stage, &[]));
    assert_eq!(status(stage), "READY");
    stage.plan().assert_empty();
    stage.destroy();
    stage.assert_as_before();
}

#[test]
fn an_image_that_cannot_be_pulled_leads_to_its_attribute() {
    beside_others(|stage| {
        let image = r#"{ storage = { size = "64Mi" }, image = "registry.invalid/nats:1" }"#;
        insta::assert_snapshot!("image", failed(stage, &[("nats", image)]));
        mended(stage);
    });
}

#[test]
fn images_of_something_else_are_told_with_what_they_do_instead() {
    beside_others(|stage| {
        // One has no program of that name, and the other does not know the arguments.
        let nats = r#"{ storage = { size = "64Mi" }, image = "busybox:stable" }"#;
        let mongodb = r#"{ storage = { size = "64Mi" }, image = "nats:2.15.2" }"#;
        let arguments = [("nats", nats), ("mongodb", mongodb)];
        insta::assert_snapshot!("other_images", failed(stage, &arguments));
        mended(stage);
    });
}

#[test]
fn too_little_memory_leads_to_the_limit() {
    beside_others(|stage| {
        // Who is greedy is not known from outside: it could be any release of the server.
        let mongodb = r#"{
    storage   = { size = "64Mi" }
    image     = "greedy:stable"
    resources = { requests = { memory = "32Mi" }, limits = { memory = "32Mi" } }
  }"#;
        insta::assert_snapshot!("memory", failed(stage, &[("mongodb", mongodb)]));
        mended(stage);
    });
}
