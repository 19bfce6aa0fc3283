//! What names may look like, and what a better one would be.

/// Whether a name consists of lower-case letters, digits and inner hyphens.
pub(super) fn is_resource_name(name: &str) -> bool {
    let is_outer = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    is_made_of(name, is_outer, |byte| is_outer(byte) || *byte == b'-')
}

/// Whether a key consists of capital letters, digits and inner underscores.
pub(super) fn is_variable(name: &str) -> bool {
    let is_outer = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    is_made_of(name, is_outer, |byte| is_outer(byte) || *byte == b'_')
}

/// Whether a text is one word of a label of Kubernetes.
pub(super) fn is_label(text: &str) -> bool {
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    is_made_of(text, u8::is_ascii_alphanumeric, is_inner)
}

fn is_made_of(text: &str, is_outer: impl Fn(&u8) -> bool, is_inner: impl Fn(&u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(&is_outer)
        && bytes.last().is_some_and(&is_outer)
        && bytes.iter().all(is_inner)
}

/// Whether a version is `v`, and three numbers with dots between.
pub(super) fn is_version_tag(version: &str) -> bool {
    let Some(numbers) = version.strip_prefix('v') else {
        return false;
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    numbers.split('.').count() == 3 && numbers.split('.').all(is_number)
}

/// Whether a `ConfigMap` can hold a key that becomes an environment variable.
pub(super) fn is_environment_key(key: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !key.is_empty()
        && key.len() <= 253
        && !key.starts_with(|first: char| first.is_ascii_digit())
        && key.bytes().all(is_inner)
        && !matches!(key, "." | "..")
}

/// The nearest name that would be accepted; `None` if nothing of it remains.
pub(super) fn suggested_name(name: &str, max: usize) -> Option<String> {
    let lower = name.to_lowercase();
    let better = joined(&lower, '-', |character| {
        character.is_ascii_lowercase() || character.is_ascii_digit()
    });
    shortened(&better, max, '-')
}

/// The nearest key that would be accepted; `None` if nothing of it remains.
pub(super) fn suggested_variable(name: &str) -> Option<String> {
    let upper = name.to_uppercase();
    let better = joined(&upper, '_', |character| {
        character.is_ascii_uppercase() || character.is_ascii_digit()
    });
    shortened(&better, usize::MAX, '_')
}

/// The allowed runs of characters, with one sign between them.
fn joined(text: &str, sign: char, is_allowed: impl Fn(char) -> bool) -> String {
    let runs = text.split(|character| !is_allowed(character));
    let runs: Vec<_> = runs.filter(|run| !run.is_empty()).collect();
    runs.join(sign.encode_utf8(&mut [0; 4]))
}

fn shortened(text: &str, max: usize, sign: char) -> Option<String> {
    let short: String = text.chars().take(max).collect();
    let short = short.trim_end_matches(sign);
    (!short.is_empty()).then(|| short.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_better_name_is_proposed() {
        for (name, better) in [
            ("Execute DL Model", "execute-dl-model"),
            ("v1.0", "v1-0"),
            ("-a_b-", "a-b"),
            ("a-name-that-is-far-too-long", "a-name-that-is-far"),
        ] {
            assert_eq!(suggested_name(name, 19).as_deref(), Some(better), "{name}");
        }
        assert_eq!(suggested_name("日本", 19), None);
        assert_eq!(suggested_variable("my-var").as_deref(), Some("MY_VAR"));
    }

    #[test]
    fn version_tags_have_three_numbers() {
        for tag in ["v1.2.3", "v01.2.3", "v10.20.30"] {
            assert!(is_version_tag(tag), "{tag}");
        }
        for tag in [
            "1.2.3",
            "v1.2",
            "v1.2.3.4",
            "v1.2.3-rc1",
            "v1.2.3 ",
            "v1..3",
            "v1.2.3\n",
        ] {
            assert!(!is_version_tag(tag), "{tag}");
        }
    }

    #[test]
    fn names_begin_and_end_with_a_letter_or_a_digit() {
        for name in ["a", "a-b", "0", "a--b"] {
            assert!(is_resource_name(name), "{name}");
        }
        for name in ["", "-a", "a-", "A", "a_b", "a.b", "ä", "a\n"] {
            assert!(!is_resource_name(name), "{name}");
        }
    }
}
