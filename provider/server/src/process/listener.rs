//! The place where the host connects: a socket in a private directory, or a port of this machine.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    ops::RangeInclusive,
    path::PathBuf,
    sync::Arc,
};

#[cfg(unix)]
use tempfile::TempDir;
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use super::{connection::Raw, environment::Environment};

/// Where a plugin can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// A socket in the file system.
    Unix(PathBuf),
    /// A port of this machine.
    Tcp(SocketAddr),
}

impl Address {
    /// Names the network as go-plugin does.
    pub(crate) const fn network(&self) -> &'static str {
        match self {
            Self::Unix(_) => "unix",
            Self::Tcp(_) => "tcp",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => path.display().fmt(formatter),
            Self::Tcp(address) => address.fmt(formatter),
        }
    }
}

/// What to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    /// A socket that no other user can reach.
    #[cfg(unix)]
    Unix,
    /// A port, which every user of this machine can reach.
    Tcp,
}

impl Network {
    /// The more private network of those that this system has.
    #[cfg(unix)]
    pub(crate) const PRIVATE: Self = Self::Unix;
    /// The more private network of those that this system has.
    #[cfg(not(unix))]
    pub(crate) const PRIVATE: Self = Self::Tcp;
}

/// Why a plugin cannot be reached.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListenError {
    /// None of the directories takes a socket; the cause is what the last of them said.
    #[cfg(unix)]
    #[error("failed to create a socket in any of {0:?}")]
    Socket(Vec<PathBuf>, #[source] io::Error),
    /// Every port is taken.
    #[error("no port is free on 127.0.0.1 from {} to {}", .0.start(), .0.end())]
    Ports(RangeInclusive<u16>),
}

/// A bound socket; dropping it removes what it left in the file system.
#[derive(Debug)]
pub(crate) struct Listener {
    address: Address,
    socket: Arc<Socket>,
    #[cfg(unix)]
    _directory: Option<TempDir>,
}

impl Listener {
    /// Starts to listen; from here on the host may connect.
    pub(crate) async fn open(
        network: Network,
        environment: &Environment,
    ) -> Result<Self, ListenError> {
        match network {
            #[cfg(unix)]
            Network::Unix => Self::on_socket(environment.socket_directories()),
            Network::Tcp => Self::on_port(environment.ports()).await,
        }
    }

    /// Returns where the host has to connect.
    pub(crate) const fn address(&self) -> &Address {
        &self.address
    }

    /// Returns the socket itself.
    pub(crate) fn socket(&self) -> Arc<Socket> {
        Arc::clone(&self.socket)
    }

    /// Takes the first directory that lets a socket be made in it.
    ///
    /// A path may be missing, read-only, or too long for a socket address.
    #[cfg(unix)]
    fn on_socket(directories: Vec<PathBuf>) -> Result<Self, ListenError> {
        let mut cause = io::Error::from(io::ErrorKind::NotFound);
        for directory in &directories {
            match private_socket(directory) {
                Ok(listener) => return Ok(listener),
                Err(error) => cause = error,
            }
        }
        Err(ListenError::Socket(directories, cause))
    }

    async fn on_port(ports: RangeInclusive<u16>) -> Result<Self, ListenError> {
        for port in ports.clone() {
            let Ok(socket) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await else {
                continue;
            };
            let Ok(address) = socket.local_addr() else {
                continue;
            };
            return Ok(Self {
                address: Address::Tcp(address),
                socket: Arc::new(Socket::Tcp(socket)),
                #[cfg(unix)]
                _directory: None,
            });
        }
        Err(ListenError::Ports(ports))
    }
}

/// Makes a directory that only this user may enter, and a socket in it.
#[cfg(unix)]
fn private_socket(parent: &std::path::Path) -> io::Result<Listener> {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    let directory = tempfile::Builder::new()
        .prefix("plugin")
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(parent)?;
    let path = directory.path().join("socket");
    let socket = UnixListener::bind(&path)?;
    Ok(Listener {
        address: Address::Unix(path),
        socket: Arc::new(Socket::Unix(socket)),
        _directory: Some(directory),
    })
}

/// A bound socket of either kind.
#[derive(Debug)]
pub(crate) enum Socket {
    #[cfg(unix)]
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Socket {
    /// Waits for the next caller.
    pub(crate) async fn accept(&self) -> io::Result<Raw> {
        match self {
            #[cfg(unix)]
            Self::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                Ok(Box::new(stream))
            }
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Otherwise every small answer waits some 40 ms for an acknowledgement.
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::{ffi::OsString, fs, os::unix::fs::PermissionsExt};

    use super::*;

    fn in_directory(directory: PathBuf) -> Environment {
        Environment::of(move |name| {
            (name == "PLUGIN_UNIX_SOCKET_DIR").then(|| OsString::from(&directory))
        })
    }

    async fn socket_path(environment: &Environment) -> (Listener, PathBuf) {
        let listener = Listener::open(Network::Unix, environment).await.unwrap();
        let Address::Unix(path) = listener.address().clone() else {
            panic!("a Unix socket has a path");
        };
        (listener, path)
    }

    #[tokio::test]
    async fn the_socket_is_where_the_host_wants_it_and_private() {
        let place = tempfile::tempdir().unwrap();
        let (_listener, path) = socket_path(&in_directory(place.path().to_owned())).await;
        assert!(path.starts_with(place.path()));
        let mode = fs::metadata(path.parent().unwrap())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[tokio::test]
    async fn nothing_is_left_behind() {
        let place = tempfile::tempdir().unwrap();
        let (listener, _) = socket_path(&in_directory(place.path().to_owned())).await;
        drop(listener);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_directory_that_is_too_long_for_a_socket_makes_way() {
        let place = tempfile::tempdir().unwrap();
        let long = place.path().join("long".repeat(30));
        fs::create_dir(&long).unwrap();
        let (_listener, path) = socket_path(&in_directory(long.clone())).await;
        assert!(path.starts_with("/tmp"), "{}", path.display());
        assert_eq!(fs::read_dir(&long).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_missing_directory_makes_way() {
        let (_listener, path) = socket_path(&in_directory("/nowhere/at/all".into())).await;
        assert!(path.starts_with("/tmp"), "{}", path.display());
    }

    #[tokio::test]
    async fn the_first_free_port_is_taken() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(matches!(
            Listener::on_port(port..=port).await,
            Err(ListenError::Ports(_)),
        ));
        let listener = Listener::on_port(port..=port.saturating_add(200))
            .await
            .unwrap();
        let Address::Tcp(address) = listener.address() else {
            panic!("a port has an address");
        };
        assert!(address.port() > port);
    }
}
