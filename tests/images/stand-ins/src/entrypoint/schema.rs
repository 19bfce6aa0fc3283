//! The description of the service, compiled at the start as the original does it.

use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    process::ExitCode,
};

use prost_reflect::{MethodDescriptor, ServiceDescriptor};
use protox::Compiler;

/// What the service must be called, in whatever package.
const SERVICE: &str = "Entrypoint";

/// A service, and everything that its messages refer to.
#[derive(Debug)]
pub(super) struct Schema {
    /// The service.
    service: ServiceDescriptor,
    /// The compiled files, for reflection.
    files: Vec<u8>,
}

/// There is no service to offer.
#[derive(Debug, thiserror::Error)]
pub(super) enum SchemaError {
    /// The file is not there, or something else than a file.
    #[error("{}: {}", .path.display(), reason(.source))]
    Read { path: PathBuf, source: io::Error },
    /// It is no correct description.
    #[error("failed to compile")]
    Compile(#[from] protox::Error),
    /// It describes other services, or none.
    #[error("no service is called `{SERVICE}`")]
    NoService,
}

impl SchemaError {
    /// Returns the code with which the original ends.
    pub(super) fn code(&self) -> ExitCode {
        match self {
            // What the mount of the version's web server leaves behind when the file was missing.
            Self::Read { source, .. } if source.kind() == ErrorKind::IsADirectory => {
                ExitCode::from(2)
            }
            _ => ExitCode::FAILURE,
        }
    }
}

impl Schema {
    /// Compiles a file, which may import its neighbours.
    pub(super) fn load(path: &Path) -> Result<Self, SchemaError> {
        fs::read(path).map_err(|source| SchemaError::Read {
            path: path.to_owned(),
            source,
        })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut compiler = Compiler::new([folder])?;
        compiler.include_imports(true).open_file(path)?;
        let mut services = compiler
            .descriptor_pool()
            .services()
            .collect::<Vec<_>>()
            .into_iter();
        let service = services.find(|service| service.name() == SERVICE);
        Ok(Self {
            service: service.ok_or(SchemaError::NoService)?,
            files: compiler.encode_file_descriptor_set(),
        })
    }

    /// Returns the full name of the service.
    pub(super) fn service(&self) -> &str {
        self.service.full_name()
    }

    /// Returns the compiled files.
    pub(super) fn files(&self) -> &[u8] {
        &self.files
    }

    /// Returns the methods that can be called: those that neither take nor give streams.
    pub(super) fn methods(&self) -> impl Iterator<Item = MethodDescriptor> {
        let mut methods: Vec<_> = self.service.methods().collect();
        methods.retain(|method| !method.is_client_streaming() && !method.is_server_streaming());
        methods.into_iter()
    }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file or directory".to_owned(),
        ErrorKind::IsADirectory => "is a directory".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Schema, SchemaError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("public_input.proto");
        fs::write(&path, text).unwrap();
        Schema::load(&path)
    }

    const GREETER: &str = r#"
        syntax = "proto3";
        package greeter;
        import "google/protobuf/empty.proto";
        message Words { string text = 1; }
        service Other { rpc Never (Words) returns (Words); }
        service Entrypoint {
            rpc Greet (Words) returns (google.protobuf.Empty);
            rpc Chat (stream Words) returns (stream Words);
        }
    "#;

    #[test]
    fn the_service_is_found_in_its_package() {
        assert_eq!(load(GREETER).unwrap().service(), "greeter.Entrypoint");
    }

    #[test]
    fn methods_with_streams_cannot_be_called() {
        let names: Vec<_> = load(GREETER)
            .unwrap()
            .methods()
            .map(|method| method.name().to_owned())
            .collect();

        assert_eq!(names, ["Greet"]);
    }

    #[test]
    fn a_service_of_another_name_is_none() {
        let renamed = GREETER.replace("service Entrypoint", "service Greeter");

        assert!(matches!(load(&renamed), Err(SchemaError::NoService)));
    }

    #[test]
    fn a_missing_file_ends_it_with_code_1() {
        let error = Schema::load(Path::new("/nowhere/public_input.proto")).unwrap_err();

        assert_eq!(
            error.to_string(),
            "/nowhere/public_input.proto: no such file or directory"
        );
        assert_eq!(error.code(), ExitCode::from(1));
    }

    #[test]
    fn a_folder_in_place_of_the_file_ends_it_with_code_2() {
        let folder = tempfile::tempdir().unwrap();
        let error = Schema::load(folder.path()).unwrap_err();

        assert!(error.to_string().ends_with(": is a directory"), "{error}");
        assert_eq!(error.code(), ExitCode::from(2));
    }
}
