//! Which file is about what: the layout that registries read and users of examples know.

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The provider block.
    Provider,
    /// A managed resource.
    Resource,
    /// A data source.
    DataSource,
    /// A resource that is opened during an operation and never stored.
    EphemeralResource,
    /// A function.
    Function,
}

impl Kind {
    /// Returns the path of the page, which leaves out the provider's prefix of a type name.
    pub fn page(self, provider: &str, name: &str) -> String {
        let short = name
            .strip_prefix(provider)
            .and_then(|rest| rest.strip_prefix('_'))
            .unwrap_or(name);
        match self {
            Self::Provider => "index.md".to_owned(),
            Self::Resource => format!("resources/{short}.md"),
            Self::DataSource => format!("data-sources/{short}.md"),
            Self::EphemeralResource => format!("ephemeral-resources/{short}.md"),
            Self::Function => format!("functions/{name}.md"),
        }
    }

    /// Returns the path of the example that the page shows.
    pub fn example(self, name: &str) -> String {
        match self {
            Self::Provider => "provider/provider.tf".to_owned(),
            Self::Resource => format!("resources/{name}/resource.tf"),
            Self::DataSource => format!("data-sources/{name}/data-source.tf"),
            Self::EphemeralResource => format!("ephemeral-resources/{name}/ephemeral-resource.tf"),
            Self::Function => format!("functions/{name}/function.tf"),
        }
    }

    /// Returns the title of the page, and the longer one for lists of search results.
    pub(super) fn titles(self, provider: &str, name: &str) -> (String, String) {
        let (title, page_title) = match self {
            Self::Provider => (
                format!("{provider} Provider"),
                format!("{provider} Provider"),
            ),
            Self::Function => (format!("function: {name}"), format!("{name} function")),
            Self::Resource => (format!("{name} (Resource)"), format!("{name} Resource")),
            Self::DataSource => (
                format!("{name} (Data Source)"),
                format!("{name} Data Source"),
            ),
            Self::EphemeralResource => (
                format!("{name} (Ephemeral Resource)"),
                format!("{name} Ephemeral Resource"),
            ),
        };
        if self == Self::Provider {
            return (title, page_title);
        }
        (title, format!("{page_title} - {provider}"))
    }
}

/// Returns the path of the command that imports an object by its id.
pub(super) fn import_by_id(name: &str) -> String {
    format!("resources/{name}/import.sh")
}

/// Returns the path of the configuration that imports an object by its identity.
pub(super) fn import_by_identity(name: &str) -> String {
    format!("resources/{name}/import-by-identity.tf")
}
