//! Users and indexes in a real server.

use std::{error::Error, time::Duration};

use kre_core::{
    desired::{Index, Role, User},
    runtime::Credential,
    secret::Password,
};
use kre_engine::{
    documents::{Documents, DocumentsError, Login},
    forward::{ForwardError, Port},
};
use serde_json::json;
use tokio::time::Instant;

use crate::{
    services::{Place, ROOT, later, mongo, nats, tasks, tasks_are},
    support::soon,
};

const MONGODB: u16 = 27017;
/// The password of the root user, which nothing may show.
const CANARY: &str = "canary-7f3a91";

fn login(username: &str, password: &str) -> Login {
    Login {
        credential: Credential {
            username: username.to_owned(),
            password: Password::existing(password),
        },
        secret: "demo-mongo".to_owned(),
    }
}

/// A server with its root user.
async fn server() -> (Place, Port) {
    let place = Place::new("documents").await;
    place.start(mongo("mongo", CANARY)).await;
    let port = place.port("mongo", MONGODB);
    (place, port)
}

async fn open(place: &Place, port: &Port) -> Documents {
    try_open(place, port, &login(ROOT, CANARY)).await.unwrap()
}

async fn try_open(place: &Place, port: &Port, login: &Login) -> Result<Documents, DocumentsError> {
    Documents::open(&place.forwards, port, login, later()).await
}

fn user(name: &str) -> User {
    User {
        database: "admin".to_owned(),
        name: name.to_owned(),
        roles: vec![Role {
            name: "readWrite",
            database: "demo".to_owned(),
        }],
    }
}

fn index(name: &str, fields: &[(&str, bool)]) -> Index {
    let fields = fields.iter();
    Index {
        database: "demo".to_owned(),
        collection: "logs".to_owned(),
        name: name.to_owned(),
        fields: fields.map(|(name, up)| ((*name).to_owned(), *up)).collect(),
        is_unique: false,
    }
}

/// Everything that an error may show anywhere.
fn all_of(error: &(dyn Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |error| (*error).source());
    let shown: Vec<_> = chain.map(|error| format!("{error}\n{error:?}")).collect();
    shown.join("\n")
}

