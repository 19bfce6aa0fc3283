//! What runtimes call an image.

/// Where images come from if nobody says so.
const HUB: &str = "docker.io";

/// Returns the name with registry and tag, as a runtime looks it up.
pub(super) fn full(reference: &str) -> String {
    let (name, tag) = split(reference);
    let registry = name.split_once('/').map(|(first, _)| first);
    let named = |first: &str| first == "localhost" || first.contains(['.', ':']);
    let prefix = match registry {
        Some(first) if named(first) => String::new(),
        Some(_) => format!("{HUB}/"),
        None => format!("{HUB}/library/"),
    };
    format!("{prefix}{name}:{tag}")
}

/// Returns the tag, which is `latest` if nobody says so.
pub(super) fn tag(reference: &str) -> &str {
    split(reference).1
}

fn split(reference: &str) -> (&str, &str) {
    match reference.rsplit_once(':') {
        // What stands after a colon and has a slash in it is a port, and the rest of the name.
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (reference, "latest"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_completed_as_runtimes_do() {
        let names = [
            ("nats:2.10", "docker.io/library/nats:2.10"),
            ("nats", "docker.io/library/nats:latest"),
            (
                "konstellation/kre-py:3.4.1",
                "docker.io/konstellation/kre-py:3.4.1",
            ),
            ("ghcr.io/a/b:1", "ghcr.io/a/b:1"),
            ("localhost:5000/b", "localhost:5000/b:latest"),
            ("localhost/b:1", "localhost/b:1"),
        ];
        for (reference, expected) in names {
            assert_eq!(full(reference), expected);
        }
    }
}
