//! Wire types of Terraform's plugin protocol (major version 6) and of go-plugin.
//!
//! Everything here is generated from the contracts beside `build.rs`; there is no logic.

/// Protocol 6 between Terraform and a provider.
pub mod tfplugin6 {
    tonic::include_proto!("tfplugin6");
}

/// What go-plugin expects beside the provider's own service.
pub mod goplugin {
    tonic::include_proto!("plugin");
}
