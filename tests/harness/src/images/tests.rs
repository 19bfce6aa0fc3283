use std::collections::BTreeMap;
use std::io::Read;

use serde_json::Value;

use super::digest::Digest;
use super::*;

/// The files of an archive by name.
fn files(archive: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = tar::Archive::new(File::open(archive).unwrap());
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (name, content)
    });
    entries.collect()
}

/// Finds what a descriptor describes, which must be what it says.
fn described(files: &BTreeMap<String, Vec<u8>>, descriptor: &Value) -> Vec<u8> {
    let digest = descriptor["digest"].as_str().unwrap();
    let name = format!("blobs/{}", digest.replace(':', "/"));
    let content = files[&name].clone();
    let found = Digest::of(&content);
    assert_eq!(found.named(), digest);
    assert_eq!(descriptor["size"], found.size);
    content
}

fn json(content: &[u8]) -> Value {
    serde_json::from_slice(content).unwrap()
}

fn greeter() -> Image {
    Image {
        reference: "demo/greeter:1.0".to_owned(),
        layers: vec![
            Layer::default().text("/greeting", "hello"),
            Layer::default(),
        ],
        entrypoint: vec!["/greet".to_owned()],
        arguments: vec!["loudly".to_owned()],
        environment: path_variable(),
        user: "999".to_owned(),
        working_directory: "/srv".to_owned(),
        ports: vec![9000],
        volumes: vec!["/data".to_owned()],
    }
}

fn named(reference: &str) -> Image {
    Image {
        reference: reference.to_owned(),
        ..greeter()
    }
}

#[test]
fn every_digest_leads_to_what_it_is_of() {
    let cache = tempfile::tempdir().unwrap();
    let archive = archive_in(cache.path(), "demo", &[greeter()]).unwrap();
    let files = files(&archive);

    let index = json(&files["index.json"]);
    let manifest = json(&described(&files, &index["manifests"][0]));
    let config = json(&described(&files, &manifest["config"]));
    let layers = manifest["layers"].as_array().unwrap();
    let digests: Vec<_> = layers.iter().map(|layer| layer["digest"].clone()).collect();
    assert_eq!(config["rootfs"]["diff_ids"], Value::Array(digests));
    let mut layer = tar::Archive::new(&*described(&files, &layers[0]).leak());
    let mut text = String::new();
    let mut entry = layer.entries().unwrap().next().unwrap().unwrap();
    entry.read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello");
    assert_eq!(files["oci-layout"], br#"{"imageLayoutVersion":"1.0.0"}"#);
}

#[test]
fn a_runtime_finds_the_full_name() {
    let cache = tempfile::tempdir().unwrap();
    let archive = archive_in(cache.path(), "demo", &[greeter()]).unwrap();

    let index = json(&files(&archive)["index.json"]);
    let annotations = &index["manifests"][0]["annotations"];
    let name = &annotations["io.containerd.image.name"];
    assert_eq!(name, "docker.io/demo/greeter:1.0");
    assert_eq!(annotations["org.opencontainers.image.ref.name"], "1.0");
}

#[test]
fn the_configuration_says_what_runs() {
    let cache = tempfile::tempdir().unwrap();
    let archive = archive_in(cache.path(), "demo", &[greeter()]).unwrap();
    let files = files(&archive);

    let index = json(&files["index.json"]);
    let manifest = json(&described(&files, &index["manifests"][0]));
    let config = json(&described(&files, &manifest["config"]));
    let expected = serde_json::json!({
        "Entrypoint": ["/greet"],
        "Cmd": ["loudly"],
        "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        "User": "999",
        "WorkingDir": "/srv",
        "ExposedPorts": { "9000/tcp": {} },
        "Volumes": { "/data": {} },
    });
    assert_eq!(config["config"], expected);
    assert_eq!(config["os"], index["manifests"][0]["platform"]["os"]);
}

#[test]
fn the_same_images_are_the_same_bytes_in_whatever_order() {
    let [one, two] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let forward = [named("a:1"), named("b:1")];
    let backward = [named("b:1"), named("a:1")];

    let first = archive_in(one.path(), "demo", &forward).unwrap();
    let second = archive_in(two.path(), "demo", &backward).unwrap();

    assert_eq!(fs::read(&first).unwrap(), fs::read(&second).unwrap());
    let [first, second] = [(first, one), (second, two)]
        .map(|(archive, cache)| archive.strip_prefix(cache.path()).unwrap().to_owned());
    assert_eq!(first, second);
}

#[test]
fn what_images_have_in_common_is_there_once() {
    let cache = tempfile::tempdir().unwrap();
    let images = [named("a:1"), named("b:1")];
    let archive = archive_in(cache.path(), "demo", &images).unwrap();

    // Two layers, one configuration and one manifest serve both.
    let files = files(&archive);
    let blobs = files.keys().filter(|name| name.starts_with("blobs/"));
    assert_eq!(blobs.count(), 4);
    let index = json(&files["index.json"]);
    assert_eq!(index["manifests"].as_array().unwrap().len(), 2);
}

#[test]
fn another_file_makes_another_archive() {
    let cache = tempfile::tempdir().unwrap();
    let before = archive_in(cache.path(), "demo", &[greeter()]).unwrap();
    let changed = Image {
        layers: vec![Layer::default().text("/greeting", "good morning")],
        ..greeter()
    };

    let after = archive_in(cache.path(), "demo", &[changed]).unwrap();

    assert_ne!(after, before);
}

#[test]
fn two_who_want_an_archive_at_once_get_the_same() {
    let cache = tempfile::tempdir().unwrap();

    let [first, second] = std::thread::scope(|scope| {
        let make = || scope.spawn(|| archive_in(cache.path(), "demo", &[greeter()]).unwrap());
        [make(), make()].map(|made| made.join().unwrap())
    });

    assert_eq!(first, second);
    let left: Vec<_> = fs::read_dir(first.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_busybox_is_called_by_all_of_its_names() {
    // Only where it is installed.
    match busybox::shell() {
        Err(ImageError::NoBusybox) => {}
        shell => {
            let mut bytes = Vec::new();
            shell.unwrap().write(&mut bytes).unwrap();
            let mut layer = tar::Archive::new(bytes.as_slice());
            let links = layer.entries().unwrap().filter(|entry| {
                let path = entry.as_ref().unwrap().path().unwrap().into_owned();
                path == Path::new("bin/sh") || path == Path::new("usr/bin/wget")
            });
            assert_eq!(links.count(), 2);
        }
    }
}
