//! krt-files-downloader 2.3: fetches the archive of a version and unpacks it, before the nodes of
//! the version start (research/kre.md §3.7, §7.6).

mod archive;
mod environment;
mod error;

use std::{io, process::ExitCode};

use futures_util::AsyncReadExt as _;
use mongodb::{
    Client,
    bson::Bson,
    error::{ErrorKind, GridFsErrorKind},
    options::GridFsBucketOptions,
};
use tokio::signal::unix::{SignalKind, signal};

use self::environment::Environment;
use self::error::DownloadError;
use crate::{documents, log};

/// The code with which a program of Go ends that gets a signal as pid 1.
const SIGNALLED: u8 = 2;

/// Downloads, and fails aloud: unlike the others, it does not end in a pipe.
pub(crate) fn run() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let ended = runtime.and_then(|runtime| {
        runtime.block_on(async {
            let mut terminated = signal(SignalKind::terminate())?;
            tokio::select! {
                downloaded = download() => Ok(Some(downloaded)),
                _ = terminated.recv() => Ok(None),
            }
        })
    });
    match ended {
        Ok(Some(Ok(()))) => {
            log::info("Done");
            ExitCode::SUCCESS
        }
        Ok(Some(Err(error))) => failed(&error),
        Ok(None) => ExitCode::from(SIGNALLED),
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    log::error(&error.to_string());
    ExitCode::FAILURE
}

async fn download() -> Result<(), DownloadError> {
    let environment = Environment::read(crate::environment::variable)?;
    let client = documents::connect(&environment.uri)
        .await
        .map_err(|error| DownloadError::Connect(documents::words(&error)))?;
    let Environment { version, base, .. } = &environment;
    log::info(&format!("Downloading KRT files of {version}"));
    let archive = fetch(&client, &environment).await?;
    log::info(&format!("Extracting {} bytes", archive.len()));
    archive::extract(&archive, base)
}

/// Fetches an archive from its bucket by its id, which is a text.
async fn fetch(client: &Client, environment: &Environment) -> Result<Vec<u8>, DownloadError> {
    let failed = |error: mongodb::error::Error| match &*error.kind {
        ErrorKind::GridFs(GridFsErrorKind::FileNotFound { .. }) => DownloadError::NotFound,
        _ => DownloadError::Download(documents::words(&error)),
    };
    let mut options = GridFsBucketOptions::default();
    options.bucket_name = Some(environment.bucket.clone());
    let bucket = client.database(&environment.runtime).gridfs_bucket(options);
    let id = Bson::String(environment.version.clone());
    let mut stream = bucket.open_download_stream(id).await.map_err(failed)?;
    let mut archive = Vec::new();
    stream
        .read_to_end(&mut archive)
        .await
        .map_err(|error: io::Error| DownloadError::Download(error.to_string()))?;
    Ok(archive)
}
