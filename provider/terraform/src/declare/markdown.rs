//! Doc comments as Markdown for readers who do not see the code.

use std::borrow::Cow;

/// Joins the lines of each paragraph, which were broken for the code's margin, and turns links to
/// Rust items into plain code.
pub(super) fn of(doc: &str) -> String {
    let mut text = String::with_capacity(doc.len());
    let mut fenced = false;
    let mut joinable = false;
    for line in doc.trim().lines() {
        let line = line.trim_end();
        let is_fence = line.trim_start().starts_with("```");
        if fenced || is_fence {
            fenced ^= is_fence;
            push_line(&mut text, line);
            joinable = false;
            continue;
        }
        let line = unlinked(line);
        if joinable && continues(&line) {
            text.push(' ');
            text.push_str(line.trim_start());
        } else {
            push_line(&mut text, &line);
        }
        joinable = !line.trim().is_empty() && !stands_alone(line.trim_start());
    }
    text
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

/// Tells whether a line goes on with the paragraph or list item before it.
fn continues(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !stands_alone(line) && !is_item(line) && !line.starts_with('>')
}

/// Tells whether nothing can be joined to a line: headings and rows of tables.
fn stands_alone(line: &str) -> bool {
    line.starts_with(['#', '|'])
}

fn is_item(line: &str) -> bool {
    let bullet = ["- ", "* ", "+ "].iter().any(|it| line.starts_with(it));
    let after_digits = line.trim_start_matches(|it: char| it.is_ascii_digit());
    let numbered = after_digits != line && after_digits.starts_with(". ");
    bullet || numbered
}

/// Replaces `` [`Item`] `` by `` `Item` ``: only rustdoc knows where such a link leads.
fn unlinked(line: &str) -> Cow<'_, str> {
    if !line.contains("[`") {
        return Cow::Borrowed(line);
    }
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("[`") {
        text.push_str(before);
        match after.split_once("`]") {
            Some((item, tail)) if !tail.starts_with(['(', '[', ':']) => {
                text.push('`');
                text.push_str(item);
                text.push('`');
                rest = tail;
            }
            _ => {
                text.push_str("[`");
                rest = after;
            }
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_paragraph_are_joined() {
        let doc = "How large, in\nbytes.\n\nMore than\nenough.";
        assert_eq!(of(doc), "How large, in bytes.\n\nMore than enough.");
    }

    #[test]
    fn items_keep_their_lines() {
        let doc = "One of:\n- a, which\n  goes on\n- b\n1. c\n2. d";
        assert_eq!(of(doc), "One of:\n- a, which goes on\n- b\n1. c\n2. d");
    }

    #[test]
    fn tables_headings_and_code_stay_as_they_are() {
        let doc =
            "# Title\ntext\n\n| a |\n|---|\n| [`b`] |\n\n```text\none\n[`two`]\n```\nafter\nall";
        let expected =
            "# Title\ntext\n\n| a |\n|---|\n| `b` |\n\n```text\none\n[`two`]\n```\nafter all";
        assert_eq!(of(doc), expected);
    }

    #[test]
    fn links_to_items_become_code() {
        assert_eq!(
            of("See [`Disk`] and [`a`](b), [`open"),
            "See `Disk` and [`a`](b), [`open"
        );
    }
}
