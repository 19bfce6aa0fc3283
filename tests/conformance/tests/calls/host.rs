//! A host without a process: calls the protocol's methods as Terraform does, in its order.

use std::{collections::BTreeMap, fs};

use terraform::{Path, Schema, Type, Value, codec::msgpack, contract};
use terraform_provider_conformance::{Conformance, resources};
use terraform_server::{Provider as _, Resource, Service, Stop};
use tfplugin::tfplugin6::{self as message, provider_server::Provider as _};
use tonic::Request;

/// A host with a provider configured for a world of its own.
pub(crate) struct Host {
    service: Service<Conformance>,
    stop: Stop,
    world: tempfile::TempDir,
    schemas: BTreeMap<&'static str, Schema>,
    capabilities: message::ClientCapabilities,
}

/// An object in a host's state.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Object {
    pub(crate) state: Value,
    pub(crate) private: Vec<u8>,
}

/// What a host learns from a plan.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) state: Value,
    pub(crate) private: Vec<u8>,
    pub(crate) replace: usize,
}

/// What a host saves after an apply, and what it tells the user.
#[derive(Debug, Clone)]
pub(crate) struct Applied {
    pub(crate) object: Object,
    pub(crate) errors: Vec<String>,
}

impl Default for Object {
    fn default() -> Self {
        Self {
            state: Value::Null,
            private: Vec::new(),
        }
    }
}

impl Host {
    /// A host of today, with everything that protocol 6.11 has.
    pub(crate) async fn new() -> Self {
        let host = Self::unconfigured();
        let directory = host.world().to_str().unwrap().into();
        host.configure(directory).await;
        host
    }

    /// A host whose provider block depends on something unknown.
    pub(crate) async fn offline() -> Self {
        let host = Self::unconfigured();
        host.configure(Value::unknown()).await;
        host
    }

    /// A host that has not told the provider where its world is.
    pub(crate) fn unconfigured() -> Self {
        let stop = Stop::default();
        Self {
            service: Service::new(stop.clone()),
            stop,
            world: tempfile::tempdir().unwrap(),
            schemas: BTreeMap::from([
                schema::<resources::Counter>(),
                schema::<resources::Everything>(),
                schema::<resources::LegacyThing>(),
                schema::<resources::Secret>(),
                schema::<resources::Thing>(),
            ]),
            capabilities: message::ClientCapabilities {
                deferral_allowed: false,
                write_only_attributes_allowed: true,
                store_planned_private: true,
                computed_blocks_allowed: true,
            },
        }
    }

    pub(crate) async fn configure(&self, directory: Value) {
        let ty = Conformance::schema().unwrap().implied_type();
        let config = object(&ty, [("directory", directory)]);
        let request = message::configure_provider::Request {
            config: Some(encode(&config, &ty)),
            terraform_version: "1.16.0".to_owned(),
            ..Default::default()
        };
        let answer = self.service.configure_provider(Request::new(request)).await;
        check(&answer.unwrap().into_inner().diagnostics);
    }

    /// The service itself, for the calls that need no help.
    pub(crate) fn service(&self) -> &Service<Conformance> {
        &self.service
    }

    /// What interrupts operations under way.
    pub(crate) fn stop(&self) -> &Stop {
        &self.stop
    }

    pub(crate) fn world(&self) -> &std::path::Path {
        self.world.path()
    }

    /// The lines of the world's log.
    pub(crate) fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.world().join("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    pub(crate) fn schema(&self, type_name: &str) -> &Schema {
        &self.schemas[type_name]
    }

    pub(crate) fn ty(&self, type_name: &str) -> Type {
        self.schema(type_name).implied_type()
    }

    /// A configuration that says this much.
    pub(crate) fn config<const N: usize>(
        &self,
        type_name: &str,
        says: [(&str, Value); N],
    ) -> Value {
        let config = object(&self.ty(type_name), says);
        terraform::state::saveable(&self.schema(type_name).block, config)
    }

