//! The protocol: one short method per call. What a call means is in [`crate::protocol::calls`].

use futures_util::stream;
use terraform::Diagnostics;
use tfplugin::tfplugin6::{self as wire, provider_server};
use tonic::{Request, Response, Status, codegen::BoxStream};

use crate::{
    protocol::calls::{self, answer},
    protocol::service::Service,
    provider::Provider,
};

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl<P: Provider> provider_server::Provider for Service<P> {
    async fn get_metadata(
        &self,
        _: Request<wire::get_metadata::Request>,
    ) -> Answer<wire::get_metadata::Response> {
        answer(async { Ok(calls::schemas::metadata(self)) }).await
    }

    async fn get_provider_schema(
        &self,
        _: Request<wire::get_provider_schema::Request>,
    ) -> Answer<wire::get_provider_schema::Response> {
        answer(async { calls::schemas::all(self) }).await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<wire::get_resource_identity_schemas::Request>,
    ) -> Answer<wire::get_resource_identity_schemas::Response> {
        answer(async { calls::schemas::identities(self) }).await
    }

    async fn get_functions(
        &self,
        _: Request<wire::get_functions::Request>,
    ) -> Answer<wire::get_functions::Response> {
        answer(async { calls::functions::all(self) }).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<wire::validate_provider_config::Request>,
    ) -> Answer<wire::validate_provider_config::Response> {
        answer(async { calls::provider::validate(self, &request.into_inner()) }).await
    }

    async fn configure_provider(
        &self,
        request: Request<wire::configure_provider::Request>,
    ) -> Answer<wire::configure_provider::Response> {
        answer(async { calls::provider::configure(self, request.into_inner()) }).await
    }

    async fn stop_provider(
        &self,
        _: Request<wire::stop_provider::Request>,
    ) -> Answer<wire::stop_provider::Response> {
        self.stop.trigger();
        Ok(Response::new(wire::stop_provider::Response::default()))
    }

    async fn validate_resource_config(
        &self,
        request: Request<wire::validate_resource_config::Request>,
    ) -> Answer<wire::validate_resource_config::Response> {
        answer(async { calls::resources::validate(self, &request.into_inner()) }).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<wire::upgrade_resource_state::Request>,
    ) -> Answer<wire::upgrade_resource_state::Response> {
        answer(async { calls::stored::upgrade(self, request.into_inner()) }).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<wire::upgrade_resource_identity::Request>,
    ) -> Answer<wire::upgrade_resource_identity::Response> {
        answer(async { calls::stored::upgrade_identity(self, request.into_inner()) }).await
    }

    async fn move_resource_state(
        &self,
        request: Request<wire::move_resource_state::Request>,
    ) -> Answer<wire::move_resource_state::Response> {
        answer(async { calls::stored::move_state(self, request.into_inner()) }).await
    }

    async fn import_resource_state(
        &self,
        request: Request<wire::import_resource_state::Request>,
    ) -> Answer<wire::import_resource_state::Response> {
        answer(calls::stored::import(self, request.into_inner())).await
    }

    async fn generate_resource_config(
        &self,
        request: Request<wire::generate_resource_config::Request>,
    ) -> Answer<wire::generate_resource_config::Response> {
        answer(async { calls::stored::generate(self, &request.into_inner()) }).await
    }

    async fn read_resource(
        &self,
        request: Request<wire::read_resource::Request>,
    ) -> Answer<wire::read_resource::Response> {
        answer(calls::resources::read(self, request.into_inner())).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<wire::plan_resource_change::Request>,
    ) -> Answer<wire::plan_resource_change::Response> {
        answer(calls::plan::plan(self, request.into_inner())).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<wire::apply_resource_change::Request>,
    ) -> Answer<wire::apply_resource_change::Response> {
        answer(calls::apply::apply(self, request.into_inner())).await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<wire::validate_data_resource_config::Request>,
    ) -> Answer<wire::validate_data_resource_config::Response> {
        answer(async { calls::data_sources::validate(self, &request.into_inner()) }).await
    }

    async fn read_data_source(
        &self,
        request: Request<wire::read_data_source::Request>,
    ) -> Answer<wire::read_data_source::Response> {
        answer(calls::data_sources::read(self, request.into_inner())).await
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<wire::validate_ephemeral_resource_config::Request>,
    ) -> Answer<wire::validate_ephemeral_resource_config::Response> {
        answer(async { calls::ephemeral::validate(self, &request.into_inner()) }).await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<wire::open_ephemeral_resource::Request>,
    ) -> Answer<wire::open_ephemeral_resource::Response> {
        answer(calls::ephemeral::open(self, request.into_inner())).await
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<wire::renew_ephemeral_resource::Request>,
    ) -> Answer<wire::renew_ephemeral_resource::Response> {
        answer(calls::ephemeral::renew(self, request.into_inner())).await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<wire::close_ephemeral_resource::Request>,
    ) -> Answer<wire::close_ephemeral_resource::Response> {
        answer(calls::ephemeral::close(self, request.into_inner())).await
    }

    async fn call_function(
        &self,
        request: Request<wire::call_function::Request>,
    ) -> Answer<wire::call_function::Response> {
        answer(async { calls::functions::call(self, request.into_inner()) }).await
    }

    // No provider here lists resources, has actions or stores states. The schemas say so; a host
    // that asks nevertheless is told. State stores, which are an experiment, stay unimplemented.

    async fn validate_list_resource_config(
        &self,
        request: Request<wire::validate_list_resource_config::Request>,
    ) -> Answer<wire::validate_list_resource_config::Response> {
        let absent = absent("list resource", &request.into_inner().type_name);
        answer(async { Err(absent) }).await
    }

    async fn list_resource(
        &self,
        request: Request<wire::list_resource::Request>,
    ) -> Answer<BoxStream<wire::list_resource::Event>> {
        let diagnostic = crate::protocol::wire::diagnostics(absent(
            "list resource",
            &request.into_inner().type_name,
        ));
        let event = wire::list_resource::Event {
            diagnostic,
            ..Default::default()
        };
        Ok(Response::new(once(event)))
    }

    async fn validate_action_config(
        &self,
        request: Request<wire::validate_action_config::Request>,
    ) -> Answer<wire::validate_action_config::Response> {
        let absent = absent("action", &request.into_inner().type_name);
        answer(async { Err(absent) }).await
    }

    async fn plan_action(
        &self,
        request: Request<wire::plan_action::Request>,
    ) -> Answer<wire::plan_action::Response> {
        let absent = absent("action", &request.into_inner().action_type);
        answer(async { Err(absent) }).await
    }

    async fn invoke_action(
        &self,
        request: Request<wire::invoke_action::Request>,
    ) -> Answer<BoxStream<wire::invoke_action::Event>> {
        use wire::invoke_action::{Event, event};
        let diagnostics =
            crate::protocol::wire::diagnostics(absent("action", &request.into_inner().action_type));
        let completed = event::Type::Completed(event::Completed { diagnostics });
        Ok(Response::new(once(Event {
            r#type: Some(completed),
        })))
    }
}

fn absent(kind: &str, type_name: &str) -> Diagnostics {
    Diagnostics::error(
        format!("No {kind} `{type_name}`"),
        format!("This version of the provider has no {kind} of any type."),
    )
}

fn once<T: Send + 'static>(event: T) -> BoxStream<T> {
    Box::pin(stream::once(std::future::ready(Ok(event))))
}
