//! The services of a runtime, behind what the official images have in front of them: entrypoints,
//! users, folders, ports.

use std::path::PathBuf;

use kre_core::runtime::RuntimeSpec;

use super::{Image, ImageError, Layer, archive, busybox, path_variable};
use crate::build::{INFLUXDB, MINIO, MONGODB, NATS};

/// What no runtime names by default yet, with the releases that the programs are of.
const INFLUXDB_REFERENCE: &str = "influxdb:1.8.10";
const MINIO_REFERENCE: &str = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z";

/// The user of MongoDB's image.
const MONGODB_USER: u32 = 999;

/// The file that the server of NATS's image reads if a pod names no other.
const NATS_CONFIGURATION: &str = "\
port: 4222
monitor_port: 8222
cluster {
  name: \"my_cluster\"
  port: 6222
}
";

/// Returns an archive with the services that a runtime needs, under their default references.
pub fn services() -> Result<PathBuf, ImageError> {
    let spec = super::defaults()?;
    archive("services", &[nats(&spec)?, mongodb(&spec)?])
}

/// Returns an archive with the services that a runtime may have besides.
pub fn further_services() -> Result<PathBuf, ImageError> {
    archive("further-services", &[influxdb()?, minio()?])
}

/// NATS, whose image has nothing in it but the server.
fn nats(spec: &RuntimeSpec) -> Result<Image, ImageError> {
    let files = Layer::default()
        .program("/nats-server", &NATS.binary()?)
        .text("/nats-server.conf", NATS_CONFIGURATION);
    Ok(Image {
        reference: spec.nats.image.as_str().to_owned(),
        layers: vec![files],
        entrypoint: words(&["/nats-server"]),
        arguments: words(&["--config", "nats-server.conf"]),
        environment: path_variable(),
        ports: vec![4222, 6222, 8222],
        ..Image::default()
    })
}

/// MongoDB's protocol. The server itself does with the environment what the entrypoint does.
fn mongodb(spec: &RuntimeSpec) -> Result<Image, ImageError> {
    let files = Layer::default()
        .program("/usr/bin/mongod", &MONGODB.binary()?)
        .script(
            "/usr/local/bin/docker-entrypoint.sh",
            before_flags("mongod"),
        )
        .text("/etc/passwd", users(&[("mongodb", MONGODB_USER)]))
        .text("/etc/group", groups(&[("mongodb", MONGODB_USER)]))
        .folder("/data/configdb", MONGODB_USER)
        .folder("/data/db", MONGODB_USER);
    Ok(Image {
        reference: spec.mongodb.image.as_str().to_owned(),
        layers: vec![busybox::shell()?, files],
        entrypoint: words(&["docker-entrypoint.sh"]),
        arguments: words(&["mongod"]),
        environment: path_variable(),
        ports: vec![27017],
        volumes: words(&["/data/configdb", "/data/db"]),
        ..Image::default()
    })
}

fn influxdb() -> Result<Image, ImageError> {
    let files = Layer::default()
        .program("/usr/bin/influxd", &INFLUXDB.binary()?)
        .script("/entrypoint.sh", before_flags("influxd"))
        .folder("/var/lib/influxdb", 0);
    Ok(Image {
        reference: INFLUXDB_REFERENCE.to_owned(),
        layers: vec![busybox::shell()?, files],
        entrypoint: words(&["/entrypoint.sh"]),
        arguments: words(&["influxd"]),
        environment: path_variable(),
        ports: vec![8086],
        volumes: words(&["/var/lib/influxdb"]),
        ..Image::default()
    })
}

fn minio() -> Result<Image, ImageError> {
    let entrypoint =
        "#!/bin/sh\nif [ \"$1\" != minio ]; then set -- minio \"$@\"; fi\nexec \"$@\"\n";
    let files = Layer::default()
        .program("/usr/bin/minio", &MINIO.binary()?)
        .script("/usr/bin/docker-entrypoint.sh", entrypoint)
        .folder("/data", 0);
    Ok(Image {
        reference: MINIO_REFERENCE.to_owned(),
        layers: vec![busybox::shell()?, files],
        entrypoint: words(&["/usr/bin/docker-entrypoint.sh"]),
        arguments: words(&["minio"]),
        environment: path_variable(),
        ports: vec![9000],
        volumes: words(&["/data"]),
        ..Image::default()
    })
}

/// A script that puts a program before arguments that are its flags.
fn before_flags(program: &str) -> String {
    format!("#!/bin/sh\ncase \"$1\" in -*) set -- {program} \"$@\" ;; esac\nexec \"$@\"\n")
}

/// The lines of /etc/passwd with these users besides root.
pub(super) fn users(users: &[(&str, u32)]) -> String {
    let line = |(name, id): &(&str, u32)| format!("{name}:x:{id}:{id}::/:/sbin/nologin\n");
    let root = "root:x:0:0:root:/root:/bin/sh\n".to_owned();
    root + &users.iter().map(line).collect::<String>()
}

/// The lines of /etc/group with these groups besides root's.
pub(super) fn groups(groups: &[(&str, u32)]) -> String {
    let line = |(name, id): &(&str, u32)| format!("{name}:x:{id}:\n");
    "root:x:0:\n".to_owned() + &groups.iter().map(line).collect::<String>()
}

pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}
