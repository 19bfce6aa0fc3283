//! What a person may ask of the binary; hosts give no arguments.

use std::ffi::OsString;

use super::{lifetime::Owner, listener::Network, serve::Options};

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    /// Print the help.
    Help,
    /// Print name and version.
    Version,
    /// Be a plugin.
    Serve {
        /// Who starts it and ends it.
        owner: Owner,
        /// Where it listens.
        network: Network,
    },
}

/// Why there is nothing to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ArgumentError {
    /// No argument has this name.
    #[error("unknown argument, see `--help`: `{0}`")]
    Unknown(String),
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(arguments: Vec<OsString>) -> Result<Command, ArgumentError> {
    let mut owner = Owner::Host;
    let mut network = Network::PRIVATE;
    for argument in arguments {
        match argument.to_str() {
            Some("--help" | "-h") => return Ok(Command::Help),
            Some("--version" | "-V") => return Ok(Command::Version),
            Some("--debug") => owner = Owner::Person,
            Some("--tcp") => network = Network::Tcp,
            _ => {
                return Err(ArgumentError::Unknown(
                    argument.to_string_lossy().into_owned(),
                ));
            }
        }
    }
    Ok(Command::Serve { owner, network })
}

/// Renders name and version, e.g. `terraform-provider-kre 0.1.0`.
pub(crate) fn version(options: Options) -> String {
    let Options { name, version, .. } = options;
    format!("terraform-provider-{name} {version}\n")
}

/// Renders what the arguments mean.
pub(crate) fn help(options: Options) -> String {
    let Options {
        name,
        address,
        tools,
        version: _,
    } = options;
    let tools = tools
        .iter()
        .map(|(word, what)| format!("  {word:<9}  {what}; see `{word} --help`\n"));
    let tools = tools.collect::<Vec<_>>().concat();
    format!(
        "\
Terraform and OpenTofu start this provider themselves. Name it in a configuration as

  terraform {{
    required_providers {{
      {name} = {{ source = \"{address}\" }}
    }}
  }}

Arguments, for people:
  --debug    Serve until Ctrl-C and print the TF_REATTACH_PROVIDERS that makes hosts call it
  --tcp      Listen on a port of 127.0.0.1 even where there are Unix sockets
  --version  Print the version
  --help     Print this
{tools}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<const N: usize>(arguments: [&str; N], expected: &Result<Command, ArgumentError>) {
        assert_eq!(&parse(arguments.map(OsString::from).to_vec()), expected);
    }

    #[test]
    fn without_arguments_it_is_a_plugin_of_its_host() {
        check(
            [],
            &Ok(Command::Serve {
                owner: Owner::Host,
                network: Network::PRIVATE,
            }),
        );
    }

    #[test]
    fn a_person_may_own_it_and_choose_a_port() {
        let expected = Command::Serve {
            owner: Owner::Person,
            network: Network::Tcp,
        };
        check(["--debug", "--tcp"], &Ok(expected));
    }

    #[test]
    fn an_unknown_argument_is_refused() {
        check(
            ["--debugg"],
            &Err(ArgumentError::Unknown("--debugg".to_owned())),
        );
    }

    #[test]
    fn the_help_shows_how_to_name_the_provider() {
        let options = Options {
            name: "kre",
            address: "registry.terraform.io/kre/kre",
            version: "1",
            tools: &[("pack", "Pack things")],
        };
        assert!(help(options).contains("kre = { source = \"registry.terraform.io/kre/kre\" }"));
        assert!(help(options).contains("\n  pack       Pack things; see `pack --help`\n"));
        assert_eq!(version(options), "terraform-provider-kre 1\n");
    }
}
