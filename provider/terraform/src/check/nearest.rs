//! Which of several texts somebody probably meant.

/// The longest text that is compared, in characters.
const LONGEST: usize = 64;

/// Finds the candidate that a text is a misspelling of; `None` if it resembles none of them.
pub(super) fn nearest<'a>(
    text: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let text: Vec<_> = text.to_lowercase().chars().take(LONGEST + 1).collect();
    if text.len() > LONGEST {
        return None;
    }
    let near = candidates.filter_map(|candidate| {
        let letters: Vec<_> = candidate.to_lowercase().chars().collect();
        // A third of the letters may be wrong, of short texts one.
        let tolerated = (text.len().min(letters.len()) / 3).max(1);
        let distance = distance(&text, &letters);
        let resembles = distance <= tolerated && distance < letters.len();
        resembles.then_some((distance, candidate))
    });
    let (_, candidate) = near.min_by_key(|(distance, _)| *distance)?;
    Some(candidate)
}

/// Counts the letters to add, remove or change to get from one text to the other.
fn distance(from: &[char], to: &[char]) -> usize {
    // Each row holds the distances of the first letters of `from` to every beginning of `to`.
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (removed, letter) in from.iter().enumerate() {
        let mut left = removed + 1;
        let mut next = vec![left];
        for (pair, other) in row.windows(2).zip(to) {
            let &[diagonal, above] = pair else { continue };
            let changed = diagonal + usize::from(letter != other);
            left = changed.min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let candidates = ["interest", "limits", "kre", "kai"];
        assert_eq!(nearest(text, candidates.into_iter()), expected);
    }

    #[test]
    fn misspellings_are_recognised() {
        check("intrest", Some("interest"));
        check("LIMITS", Some("limits"));
        check("limit", Some("limits"));
        check("krea", Some("kre"));
    }

    #[test]
    fn what_resembles_nothing_has_no_hint() {
        check("", None);
        check("workqueue", None);
        check("k", None);
        check(&"x".repeat(10_000), None);
    }
}
