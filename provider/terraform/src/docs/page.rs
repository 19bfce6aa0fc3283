//! Pages about what has a schema.

use crate::{
    docs::{
        Catalogue, Kind, layout,
        markdown::{fenced, joined, summary},
        section,
    },
    schema::Schema,
};

/// The line by which a page is known as generated; it is a comment in the page's front matter.
pub const MARKER: &str = "# Generated from the schemas and examples. Edit those instead.";

/// Writes the page of a provider, resource, data source or ephemeral resource.
pub(super) fn page(
    catalogue: &Catalogue,
    (kind, name): (Kind, &str),
    schema: &Schema,
    example: &impl Fn(&str) -> Option<String>,
) -> String {
    let description = match &catalogue.provider_description {
        Some(text) if kind == Kind::Provider => text,
        _ => &schema.block.description,
    };
    let mut page = heading(catalogue, (kind, name), &summary(description));
    deprecation(schema.block.deprecated.as_deref(), &mut page);
    paragraph(description, &mut page);
    usage(kind, name, example, &mut page);
    section::schema(&schema.block, &mut page);
    if kind == Kind::Resource {
        if let Some(identity) = schema.identity() {
            section::identity(&identity, &mut page);
        }
        import(name, example, &mut page);
    }
    joined(&page)
}

/// Begins a page: front matter and title.
pub(super) fn heading(
    catalogue: &Catalogue,
    (kind, name): (Kind, &str),
    summary: &str,
) -> Vec<String> {
    let (title, page_title) = kind.titles(&catalogue.provider_name, name);
    let description = if summary.is_empty() {
        "description: \"\"".to_owned()
    } else {
        format!("description: |-\n  {summary}")
    };
    let matter = format!(
        "---\n{MARKER}\npage_title: \"{page_title}\"\nsubcategory: \"\"\n{description}\n---"
    );
    vec![matter, format!("# {title}")]
}

/// Adds a callout that says what to use instead.
pub(super) fn deprecation(reason: Option<&str>, page: &mut Vec<String>) {
    if let Some(reason) = reason {
        page.push(format!("~> **Deprecated:** {}", reason.trim()));
    }
}

/// Adds a text, if there is any.
pub(super) fn paragraph(text: &str, page: &mut Vec<String>) {
    let text = text.trim();
    if !text.is_empty() {
        page.push(text.to_owned());
    }
}

/// Adds the example, if there is one.
pub(super) fn usage(
    kind: Kind,
    name: &str,
    example: &impl Fn(&str) -> Option<String>,
    page: &mut Vec<String>,
) {
    if let Some(text) = example(&kind.example(name)) {
        page.push("## Example Usage".to_owned());
        page.push(fenced("hcl", &text));
    }
}

fn import(name: &str, example: &impl Fn(&str) -> Option<String>, page: &mut Vec<String>) {
    let by_identity = example(&layout::import_by_identity(name));
    let by_id = example(&layout::import_by_id(name));
    if by_identity.is_none() && by_id.is_none() {
        return;
    }
    page.push("## Import".to_owned());
    if let Some(text) = by_identity {
        let words = "By identity, in the configuration (Terraform and OpenTofu 1.12 or later):";
        page.push(words.to_owned());
        page.push(fenced("hcl", &text));
    }
    if let Some(text) = by_id {
        page.push("By id, on the command line:".to_owned());
        page.push(fenced("shell", &text));
    }
}
