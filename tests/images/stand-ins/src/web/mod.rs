//! nginx beside an entrypoint: it lists a folder, and hands out what is in it (research/kre.md
//! §4.5).

mod configuration;

use std::{ffi::OsString, fs, io, path::Path, process::ExitCode};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
};

use self::configuration::Configuration;
use crate::log;

/// Where the image has its configuration.
const CONFIGURATION: &str = "/etc/nginx/conf.d/default.conf";

/// The longest request that is read, in bytes.
const LONGEST: usize = 8 << 10;

/// Serves until it is asked to end; `-c FILE` names another configuration.
pub(crate) fn run(mut arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let file = arguments
        .find(|argument| argument == "-c")
        .and_then(|_| arguments.next())
        .unwrap_or_else(|| CONFIGURATION.into());
    let configuration = match Configuration::read(Path::new(&file)) {
        Ok(configuration) => configuration,
        Err(error) => {
            log::line(&format!(
                "nginx: [emerg] open() \"{}\" failed ({error})",
                file.display()
            ));
            return ExitCode::FAILURE;
        }
    };
    match serve(&configuration) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::line(&format!("nginx: [emerg] bind() failed ({error})"));
            ExitCode::FAILURE
        }
    }
}

fn serve(configuration: &Configuration) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async {
        let mut terminated = signal(SignalKind::terminate())?;
        let listener = TcpListener::bind(configuration.address()).await?;
        loop {
            tokio::select! {
                _ = terminated.recv() => return Ok(()),
                accepted = listener.accept() => {
                    let (stream, _) = accepted?;
                    let root = configuration.root.clone();
                    // A client that goes away is nobody's trouble.
                    tokio::spawn(async move { drop(answer(stream, &root).await) });
                }
            }
        }
    })
}

async fn answer(mut stream: TcpStream, root: &Path) -> io::Result<()> {
    let mut request = Vec::new();
    let mut part = [0; 1024];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") && request.len() < LONGEST {
        let length = stream.read(&mut part).await?;
        if length == 0 {
            break;
        }
        request.extend(part.iter().take(length));
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or("/");
    let (status, body) = match found(root, path) {
        Some(body) => ("200 OK", body),
        None => ("404 Not Found", b"404 Not Found\n".to_vec()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nServer: nginx\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.shutdown().await
}

/// Returns a file, or a list of the names in a folder, a line for each.
fn found(root: &Path, path: &str) -> Option<Vec<u8>> {
    let path = path.split('?').next().unwrap_or(path);
    let is_inside = path.split('/').all(|part| part != "..");
    let file = root.join(path.trim_matches('/'));
    if !is_inside {
        return None;
    }
    if !file.is_dir() {
        return fs::read(file).ok();
    }
    let names = fs::read_dir(file).ok()?.flatten();
    let mut names: Vec<_> = names
        .map(|entry| entry.file_name().display().to_string())
        .collect();
    names.sort();
    names.push(String::new());
    Some(names.join("\n").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.proto"), "syntax").unwrap();
        fs::create_dir(folder.path().join("b")).unwrap();
        folder
    }

    #[test]
    fn a_file_is_handed_out() {
        let folder = folder();
        assert_eq!(found(folder.path(), "/a.proto?x=1").unwrap(), b"syntax");
    }

    #[test]
    fn a_folder_is_listed() {
        let folder = folder();
        assert_eq!(found(folder.path(), "/").unwrap(), b"a.proto\nb\n");
    }

    #[test]
    fn nothing_outside_is_handed_out() {
        let folder = folder();
        let root = folder.path().join("b");
        assert_eq!(found(&root, "/../a.proto"), None);
        assert_eq!(found(&root, "/nothing"), None);
    }
}
