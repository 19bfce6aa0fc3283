//! KRE's own images, all of them the one program that stands for them.

use std::path::{Path, PathBuf};

use super::services::{groups, users, words};
use super::{Image, ImageError, Layer, archive, path_variable};

/// The runners that belong to the engine's last release; the engine names no default for them.
const RUNNERS: [Runner; 3] = [
    Runner {
        reference: "konstellation/kre-py:3.4.1",
        face: "kre-runner",
        user: 1001,
        folder: "/kre",
    },
    Runner {
        reference: "konstellation/kre-go:4.5.1",
        face: "kre-runner-go",
        user: 10001,
        folder: "/app",
    },
    Runner {
        reference: "konstellation/kre-entrypoint:3.3.6",
        face: "kre-entrypoint",
        user: 10001,
        folder: "/app",
    },
];

/// The user of the writer's image.
const WRITER_USER: u32 = 10001;

/// The user of nginx's image without privileges.
const WEB_USER: u32 = 101;

/// What the images call their user: a name, of which a kubelet cannot know that it is not root.
const USER: &str = "kre";

/// Where the program is in all of its images.
const PROGRAM: &str = "/stand-in";

/// An image of what nodes or entrypoints run.
struct Runner {
    reference: &'static str,
    /// What the program is called, which says what it does.
    face: &'static str,
    user: u32,
    /// Where it runs, and may write.
    folder: &'static str,
}

/// Returns an archive with stand-ins for KRE's images, built first where nobody has.
///
/// Images that a runtime names by default have these references; runners those of the last release.
pub fn kre() -> Result<PathBuf, ImageError> {
    let program = super::stand_in()?;
    archive("kre", &images(&program)?)
}

fn images(program: &Path) -> Result<Vec<Image>, ImageError> {
    let spec = super::defaults()?;
    let program = Layer::default().program(PROGRAM, program);
    let mut images: Vec<_> = RUNNERS
        .iter()
        .map(|runner| runner.image(&program))
        .collect();
    images.push(Runner::writer(spec.mongo_writer.image.as_str(), &program));
    images.push(downloader(
        spec.images.krt_files_downloader.as_str(),
        &program,
    ));
    images.push(fluent_bit(spec.images.fluent_bit.as_str(), &program));
    images.push(web(spec.images.web.as_str(), &program));
    Ok(images)
}

impl Runner {
    /// The image: no entrypoint, and a command that pods leave as it is.
    fn image(&self, program: &Layer) -> Image {
        let Self {
            reference,
            face,
            user,
            folder,
        } = *self;
        Image {
            reference: reference.to_owned(),
            layers: vec![program.clone(), Self::files(face, user, folder)],
            arguments: vec![format!("{folder}/{face}")],
            environment: path_variable(),
            user: USER.to_owned(),
            working_directory: folder.to_owned(),
            ..Image::default()
        }
    }

    /// The writer is made in the same way as the runners.
    fn writer(reference: &str, program: &Layer) -> Image {
        let runner = Self {
            reference: "",
            face: "kre-mongo-writer",
            user: WRITER_USER,
            folder: "/app",
        };
        Image {
            reference: reference.to_owned(),
            ..runner.image(program)
        }
    }

    fn files(face: &str, user: u32, folder: &str) -> Layer {
        Layer::default()
            .folder(folder, user)
            .link(&format!("{folder}/{face}"), PROGRAM)
            .text("/etc/passwd", users(&[(USER, user)]))
            .text("/etc/group", groups(&[(USER, user)]))
            .folder("/var/log/app", user)
            .open_folder("/tmp")
    }
}

/// The downloader, whose image has nothing in it but the program, and no user.
fn downloader(reference: &str, program: &Layer) -> Image {
    let path = "/krt-files-downloader";
    Image {
        reference: reference.to_owned(),
        layers: vec![program.clone(), Layer::default().link(path, PROGRAM)],
        entrypoint: words(&[path]),
        environment: path_variable(),
        ..Image::default()
    }
}

/// fluent-bit, which pods call by its path, with the path of its configuration.
fn fluent_bit(reference: &str, program: &Layer) -> Image {
    let path = "/fluent-bit/bin/fluent-bit";
    let files = Layer::default()
        .link(path, PROGRAM)
        .folder("/fluent-bit/etc", 0);
    Image {
        reference: reference.to_owned(),
        layers: vec![program.clone(), files],
        arguments: words(&[path, "-c", "/fluent-bit/etc/fluent-bit.conf"]),
        environment: path_variable(),
        ports: vec![2020],
        ..Image::default()
    }
}

/// nginx without privileges, which pods give a configuration and a folder.
fn web(reference: &str, program: &Layer) -> Image {
    let files = Layer::default()
        .link("/usr/sbin/web", PROGRAM)
        .text("/etc/passwd", users(&[("nginx", WEB_USER)]))
        .text("/etc/group", groups(&[("nginx", WEB_USER)]))
        .text("/usr/share/nginx/html/index.html", "Welcome to nginx!\n")
        .folder("/etc/nginx/conf.d", WEB_USER)
        .open_folder("/tmp");
    Image {
        reference: reference.to_owned(),
        layers: vec![program.clone(), files],
        arguments: words(&["/usr/sbin/web"]),
        environment: path_variable(),
        user: WEB_USER.to_string(),
        ports: vec![8080],
        ..Image::default()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_image_runs_the_program_under_the_name_of_its_face() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("stand-in");
        fs::write(&program, "a program").unwrap();

        let images = images(&program).unwrap();

        for image in &images {
            let command = image.entrypoint.iter().chain(&image.arguments).next();
            let mut bytes = Vec::new();
            image.layers[1].write(&mut bytes).unwrap();
            let mut layer = tar::Archive::new(bytes.as_slice());
            let found = layer.entries().unwrap().any(|entry| {
                let entry = entry.unwrap();
                let path = format!("/{}", entry.path().unwrap().display());
                let target = entry.link_name().unwrap();
                Some(&path) == command && target.is_some_and(|target| target == Path::new(PROGRAM))
            });
            assert!(found, "{}", image.reference);
        }
        assert_eq!(images.len(), 7);
    }

    #[test]
    fn the_user_of_a_runner_is_a_name() {
        let runner = RUNNERS[0].image(&Layer::default());
        assert_eq!(runner.user.parse::<u32>().ok(), None);
    }
}
