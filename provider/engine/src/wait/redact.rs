//! Texts of pods, without the secrets that they were given.

use std::{collections::BTreeSet, iter};

use base64::{Engine, engine::general_purpose::STANDARD};
use k8s_openapi::api::core::v1::{Container, PodSpec, Secret};

/// Stands where a secret was.
const MASK: &str = "***";
/// Shorter values are words rather than secrets, and masking them would spoil the text.
const SHORTEST: usize = 6;

/// What must not be shown.
#[derive(Default)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// Takes note of the values of secrets: whole, line by line, and as they stand in addresses.
    pub(super) fn of<'s>(secrets: impl IntoIterator<Item = &'s Secret>) -> Self {
        let mut words = BTreeSet::new();
        let values = secrets
            .into_iter()
            .filter_map(|secret| secret.data.as_ref());
        for value in values.flat_map(|data| data.values()) {
            words.insert(STANDARD.encode(&value.0));
            let Ok(text) = str::from_utf8(&value.0) else {
                continue;
            };
            words.insert(text.trim().to_owned());
            for line in text.lines() {
                words.insert(line.trim().to_owned());
                words.extend(user_information(line).flat_map(credentials));
            }
        }
        let mut words: Vec<_> = words
            .into_iter()
            .filter(|word| word.chars().count() >= SHORTEST)
            .collect();
        // One may be part of another.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Self(words)
    }

    /// Masks them, and the user information of addresses.
    pub(super) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for word in &self.0 {
            text = text.replace(word, MASK);
        }
        let users: BTreeSet<_> = user_information(&text).map(str::to_owned).collect();
        for user in users.iter().filter(|user| !user.is_empty()) {
            text = text.replace(&format!("://{user}@"), &format!("://{MASK}@"));
        }
        text
    }
}

/// The names of all Secrets that a pod is given.
pub(super) fn names(spec: &PodSpec) -> BTreeSet<String> {
    let inits = spec.init_containers.iter().flatten();
    let containers = inits.chain(&spec.containers);
    let mut names: BTreeSet<String> = containers.flat_map(names_of_container).collect();
    for volume in spec.volumes.iter().flatten() {
        let secret = volume.secret.as_ref();
        names.extend(secret.and_then(|it| it.secret_name.clone()));
        let projected = volume.projected.as_ref();
        let sources = projected.and_then(|it| it.sources.as_ref());
        let sources = sources.into_iter().flatten();
        names.extend(sources.filter_map(|it| Some(it.secret.as_ref()?.name.clone())));
    }
    names
}

fn names_of_container(container: &Container) -> impl Iterator<Item = String> {
    let variables = container.env.iter().flatten().filter_map(|variable| {
        let source = variable.value_from.as_ref()?;
        Some(source.secret_key_ref.as_ref()?.name.clone())
    });
    let sources = container.env_from.iter().flatten();
    let sources = sources.filter_map(|source| Some(source.secret_ref.as_ref()?.name.clone()));
    variables.chain(sources)
}

/// The user information of each address in a text.
fn user_information(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    iter::from_fn(move || {
        let (_, after) = rest.split_once("://")?;
        rest = after;
        Some(user(after).unwrap_or_default())
    })
}

/// The user information that an address has behind its scheme.
fn user(address: &str) -> Option<&str> {
    let is_end = |it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '`' | '<' | '>');
    let word = address.split(is_end).next()?;
    let authority = word.split(['/', '?', '#']).next()?;
    if let Some((user, _)) = authority.rsplit_once('@') {
        return Some(user);
    }
    // A password may hold what should have been written otherwise; a port is a number.
    let (_, port) = authority.rsplit_once(':')?;
    let is_password = !port.chars().all(|it| it.is_ascii_digit());
    let (user, _) = word.rsplit_once('@').filter(|_| is_password)?;
    Some(user)
}

/// The parts of user information that are secret by themselves.
fn credentials(user: &str) -> impl Iterator<Item = String> {
    let password = user.split_once(':').map(|(_, password)| password);
    password.into_iter().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use k8s_openapi::ByteString;

    use super::*;

    fn secrets(values: &[&str]) -> Secrets {
        let data = values.iter().enumerate();
        let data = data.map(|(index, value)| {
            (
                format!("key-{index}"),
                ByteString(value.as_bytes().to_vec()),
            )
        });
        Secrets::of([&Secret {
            data: Some(data.collect()),
            ..Secret::default()
        }])
    }

    #[track_caller]
    fn check(values: &[&str], text: &str, expected: &str) {
        assert_eq!(secrets(values).redact(text), expected);
    }

    #[test]
    fn a_value_is_masked_wherever_it_stands() {
        check(&["hunter2"], "login(hunter2)hunter2", "login(***)***");
    }

    #[test]
    fn a_short_value_is_no_secret() {
        check(&["admin"], "user admin", "user admin");
    }

    #[test]
    fn the_longer_of_two_values_goes_first() {
        check(
            &["hunter2", "hunter2-and-more"],
            "a hunter2-and-more b",
            "a *** b",
        );
    }

    #[test]
    fn a_value_is_masked_as_base64_too() {
        check(&["hunter2"], "Basic aHVudGVyMg==", "Basic ***");
    }

    #[test]
    fn each_line_of_a_value_is_one() {
        check(
            &["user: me\npassword: hunter2\n"],
            "read `password: hunter2`",
            "read `***`",
        );
    }

    #[test]
    fn a_password_in_a_secret_address_is_a_secret() {
        check(
            &["mongodb://me:hunter2@host/db"],
            "login of me with hunter2 failed",
            "login of me with *** failed",
        );
    }

    #[test]
    fn user_information_of_addresses_is_masked() {
        check(
            &[],
            r#"{"uri":"mongodb://me:pa:ss@a/b","other":"http://you@c"} see http://host:80/?mail=a@b"#,
            r#"{"uri":"mongodb://***@a/b","other":"http://***@c"} see http://host:80/?mail=a@b"#,
        );
    }

    #[test]
    fn a_password_with_a_slash_is_masked_whole() {
        check(
            &[],
            "nats://me:pa/ss@host:4222 refused",
            "nats://***@host:4222 refused",
        );
    }

    #[test]
    fn all_ways_to_be_given_a_secret_are_found() {
        let spec = serde_json::json!({
            "initContainers": [{"name": "i", "env": [
                {"name": "A", "valueFrom": {"secretKeyRef": {"name": "a", "key": "k"}}}
            ]}],
            "containers": [{"name": "c", "envFrom": [{"secretRef": {"name": "b"}}]}],
            "volumes": [
                {"name": "v", "secret": {"secretName": "c"}},
                {"name": "w", "projected": {"sources": [{"secret": {"name": "d"}}]}},
            ],
        });
        let spec: PodSpec = serde_json::from_value(spec).unwrap();
        let names: Vec<_> = names(&spec).into_iter().collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
    }
}
