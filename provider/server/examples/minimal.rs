//! The smallest provider: an empty schema, and everything else unimplemented.

use std::{env, process::ExitCode};

use terraform_server::{Environment, Options, Stop, run};
use tfplugin::tfplugin6::{
    Schema, configure_provider, get_provider_schema, provider_server::Provider, schema,
    stop_provider, validate_provider_config,
};
use tonic::{Request, Response, Status};

const OPTIONS: Options = Options {
    name: "minimal",
    address: "registry.terraform.io/example/minimal",
    version: env!("CARGO_PKG_VERSION"),
    tools: &[],
};

fn main() -> ExitCode {
    let arguments = env::args_os().skip(1).collect();
    run(OPTIONS, &Environment::of_process(), arguments, |stop| {
        Minimal { stop }
    })
}

struct Minimal {
    stop: Stop,
}

#[tonic::async_trait]
impl Provider for Minimal {
    async fn get_provider_schema(
        &self,
        _request: Request<get_provider_schema::Request>,
    ) -> Result<Response<get_provider_schema::Response>, Status> {
        Ok(Response::new(get_provider_schema::Response {
            provider: Some(Schema {
                version: 0,
                block: Some(schema::Block::default()),
            }),
            ..Default::default()
        }))
    }

    async fn validate_provider_config(
        &self,
        _request: Request<validate_provider_config::Request>,
    ) -> Result<Response<validate_provider_config::Response>, Status> {
        Ok(Response::new(validate_provider_config::Response::default()))
    }

    async fn configure_provider(
        &self,
        _request: Request<configure_provider::Request>,
    ) -> Result<Response<configure_provider::Response>, Status> {
        self.stop.renew();
        Ok(Response::new(configure_provider::Response::default()))
    }

    async fn stop_provider(
        &self,
        _request: Request<stop_provider::Request>,
    ) -> Result<Response<stop_provider::Response>, Status> {
        self.stop.trigger();
        Ok(Response::new(stop_provider::Response::default()))
    }
}