    pub(crate) async fn validate(&self, type_name: &str, config: &Value) -> Vec<String> {
        let request = message::validate_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(encode(config, &self.ty(type_name))),
            client_capabilities: Some(self.capabilities),
        };
        let answer = self.service.validate_resource_config(Request::new(request));
        errors(&answer.await.unwrap().into_inner().diagnostics)
    }

    /// Plans a change; the errors if it cannot be.
    pub(crate) async fn plan(
        &self,
        type_name: &str,
        prior: &Object,
        config: &Value,
    ) -> Result<Planned, Vec<String>> {
        let (schema, ty) = (self.schema(type_name), self.ty(type_name));
        let proposed = contract::proposed_new(&schema.block, &prior.state, config);
        let request = message::plan_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(encode(&prior.state, &ty)),
            proposed_new_state: Some(encode(&proposed, &ty)),
            config: Some(encode(config, &ty)),
            prior_private: prior.private.clone(),
            client_capabilities: Some(self.capabilities),
            ..Default::default()
        };
        let answer = self.service.plan_resource_change(Request::new(request));
        let answer = answer.await.unwrap().into_inner();
        let errors = errors(&answer.diagnostics);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Planned {
            state: decode(answer.planned_state.as_ref(), &ty),
            private: answer.planned_private,
            replace: answer.requires_replace.len(),
        })
    }

    /// Carries out a plan, and saves what a host saves.
    pub(crate) async fn apply(
        &self,
        type_name: &str,
        prior: &Object,
        config: &Value,
        planned: Planned,
    ) -> Applied {
        let ty = self.ty(type_name);
        let request = message::apply_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(encode(&prior.state, &ty)),
            planned_state: Some(encode(&planned.state, &ty)),
            config: Some(encode(config, &ty)),
            planned_private: planned.private,
            ..Default::default()
        };
        let answer = self.service.apply_resource_change(Request::new(request));
        let answer = answer.await.unwrap().into_inner();
        let errors = errors(&answer.diagnostics);
        let state = decode(answer.new_state.as_ref(), &ty);
        let object = if state.is_null() && !errors.is_empty() {
            prior.clone()
        } else {
            let private = answer.private;
            Object { state, private }
        };
        Applied { object, errors }
    }

    /// Looks at an object; a null state if it is gone.
    pub(crate) async fn read(&self, type_name: &str, object: &Object) -> Object {
        self.look(type_name, object).await.0
    }

    /// Looks at an object, and returns the warnings too.
    pub(crate) async fn look(&self, type_name: &str, object: &Object) -> (Object, Vec<String>) {
        let ty = self.ty(type_name);
        let request = message::read_resource::Request {
            type_name: type_name.to_owned(),
            current_state: Some(encode(&object.state, &ty)),
            private: object.private.clone(),
            client_capabilities: Some(self.capabilities),
            ..Default::default()
        };
        let answer = self.service.read_resource(Request::new(request));
        let answer = answer.await.unwrap().into_inner();
        check(&answer.diagnostics);
        let state = decode(answer.new_state.as_ref(), &ty);
        let private = answer.private;
        (Object { state, private }, texts(&answer.diagnostics))
    }

    /// Imports an object and looks at it, as hosts do.
    pub(crate) async fn import(
        &self,
        request: message::import_resource_state::Request,
    ) -> (Object, Value) {
        let type_name = request.type_name.clone();
        let answer = self.service.import_resource_state(Request::new(request));
        let mut answer = answer.await.unwrap().into_inner();
        check(&answer.diagnostics);
        let imported = answer.imported_resources.remove(0);
        let object = Object {
            state: decode(imported.state.as_ref(), &self.ty(&type_name)),
            private: imported.private,
        };
        let identity = self.schema(&type_name).identity().unwrap().implied_type();
        let known = imported.identity.and_then(|it| it.identity_data);
        let identity = decode(known.as_ref(), &identity);
        (self.read(&type_name, &object).await, identity)
    }

    /// Validates, plans and applies; everything has to succeed.
    pub(crate) async fn change(&self, type_name: &str, prior: &Object, config: &Value) -> Object {
        assert_eq!(self.validate(type_name, config).await, [""; 0]);
        let planned = self.plan(type_name, prior, config).await.unwrap();
        let applied = self.apply(type_name, prior, config, planned).await;
        assert_eq!(applied.errors, [""; 0]);
        applied.object
    }

    /// Plans, which has to succeed, and applies, which may not.
    pub(crate) async fn try_change(
        &self,
        type_name: &str,
        prior: &Object,
        config: &Value,
    ) -> Applied {
        let planned = self.plan(type_name, prior, config).await.unwrap();
        self.apply(type_name, prior, config, planned).await
    }

    /// Destroys, which has to succeed.
    pub(crate) async fn destroy(&self, type_name: &str, prior: &Object) {
        let gone = self.try_change(type_name, prior, &Value::Null).await;
        assert_eq!(gone.errors, [""; 0]);
        assert_eq!(gone.object.state, Value::Null);
    }

    /// Looks at the object and plans again: nothing may change.
    #[track_caller]
    pub(crate) fn assert_settled<'a>(
        &'a self,
        type_name: &'a str,
        object: &'a Object,
        config: &'a Value,
    ) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let found = self.read(type_name, object).await;
            let drift = differences(&object.state, &found.state);
            assert_eq!(drift, [""; 0], "drift, seen from {caller}");
            let planned = self.plan(type_name, &found, config).await.unwrap();
            let changes = differences(&found.state, &planned.state);
            assert_eq!(changes, [""; 0], "changes, seen from {caller}");
        }
    }
}

