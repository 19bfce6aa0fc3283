//! Passwords: made once, kept, found again, and shown nowhere.

use std::{fmt::Write as _, fs, io::Read};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use flate2::read::DeflateDecoder;
use harness::host::{Host, Outcome, Plan};
use serde_json::{Value, json};

use super::{
    content::{self, ALL},
    demo::{
        ADDRESS, DELETES, assert_told, assert_warned, object, password, runtime, status, stranger,
    },
};
use crate::cluster::{ClusterStage, on_cluster};

const SECRETS: [&str; 3] = ["mongo", "mongo-client", "mongo-writer"];

fn passwords(stage: &ClusterStage) -> [String; 3] {
    SECRETS.map(|secret| password(stage, secret))
}

/// What the plan says of an object of the runtime.
fn found(plan: &Plan, object: &str) -> Value {
    plan.change(ADDRESS).before["objects"][object].clone()
}

/// Returns the ids of the pods of the writer that are not on their way out.
fn writers(stage: &ClusterStage) -> Vec<Value> {
    let pods = stage.objects.list("Pod", &stage.namespace());
    let writers = pods.iter().map(|pod| &pod["metadata"]).filter(|metadata| {
        let component = &metadata["labels"]["app.kubernetes.io/component"];
        component == "mongo-writer" && metadata["deletionTimestamp"].is_null()
    });
    writers.map(|metadata| metadata["uid"].clone()).collect()
}

#[test]
fn passwords_last_and_what_is_lost_is_made_anew_but_for_that_of_data() {
    on_cluster(&[], |stage| {
        let id = stage.id();
        stage.applied(&runtime(stage, &[DELETES]));
        content::put(stage);
        let first = passwords(stage);
        let debug = r#"mongo_writer = { log_level = "DEBUG" }"#;
        stage.applied(&runtime(stage, &[DELETES, debug]));
        assert_eq!(passwords(stage), first);

        let (writer, before) = (format!("{id}-mongo-writer"), writers(stage));
        let client = format!("{id}-mongo-client");
        for lost in [&client, &writer] {
            stage.objects.delete("Secret", &stage.place(lost));
        }
        let plan = stage.plan();
        for lost in [client, writer] {
            assert_eq!(found(&plan, &format!("Secret {lost}")), "missing", "{plan}");
        }
        stage.apply_plan(&plan);
        let [root, client, writer] = passwords(stage);
        assert_eq!(root, first[0]);
        assert!(client != first[1] && writer != first[2]);
        assert_eq!(content::log_in(stage, "client", &client), Ok(()));
        assert_eq!(content::log_in(stage, "writer", &writer), Ok(()));
        let refused = content::log_in(stage, "client", &first[1]).unwrap_err();
        assert!(refused.contains("uthentication"), "{refused}");
        // It logs in with what it was started with.
        let now = writers(stage);
        assert!(now.len() == 1 && now != before, "{before:?} {now:?}");
        stage.plan().assert_empty();

        assert_root_is_never_made_anew(stage, &root);
        stage.destroy();
        stage.assert_as_before();
    });
}

/// Loses the password of data, and brings it back.
fn assert_root_is_never_made_anew(stage: &ClusterStage, password: &str) {
    let id = stage.id();
    let (name, claim) = (format!("{id}-mongo"), format!("data-{id}-mongo-0"));
    let place = stage.place(&name);
    stage.objects.delete("Secret", &place);
    let failed = stage.apply_error();
    let summary = format!("Secret `{name}` of runtime `{id}` is missing");
    let create = format!("create secret generic {name}");
    let delete = format!("delete persistentvolumeclaim {claim}");
    let steps = ["none was made", create.as_str(), delete.as_str()];
    assert_told(&failed, &summary, &steps);
    let unasked = format!("MongoDB of runtime `{id}` cannot be asked");
    assert_warned(&failed, &unasked, &[name.as_str()]);
    assert_eq!(stage.objects.get("Secret", &place), None);

    let mut secret = stranger(&stage.namespace(), &name);
    secret["kind"] = json!("Secret");
    secret["stringData"] = json!({ "username": "root", "password": password });
    stage.objects.create(&secret);
    stage.apply();
    assert_eq!(status(stage), "READY");
    let uri = object(stage, "Secret", &name)["data"]["uri"].clone();
    assert!(uri.is_string(), "{uri}");
    assert_eq!(content::look(stage), ALL);
    stage.plan().assert_empty();
}

