//! Pages about functions.

use crate::{
    docs::{
        Catalogue, Kind,
        markdown::{Remarks, code, fenced, item, joined, summary},
        page::{deprecation, heading, paragraph, usage},
        section::type_name,
    },
    schema::{Parameter, Signature},
};

/// Writes the page of a function.
pub(super) fn page(
    catalogue: &Catalogue,
    name: &str,
    signature: &Signature,
    example: &impl Fn(&str) -> Option<String>,
) -> String {
    let description = match signature.description.trim() {
        "" => &signature.summary,
        _ => &signature.description,
    };
    let short = match signature.summary.trim() {
        "" => summary(description),
        _ => summary(&signature.summary),
    };
    let mut page = heading(catalogue, (Kind::Function, name), &short);
    deprecation(signature.deprecated.as_deref(), &mut page);
    paragraph(description, &mut page);
    usage(Kind::Function, name, example, &mut page);
    page.push("## Signature".to_owned());
    page.push(fenced("text", &declaration(name, signature)));
    arguments(signature, &mut page);
    page.push("## Return Type".to_owned());
    page.push(code(&signature.returns.to_string()));
    joined(&page)
}

/// Writes a signature on one line: `name(first string, rest ...number) bool`.
fn declaration(name: &str, signature: &Signature) -> String {
    let plain = signature.parameters.iter();
    let plain = plain.map(|parameter| format!("{} {}", parameter.name, parameter.ty));
    let variadic = signature.variadic.iter();
    let variadic = variadic.map(|parameter| format!("{} ...{}", parameter.name, parameter.ty));
    let parameters: Vec<_> = plain.chain(variadic).collect();
    format!("{name}({}) {}", parameters.join(", "), signature.returns)
}

fn arguments(signature: &Signature, page: &mut Vec<String>) {
    let plain = signature.parameters.iter();
    let plain = plain.map(|parameter| (parameter, type_name(&parameter.ty)));
    let variadic = signature.variadic.iter();
    let variadic = variadic.map(|it| (it, format!("Variadic, {}", type_name(&it.ty))));
    let arguments: Vec<_> = plain
        .chain(variadic)
        .enumerate()
        .map(|(position, (parameter, tags))| argument(position + 1, parameter, &tags))
        .collect();
    if !arguments.is_empty() {
        page.push("## Arguments".to_owned());
        page.push(arguments.join("\n"));
    }
}

fn argument(number: usize, parameter: &Parameter, tags: &str) -> String {
    let mut remarks = Remarks::default();
    if parameter.allow_null {
        remarks.sentences.push("May be `null`.".to_owned());
    }
    let head = format!("{} ({tags})", code(&parameter.name));
    item(
        &format!("{number}."),
        &head,
        &parameter.description,
        &remarks,
    )
}
