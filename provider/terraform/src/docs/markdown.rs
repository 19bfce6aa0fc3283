//! The few pieces of Markdown that pages are made of.

/// Writes a text as a code span, whatever backticks it holds.
pub(super) fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    match longest_run(&text) {
        0 => format!("`{text}`"),
        run => {
            let fence = "`".repeat(run + 1);
            format!("{fence} {text} {fence}")
        }
    }
}

/// Writes a text as a block of code, whatever backticks it holds.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    let text = text.trim_start_matches(['\n', '\r']).trim_end();
    format!("{fence}{language}\n{text}\n{fence}")
}

/// Writes a list item; what follows the first line is indented so that it stays in the item.
///
/// `remarks` go on in the last paragraph of the text where that has only one.
pub(super) fn item(marker: &str, head: &str, text: &str, remarks: &Remarks) -> String {
    let text = text.trim();
    let mut item = head.to_owned();
    if !text.is_empty() {
        item.push(' ');
        item.push_str(text);
    }
    if !remarks.sentences.is_empty() {
        item.push_str(if is_prose(text) { " " } else { "\n\n" });
        item.push_str(&remarks.sentences.join(" "));
    }
    for (position, (sentence, choices)) in remarks.choices.iter().enumerate() {
        let first = position == 0 && (is_prose(text) || !remarks.sentences.is_empty());
        item.push_str(if first { " " } else { "\n\n" });
        item.push_str(sentence);
        for choice in choices {
            item.push_str("\n- ");
            item.push_str(&indented(choice, 2));
        }
    }
    format!("{marker} {}", indented(&item, marker.len() + 1))
}

/// What is said of something besides its description.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    /// Whole sentences.
    pub(super) sentences: Vec<String>,
    /// Sentences that end in a colon, each with the list that it announces.
    pub(super) choices: Vec<(String, Vec<String>)>,
}

/// Writes the first paragraph of a text on one line and without markup.
pub(super) fn summary(text: &str) -> String {
    let paragraph: Vec<_> = text
        .trim()
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    without_links(&paragraph.join(" ")).replace(['`', '*'], "")
}

/// Joins paragraphs to a page: no spaces at the end of lines, one line feed at the end.
pub(super) fn joined(paragraphs: &[String]) -> String {
    let text = paragraphs.join("\n\n");
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n").trim_end())
}

fn indented(text: &str, width: usize) -> String {
    let indent = " ".repeat(width);
    let mut lines = text.lines();
    let mut indented = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        indented.push('\n');
        if !line.trim().is_empty() {
            indented.push_str(&indent);
            indented.push_str(line);
        }
    }
    indented
}

/// Tells whether a sentence can simply follow: one paragraph, no list, table or block of code.
fn is_prose(text: &str) -> bool {
    text.lines().skip(1).all(|line| {
        let line = line.trim_start();
        let numbered = line.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let ordered = numbered.len() < line.len() && numbered.starts_with(['.', ')']);
        !line.is_empty() && !ordered && !line.starts_with(['-', '*', '+', '|', '`', '~', '>', '#'])
    })
}

fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        let link = after
            .split_once("](")
            .and_then(|(label, target)| Some((label, target.split_once(')')?.1)));
        if let Some((label, behind)) = link {
            plain.push_str(label);
            rest = behind;
        } else {
            plain.push('[');
            rest = after;
        }
    }
    plain.push_str(rest);
    plain
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`');
    runs.map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remarks(sentences: &[&str]) -> Remarks {
        Remarks {
            sentences: sentences.iter().map(|&text| text.to_owned()).collect(),
            choices: Vec::new(),
        }
    }

    #[test]
    fn code_may_hold_backticks() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b``c"), "``` a`b``c ```");
    }

    #[test]
    fn a_block_of_code_may_hold_fences() {
        assert_eq!(fenced("hcl", "\n```\n\n"), "````hcl\n```\n````");
    }

    #[test]
    fn remarks_go_on_in_a_single_paragraph() {
        let item = item("-", "`a`", "First line\nsecond line.", &remarks(&["More."]));
        assert_eq!(item, "- `a` First line\n  second line. More.");
    }

    #[test]
    fn remarks_leave_lists_and_further_paragraphs_alone() {
        let listed = item("-", "`a`", "One:\n- x", &remarks(&["More."]));
        assert_eq!(listed, "- `a` One:\n  - x\n\n  More.");
        let item = item("1.", "`a`", "One.\n\nTwo.", &remarks(&["More."]));
        assert_eq!(item, "1. `a` One.\n\n   Two.\n\n   More.");
    }

    #[test]
    fn a_summary_has_neither_links_nor_markup() {
        let text = "A [link](https://a.example/b) and\n`code` [1].\n\nNot this.";
        assert_eq!(summary(text), "A link and code [1].");
    }

    #[test]
    fn a_page_has_no_spaces_at_the_end_of_lines() {
        let page = joined(&["a  \nb".to_owned(), "c\n\n".to_owned()]);
        assert_eq!(page, "a\nb\n\nc\n");
    }
}