/// Everything that hosts and their users get to see.
#[derive(Default)]
struct Seen(String);

impl Seen {
    fn outcome(&mut self, outcome: &Outcome) {
        self.text(&outcome.output.stdout);
        self.text(&outcome.output.stderr);
    }

    fn text(&mut self, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{text}");
    }

    /// A plan as it is shown, and the archive that it is.
    fn plan(&mut self, stage: &ClusterStage) -> Plan {
        let plan = stage.plan();
        self.text(&plan.json.to_string());
        let archive = fs::read(plan.file()).unwrap();
        let before = self.0.len();
        let starts = archive.windows(4).enumerate();
        for (start, _) in starts.filter(|(_, it)| it == b"PK\x03\x04") {
            let number = |at: usize| {
                let bytes = [archive[start + at], archive[start + at + 1]];
                usize::from(u16::from_le_bytes(bytes))
            };
            let content = &archive[start + 30 + number(26) + number(28)..];
            let mut text = Vec::new();
            // What follows the compressed bytes is of no interest.
            let _ = DeflateDecoder::new(content).read_to_end(&mut text);
            self.text(&String::from_utf8_lossy(&text));
        }
        let read = self.0.get(before..).unwrap_or_default();
        assert!(read.contains("kre_runtime"), "no plan was read");
        plan
    }

    fn state(&mut self, stage: &ClusterStage) {
        let stored = stage.state();
        self.text(&stored.json.to_string());
        self.text(&String::from_utf8_lossy(&stored.private(ADDRESS)));
        self.text(&stage.shown_state().to_string());
        self.text(&stage.succeed(&["show"]).stdout);
    }
}

#[test]
fn no_password_is_shown_anywhere() {
    Host::one(&[], |host| {
        let mut stage = ClusterStage::open(host);
        let log = stage.folder().join("trace.log");
        stage.set_variable("TF_LOG", "trace");
        stage.set_variable("TF_LOG_PATH", &log);
        let stage = stage;
        let mut seen = Seen::default();

        stage.configure(&runtime(&stage, &[DELETES]));
        seen.plan(&stage);
        seen.outcome(&stage.apply());
        seen.state(&stage);
        let mut canaries = passwords(&stage).to_vec();
        // Somebody changes one by hand, of which a plan tells.
        let place = stage.place(&format!("{}-mongo-client", stage.id()));
        let own = "by-hand-0123456789-by-hand-012345";
        let patch = json!({ "stringData": { "password": own } });
        stage
            .objects
            .change("kubectl-edit", "Secret", &place, patch);
        let plan = seen.plan(&stage);
        let changed = plan.change(ADDRESS).before["objects"].to_string();
        assert!(
            changed.contains("changed: data.password (by kubectl-edit)"),
            "{changed}"
        );
        seen.outcome(&stage.apply_plan(&plan));
        seen.state(&stage);
        canaries.extend(passwords(&stage));
        canaries.push(own.to_owned());
        // Every login fails.
        let place = stage.place(&format!("{}-mongo", stage.id()));
        let patch = json!({ "stringData": { "password": "wrong-0123456789-wrong-0123456789" } });
        stage
            .objects
            .change("kubectl-edit", "Secret", &place, patch);
        seen.outcome(&stage.try_apply(&[]));
        seen.state(&stage);
        canaries.push("wrong-0123456789-wrong-0123456789".to_owned());
        seen.outcome(&stage.destroy());
        stage.assert_as_before();

        let logged = fs::read_to_string(&log).unwrap();
        assert!(logged.contains("ApplyResourceChange"), "nothing was logged");
        seen.text(&logged);
        for canary in &canaries {
            for form in [
                canary.clone(),
                STANDARD.encode(canary),
                URL_SAFE_NO_PAD.encode(canary),
            ] {
                let before = seen.0.split_once(&form).map(|(before, _)| before);
                let before = before.map(|it| it.chars().rev().take(200).collect::<Vec<_>>());
                let before = before.map(|it| it.into_iter().rev().collect::<String>());
                assert_eq!(before, None, "before a password");
            }
        }
    });
}