fn schema<R: Resource>() -> (&'static str, Schema) {
    (R::TYPE_NAME, R::schema().unwrap())
}

/// An object with these attributes, the others null.
pub(crate) fn object<const N: usize>(ty: &Type, says: [(&str, Value); N]) -> Value {
    let Type::Object(attributes) = ty else {
        panic!("not an object: {ty}");
    };
    let nothing = Value::object(attributes.keys().map(|name| (name, Value::Null)));
    says.into_iter().fold(nothing, |object, (name, value)| {
        assert!(attributes.contains_key(name), "no attribute `{name}`");
        object.with(name, value)
    })
}

pub(crate) fn encode(value: &Value, ty: &Type) -> message::DynamicValue {
    message::DynamicValue {
        msgpack: msgpack::encode(value, ty).unwrap(),
        json: Vec::new(),
    }
}

pub(crate) fn decode(value: Option<&message::DynamicValue>, ty: &Type) -> Value {
    match value {
        Some(value) if !value.msgpack.is_empty() => msgpack::decode(&value.msgpack, ty).unwrap(),
        _ => Value::Null,
    }
}

/// In which places two values differ, and how.
pub(crate) fn differences(left: &Value, right: &Value) -> Vec<String> {
    fn walk(left: &Value, right: &Value, path: &Path, found: &mut Vec<String>) {
        if left == right {
            return;
        }
        let (ours, theirs) = (left.children(), right.children());
        let same_steps = ours
            .iter()
            .map(|it| &it.0)
            .eq(theirs.iter().map(|it| &it.0));
        if ours.is_empty() || !same_steps {
            found.push(format!("{path}: {left:?} -> {right:?}"));
            return;
        }
        for ((step, ours), (_, theirs)) in ours.into_iter().zip(theirs) {
            let path = step.map_or_else(|| path.clone(), |step| path.step(step));
            walk(ours, theirs, &path, found);
        }
    }
    let mut found = Vec::new();
    walk(left, right, &Path::root(), &mut found);
    found
}

/// Summary and detail of each error.
pub(crate) fn errors(diagnostics: &[message::Diagnostic]) -> Vec<String> {
    let errors = diagnostics
        .iter()
        .filter(|it| it.severity() == message::diagnostic::Severity::Error);
    texts(&errors.cloned().collect::<Vec<_>>())
}

fn texts(diagnostics: &[message::Diagnostic]) -> Vec<String> {
    let text = |it: &message::Diagnostic| format!("{}: {}", it.summary, it.detail);
    diagnostics.iter().map(text).collect()
}

#[track_caller]
pub(crate) fn check(diagnostics: &[message::Diagnostic]) {
    assert_eq!(errors(diagnostics), [""; 0]);
}
