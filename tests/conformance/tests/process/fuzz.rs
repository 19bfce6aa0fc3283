//! Whatever the bytes, there is an answer in time.

use harness::drive;
use proptest::{
    prelude::*,
    strategy::Union,
    test_runner::{Config, TestRunner},
};
use terraform::{Block, Step, Value, arbitrary, check, codec::msgpack};
use terraform_provider_conformance::resources;
use terraform_server::Resource;
use tfplugin::tfplugin6::{DynamicValue, plan_resource_change, validate_resource_config};

use crate::{
    host::Host,
    support::{errors, prompt},
};

/// A type, and bytes that may be a configuration of it.
#[derive(Debug, Clone)]
struct Case {
    type_name: &'static str,
    bytes: Vec<u8>,
}

/// What happens to bytes on their way.
#[derive(Debug, Clone)]
enum Harm {
    Replace(prop::sample::Index, u8),
    Insert(prop::sample::Index, u8),
    Remove(prop::sample::Index),
    Truncate(prop::sample::Index),
}

impl Harm {
    fn strategy() -> impl Strategy<Value = Self> {
        let place = any::<prop::sample::Index>;
        prop_oneof![
            4 => (place(), any::<u8>()).prop_map(|(at, byte)| Self::Replace(at, byte)),
            2 => (place(), any::<u8>()).prop_map(|(at, byte)| Self::Insert(at, byte)),
            2 => place().prop_map(Self::Remove),
            1 => place().prop_map(Self::Truncate),
        ]
    }

    fn done_to(self, mut bytes: Vec<u8>) -> Vec<u8> {
        if bytes.is_empty() {
            return bytes;
        }
        match self {
            Self::Replace(at, byte) => *at.get_mut(&mut bytes) = byte,
            Self::Insert(at, byte) => bytes.insert(at.index(bytes.len()), byte),
            Self::Remove(at) => drop(bytes.remove(at.index(bytes.len()))),
            Self::Truncate(at) => bytes.truncate(at.index(bytes.len())),
        }
        bytes
    }
}

/// Takes out what breaks a rule, so that plans get further than validation.
fn legal(block: &Block, config: Value) -> Value {
    let broken = check::config(block, &config);
    let broken = broken.into_iter().filter_map(|it| it.path);
    broken.fold(config, |config, path| match path.steps().first() {
        Some(Step::Attribute(name)) if name == "name" => config.with("name", "a"),
        Some(Step::Attribute(name)) => config.with(name, Value::Null),
        _ => config,
    })
}

fn cases<R: Resource>() -> BoxedStrategy<Case> {
    let schema = R::schema().unwrap();
    let ty = schema.implied_type();
    let whole = arbitrary::schema::config(&schema.block);
    let whole = whole.prop_map(move |config| {
        let legal = legal(&schema.block, config);
        msgpack::encode(&legal, &ty).unwrap()
    });
    let harmed = (whole, prop::collection::vec(Harm::strategy(), 0..4));
    let harmed = harmed.prop_map(|(bytes, harms)| {
        harms
            .into_iter()
            .fold(bytes, |bytes, harm| harm.done_to(bytes))
    });
    let noise = prop::collection::vec(any::<u8>(), 0..200);
    let bytes = prop_oneof![9 => harmed, 1 => noise];
    let type_name = R::TYPE_NAME;
    bytes
        .prop_map(move |bytes| Case { type_name, bytes })
        .boxed()
}

/// Sends the bytes wherever a configuration or a state is expected.
async fn send(host: &Host, case: Case) {
    let Case { type_name, bytes } = case;
    let json = Vec::new();
    let value = DynamicValue {
        msgpack: bytes,
        json,
    };
    let type_name = || type_name.to_owned();
    let capabilities = Some(drive::everything());
    let mut client = host.client();
    let request = validate_resource_config::Request {
        type_name: type_name(),
        config: Some(value.clone()),
        client_capabilities: capabilities,
    };
    let validated = prompt(client.validate_resource_config(request))
        .await
        .unwrap();
    let is_valid = errors(&validated.into_inner().diagnostics).is_empty();
    let nothing = Some(DynamicValue::default());
    for (prior_state, config) in [(nothing, Some(value.clone())), (Some(value), None)] {
        let creates = config.is_some();
        let request = plan_resource_change::Request {
            type_name: type_name(),
            prior_state,
            proposed_new_state: config.clone(),
            config,
            client_capabilities: capabilities,
            ..Default::default()
        };
        let planned = prompt(client.plan_resource_change(request)).await.unwrap();
        let planned = planned.into_inner();
        let found = errors(&planned.diagnostics);
        if creates && is_valid {
            let bugs = found.iter().any(|summary| summary.contains("Bug"));
            assert!(!bugs, "{:?}", planned.diagnostics);
        }
        assert_eq!(planned.planned_state.is_none(), !found.is_empty());
    }
}

#[test]
fn whatever_the_bytes_there_is_an_answer() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let host = runtime.block_on(Host::new());
    let config = Config {
        cases: 300,
        failure_persistence: None,
        ..Config::default()
    };
    let cases = Union::new([
        cases::<resources::Counter>(),
        cases::<resources::Everything>(),
        cases::<resources::LegacyThing>(),
        cases::<resources::Secret>(),
        cases::<resources::Thing>(),
    ]);
    let mut runner = TestRunner::new_with_rng(
        config,
        prop::test_runner::TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha),
    );
    let found = runner.run(&cases, |case| {
        runtime.block_on(send(&host, case));
        Ok(())
    });
    found.unwrap();
    runtime.block_on(host.is_well());
}
