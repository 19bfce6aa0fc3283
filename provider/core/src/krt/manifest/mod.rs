//! The three dialects as their originals declare them.
//!
//! A manifest holds whatever its decoder let pass, right or wrong, each value with its place; the
//! checks turn it into a [`crate::krt::Krt`]. Keys and their order are the originals'; so are the
//! names of the fields, which stand in the locations of problems.

pub(super) mod kai;
pub(super) mod kre_v1;
pub(super) mod kre_v2;

use super::decode::{List, Text, manifest};

manifest! {
    /// What answers the requests from outside.
    Entrypoint {
        /// The file in the archive that declares the gRPC service.
        #[schemars(extend("pattern" = r"\.proto$"))]
        "proto" / "Proto" => proto: Text,
        /// The image of the entrypoint.
        #[schemars(extend("minLength" = 1))]
        "image" / "Image" => image: Text,
    }

    /// The keys of the configuration. Their values are given when the version is created.
    Config {
        /// Keys whose values are short.
        #[schemars(default, extend("items" = {
            "type": "string", "pattern": "^[A-Z0-9]([_A-Z0-9]*[A-Z0-9])?$"
        }))]
        "variables" / "Variables" => variables: List<Text>,
        /// Keys whose values are the content of a file.
        #[schemars(default)]
        "files" / "Files" => files: List<Text>,
    }
}