#[tokio::test]
async fn a_user_that_is_put_twice_is_there_once() {
    let (place, port) = server().await;
    let documents = open(&place, &port).await;
    let password = Password::existing("first-password");
    documents
        .put_user(&user("client"), &password, soon())
        .await
        .unwrap();
    let first = documents.users("admin", soon()).await.unwrap();
    documents
        .put_user(&user("client"), &password, soon())
        .await
        .unwrap();
    let second = documents.users("admin", soon()).await.unwrap();
    assert_eq!(first.keys().collect::<Vec<_>>(), ["client", ROOT]);
    assert_eq!(first, second);
    assert_eq!(first["client"]["db"], "admin");
    assert!(!format!("{first:?}").contains("credentials"), "{first:?}");
    try_open(&place, &port, &login("client", "first-password"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_user_logs_in_with_the_password_that_was_put_last() {
    let (place, port) = server().await;
    let documents = open(&place, &port).await;
    for password in ["first-password", "second-password"] {
        let password = Password::existing(password);
        documents
            .put_user(&user("client"), &password, soon())
            .await
            .unwrap();
    }
    try_open(&place, &port, &login("client", "second-password"))
        .await
        .unwrap();
    let refused = try_open(&place, &port, &login("client", "first-password")).await;
    assert!(
        matches!(refused, Err(DocumentsError::Refused { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_user_that_was_dropped_cannot_log_in() {
    let (place, port) = server().await;
    let documents = open(&place, &port).await;
    let password = Password::existing("first-password");
    documents
        .put_user(&user("client"), &password, soon())
        .await
        .unwrap();
    documents
        .drop_user("admin", "client", soon())
        .await
        .unwrap();
    documents
        .drop_user("admin", "client", soon())
        .await
        .unwrap();
    assert_eq!(documents.users("admin", soon()).await.unwrap().len(), 1);
    let refused = try_open(&place, &port, &login("client", "first-password")).await;
    assert!(
        matches!(refused, Err(DocumentsError::Refused { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_shown_nowhere() {
    let (place, port) = server().await;
    let since = Instant::now();
    let refused = try_open(&place, &port, &login(ROOT, "wrong-canary")).await;
    let refused = refused.unwrap_err();
    assert!(
        since.elapsed() < Duration::from_secs(10),
        "{:?}",
        since.elapsed()
    );
    let message = refused.to_string();
    let start = format!("failed to log in: MongoDB at {port} refuses the login of user `root`");
    assert!(message.starts_with(&start), "{message}");
    assert!(
        message.contains("check that Secret `demo-mongo` in namespace"),
        "{message}"
    );
    assert!(
        !all_of(&refused).contains("wrong-canary"),
        "{}",
        all_of(&refused)
    );
}

#[tokio::test]
async fn what_the_server_refuses_is_told_without_passwords() {
    let (place, port) = server().await;
    let documents = open(&place, &port).await;
    let mut nameless = user("");
    nameless.roles.clear();
    let password = Password::existing("put-canary");
    let refused = documents
        .put_user(&nameless, &password, soon())
        .await
        .unwrap_err();
    let start = "failed to create user `` of database `admin`: ";
    assert!(refused.to_string().starts_with(start), "{refused}");
    let all = all_of(&refused);
    assert!(
        !all.contains(CANARY) && !all.contains("put-canary"),
        "{all}"
    );
    let shown = format!("{documents:?}{:?}", login(ROOT, CANARY));
    assert!(!shown.contains(CANARY), "{shown}");
}

#[tokio::test]
async fn an_index_that_is_put_twice_is_there_once() {
    let (place, port) = server().await;
    let documents = open(&place, &port).await;
    assert!(
        documents
            .indexes("demo", "logs", soon())
            .await
            .unwrap()
            .is_empty()
    );
    let wanted = index("by-level", &[("level", true), ("date", false)]);
    documents.put_index(&wanted, soon()).await.unwrap();
    documents.put_index(&wanted, soon()).await.unwrap();
    let found = documents.indexes("demo", "logs", soon()).await.unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), ["_id_", "by-level"]);
    assert_eq!(
        found["by-level"]["key"],
        json!([{ "level": 1 }, { "date": -1 }])
    );
    documents
        .drop_index("demo", "logs", "by-level", soon())
        .await
        .unwrap();
    documents
        .drop_index("demo", "logs", "by-level", soon())
        .await
        .unwrap();
    documents
        .drop_index("demo", "nothing", "by-level", soon())
        .await
        .unwrap();
    assert_eq!(
        documents
            .indexes("demo", "logs", soon())
            .await
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn another_index_that_stands_in_the_way_is_named() {
    let (place, port) = server().await;
    let documents = open(&place, &port).await;
    documents
        .put_index(&index("date", &[("date", true)]), soon())
        .await
        .unwrap();
    for other in [
        index("date", &[("level", true)]),
        index("other", &[("date", true)]),
    ] {
        let error = documents.put_index(&other, soon()).await.unwrap_err();
        let message = format!(
            "failed to create index `{}` of collection `demo.logs`: the collection has another one, `date` over `[{{\"date\":1}}]`; drop it if nothing needs it, or give one of them another name",
            other.name
        );
        assert_eq!(error.to_string(), message);
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_yet_is_waited_for() {
    let place = Place::new("documents").await;
    let port = place.port("mongo", MONGODB);
    let login = login(ROOT, CANARY);
    let opening = try_open(&place, &port, &login);
    let starting = place.create(mongo("mongo", CANARY));
    let (opened, ()) = tokio::join!(opening, starting);
    opened.unwrap().users("admin", soon()).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_replaced_is_found_by_the_next_call() {
    let (place, port) = server().await;
    let documents = open(&place, &port).await;
    documents.users("admin", soon()).await.unwrap();
    place.stop("mongo").await;
    let asking = documents.users("admin", later());
    let starting = place.create(mongo("mongo", CANARY));
    let (users, ()) = tokio::join!(asking, starting);
    assert_eq!(users.unwrap().len(), 1);
}

#[tokio::test]
async fn nothing_is_left_of_a_client_that_was_closed() {
    let (place, port) = server().await;
    let before = {
        open(&place, &port).await.close().await;
        tasks()
    };
    let documents = open(&place, &port).await;
    documents.users("admin", soon()).await.unwrap();
    assert!(tasks() > before);
    documents.close().await;
    tasks_are(before).await;
    drop(open(&place, &port).await);
    tasks_are(before).await;
}

#[tokio::test]
async fn nobody_waits_longer_than_asked_for_a_port_where_nothing_listens() {
    let place = Place::new("documents").await;
    place.start(nats("nats")).await;
    let port = place.port("nats", MONGODB);
    let since = Instant::now();
    let until = since + Duration::from_secs(2);
    let opened = Documents::open(&place.forwards, &port, &login(ROOT, CANARY), until).await;
    assert!(
        since.elapsed() < Duration::from_secs(4),
        "{:?}",
        since.elapsed()
    );
    let error = opened.unwrap_err();
    let DocumentsError::Forward { source, .. } = &error else {
        panic!("{error:?}")
    };
    assert!(
        matches!(source, ForwardError::NothingListens { .. }),
        "{source}"
    );
}

#[tokio::test]
async fn nobody_waits_longer_than_asked_for_a_server_that_speaks_otherwise() {
    let place = Place::new("documents").await;
    place.start(nats("nats")).await;
    let port = place.port("nats", 4222);
    let since = Instant::now();
    let until = since + Duration::from_secs(2);
    let opened = Documents::open(&place.forwards, &port, &login(ROOT, CANARY), until).await;
    assert!(
        since.elapsed() < Duration::from_secs(4),
        "{:?}",
        since.elapsed()
    );
    let error = opened.unwrap_err();
    assert!(matches!(error, DocumentsError::Silent { .. }), "{error:?}");
    assert!(!all_of(&error).contains(CANARY), "{error:?}");
}
