//! Imports: by which names, and that nothing is left to plan.

use harness::drive::{ImportBy, texts};

use super::*;

async fn imported(by: ImportBy<'_>) -> Object {
    let runtimes = runtimes().await;
    let imported = runtimes.import(by).await.unwrap();
    let config = set(
        minimal(),
        "namespace",
        imported.state.attribute("namespace").as_str().into(),
    );
    runtimes.settled(&imported, &value(&config)).await.unwrap();
    imported
}

fn names(object: &Object) -> [&str; 2] {
    ["namespace", "id"].map(|name| object.state.attribute(name).as_str().unwrap())
}

#[tokio::test]
async fn namespace_and_id_name_a_runtime() {
    let runtime = imported(ImportBy::Id("other/demo")).await;
    assert_eq!(names(&runtime), ["other", "demo"]);
}

#[tokio::test]
async fn the_id_alone_names_a_runtime_in_its_own_namespace() {
    let runtime = imported(ImportBy::Id("demo")).await;
    assert_eq!(names(&runtime), ["kre-demo", "demo"]);
}

#[tokio::test]
async fn an_identity_may_leave_out_the_namespace() {
    let identity =
        |namespace: Value| Value::object([("id", "demo".into()), ("namespace", namespace)]);
    let runtime = imported(ImportBy::Identity(&identity(Value::Null))).await;
    assert_eq!(names(&runtime), ["kre-demo", "demo"]);
    let runtime = imported(ImportBy::Identity(&identity("other".into()))).await;
    assert_eq!(names(&runtime), ["other", "demo"]);
}

#[tokio::test]
async fn an_imported_runtime_is_as_if_it_had_been_created() {
    let runtimes = runtimes().await;
    let created = created(&runtimes, &minimal()).await;
    assert_eq!(imported(ImportBy::Id("demo")).await, created);
}

#[tokio::test]
async fn a_configuration_that_was_generated_plans_nothing() {
    let runtimes = runtimes().await;
    let small = runtimes.import(ImportBy::Id("demo")).await.unwrap();
    let large = created(&runtimes, &maximal()).await;
    for runtime in [small, large] {
        let config = runtimes.generate(&runtime).await.unwrap();
        runtimes.validate(&config).await.unwrap();
        runtimes.settled(&runtime, &config).await.unwrap();
    }
}

#[tokio::test]
async fn what_names_no_runtime_is_refused_with_an_example() {
    let runtimes = runtimes().await;
    let mut messages = Vec::new();
    for text in [
        "",
        "Demo",
        "kre_demo/demo",
        "kre-demo/demo/nats",
        "/demo",
        "demo/",
    ] {
        let refused = runtimes.import(ImportBy::Id(text)).await.unwrap_err();
        messages.extend(texts(refused.refusal().unwrap()));
    }
    let identity = Value::object([("id", "Demo".into()), ("namespace", Value::Null)]);
    let refused = runtimes.import(ImportBy::Identity(&identity)).await;
    messages.extend(texts(refused.unwrap_err().refusal().unwrap()));
    insta::assert_snapshot!(messages.join("\n"));
}
