//! A shell with its usual companions, for pods that tests look into.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Image, ImageError, Layer, archive};
use crate::environment;

/// What it is called; the version is that of the machine's, whatever the tag.
const REFERENCE: &str = "busybox:stable";

/// Returns an archive with image `busybox:stable`, made of the busybox of this machine.
pub fn busybox() -> Result<PathBuf, ImageError> {
    let image = Image {
        reference: REFERENCE.to_owned(),
        layers: vec![shell()?],
        arguments: vec!["sh".to_owned()],
        environment: super::path_variable(),
        ..Image::default()
    };
    archive("busybox", &[image])
}

/// Returns an archive with image `greedy:stable`, which takes all memory that there is, whatever its
/// arguments.
pub fn greedy() -> Result<PathBuf, ImageError> {
    let image = Image {
        reference: "greedy:stable".to_owned(),
        layers: vec![shell()?],
        entrypoint: ["sh", "-c", "tail /dev/zero"].map(str::to_owned).into(),
        environment: super::path_variable(),
        ..Image::default()
    };
    archive("greedy", &[image])
}

/// Returns a layer with busybox under all of its names, /tmp, and root among the users.
pub(super) fn shell() -> Result<Layer, ImageError> {
    let program = find().ok_or(ImageError::NoBusybox)?;
    let layer = applets(&program)?.iter().fold(
        Layer::default().program("/bin/busybox", &program),
        |layer, applet| layer.link(&format!("/{applet}"), "/bin/busybox"),
    );
    Ok(layer
        .text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
        .text("/etc/group", "root:x:0:\n")
        .folder("/root", 0)
        .open_folder("/tmp"))
}

/// Finds busybox on PATH.
fn find() -> Option<PathBuf> {
    let path = environment::variable("PATH")?;
    let mut files = std::env::split_paths(&path).map(|folder| folder.join("busybox"));
    files.find(|file| file.is_file())
}

/// Asks busybox for the paths of its names, from the root folder.
fn applets(program: &Path) -> Result<Vec<String>, ImageError> {
    let mut command = Command::new(program);
    let output = command.arg("--list-full").output();
    let output = output.map_err(|source| ImageError::Start {
        command: program.display().to_string(),
        source,
    })?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let names = text.lines().map(|line| line.trim_start_matches('/'));
    Ok(names
        // It is no link to itself, and an image has one place for programs of users.
        .filter(|name| !name.is_empty() && !name.ends_with("/busybox"))
        .map(str::to_owned)
        .collect())
}
