//! What holds for every configuration that breaks no rule.

use harness::drive::{Object, object};
use proptest::{prelude::*, strategy::ValueTree};
use terraform::{Block, Value, arbitrary, check};
use terraform_provider_conformance::resources;
use terraform_server::Resource;

use crate::host::{World, refusals};

/// What stays as it is: names are few, failures and delays have tests of their own.
const FIXED: [&str; 4] = ["name", "delay", "fail", "protected"];

fn block<R: Resource>() -> Block {
    R::schema().unwrap().block
}

/// A configuration that says as little as it can.
fn smallest<R: Resource>() -> Value {
    let nothing = object(&block::<R>(), []);
    let required = [
        ("name", Value::from("a")),
        ("enabled", true.into()),
        ("value_wo_version", 1.into()),
        ("start", 1.into()),
        ("step", 1.into()),
    ];
    let attributes = block::<R>().attributes;
    let required = required.into_iter();
    let required = required.filter(|(name, _)| attributes.contains_key(*name));
    required.fold(nothing, |config, (name, value)| config.with(name, value))
}

/// Takes from a configuration each part that breaks no rule.
fn legal(block: &Block, smallest: &Value, config: &Value) -> Value {
    let parts = config.as_entries().unwrap().iter();
    parts.fold(smallest.clone(), |legal, (name, part)| {
        let fuller = legal.clone().with(name, part.clone());
        let is_fixed = FIXED.contains(&name.as_str());
        if is_fixed || check::config(block, &fuller).has_errors() {
            return legal;
        }
        fuller
    })
}

fn configs<R: Resource>() -> impl Strategy<Value = Value> {
    let (block, smallest) = (block::<R>(), smallest::<R>());
    arbitrary::schema::known_config(&block)
        .prop_map(move |config| legal(&block, &smallest, &config))
}

/// Creates, changes and destroys; after each step, another plan changes nothing.
async fn live<R: Resource>(first: Value, second: Value) {
    let world = World::new().await;
    let all = world.managed::<R>();
    let object = all.change(&Object::default(), &first).await.unwrap();
    all.settled(&object, &first).await.unwrap();
    let object = match all.change(&object, &second).await {
        Ok(changed) => {
            all.settled(&changed, &second).await.unwrap();
            changed
        }
        refused => {
            check_refusal(&refusals(refused));
            object
        }
    };
    all.destroy(&object).await.unwrap();
}

/// Plans with whatever is unknown: hosts may not find fault with it.
async fn foresee<R: Resource>(first: Value, second: Value) {
    let world = World::new().await;
    let all = world.managed::<R>();
    all.plan(&Object::default(), &second).await.unwrap();
    let object = all.change(&Object::default(), &first).await.unwrap();
    let planned = all.plan(&object, &second).await;
    if planned.is_err() {
        check_refusal(&refusals(planned));
    }
}

#[track_caller]
fn check_refusal(refusals: &[String]) {
    assert!(refusals[0].contains("cannot be changed"), "{refusals:?}");
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(test);
}

macro_rules! properties {
    ($($resource:ident $lives:ident $plans:ident;)*) => {proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        $(
            #[test]
            fn $lives(
                first in configs::<resources::$resource>(),
                second in configs::<resources::$resource>(),
            ) {
                run(live::<resources::$resource>(first, second));
            }

            #[test]
            fn $plans(
                first in configs::<resources::$resource>(),
                second in arbitrary::schema::config(&block::<resources::$resource>()),
            ) {
                let second = FIXED.iter().fold(second, |config, name| match first.as_entries() {
                    Some(first) if first.contains_key(*name) => config.with(name, first[*name].clone()),
                    _ => config,
                });
                run(foresee::<resources::$resource>(first, second));
            }
        )*
    }};
}

/// A property of configurations that say nothing would hold for nothing.
#[test]
fn legal_configurations_say_something_everywhere() {
    let configs = proptest::collection::vec(configs::<resources::Everything>(), 64);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let configs = configs.new_tree(&mut runner).unwrap().current();
    let block = block::<resources::Everything>();
    let names = block.attributes.iter().filter(|(name, it)| {
        let is_open = it.mode.is_configurable() && !FIXED.contains(&name.as_str());
        is_open && name.as_str() != "level"
    });
    let names = names.map(|(name, _)| name).chain(block.blocks.keys());
    for name in names {
        let says = |config: &&Value| {
            let value = config.attribute(name);
            let is_collection = value.as_elements().is_some() || value.as_entries().is_some();
            !(value.is_null() || is_collection && value.children().is_empty())
        };
        assert!(configs.iter().any(|config| says(&config)), "{name}");
    }
}

properties! {
    Counter every_counter_settles every_counter_can_be_planned;
    Everything everything_settles everything_can_be_planned;
    LegacyThing every_legacy_thing_settles every_legacy_thing_can_be_planned;
    Secret every_secret_settles every_secret_can_be_planned;
    Thing every_thing_settles every_thing_can_be_planned;
}
