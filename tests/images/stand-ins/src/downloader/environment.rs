//! What the downloader is told.

use std::path::PathBuf;

use super::error::DownloadError;

/// What the downloader is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Environment {
    /// The id of the version, which is the id of its archive.
    pub(super) version: String,
    /// The runtime, which is the name of the database.
    pub(super) runtime: String,
    /// Where the files go.
    pub(super) base: PathBuf,
    /// The address of MongoDB.
    pub(super) uri: String,
    /// The bucket of archives.
    pub(super) bucket: String,
}

impl Environment {
    /// Reads the variables. Empty ones are set.
    pub(super) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, DownloadError> {
        let needed = |name| variable(name).ok_or(DownloadError::Missing(name));
        let version = needed("KRT_VERSION_ID")?;
        let runtime = needed("KRT_RUNTIME_ID")?;
        let base = needed("KRT_BASE_PATH")?.into();
        let uri = needed("KRT_MONGO_URI")?;
        // Old versions looked there; since 1.0.1 it has to be set, and nobody reads it.
        needed("KRT_MONGO_DB_NAME")?;
        let bucket = needed("KRT_MONGO_BUCKET")?;
        Ok(Self {
            version,
            runtime,
            base,
            uri,
            bucket,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&str; 6] = [
        "KRT_VERSION_ID",
        "KRT_RUNTIME_ID",
        "KRT_BASE_PATH",
        "KRT_MONGO_URI",
        "KRT_MONGO_DB_NAME",
        "KRT_MONGO_BUCKET",
    ];

    #[test]
    fn each_variable_is_needed() {
        for missing in ALL {
            let without = |name: &str| {
                let is_set = name != missing && ALL.contains(&name);
                is_set.then(|| name.to_lowercase())
            };
            let error = Environment::read(without).unwrap_err().to_string();
            assert_eq!(error, format!("required key {missing} missing value"));
        }
    }

    #[test]
    fn the_database_is_the_runtime() {
        let environment = Environment::read(|name| Some(name.to_lowercase())).unwrap();
        assert_eq!(environment.runtime, "krt_runtime_id");
    }
}
