//! Texts of other programs, without the secrets that they may quote.

/// Stands where a secret was.
const MASK: &str = "***";
/// Shorter values are words rather than secrets, and masking them would spoil the text.
const SHORTEST: usize = 6;
/// Words of letters and digits from this length on are keys or tokens rather than words.
const LONGEST_WORD: usize = 40;

/// Replaces the given secrets, what looks like a token, and the user information of addresses.
pub(super) fn mask<'s>(text: &str, secrets: impl Iterator<Item = &'s str>) -> String {
    let mut text = text.to_owned();
    for secret in secrets.filter(|secret| secret.len() >= SHORTEST) {
        text = text.replace(secret, MASK);
    }
    let parts = text.split_inclusive(is_separator);
    parts.map(word).collect()
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '"' | '\'' | ',' | ';' | '`')
}

/// Masks one word, which its separator follows.
fn word(word: &str) -> String {
    let bare = word.trim_end_matches(is_separator);
    let separator = word.strip_prefix(bare).unwrap_or_default();
    if let Some((scheme, rest)) = bare.split_once("://") {
        let authority = rest.split('/').next().unwrap_or_default();
        return match authority.rsplit_once('@') {
            Some((user, _)) => word.replacen(user, MASK, 1),
            None => format!("{scheme}://{rest}{separator}"),
        };
    }
    // A path is long, but of short parts.
    let parts: Vec<_> = bare.split_inclusive(['/', '=', ':']).map(part).collect();
    parts.concat() + separator
}

fn part(part: &str) -> String {
    let bare = part.trim_end_matches(['/', '=', ':']);
    let is_token = bare.starts_with("eyJ") || bare.len() > LONGEST_WORD;
    if is_token {
        part.replacen(bare, MASK, 1)
    } else {
        part.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(mask(text, ["hunter22", "a"].into_iter()), expected);
    }

    #[test]
    fn a_given_secret_is_masked_wherever_it_stands() {
        check("key=hunter22!", "key=***!");
    }

    #[test]
    fn a_short_value_is_no_secret() {
        check("a bad profile", "a bad profile");
    }

    #[test]
    fn a_token_is_masked_by_its_looks() {
        check("token: eyJhbGciOi.eyJpc3Mi.c2ln, bad", "token: ***, bad");
    }

    #[test]
    fn the_user_of_an_address_is_masked() {
        check(
            "get https://me:secret@host/path failed",
            "get https://***@host/path failed",
        );
    }

    #[test]
    fn paths_and_words_stay() {
        let text = "/usr/local/lib/some/quite/long/path/of/a/program/or/two: no such file";
        check(text, text);
    }
}
