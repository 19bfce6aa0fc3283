//! As much of nginx's configuration as says where it listens and what it serves.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddrV4},
    path::{Path, PathBuf},
};

/// Where it listens, and what it serves.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Configuration {
    port: u16,
    pub(super) root: PathBuf,
}

impl Configuration {
    /// Reads a file; the image has one of its own where nobody mounts another.
    pub(super) fn read(file: &Path) -> io::Result<Self> {
        match fs::read_to_string(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::of("")),
            text => Ok(Self::of(&text?)),
        }
    }

    pub(super) fn address(&self) -> SocketAddrV4 {
        SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, self.port)
    }

    fn of(text: &str) -> Self {
        let port = directive(text, "listen").and_then(|it| it.rsplit(':').next()?.parse().ok());
        Self {
            port: port.unwrap_or(8080),
            root: directive(text, "root")
                .unwrap_or("/usr/share/nginx/html")
                .into(),
        }
    }
}

/// Returns the first argument of a directive.
fn directive<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut words = text
        .split(|separator: char| separator.is_whitespace() || separator == ';')
        .filter(|word| !word.is_empty());
    words.find(|word| *word == name)?;
    words.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_and_folder_are_found_in_a_server() {
        let text =
            "server {\n  listen 127.0.0.1:9090;\n  location / { root /proto; autoindex on; }\n}\n";
        let expected = Configuration {
            port: 9090,
            root: "/proto".into(),
        };
        assert_eq!(Configuration::of(text), expected);
    }

    #[test]
    fn the_image_has_a_configuration_of_its_own() {
        let configuration = Configuration::read(Path::new("/nowhere/default.conf")).unwrap();
        assert_eq!(configuration.address().to_string(), "0.0.0.0:8080");
    }
}
